"""Specs of several shapes, and hooks as real processes."""

from pathlib import Path

import pytest
from realparts.hookprocess import HookProcess

from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.spec import EntryPoint, HookSpec, InputSpec, OptionSpec, OutputSpec


@pytest.fixture
def job(tmp_path: Path, repository: Path) -> HookProcess:
    return HookProcess(tmp_path, repository)


@pytest.fixture
def mask_spec() -> HookSpec:
    """One input, one output, an option of each kind."""
    return HookSpec(
        name="cloud_mask",
        version="1.2.0",
        title="Cloud mask",
        description="Mask clouds.",
        entry_point=EntryPoint("clouds.mask", "make_mask"),
        inputs=(InputSpec("scene", "Sentinel-2 scene"),),
        outputs=(OutputSpec("mask", "Cloud mask"),),
        options=(
            OptionSpec("product_name", ValueType("str"), "Name of the product", default="mask"),
            OptionSpec("limit", ValueType("float", constraints=Constraints(ge=0, le=1)), "Cloud cover", default=0.5),
            OptionSpec("tiles", ValueType("int"), "How many tiles", required=True),
            OptionSpec("case", ValueType("str", ("upper", "lower")), default="upper"),
            OptionSpec("verbose", ValueType("bool"), default=False),
            OptionSpec("label", ValueType("str", optional=True), default=None),
        ),
    )


@pytest.fixture
def several_spec(mask_spec: HookSpec) -> HookSpec:
    """Two inputs, of which one is optional, and two outputs."""
    return mask_spec.replace(
        inputs=(InputSpec("scene", "Sentinel-2 scene"), InputSpec("dem", "Heights", optional=True)),
        outputs=(OutputSpec("mask", "Cloud mask"), OutputSpec("report")),
        options=(),
    )


@pytest.fixture
def bare_spec(mask_spec: HookSpec) -> HookSpec:
    """A hook that reads, writes and asks for nothing."""
    return mask_spec.replace(inputs=(), outputs=(), options=())
