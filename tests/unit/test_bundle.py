"""The runtime's files go into the user's cache once, whole, however many runs ask for them."""

import subprocess
import sys
from pathlib import Path

import pytest

from hookkit.bundle import runtime_files, runtime_path, write_runtime
from hookkit.errors import HookkitError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def files_below(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_runtime_holds_the_container_side_alone() -> None:
    names = set(runtime_files())

    assert {"hookkit/__init__.py", "hookkit/runtime/__main__.py", "hookkit/py.typed"} <= names
    assert not {name for name in names if name.startswith(("hookkit/cli", "hookkit/local", "hookkit/project"))}


def test_every_module_of_the_runtime_works_without_anything_else(tmp_path: Path) -> None:
    write_runtime(tmp_path)
    names = [file.removesuffix(".py").replace("/", ".") for file in runtime_files() if file.endswith(".py")]
    program = f"import sys, importlib; sys.path.insert(0, {str(tmp_path)!r}); [*map(importlib.import_module, {names})]"

    subprocess.run([sys.executable, "-S", "-I", "-c", program], check=True)


def test_the_cache_gets_the_runtime_whole(cache: Path) -> None:
    root = runtime_path()

    assert root.is_relative_to(cache)
    assert files_below(root) == dict(runtime_files())


def test_the_runtime_is_made_once() -> None:
    root = runtime_path()
    (root / "mark").touch()

    assert runtime_path() == root
    assert (root / "mark").exists()


def test_runs_at_the_same_time_get_the_same_whole_runtime(cache: Path) -> None:
    program = "from hookkit.bundle import runtime_path; import hookkit.contract; print(runtime_path())"
    command = [sys.executable, "-c", program]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]

    answers = {run.communicate(timeout=60)[0].strip() for run in runs}

    assert [run.returncode for run in runs] == [0] * 6
    (root,) = map(Path, answers)
    assert files_below(root) == dict(runtime_files())
    assert list(root.parent.iterdir()) == [root], "a half-made runtime was left behind"
    assert root.is_relative_to(cache)


def test_a_cache_that_cannot_be_written_is_named_with_the_way_out(cache: Path) -> None:
    cache.touch()

    with pytest.raises(HookkitError, match=r"the cache can't be written: .*, or set XDG_CACHE_HOME") as caught:
        runtime_path()
    assert caught.value.exit_code == 125
    assert len(str(caught.value).splitlines()) == 1
