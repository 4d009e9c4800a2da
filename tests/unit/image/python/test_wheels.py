import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from uv import find_uv_bin

from hookkit.cache import Cache
from hookkit.contract import IMAGE_PYTHON
from hookkit.errors import DependencyError
from hookkit.image.layer import LayerFile
from hookkit.image.lock import Lock
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import dependencies_for, locked_dependencies
from hookkit.image.python.distributions import Distribution
from hookkit.image.python.wheels import install_dependencies, wheel_platform
from hookkit.project import Project

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = f"lib/python{PYTHON}/site-packages"
#: A version that does not run here: what the image gets does not depend on this machine.
OTHER = "3.13"
GLIBC = (2, 36)


def distributions(
    project: Project, folder: Path, *, platform: Platform = AMD64, python: str = PYTHON, glibc: tuple[int, int] = GLIBC
) -> tuple[Distribution, ...]:
    locked = locked_dependencies(project, python, Lock())
    return install_dependencies(Cache(folder / "cache"), dependencies_for(locked, platform, glibc, python), project)


def install(
    project: Project, tmp_path: Path, *, platform: Platform = AMD64, python: str = PYTHON
) -> dict[str, LayerFile]:
    found = distributions(project, tmp_path, platform=platform, python=python)
    return {entry.path: entry for one in found for entry in one.entries}


def content(one: LayerFile) -> bytes:
    return one.source if isinstance(one.source, bytes) else one.source.read_bytes()


def refusal(project: Project, tmp_path: Path, **target: str) -> str:
    with pytest.raises(DependencyError) as caught:
        install(project, tmp_path, python=target.get("python", PYTHON))
    message = str(caught.value)
    assert "\n" not in message
    return message


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
    make_wheel("words")
    monkeypatch.setenv("UV_DEFAULT_INDEX", package_index.replace("://", "://me:hunter2@"))

    files = install(make_project(dependencies=("words",)), tmp_path)

    assert f"{PACKAGES}/words/data.txt" in files
    assert [path for path, one in files.items() if b"hunter2" in content(one)] == []


def test_an_index_that_one_package_alone_may_come_from_serves_it(
    make_project: MakeProject,
    make_wheel: MakeWheel,
    package_index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_wheel("greeting")
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"{package_index}empty/")
    tool = (
        f'[[tool.uv.index]]\nname = "mine"\nurl = "{package_index}"\nexplicit = true\n'
        '[tool.uv.sources]\ngreeting = { index = "mine" }'
    )
    project = make_project(dependencies=("greeting",), tool=tool)
    subprocess.run([find_uv_bin(), "lock", "--quiet", "--python", sys.executable], cwd=project.root, check=True)

    assert f"{PACKAGES}/greeting/data.txt" in install(project, tmp_path)


# ---------------------------------------------------------------- one group a distribution


def test_each_distribution_knows_its_files_its_licence_and_its_hashes(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = make_wheel("words", "2.0", metadata="License-Expression: MIT\n")
    make_wheel("greeting", requires=("words",), metadata="Classifier: License :: OSI Approved :: BSD License\n")

    greeting, words = distributions(make_project(dependencies=("greeting",)), tmp_path)

    assert (greeting.name, greeting.licence) == ("greeting", "BSD License")
    assert (words.name, words.version, words.licence) == ("words", "2.0", "MIT")
    assert words.hashes == (f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}",)
    assert {one.path.split("/")[-2] for one in words.entries} == {"bin", "words", "words-2.0.dist-info"}
    assert words.size == sum(len(content(one)) for one in words.entries)
    assert [one.path for one in words.entries] == sorted(one.path for one in words.entries)


def test_a_distribution_has_the_same_key_wherever_and_with_whichever_python_it_is_installed(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting")
    place = tmp_path / "with a space"
    subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, place], check=True)
    other = make_project(dependencies=("greeting",), folder="other", tool=f'python = "{place}/bin/python"')

    [one] = distributions(make_project(dependencies=("greeting",)), tmp_path / "here")
    [two] = distributions(other, tmp_path / "there")

    assert one.key == two.key
    assert [content(entry) for entry in one.entries] == [content(entry) for entry in two.entries]


def test_a_distribution_that_changes_changes_its_key_alone(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(dependencies=("greeting", "words"))
    make_wheel("greeting")
    make_wheel("words")
    greeting, words = distributions(project, tmp_path / "before")
    make_wheel("words", files={"words/more.py": "MORE = 1\n"})
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another-cache"))

    greeting_again, other_words = distributions(project, tmp_path / "after")

    assert greeting_again.key == greeting.key
    assert other_words.key != words.key


def test_wheels_of_one_version_for_two_machines_have_keys_of_their_own(
    make_project: MakeProject,
    make_wheel: MakeWheel,
    package_index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for machine in ("x86_64", "aarch64"):
        make_wheel("native", tag=f"py3-none-manylinux_2_28_{machine}")
    monkeypatch.setenv("UV_DEFAULT_INDEX", package_index)
    project = make_project(dependencies=("native",))

    [amd] = distributions(project, tmp_path / "amd", platform=AMD64)
    [arm] = distributions(project, tmp_path / "arm", platform=ARM64)

    assert amd.hashes == arm.hashes
    assert amd.key != arm.key


def test_a_file_that_two_distributions_ship_is_in_one_of_them(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    for name in ("greeting", "words"):
        make_wheel(name, files={"shared/__init__.py": f"NAME = {name!r}\n"})

    found = distributions(make_project(dependencies=("greeting", "words")), tmp_path)

    [owner] = [one for one in found for entry in one.entries if entry.path == f"{PACKAGES}/shared/__init__.py"]
    [shared] = [entry for entry in owner.entries if entry.path == f"{PACKAGES}/shared/__init__.py"]
    assert owner.name.encode() in content(shared)
    records = [content(entry) for one in found for entry in one.entries if entry.path.endswith("RECORD")]
    assert sum(b"shared/__init__.py" in record for record in records) == 1


def test_a_program_of_a_wheel_stays_one_whatever_the_umask(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("greeting")
    before = os.umask(0o077)
    try:
        files = install(make_project(dependencies=("greeting",)), tmp_path)
    finally:
        os.umask(before)

    assert [path for path, one in files.items() if one.executable] == ["bin/greeting"]


def test_what_is_installed_already_asks_nobody(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = make_wheel("greeting")
    project, cache = make_project(dependencies=("greeting",)), Cache(tmp_path / "cache")
    dependencies = dependencies_for(locked_dependencies(project, PYTHON, Lock()), AMD64, GLIBC, PYTHON)
    before = install_dependencies(cache, dependencies, project)
    wheel.unlink()
    shutil.rmtree(tmp_path / "uv-cache")

    assert install_dependencies(cache, dependencies, project) == before


# ---------------------------------------------------------------- the target


@pytest.mark.parametrize(
    ("platform", "glibc", "expected"),
    [
        (AMD64, (2, 17), "x86_64-manylinux_2_17"),
        (AMD64, (2, 27), "x86_64-manylinux_2_17"),
        (AMD64, (2, 36), "x86_64-manylinux_2_36"),
        (ARM64, (2, 30), "aarch64-manylinux_2_28"),
        (ARM64, (2, 41), "aarch64-manylinux_2_40"),
    ],
)
def test_wheels_are_for_the_highest_level_that_the_base_carries(
    platform: Platform, glibc: tuple[int, int], expected: str
) -> None:
    assert wheel_platform(platform, glibc) == expected


def test_a_base_that_is_older_than_all_wheels_is_named() -> None:
    with pytest.raises(DependencyError, match=r"glibc 2\.12 is older than any wheel"):
        wheel_platform(AMD64, (2, 12))


def test_a_wheel_for_a_later_glibc_than_the_bases_is_not_taken(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    make_wheel("native", tag="py3-none-manylinux_2_34_x86_64")
    project = make_project(dependencies=("native",))

    assert distributions(project, tmp_path / "later", glibc=(2, 34))
    with pytest.raises(DependencyError, match=r"native has no wheel for linux/amd64, Python .*, glibc 2\.31; choose"):
        distributions(project, tmp_path / "earlier", glibc=(2, 31))


@pytest.mark.slow
def test_real_packages_are_had_for_another_machine(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_NO_INDEX", "UV_FIND_LINKS", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)

    [numpy] = distributions(make_project(dependencies=("numpy",)), tmp_path, platform=ARM64, python=OTHER)

    libraries = [entry for entry in numpy.entries if entry.path.endswith(".so")]
    assert libraries
    assert all("aarch64" in entry.path for entry in libraries if ".cpython-" in entry.path)
    machine_of_elf = {content(entry)[18:20] for entry in libraries}
    assert machine_of_elf == {b"\xb7\x00"}  # EM_AARCH64


# ---------------------------------------------------------------- what can go wrong


def test_a_file_with_another_hash_is_refused(
    make_project: MakeProject, make_wheel: MakeWheel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel("greeting")
    project = make_project(dependencies=("greeting",))
    locked = locked_dependencies(project, PYTHON, Lock())
    make_wheel("greeting", files={"greeting/evil.py": ""})
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another-cache"))

    cache = Cache(tmp_path / "cache")

    with pytest.raises(DependencyError, match="greeting is another file than the one that was locked"):
        install_dependencies(cache, dependencies_for(locked, AMD64, GLIBC, PYTHON), project)

    assert cache.usage() == []


@pytest.mark.usefixtures("wheels")
def test_an_unknown_package_is_named(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(dependencies=("no-such-thing",))

    assert f"{project.root / 'pyproject.toml'}: no-such-thing is no package of the index" in refusal(project, tmp_path)


def test_a_package_with_sources_alone_is_named(make_project: MakeProject, wheels: Path, tmp_path: Path) -> None:
    (wheels / "sources-1.0.tar.gz").write_bytes(b"")
    project = make_project(dependencies=("sources",))

    assert f"sources has no wheel for Python {PYTHON}" in refusal(project, tmp_path)


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

    assert f"no hash pins library @ file://{library}: a folder, a repository, or an index" in message


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
