"""A hook starts fast: what takes its time to import is imported where it is used, and by whom it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
#: Each takes a part of the time that an interpreter needs to start.
HEAVY = {
    *(
        "asyncio",
        "concurrent",
        "ctypes",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "email",
        "inspect",
        "multiprocessing",
    ),
    *("pydantic", "random", "selectors", "shutil", "socket", "subprocess", "tempfile", "tomllib", "unittest", "uuid"),
}

HOOK = """
import sys
from pathlib import Path
from typing import Annotated, Literal
from hookkit import HookContext, Input, Option, Output, Secret, hook

@hook
def run(
    input: Annotated[Path, Input("Scene", glob="*")],
    output: Annotated[Path, Output("Mask")],
    token: Secret,
    context: HookContext,
    limit: Annotated[float, Option("Cover", ge=0, le=1)] = 0.5,
    bands: list[str] | None = None,
    case: Literal["upper", "lower"] = "upper",
) -> None:
    context.progress(1, 2)
    (output / "a").write_text("\\n".join(sys.modules))
"""


def heavy(modules: str) -> set[str]:
    return HEAVY & {name.partition(".")[0] for name in modules.split()}


@pytest.mark.parametrize("module", ["hookkit", "hookkit.runtime.execution", "hookkit.runtime.supervisor"])
def test_importing_the_container_side_imports_nothing_heavy(module: str) -> None:
    source = f"import sys; sys.path.insert(0, sys.argv[1]); import {module}; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", source, str(REPOSITORY)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert heavy(done.stdout) == set()


def test_a_whole_call_imports_nothing_heavy_that_it_does_not_use(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(HOOK)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/scene").touch()
    path = f"import sys; sys.path[:0] = [sys.argv.pop(1), {str(tmp_path)!r}]; sys.argv[0] = '-m'"
    source = f"{path}; import runpy; runpy.run_module('hookkit.runtime', run_name='__main__')"
    arguments = ["job", "--input=in", "--output=out", "--limit=0.1", "--bands=a", "--bands=b"]

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", source, str(REPOSITORY), *arguments],
        cwd=tmp_path,
        env={"HOOKKIT_OPTION_TOKEN": "abc-def"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert heavy((tmp_path / "out/a").read_text()) == set()


def test_what_is_heavy_is_there_to_be_found() -> None:
    """The names above are modules: a misspelt one would never be found."""
    assert {name for name in HEAVY if name not in sys.stdlib_module_names} == {"pydantic"}
