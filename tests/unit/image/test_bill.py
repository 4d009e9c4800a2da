"""What is in an image is told in CycloneDX's words, validly whatever packages say about themselves."""

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookkit.image.bill import render_bill
from hookkit.image.builder import Component
from hookkit.spec import HookSpec

HASH = f"sha256:{'0a' * 32}"
NUMPY = Component("pypi", "numpy", "2.1.0", "BSD-3-Clause", 5, (HASH,))
LIBC = Component("deb", "libc6", "2.36-9+deb12u14", hashes=(HASH,))
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def bill_of(spec: HookSpec, *components: Component) -> dict[str, Any]:
    text = render_bill(spec, components)
    assert VALIDATOR.validate_str(text) is None
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_hook_is_what_the_bill_is_about_and_packages_are_what_it_depends_on(spec: HookSpec) -> None:
    bill = bill_of(spec, NUMPY, LIBC)

    assert bill["metadata"]["component"]["name"] == "hello-world-processor"
    assert [one["purl"] for one in bill["components"]] == ["pkg:deb/libc6@2.36-9%2Bdeb12u14", "pkg:pypi/numpy@2.1.0"]
    of_hook = next(one for one in bill["dependencies"] if one["ref"].startswith("hello-world"))
    assert len(of_hook["dependsOn"]) == 2


def test_the_file_that_a_package_came_in_is_told_where_it_is_known(spec: HookSpec) -> None:
    several = Component("pypi", "rasterio", "1.4", hashes=(HASH, f"sha256:{'0b' * 32}"))

    hashes = {one["name"]: one.get("hashes", []) for one in bill_of(spec, NUMPY, several)["components"]}

    assert hashes == {"numpy": [{"alg": "SHA-256", "content": "0a" * 32}], "rasterio": []}


@pytest.mark.parametrize(
    ("said", "told"),
    {
        "MIT": [{"license": {"id": "MIT"}}],
        "MIT OR Apache-2.0": [{"expression": "MIT OR Apache-2.0"}],
        "as you like it": [{"license": {"name": "as you like it"}}],
        "": [],
    }.items(),
)
def test_licences_are_told_as_packages_say_them(spec: HookSpec, said: str, told: list[Any]) -> None:
    [component] = bill_of(spec, Component("pypi", "a", "1", said))["components"]

    assert component.get("licenses", []) == told


def test_the_same_contents_give_the_same_bytes_and_others_another_number(spec: HookSpec) -> None:
    assert render_bill(spec, (NUMPY, LIBC)) == render_bill(spec, (NUMPY, LIBC))
    assert bill_of(spec, NUMPY)["serialNumber"] != bill_of(spec, LIBC)["serialNumber"]


def test_an_image_of_nothing_but_code_has_a_bill(spec: HookSpec) -> None:
    assert bill_of(spec).get("components", []) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(licence=st.text(max_size=60), name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True))
def test_whatever_a_package_says_the_bill_is_valid(spec: HookSpec, licence: str, name: str) -> None:
    bill_of(spec, Component("pypi", name, "1.0", licence.strip().partition("\n")[0]))
