"""Whatever a module or a Dockerfile holds, the check ends with findings, and never with an error of its own."""

import ast
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookkit.cache import Cache
from hookkit.check.project.checking import check_project
from hookkit.check.project.declared import Answer, RealReader
from hookkit.check.project.skeleton import Skeleton
from hookkit.errors import HookkitError, Problem
from hookkit.project import find_project
from hookkit.spec import HookSpec

ROOT = Path(__file__).parents[4]
SOURCES = [
    *(
        ROOT / "examples/hello-world-processor/hello_world_processor.py",
        ROOT / "examples/vegetation-index/src/vegetation_index/main.py",
    ),
    *sorted((ROOT / "tests/bad-hooks").glob("*.txt"))[::6],
]
TEXTS = [path.read_text() for path in SOURCES]
TOKENS = [
    *(
        "(",
        ")",
        "[",
        "]",
        ":",
        ",",
        "\n",
        "    ",
        "@hook",
        "lambda: ",
        "*",
        "**",
        "=",
        "def f(): ",
        "yield",
        "await ",
        "'",
    ),
    *(
        "'",
        '"""',
        "f'{",
        "}",
        "/",
        "Path(",
        "open(",
        "__file__",
        "\\",
        "\0",
        "\x0c",
        "é",
        "\ud800",
        "import ",
        "async ",
    ),
    *("from . import *\n", "class A: ", "match x:\n case ", "1e999", "None", "global a\n", "del a", "type X = ", "~"),
    *("# hookkit: ignore[", ".parent"),
]


class NobodyToAsk(RealReader):
    """Compiles skeletons and runs none: a process for each text would take its time."""

    def skeleton(self, skeleton: Skeleton, target: str) -> Answer:
        with suppress(ValueError):
            skeleton.dumped(target)
        return {"hooks": {}, "error": {"type": "ImportError", "message": "", "name": None, "line": 0}}

    def whole(self, target: str) -> HookSpec:
        raise HookkitError(Problem(target, "can't be described here"))


@st.composite
def mutations(draw: Callable[..., object]) -> str:
    """A real text with pieces taken out, doubled, put elsewhere, and tokens in between."""
    text = draw(st.sampled_from(TEXTS))
    assert isinstance(text, str)
    for _ in range(int(str(draw(st.integers(1, 6))))):
        start, end = sorted(int(str(draw(st.integers(0, len(text))))) for _ in range(2))
        piece = draw(st.sampled_from(TOKENS) | st.just(text[start:end]) | st.just(""))
        at = start if draw(st.booleans()) else end
        text = text[:start] + str(piece) + text[at:]
    return text[:20_000]


def check(folder: Path, text: str, reader: type[RealReader]) -> None:
    (folder / "pyproject.toml").write_text('[tool.hookkit]\nhook = "my_hook"\n')
    for name in ("my_hook.py", "Dockerfile"):
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    project = find_project(folder)
    try:
        checked = check_project(project, None, folder, Cache.of_user(), reader(project, Cache.of_user()))
    except HookkitError:  # the module has no hook any more
        return
    for one in checked.findings:
        assert str(one)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=mutations())
def test_no_text_stops_the_check(text: str, tmp_path: Path) -> None:
    check(tmp_path, text, NobodyToAsk)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=mutations())
def test_no_text_stops_the_check_that_asks(text: str, tmp_path: Path) -> None:
    check(tmp_path, text, RealReader)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "+".join(["'a'"] * 5000),
        "x = " + "-" * 3000 + "1",
        "x = " + ".a" * 0 + "a" + ".a" * 3000,
        "x = " + "[" * 90 + "]" * 90,
        "\n".join(f"a{number} = a{number + 1} + a{number + 1}" for number in range(60)) + "\nopen(a0, 'w')",
        "x = " + "9" * 5000,
        "a" * 100_000 + "://",
        f"x = {'a:' * 50_000!r}",
        f"x = {'eyJaaaaaaaaaaaa.' * 5_000!r}",
        "\0",
        "\ufeff" + "x = 1",
        "# -*- coding: nonsense -*-\n",
        "",
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_texts_made_to_stop_it(text: str, tmp_path: Path) -> None:
    hook = "\nfrom hookkit import hook\n@hook\ndef job() -> None: ...\n"

    check(tmp_path, text + hook, NobodyToAsk)


def test_mutations_are_python_often_enough_to_mean_something() -> None:
    assert all(ast.parse(text) for text in TEXTS[:2])
