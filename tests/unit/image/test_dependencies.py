import base64
import csv
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from uv import find_uv_bin

from hookkit.contract import IMAGE_PYTHON
from hookkit.errors import DependencyError
from hookkit.image.dependencies import install_dependencies
from hookkit.image.plan import LayerFile
from hookkit.image.platform import Platform
from hookkit.project import Project

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = f"lib/python{PYTHON}/site-packages"
#: A version that does not run here: what the image gets does not depend on this machine.
OTHER = "3.13"


def install(
    project: Project, tmp_path: Path, *, platform: Platform = AMD64, python: str = PYTHON
) -> dict[str, LayerFile]:
    folder = tmp_path / "installed"
    folder.mkdir()
    return {one.path: one for one in install_dependencies(project, platform, python, folder)}


def content(one: LayerFile) -> bytes:
    return one.source if isinstance(one.source, bytes) else one.source.read_bytes()


def refusal(project: Project, tmp_path: Path, **target: str) -> str:
    with pytest.raises(DependencyError) as caught:
        install(project, tmp_path, python=target.get("python", PYTHON))
    message = str(caught.value)
    assert "\n" not in message
    return message


def only_here(wheels: Path) -> str:
    """Settings for `uv lock`, which asks the project and not the environment where packages are."""
    return f'[tool.uv]\nno-index = true\nfind-links = ["{wheels}"]'


def uv_lock(project: Project) -> None:
    command = [find_uv_bin(), "lock", "--quiet", "--python", sys.executable]
    subprocess.run(command, cwd=project.root, check=True)


# ---------------------------------------------------------------- what is installed


def test_without_dependencies_nothing_is_asked_of_uv(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "no url at all")

    assert install(make_project(), tmp_path) == {}


@pytest.mark.parametrize("requirement", ["hookkit", "hookkit[cli]>=0.1", "hookkit @ file:///nowhere", "Hookkit"])
def test_hookkit_itself_is_no_dependency_of_the_image(
    make_project: MakeProject, tmp_path: Path, wheels: Path, requirement: str
) -> None:
    assert install(make_project(dependencies=(requirement,)), tmp_path) == {}
    assert not list(wheels.iterdir())


def test_a_dependency_that_needs_hookkit_comes_without_it(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting", requires=("hookkit[cli]",))

    files = install(make_project(dependencies=("greeting", "hookkit[cli]")), tmp_path)

    assert f"{PACKAGES}/greeting/__init__.py" in files
    assert not [path for path in files if "hookkit" in path]


def test_dependencies_of_dependencies_come_along(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting", requires=("words>=2",))
    make_wheel("words", "1.0")
    make_wheel("words", "2.0")

    files = install(make_project(dependencies=("greeting",)), tmp_path)

    assert f"{PACKAGES}/words-2.0.dist-info/METADATA" in files


def test_wheels_are_chosen_for_the_image_not_for_this_machine(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("native", tag=f"cp{OTHER.replace('.', '')}-none-manylinux_2_28_aarch64")

    files = install(make_project(dependencies=("native",)), tmp_path, platform=ARM64, python=OTHER)

    assert f"lib/python{OTHER}/site-packages/native/__init__.py" in files
    assert not [path for path in files if path.startswith("lib/") and not path.startswith(f"lib/python{OTHER}/")]


def test_scripts_start_with_the_python_of_the_image(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting")

    script = install(make_project(dependencies=("greeting",)), tmp_path)["bin/greeting"]

    assert script.executable
    assert content(script).startswith(f"#!{IMAGE_PYTHON}\n".encode())
    assert b"from greeting import main" in content(script)


def test_scripts_lose_a_host_python_whose_path_no_first_line_can_hold(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting")
    place = tmp_path / "with a space"
    subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, place], check=True)
    project = make_project(dependencies=("greeting",), tool=f'python = "{place}/bin/python"')

    script = content(install(project, tmp_path)["bin/greeting"])

    assert script.startswith(f"#!{IMAGE_PYTHON}\n".encode())
    assert str(tmp_path).encode() not in script


def test_records_are_true_to_every_file(make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path) -> None:
    make_wheel("greeting")
    files = install(make_project(dependencies=("greeting",)), tmp_path)

    rows = list(csv.reader(io.StringIO(content(files[f"{PACKAGES}/greeting-1.0.dist-info/RECORD"]).decode())))

    recorded = {os.path.normpath(f"{PACKAGES}/{path}"): hashed for path, hashed, _ in rows}
    assert recorded.keys() == files.keys()
    for path, hashed in recorded.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content(files[path])).digest()).rstrip(b"=").decode()
        assert hashed in {"", f"sha256={digest}"}


def test_no_path_of_this_machine_is_left_in_any_file(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = make_wheel("greeting")
    files = install(make_project(dependencies=(f"greeting @ file://{wheel}",)), tmp_path)

    marks = (str(tmp_path).encode(), sys.prefix.encode())
    assert [path for path, one in files.items() if any(mark in content(one) for mark in marks)] == []
    assert not {Path(path).name for path in files} & {".lock", "direct_url.json", "uv_cache.json"}


def test_credentials_of_an_index_are_in_no_file(
    make_project: MakeProject,
    make_wheel: MakeWheel,
    package_index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wheel = make_wheel("greeting")
    make_wheel("words")
    index = package_index.replace("://", "://me:hunter2@")
    monkeypatch.setenv("UV_DEFAULT_INDEX", index)

    files = install(make_project(dependencies=("words", f"greeting @ {index}{wheel.name}")), tmp_path)

    assert f"{PACKAGES}/words/data.txt" in files
    assert [path for path, one in files.items() if b"hunter2" in content(one)] == []


# ---------------------------------------------------------------- uv.lock


def test_a_lock_decides_the_versions(
    make_project: MakeProject, make_wheel: MakeWheel, wheels: Path, tmp_path: Path
) -> None:
    make_wheel("greeting", "1.0")
    project = make_project(dependencies=("greeting",), tool=only_here(wheels))
    uv_lock(project)
    make_wheel("greeting", "2.0")

    files = install(project, tmp_path)

    assert f"{PACKAGES}/greeting-1.0.dist-info/METADATA" in files


def test_a_lock_gives_hashes_and_another_file_of_that_name_is_refused(
    make_project: MakeProject,
    make_wheel: MakeWheel,
    package_index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_wheel("greeting")
    project = make_project(
        dependencies=("greeting",), tool=f'[[tool.uv.index]]\nurl = "{package_index}"\ndefault = true'
    )
    uv_lock(project)
    make_wheel("greeting", requires=("evil",))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another-cache"))

    assert "ash mismatch" in refusal(project, tmp_path)


def test_hookkit_and_what_it_alone_needs_are_left_out_of_a_lock(
    make_project: MakeProject, make_wheel: MakeWheel, wheels: Path, tmp_path: Path
) -> None:
    make_wheel("hookkit", requires=("toolbox",))
    make_wheel("toolbox")
    make_wheel("greeting")
    project = make_project(dependencies=("greeting", "hookkit"), tool=only_here(wheels))
    uv_lock(project)

    files = install(project, tmp_path)

    assert {path.split("/")[3] for path in files if path.startswith("lib/")} == {"greeting", "greeting-1.0.dist-info"}


def test_a_stale_lock_is_named(make_project: MakeProject, make_wheel: MakeWheel, wheels: Path, tmp_path: Path) -> None:
    make_wheel("greeting")
    make_wheel("words")
    uv_lock(make_project(dependencies=("greeting",), tool=only_here(wheels)))
    project = make_project(dependencies=("greeting", "words"), tool=only_here(wheels))

    assert refusal(project, tmp_path) == (
        f"{project.root / 'uv.lock'}: is stale: it does not fit pyproject.toml; run `uv lock`, then build again"
    )


@pytest.mark.usefixtures("wheels")
def test_a_lock_that_is_none_is_named(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"uv.lock": "no lock"}, dependencies=("greeting",))

    assert "uv.lock: can't be read as a lock; run `uv lock`" in refusal(project, tmp_path)


# ---------------------------------------------------------------- what can go wrong


@pytest.mark.usefixtures("wheels")
def test_an_unknown_package_is_named(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(dependencies=("no-such-thing",))

    assert f"{project.root / 'pyproject.toml'}: no-such-thing is no package of the index" in refusal(project, tmp_path)


def test_a_package_with_sources_alone_is_named(make_project: MakeProject, wheels: Path, tmp_path: Path) -> None:
    (wheels / "sources-1.0.tar.gz").write_bytes(b"")
    project = make_project(dependencies=("sources",))

    assert f"sources has no wheel for linux/amd64, Python {PYTHON}" in refusal(project, tmp_path)


def test_a_package_with_wheels_for_another_platform_is_named(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("windowed", tag="py3-none-win_amd64")
    project = make_project(dependencies=("windowed",))

    assert f"windowed has no wheel for linux/amd64, Python {PYTHON}" in refusal(project, tmp_path)


def test_a_package_with_wheels_for_another_python_is_named(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("newer", tag="cp399-cp399-manylinux_2_28_x86_64")
    project = make_project(dependencies=("newer",))

    assert f"newer has no wheel for linux/amd64, Python {PYTHON}" in refusal(project, tmp_path)


@pytest.mark.usefixtures("wheels")
def test_a_folder_of_sources_is_named(make_project: MakeProject, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "pyproject.toml").write_text('[project]\nname = "library"\nversion = "1"\n')

    message = refusal(make_project(dependencies=(f"library @ file://{library}",)), tmp_path)

    assert "library has no wheel, only sources" in message


def test_versions_that_contradict_each_other_are_told_in_uvs_words(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("words", "1.0")
    project = make_project(dependencies=("words>=2",))

    assert "only words<2 is available" in refusal(project, tmp_path).replace("words<=1.0", "words<2")


@pytest.mark.usefixtures("wheels")
def test_a_requirement_that_is_none_is_shown(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(dependencies=("numpy=>1",))

    assert "numpy=>1" in refusal(project, tmp_path)


@pytest.mark.usefixtures("wheels")
def test_an_index_that_does_not_answer_is_told_and_its_password_is_not(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:hunter2@127.0.0.1:1/simple")
    project = make_project(dependencies=("numpy",))

    message = refusal(project, tmp_path)

    assert "the package index can't be reached" in message
    assert "hunter2" not in message


@pytest.mark.usefixtures("wheels")
def test_a_password_in_a_requirement_is_never_shown(make_project: MakeProject, tmp_path: Path) -> None:
    wrong = "x @ https://me:hunter2@127.0.0.1:1/x-1.0-py3-none-any.whl ; nonsense"
    project = make_project(dependencies=(wrong,))

    message = refusal(project, tmp_path)

    assert "127.0.0.1" in message
    assert "hunter2" not in message
