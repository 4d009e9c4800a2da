import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

from hookkit.image.layer import LayerFile, LayerLink
from hookkit.image.python.environment import environment_entries

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
#: What is no environment itself: the base's own Python.
BASE_PYTHON = Path(sys.base_exec_prefix, "bin", f"python{MINOR}")


def make(root: Path) -> None:
    """Lay out the entries as an image has them."""
    for entry in environment_entries(PurePosixPath(BASE_PYTHON), MINOR):
        path = root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(entry, LayerLink):
            path.symlink_to(entry.target)
        else:
            assert isinstance(entry.source, bytes)
            path.write_bytes(entry.source)


def test_it_is_an_environment_to_the_bases_python(tmp_path: Path) -> None:
    make(tmp_path)
    packages = tmp_path / f"lib/python{MINOR}/site-packages"
    packages.mkdir(parents=True)
    (packages / "greeting.py").write_text("TEXT = 'hello'\n")
    (packages / "paths.pth").write_text("more\n")
    (packages / "more").mkdir()
    (packages / "more/words.py").touch()
    program = "import greeting, words, sys, json; print(json.dumps([sys.prefix, sys.base_prefix, greeting.TEXT]))"

    for name in ("python", "python3", f"python{MINOR}"):
        command = [str(tmp_path / "bin" / name), "-I", "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout) == [str(tmp_path), sys.base_prefix, "hello"]


def test_the_bases_own_packages_are_left_alone(tmp_path: Path) -> None:
    make(tmp_path)

    command = [str(tmp_path / "bin/python"), "-I", "-c", "import sys; print(*sys.path, sep='\\n')"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    packages = [path for path in done.stdout.splitlines() if "site-packages" in path]
    assert [path for path in packages if not path.startswith(str(tmp_path))] == []


def test_it_names_the_base_alone_and_is_sorted() -> None:
    entries = environment_entries(PurePosixPath("/usr/local/bin/python3.12"), "3.12")

    assert entries == (
        LayerLink("bin/python", "/usr/local/bin/python3.12"),
        LayerLink("bin/python3", "python"),
        LayerLink("bin/python3.12", "python"),
        LayerLink("lib64", "lib"),
        LayerFile("pyvenv.cfg", b"home = /usr/local/bin\ninclude-system-site-packages = false\nversion = 3.12\n"),
    )
    assert [entry.path for entry in entries] == sorted(entry.path for entry in entries)
