"""Each wrong key and value of `[tool.hookkit]` is a line with its path, all of them at once."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from hookkit.errors import ProjectError
from hookkit.settings import Settings, read_settings

IMAGE_GRAMMAR = "write [REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST] in lower case"
KEYS = ", ".join(one.name.removesuffix("_table").replace("_", "-") for one in fields(Settings))
FILE = Path("/project/pyproject.toml")


def refused(table: Any) -> list[str]:
    """The lines of what is wrong, without the file, which all begin with."""
    with pytest.raises(ProjectError) as caught:
        read_settings(FILE, table)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{FILE}: tool.hookkit") for line in lines)
    return [line.removeprefix(f"{FILE}: ") for line in lines]


def test_all_settings_are_read() -> None:
    table = {
        "hook": "package.module:function",
        "python": "../env/bin/python",
        "base-image": "registry.example.org/base:1",
        "template": {"name": "hello", "version": "1"},
        "argo": {"namespace": "hooks"},
    }

    settings = read_settings(FILE, table)

    assert settings.hook == "package.module:function"
    assert settings.python == "../env/bin/python"
    assert settings.base_image == "registry.example.org/base:1"
    assert settings.template
    assert settings.template.name == "hello"
    assert settings.argo.namespace == "hooks"


def test_an_empty_table_is_all_defaults() -> None:
    assert read_settings(FILE, {}) == Settings()


@pytest.mark.parametrize("hook", ["module", "package.module", "module:function", "a.b.c:f", "_m:_f", "módulo:función"])
def test_a_hook_is_named_by_module_and_function(hook: str) -> None:
    assert read_settings(FILE, {"hook": hook}).hook == hook


WRONG = {
    "a mistyped key": ({"hok": "m:f"}, "tool.hookkit.hok: no such key; did you mean 'hook'?"),
    "a key with underscores": (
        {"base_image": "x"},
        "tool.hookkit.base_image: no such key; did you mean 'base-image'?",
    ),
    "an unknown key": (
        {"zzz": 1},
        f"tool.hookkit.zzz: no such key; there are {KEYS}",
    ),
    "a mistyped key of an inner table": (
        {"template": {"name": "x", "version": "1", "nmae": "x"}},
        "tool.hookkit.template.nmae: no such key; did you mean 'name'?",
    ),
    "a missing key of an inner table": (
        {"template": {"name": "x"}},
        "tool.hookkit.template.version: is missing; write it",
    ),
    "a path for a hook": (
        {"hook": "src/m.py"},
        "tool.hookkit.hook: 'src/m.py' is no hook's name; write package.module:function",
    ),
    "a hook with a line's end": (
        {"hook": "m:f\n"},
        "tool.hookkit.hook: 'm:f\\n' is no hook's name; write package.module:function",
    ),
    "a number for text": (
        {"python": 3.12},
        "tool.hookkit.python: 3.12 is wrong: it should be a valid string; mend the value",
    ),
    "no image": (
        {"base-image": "UPPER"},
        f"tool.hookkit.base-image: 'UPPER' is not an image's name; {IMAGE_GRAMMAR}",
    ),
    "text for an inner table": (
        {"template": "hello"},
        "tool.hookkit.template: is not a table; write [tool.hookkit.template]",
    ),
    "a mistyped key of the cluster's table": (
        {"argo": {"prefx": "x"}},
        "tool.hookkit.argo.prefx: no such key; did you mean 'prefix'?",
    ),
    "text for the table": ("hello", "tool.hookkit: is not a table; write [tool.hookkit]"),
    "a list for the table": ([{}], "tool.hookkit: is not a table; write [tool.hookkit]"),
}


@pytest.mark.parametrize(("table", "line"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_a_line_with_the_path_of_its_key(table: Any, line: str) -> None:
    assert refused(table) == [line]


def test_all_mistakes_are_reported_at_once() -> None:
    lines = refused({"hok": 1, "python": "", "base-image": 5, "template": {"nmae": "x"}})

    assert [line.split(":")[0] for line in lines] == [
        "tool.hookkit.python",
        "tool.hookkit.base-image",
        "tool.hookkit.template.name",
        "tool.hookkit.template.version",
        "tool.hookkit.template.nmae",
        "tool.hookkit.hok",
    ]
