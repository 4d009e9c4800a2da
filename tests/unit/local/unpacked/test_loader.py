"""A program of an image is run by the image's own loader, with the image's libraries and modules."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.errors import EngineError
from hookkit.local.containerplan import Mount
from hookkit.local.unpacked.loader import interpreter_of, load, plan_loading, rooted
from hookkit.local.unpacked.view import View


def view_in(root: Path, *command: str, mounts: tuple[Mount, ...] = (), **environment: str) -> View:
    return View(root, mounts, command, {"PATH": "/usr/bin", **environment}, "/", (1, 1), network=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with this machine's `env`, its loader and its C library."""
    root = tmp_path / "root"
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/env").write_bytes(Path("/usr/bin/env").read_bytes())
    (root / "usr/bin/env").chmod(0o755)
    loader = Path(interpreter_of(Path("/usr/bin/env")))
    (root / "lib64").mkdir()
    (root / "opt/own/lib").mkdir(parents=True)
    target = root / str(loader).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(loader.read_bytes())
    target.chmod(0o755)
    listing = subprocess.run(["ldd", "/usr/bin/env"], capture_output=True, text=True, check=True).stdout
    [library] = [line.split()[2] for line in listing.splitlines() if "libc.so.6 =>" in line]
    (root / "opt/own/lib/libc.so.6").write_bytes(Path(library).read_bytes())
    (root / "etc/ld.so.conf.d").mkdir(parents=True)
    (root / "etc/ld.so.conf").write_text("# a comment\ninclude /etc/ld.so.conf.d/*.conf\n")
    (root / "etc/ld.so.conf.d/own.conf").write_text("/opt/own/lib  # ours\n")
    return root


def test_a_program_asks_for_a_loader() -> None:
    assert Path(interpreter_of(Path("/usr/bin/env"))).is_file()


@given(content=st.binary(max_size=300))
def test_any_other_file_asks_for_none(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any file"
    for start in (b"", b"\x7fELF\x02\x01"):
        file.write_bytes(start + content)
        assert isinstance(interpreter_of(file), str)


def test_the_images_loader_takes_the_images_libraries(root: Path, tmp_path: Path) -> None:
    view = view_in(root, "env", "--version", LD_LIBRARY_PATH="/nowhere")
    loading = plan_loading(view)
    loaded = load(view, loading, tmp_path)

    assert loading.loader.is_relative_to(root)
    assert root / "opt/own/lib" in loading.libraries
    assert "LD_LIBRARY_PATH" not in loaded.environment
    listed = subprocess.run(
        [loaded.command[0], "--list", *loaded.command[1:-1]], capture_output=True, text=True, check=True
    )
    assert f"libc.so.6 => {root}/opt/own/lib/libc.so.6" in listed.stdout
    done = subprocess.run(loaded.command, env=loaded.environment, capture_output=True, text=True, check=True)
    assert "coreutils" in done.stdout


def test_a_script_has_no_loader_and_is_refused(root: Path) -> None:
    (root / "usr/bin/script").write_text("#!/bin/sh\n")
    (root / "usr/bin/script").chmod(0o755)
    with pytest.raises(EngineError, match="script: can't be run without namespaces, which this machine refuses"):
        plan_loading(view_in(root, "script"))


def test_variables_name_the_images_folders_where_they_were_unpacked(root: Path) -> None:
    mounts = (
        Mount(Path("/here/volume"), "/mnt/vol", read_only=False),
        Mount(Path("/here/in"), "/mnt/vol/in", read_only=True),
    )
    view = view_in(root, "env", mounts=mounts)

    assert rooted(view, "/usr/bin:/nowhere:C.UTF-8:/") == f"{root}/usr/bin:/nowhere:C.UTF-8:/"
    assert rooted(view, "/mnt/vol/x") == "/here/volume/x"
    assert rooted(view, "/mnt/vol/in/x") == "/here/in/x"
    assert rooted(view, "/mnt/volume") == "/mnt/volume"


def test_configuration_that_includes_itself_ends(root: Path) -> None:
    (root / "etc/ld.so.conf.d/own.conf").write_text("include /etc/ld.so.conf\ninclude own.conf\n/usr/bin\n")
    assert root / "usr/bin" in plan_loading(view_in(root, "env")).libraries
