"""The text of `--help`: a golden file, and what holds for every hook."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from strategies import specs

from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.runtime.usage import render_usage
from hookkit.spec import EntryPoint, HookSpec, InputSpec, OptionSpec, OutputSpec, ResultSpec, SecretSpec

GOLDEN = Path(__file__).with_name("usage-of-ten-options.txt")

TEN_OPTIONS = HookSpec(
    name="coherence",
    version="2.1.0",
    title="Coherence",
    description="Interferometric coherence of two Sentinel-1 products.\n\nBoth have to be of the same orbit.",
    entry_point=EntryPoint("card.coherence", "make_coherence"),
    inputs=(InputSpec("primary", "Earlier product"), InputSpec("orbits", "Orbit files", optional=True)),
    outputs=(OutputSpec("coherence", "Coherence as a Cloud-Optimised GeoTIFF"), OutputSpec("report", optional=True)),
    options=(
        OptionSpec("product_name", ValueType(), "Name of the product", default="coherence"),
        OptionSpec("timespan", ValueType("int", constraints=Constraints(ge=6, multiple_of=6)), "Hours", required=True),
        OptionSpec(
            "threshold", ValueType("float", constraints=Constraints(gt=0, le=1)), "Least coherence", default=0.2
        ),
        OptionSpec("polarisation", ValueType("str", ("VV", "VH")), "Channel", default="VV"),
        OptionSpec("looks", ValueType("int", (1, 2, 4)), default=1),
        OptionSpec("keep_intermediate", ValueType("bool"), "Keep what lies between", default=False),
        OptionSpec("label", ValueType("str", optional=True), "Text in the metadata", default=None),
        OptionSpec("since", ValueType("date", optional=True), "First day", default="2026-01-31"),
        OptionSpec("bursts", ValueType("list", items=(ValueType("int"),)), "Which bursts", default=[1, 2]),
        OptionSpec(
            "a_rather_long_name_of_an_option",
            ValueType("str", constraints=Constraints(pattern="^[a-z]+$")),
            "A long help, which says a lot about what the option is good for, so that it needs more than one line",
            default="x",
        ),
    ),
    secrets=(SecretSpec("api_key", "Key to the catalogue"), SecretSpec("token", required=False)),
    results=(ResultSpec("mean_coherence", ValueType("float")),),
)


def test_the_help_of_a_hook_with_ten_options_is_the_golden_file() -> None:
    text = render_usage(TEN_OPTIONS)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites the golden files"


def test_the_help_of_a_hook_with_ten_options_fits_a_screen() -> None:
    lines = render_usage(TEN_OPTIONS).splitlines()

    assert max(map(len, lines)) <= 100
    assert len(lines) <= 50


@given(specs())
def test_the_help_of_every_hook_names_each_flag(spec: HookSpec) -> None:
    usage = render_usage(spec)

    assert all(option.flag in usage for option in spec.options)
    assert all(f"HOOKKIT_OPTION_{secret.name.upper()}" in usage for secret in spec.secrets)
    assert ("--results PATH" in usage) == bool(spec.results)
    assert not [line for line in usage.splitlines() if line != line.rstrip() and line.startswith("  --")]


def test_a_hook_without_anything_says_how_to_call_it(bare_spec: HookSpec) -> None:
    assert "Usage: python -m hookkit.runtime clouds.mask:make_mask [OPTION]...\n" in render_usage(bare_spec)


@pytest.mark.parametrize("heading", ["Inputs and outputs:", "Options:", "Secrets, from the environment:"])
def test_a_section_without_rows_is_left_out(bare_spec: HookSpec, heading: str) -> None:
    assert heading in render_usage(TEN_OPTIONS)
    assert heading not in render_usage(bare_spec)
