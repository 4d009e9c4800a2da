import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.scaffold.names import TAKEN_NAMES, suggest_name


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("my-hook", "my-hook"),
        ("My Hook 2", "my-hook-2"),
        ("cloud_mask", "cloud-mask"),
        ("2024-floods", "hook-2024-floods"),
        ("json", "json-hook"),
        ("class", "class-hook"),
        ("Test", "test-hook"),
        ("Übung", "bung"),
        ("---", None),
        ("", None),
    ],
)
def test_a_folder_suggests_the_projects_name(folder: str, name: str | None) -> None:
    assert suggest_name(folder) == name


@given(st.text())
def test_what_is_suggested_is_a_name_for_kubernetes_and_a_module_for_python(folder: str) -> None:
    name = suggest_name(folder)

    if name is not None:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
        assert len(name) <= 52
        assert name.replace("-", "_").isidentifier()
        assert name.replace("-", "_") not in TAKEN_NAMES
