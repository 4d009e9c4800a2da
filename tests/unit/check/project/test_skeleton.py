"""A signature is read from the module's skeleton: without its libraries, and as the runtime would read it."""

from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.check.project.checking import check_project
from hookkit.check.project.declared import Answer, RealReader, declare
from hookkit.check.project.reading import read_modules
from hookkit.check.project.skeleton import Skeleton, build_skeleton
from hookkit.errors import HookkitError
from hookkit.project import Project, describe, find_project
from hookkit.spec import HookSpec

HEAD = """
from pathlib import Path
from typing import Annotated, Literal
from hookkit import Input, Option, Output, hook
"""


def project_of(folder: Path, **modules: str) -> Project:
    for name, text in {"pyproject": '[tool.hookkit]\nhook = "my_hook"\n', **modules}.items():
        file = folder / name.replace("__", "/")
        file = file.with_name(file.name + (".toml" if name == "pyproject" else ".py"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return find_project(folder)


class SkeletonsAlone(RealReader):
    """Never asks the hook's own Python."""

    def whole(self, target: str) -> HookSpec:
        raise AssertionError(f"{target} was described by its own Python")


class NoSkeleton(RealReader):
    """Says that no skeleton runs."""

    def skeleton(self, skeleton: Skeleton, target: str) -> Answer:  # noqa: ARG002 - the protocol's
        return {"hooks": {}, "error": {"type": "ImportError", "message": "", "name": None, "line": 0}}


def spec_by_skeleton(project: Project) -> HookSpec:
    sources = read_modules(project, ("my_hook",), project.root)
    reader = SkeletonsAlone(project, Cache.of_user())
    [hook], findings = declare(sources.modules["my_hook"], sources.modules, "", reader)
    assert findings == []
    assert hook.spec is not None
    return hook.spec


GOOD = {
    "an enum": """
import heavy
from enum import Enum
class Band(Enum):
    RED = "B04"
LIMIT = heavy.compute()
@hook(version="1.0.0")
def job(band: Annotated[Band, Option("Band")] = Band.RED) -> None:
    heavy.run(band)
""",
    "a dataclass whose method needs a library": """
import heavy
from dataclasses import dataclass
@dataclass
class Point:
    x: Annotated[float, Option(ge=0)]
    y: float = 0.0
    def array(self):
        return heavy.array([self.x, self.y])
@hook
def job(point: Annotated[Point, Option("Point")] = Point(1.0)) -> None: ...
""",
    "constants that are made step by step": """
CHOICES = {"a": "A"}
CHOICES["b"] = "B"
NAMES = []
NAMES.append("one")
NAMES += ["two"]
for _name in ("three",):
    NAMES.append(_name)
if len(NAMES) == 3:
    TEXT = ", ".join(NAMES)
else:
    TEXT = "wrong"
@hook(title=TEXT)
def job(letter: Annotated[str, Option(f"One of {CHOICES}")] = CHOICES["b"]) -> None: ...
""",
    "annotations in quotes": """
import heavy
Name = Annotated[str, Option("Name", min_length=1)]
@hook
def job(name: "Name", kind: "Literal['a', 'b']" = "a") -> None:
    heavy.run()
""",
    "annotations that are read later": """
from __future__ import annotations
import heavy
Name = Annotated[str, Option("Name", min_length=1)]
@hook
def job(name: Name = "x") -> None:
    heavy.run()
""",
    "a function that makes a default": """
import os
def default() -> int:
    return len(os.sep) + OFFSET
OFFSET = 41
@hook
def job(number: int = default()) -> None: ...
""",
    "a result": """
import heavy
from typing import NamedTuple
class Summary(NamedTuple):
    scenes: int
@hook
def job() -> Summary:
    return heavy.summary()
""",
    "a decorator of its own": """
import functools
def noted(function):
    @functools.wraps(function)
    def inner(*args, **options):
        return function(*args, **options)
    return inner
@hook
@noted
def job(number: int = 1) -> None: ...
""",
    "the hook's declaration in a name": """
small = hook(cpu="100m", memory="64Mi")
@small
def job(number: int = 1) -> None: ...
""",
    "types alone": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import heavy
@hook
def job(number: int = 1) -> None:
    x: "heavy.Array"
""",
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
def test_a_skeleton_declares_what_the_module_declares(body: str, tmp_path: Path) -> None:
    future = "from __future__ import annotations\n"
    text = (future if future in body else "") + HEAD + body.replace(future, "")
    project = project_of(tmp_path, my_hook=text)

    spec = spec_by_skeleton(project)

    (tmp_path / "heavy.py").write_text("def compute(): ...\n")
    assert spec == describe(project)


def test_what_a_signature_takes_from_other_modules_of_the_project_is_followed(tmp_path: Path) -> None:
    project = project_of(
        tmp_path,
        my_hook=f"{HEAD}from parts import bands\nfrom parts.limits import MOST\n"
        "@hook\ndef job(band: Annotated[bands.Band, Option('Band')] = bands.Band.RED, most: int = MOST) -> None: ...\n",
        parts____init__="import heavy\n",
        parts__bands="import heavy\nfrom enum import Enum\nclass Band(Enum):\n    RED = 'B04'\n",
        parts__limits="import heavy\nfrom .numbers import MOST\n",
        parts__numbers="MOST = 7\nheavy()\n",
    )

    spec = spec_by_skeleton(project)

    assert [option.default for option in spec.options] == ["B04", 7]


def test_a_library_that_the_signature_needs_is_asked_of_the_hooks_own_python(tmp_path: Path) -> None:
    text = f"{HEAD}import heavy\n@hook\ndef job(number: int = heavy.NUMBER) -> None: ...\n"
    project = project_of(tmp_path, my_hook=text)
    sources = read_modules(project, ("my_hook",), tmp_path)
    skeleton = build_skeleton(sources.modules["my_hook"], sources.modules)

    assert skeleton.foreign == {"heavy"}


def test_mistakes_are_the_same_whoever_reads_the_signature(tmp_path: Path) -> None:
    text = f"{HEAD}@hook(timeout_seconds=0)\ndef job(a, b: set, *rest: int, c: float = 'x') -> int: ...\n"
    project = project_of(tmp_path, my_hook=text)
    cache = Cache.of_user()

    by_skeleton = check_project(project, None, tmp_path, cache, SkeletonsAlone(project, cache)).findings
    by_python = check_project(project, None, tmp_path, cache, NoSkeleton(project, cache)).findings

    told = [(one.rule.code, one.place, one.what) for one in by_skeleton]
    assert told == [(one.rule.code, one.place, one.what) for one in by_python]
    assert {one.place.path for one in by_skeleton if one.rule.code == "SG101"} == {
        *("job", "job(a)", "job(b)", "job(rest)", "job(c)", "job(return)"),
    }


def test_a_generator_is_refused_though_its_body_is_gone(tmp_path: Path) -> None:
    project = project_of(
        tmp_path, my_hook=f"{HEAD}@hook(cpu=1, memory='1Gi')\ndef job(a: int = 1) -> None:\n    yield a\n"
    )

    [finding] = check_project(project, None, tmp_path, Cache.of_user()).findings

    assert (finding.rule.code, finding.place.line) == ("SG101", 6)
    assert "no plain function" in finding.what


def test_a_skeleton_does_nothing_to_the_world(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    make = f"def make():\n    open({str(mark)!r}, 'w').close()\n    return 1\n"
    text = f"{HEAD}{make}@hook\ndef job(a: int = make()) -> None: ...\n"
    project = project_of(tmp_path, my_hook=text)
    sources = read_modules(project, ("my_hook",), tmp_path)
    module = sources.modules["my_hook"]

    answer = RealReader(project, Cache.of_user()).skeleton(build_skeleton(module, sources.modules), "my_hook")

    assert answer["error"]["type"] == "PermissionError"
    assert not mark.exists()


def test_one_bad_hook_hides_no_other(tmp_path: Path) -> None:
    text = f"{HEAD}@hook\ndef one(a: set) -> None: ...\n@hook\ndef two(b: set) -> None: ...\n"
    project = project_of(tmp_path, my_hook=text)

    findings = check_project(project, None, tmp_path, Cache.of_user()).findings

    assert [one.place.path for one in findings if one.rule.code == "SG101"] == ["one(a)", "two(b)"]


def test_the_hooks_python_that_does_not_run_is_a_warning(tmp_path: Path) -> None:
    text = f"{HEAD}import heavy\n@hook(cpu=1, memory='1Gi')\ndef job(a: int = heavy.A) -> None:\n    print(a)\n"
    project = project_of(tmp_path, my_hook=text)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to("nowhere")

    codes = [one.rule.code for one in check_project(project, None, tmp_path, Cache.of_user()).findings]

    assert codes == ["DE101", "SG102"]
    with pytest.raises(HookkitError):
        describe(project)
