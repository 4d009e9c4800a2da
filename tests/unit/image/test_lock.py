import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from hookkit.errors import DependencyError
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.lock import (
    LOCK,
    UV_LOCK,
    Lock,
    LockedBase,
    LockedDependencies,
    LockedPackages,
    LockedRequirement,
    parse_lock,
    read_lock,
    render_lock,
    write_lock,
)
from hookkit.project import Project

MakeProject = Callable[..., Project]

DIGEST = f"sha256:{'0f' * 32}"
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
digests = hashes.map("sha256:{}".format)
dependencies = st.builds(
    LockedDependencies,
    python=texts,
    dependencies=st.lists(texts, max_size=3).map(tuple),
    requirements=st.lists(
        st.builds(LockedRequirement, texts, st.lists(digests, max_size=3).map(tuple)), max_size=3
    ).map(tuple),
)
packages = st.builds(
    LockedPackages,
    asked=st.lists(texts, max_size=2).map(tuple),
    packages=st.lists(
        st.builds(DebPackage, texts, texts, texts, hashes, st.integers(0, 2**40), texts), max_size=3, unique=True
    ).map(lambda some: tuple(sorted(some))),
)
locks = st.builds(
    Lock,
    python=st.none() | dependencies,
    apt=st.dictionaries(texts, packages, max_size=2),
    base=st.dictionaries(texts, st.builds(LockedBase, digests), max_size=2),
)
LOCKED = Lock(
    LockedDependencies("3.12", ("numpy",), (LockedRequirement("numpy==2.1.0", (DIGEST,)),)),
    {
        "debian:bookworm:amd64": LockedPackages(
            ("python3",), (DebPackage("python3", "3.11.2", "amd64", "0f" * 32, 26_000, "pool/p/python3.deb"),)
        )
    },
    {"python:3.12-slim:linux/amd64": LockedBase(DIGEST)},
)


@given(locks)
def test_a_lock_survives_the_round(lock: Lock) -> None:
    assert parse_lock(render_lock(lock)) == lock


def test_the_file_reads_as_what_the_image_is_made_of() -> None:
    data = tomllib.loads(render_lock(LOCKED))

    assert data == {
        "version": 1,
        "python": {
            "python": "3.12",
            "dependencies": ["numpy"],
            "requirements": [{"requirement": "numpy==2.1.0", "hashes": [DIGEST]}],
        },
        "apt": {
            "debian:bookworm:amd64": {
                "asked": ["python3"],
                "packages": [
                    {
                        "name": "python3",
                        "version": "3.11.2",
                        "architecture": "amd64",
                        "sha256": "0f" * 32,
                        "size": 26_000,
                        "filename": "pool/p/python3.deb",
                    }
                ],
            }
        },
        "base": {"python:3.12-slim:linux/amd64": {"digest": DIGEST}},
    }


def test_a_hash_is_a_line_of_its_own() -> None:
    lines = render_lock(LOCKED).splitlines()

    assert f'    "{DIGEST}",' in lines
    assert max(len(line) for line in lines) <= 110


def test_equal_locks_are_equal_texts_whatever_their_order() -> None:
    names = ["b", "a"]
    base = {name: LockedBase(DIGEST) for name in names}

    assert render_lock(Lock(base=base)) == render_lock(Lock(base=dict(reversed(base.items()))))


def test_what_uv_lock_keeps_is_not_kept_twice() -> None:
    lock = Lock(LockedDependencies("3.12", ("numpy",), (), source=UV_LOCK), base={"a": LockedBase(DIGEST)})

    assert parse_lock(render_lock(lock)) == Lock(base=lock.base)


# ---------------------------------------------------------------- the file


def test_a_lock_is_kept_in_the_project(make_project: MakeProject) -> None:
    project = make_project()

    assert read_lock(project) == Lock()
    assert write_lock(project, LOCKED) == project.root / LOCK
    assert read_lock(project) == LOCKED
    assert {path.name for path in project.root.iterdir()} == {LOCK, "pyproject.toml"}


def test_a_lock_of_nothing_makes_no_file_and_empties_one(make_project: MakeProject) -> None:
    project = make_project()

    write_lock(project, Lock())
    assert not (project.root / LOCK).exists()
    write_lock(project, LOCKED)
    write_lock(project, Lock())
    assert read_lock(project) == Lock()


def test_a_file_that_says_the_same_is_not_touched(make_project: MakeProject) -> None:
    project = make_project()
    file = write_lock(project, LOCKED)
    os.utime(file, (1, 1))

    write_lock(project, LOCKED)

    assert file.stat().st_mtime == 1


def test_a_lock_is_replaced_and_never_written_into(make_project: MakeProject) -> None:
    project = make_project()
    before = project.root / "before"
    before.hardlink_to(write_lock(project, LOCKED))

    write_lock(project, Lock())

    assert parse_lock(before.read_text(encoding="utf-8")) == LOCKED
    assert read_lock(project) == Lock()


def test_a_lock_that_can_not_be_written_is_a_line_and_leaves_the_old_one(make_project: MakeProject) -> None:
    project = make_project()
    (project.root / LOCK).mkdir()

    with pytest.raises(DependencyError, match=rf"{LOCK}: can't be written"):
        write_lock(project, LOCKED)

    assert sorted(path.name for path in project.root.iterdir()) == [LOCK, "pyproject.toml"]


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("version = 2", "hookkit.lock: is of version 2, made by a later hookkit; upgrade hookkit"),
        ("", "hookkit.lock: is damaged: its version is None, not 1; restore it from git, or"),
        ("<<<<<<< HEAD\nversion = 1", "hookkit.lock: is damaged: Invalid statement (at line 1, column 1); restore"),
        ("version = 1\npython = 3", "hookkit.lock: is damaged: [python]: "),
        ("version = 1\n[python]\npython = '3.12'", "hookkit.lock: is damaged: [python]: 'requirements' is missing"),
        ("version = 1\n[base.a]\ndigest = 'md5:1'", "hookkit.lock: is damaged: [base]: 'md5:1' is no "),
        (
            "version = 1\n[apt.a]\nasked = []\npackages = [{name = 'x'}]",
            "hookkit.lock: is damaged: [apt]: a package has ",
        ),
    ],
)
def test_damage_is_a_line(text: str, line: str) -> None:
    with pytest.raises(DependencyError) as caught:
        parse_lock(text)

    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_hash_that_would_lead_out_of_the_cache_is_damage() -> None:
    """What lies under a wrong hash in the cache is removed from it."""
    text = render_lock(LOCKED).replace("0f" * 32, "../../../../.ssh/id_rsa")

    with pytest.raises(DependencyError, match=r"is damaged: \[\w+\]: '.*id_rsa' is no "):
        parse_lock(text)

    packages = f"[[apt.a.packages]]\n{_table(name='x', version='1', architecture='all', sha256='../x', filename='x')}"
    with pytest.raises(DependencyError, match=r"is damaged: \[apt\]: '\.\./x' is no SHA-256 of a package"):
        parse_lock(f"version = 1\n[apt.a]\nasked = []\n{packages}size = 1\n")


def _table(**fields: str) -> str:
    return "".join(f"{name} = '{value}'\n" for name, value in fields.items())


def test_bytes_that_are_no_text_are_damage(make_project: MakeProject) -> None:
    project = make_project()
    (project.root / LOCK).write_bytes(b"version = 1\n\xff")

    with pytest.raises(DependencyError, match="is damaged: it is no text"):
        read_lock(project)


@given(st.binary(max_size=60).map(lambda noise: noise.decode("latin-1")) | texts)
def test_noise_is_refused_as_damage(noise: str) -> None:
    with pytest.raises(DependencyError):
        parse_lock(noise)


def test_a_lock_that_is_a_folder_is_a_line(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project()
    (project.root / LOCK).mkdir()

    with pytest.raises(DependencyError, match="can't be read") as caught:
        read_lock(project)

    assert str(tmp_path) in str(caught.value)
