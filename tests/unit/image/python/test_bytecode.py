import importlib.util
import marshal
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType

import pytest

from hookkit.bundle import runtime_files
from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.layer import Layer, LayerFile, LayerLink
from hookkit.image.python.bytecode import compile_bytecode
from hookkit.image.python.interpreter import Interpreter

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
TAG = str(sys.implementation.cache_tag)
SOURCE = b"LIMITS = {'a', 'b', None, 3.5}\n\n\ndef fail(values):\n    return values in {'x', 'y', 'z'} or 1 / 0\n"
#: Compiles in a process of its own, as a build that somebody kills does.
BUILD = """
import sys
from pathlib import Path
from hookkit.cache import Cache
from hookkit.image.python.bytecode import compile_bytecode
from hookkit.image.python.interpreter import Interpreter
from hookkit.image.layer import Layer, LayerFile

source = b"x = [" + b"(1, 'a', {'b': 2}), " * 3_000 + b"]"
files = tuple(LayerFile(f"m{number:03}.py", source) for number in range(100))
print("here", flush=True)
layer = Layer("m", "code", "/opt", files, "m")
[found] = compile_bytecode(Cache(Path(sys.argv[1])), [layer], Interpreter.at(Path(sys.executable)))
print(len(found))
"""


def layer(files: dict[str, bytes], *, target: str = "/opt/hook", folder: Path | None = None, key: str = "") -> Layer:
    """A layer of these files, in memory or on disk."""
    entries = []
    for path, content in sorted(files.items()):
        if folder is None:
            entries.append(LayerFile(path, content))
            continue
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        entries.append(LayerFile(path, place))
    return Layer("a layer", "code", target, tuple(entries), key)


def contents(files: tuple[LayerFile, ...]) -> dict[str, bytes]:
    return {one.path: one.source.read_bytes() for one in files if isinstance(one.source, Path)}


def code_of(bytecode: bytes) -> CodeType:
    code = marshal.loads(bytecode[16:])  # noqa: S302 - made by this test
    assert isinstance(code, CodeType)
    return code


# ---------------------------------------------------------------- what comes of a layer


def test_bytecode_lies_where_python_looks_for_it(cache: Cache, interpreter: Interpreter) -> None:
    package = layer({"a/__init__.py": b"", "a/b.py": SOURCE, "c.py": b"", "a/data.txt": b"x"})

    [found] = compile_bytecode(cache, [package], interpreter)

    expected = [f"__pycache__/c.{TAG}.pyc", f"a/__pycache__/__init__.{TAG}.pyc", f"a/__pycache__/b.{TAG}.pyc"]
    assert [one.path for one in found] == expected
    assert not any(one.executable for one in found)


def test_code_names_its_place_in_the_image(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    [[one]] = compile_bytecode(cache, [layer({"a/b.py": SOURCE}, folder=tmp_path / "here")], interpreter)

    assert isinstance(one.source, Path)
    bytecode = one.source.read_bytes()
    assert code_of(bytecode).co_filename == "/opt/hook/a/b.py"
    assert str(tmp_path).encode() not in bytecode


def test_python_takes_it_without_looking_at_the_source(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    [found] = compile_bytecode(cache, [layer({"words.py": b"TEXT = 'compiled'\n"})], interpreter)
    image = tmp_path / "image"
    for path, content in contents(found).items():
        (image / path).parent.mkdir(parents=True)
        (image / path).write_bytes(content)
    (image / "words.py").write_text("TEXT = 'from the source'\n")

    command = [sys.executable, "-B", "-c", "import words; print(words.TEXT)"]
    done = subprocess.run(command, cwd=image, capture_output=True, text=True, check=True)

    assert done.stdout == "compiled\n"


def test_what_does_not_compile_is_left_out_and_costs_nothing_else(cache: Cache, interpreter: Interpreter) -> None:
    wrong = {"two.py": b"print 'hello'\n", "nul.py": b"\0", "code.py": b"# coding: no-such\n", "deep.py": b"(" * 5000}

    [found] = compile_bytecode(cache, [layer({**wrong, "right.py": SOURCE})], interpreter)

    assert [one.path for one in found] == [f"__pycache__/right.{TAG}.pyc"]


def test_a_warning_about_a_source_is_not_told(cache: Cache, interpreter: Interpreter, capfd: object) -> None:
    [found] = compile_bytecode(cache, [layer({"a.py": b"x = '\\d'\n"})], interpreter)

    assert len(found) == 1
    assert isinstance(capfd, pytest.CaptureFixture)
    assert capfd.readouterr() == ("", "")


def test_programs_tests_links_and_what_is_compiled_already_are_left_alone(
    cache: Cache, interpreter: Interpreter
) -> None:
    shipped = {"a.py": b"", f"__pycache__/a.{TAG}.pyc": b"own"}
    package = layer({**shipped, "bin/b.py": b"", "p/tests/c.py": b"", "p/test/d.py": b"", "p/tests.py": b""})
    with_link = Layer("links", "code", "/opt", (*package.entries, LayerLink("l.py", "a.py")))

    [found] = compile_bytecode(cache, [with_link], interpreter)

    assert [one.path for one in found] == [f"p/__pycache__/tests.{TAG}.pyc"]


def test_each_layer_gets_its_own(cache: Cache, interpreter: Interpreter) -> None:
    layers = [layer({"a.py": SOURCE}), layer({"x.txt": b""}), layer({"b.py": b""}, target="/")]

    one, nothing, two = compile_bytecode(cache, layers, interpreter)

    assert [file.path for file in (*one, *two)] == [f"__pycache__/a.{TAG}.pyc", f"__pycache__/b.{TAG}.pyc"]
    assert nothing == ()
    assert code_of(contents(two)[f"__pycache__/b.{TAG}.pyc"]).co_filename == "/b.py"


def test_the_runtime_compiles_whole(cache: Cache, interpreter: Interpreter) -> None:
    sources = {path for path in runtime_files() if path.endswith(".py")}

    [found] = compile_bytecode(cache, [layer(dict(runtime_files()), target="/opt/hookkit")], interpreter)

    assert {importlib.util.source_from_cache(one.path) for one in found} == sources


# ---------------------------------------------------------------- once ever, and always the same


def test_the_bytes_are_the_same_from_other_folders_on_other_days_under_other_umasks_beside_other_layers(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    files = {f"m{number}.py": SOURCE + f"N = {number}\n".encode() for number in range(70)}
    before = os.umask(0o077)
    try:
        there = layer(files, folder=tmp_path / "there")
        for path in (tmp_path / "there").iterdir():
            os.utime(path, (1, 1))
        [strict] = compile_bytecode(Cache(tmp_path / "one"), [there], interpreter)
    finally:
        os.umask(before)

    others = layer({"z.py": SOURCE * 2})
    [_, plain] = compile_bytecode(Cache(tmp_path / "two"), [others, layer(files)], interpreter)

    assert contents(strict) == contents(plain)


def test_what_is_in_the_cache_is_not_compiled_again(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    [before] = compile_bytecode(cache, [layer({"a.py": SOURCE}, key="known")], interpreter)
    gone = Layer("a layer", "code", "/opt/hook", (LayerFile("a.py", tmp_path / "gone.py"),), "known")

    [after] = compile_bytecode(cache, [gone], interpreter)

    assert after == before


def test_all_that_shapes_the_bytes_tells_entries_of_the_cache_apart(cache: Cache, interpreter: Interpreter) -> None:
    patch = Interpreter(interpreter.executable, interpreter.minor, "another patch", interpreter.tag)
    asked = [
        (layer({"a.py": SOURCE}), interpreter),
        (layer({"a.py": SOURCE + b"X = 1\n"}), interpreter),
        (layer({"a.py": SOURCE}, target="/opt/other"), interpreter),
        (layer({"a.py": SOURCE}), patch),
    ]

    sources = [compile_bytecode(cache, [one], python)[0][0].source for one, python in asked]

    assert len(set(sources)) == len(asked)


def test_two_builds_at_once_give_the_same(cache: Cache, interpreter: Interpreter) -> None:
    package = layer({f"m{number}.py": SOURCE for number in range(70)})

    with ThreadPoolExecutor(4) as pool:
        builds = [pool.submit(compile_bytecode, cache, [package], interpreter) for _ in range(4)]
        found = [build.result()[0] for build in builds]

    assert all(one == found[0] for one in found)
    assert len(contents(found[0])) == 70


def test_a_build_that_is_killed_leaves_nothing_half_done(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD, str(tmp_path / "cache")]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    assert killed.stdout
    assert killed.stdout.readline() == "here\n"
    while not list(tmp_path.glob("hookkit-*/0/*")):  # at work
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()

    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)

    assert done.stdout == "here\n100\n"


def test_an_interpreter_that_fails_is_a_line_and_leaves_nothing(cache: Cache, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no memory left' >&2\nexit 1\n")
    broken.chmod(0o755)
    package = layer({"a.py": SOURCE})

    with pytest.raises(BuildError, match=r"can't be made: no memory left; free some memory") as caught:
        compile_bytecode(cache, [package], Interpreter(broken, MINOR, "x", TAG))

    assert "\n" not in str(caught.value)
    assert cache.usage() == []


def test_a_file_that_can_not_be_read_is_a_line(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    missing = Layer("a layer", "code", "/opt", (LayerFile("a.py", tmp_path / "gone.py"),), "key")

    with pytest.raises(BuildError, match=r"gone\.py"):
        compile_bytecode(cache, [missing], interpreter)
