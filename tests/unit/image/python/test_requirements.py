import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.errors import DependencyError
from hookkit.image.lock import LockedRequirement
from hookkit.image.python.requirements import (
    hashes_of,
    is_named,
    read_requirements,
    refuse_credentials,
    refuse_unpinned,
    render_requirements,
)

DIGEST = f"sha256:{'a1' * 32}"

names = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?\Z")
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
requirements = st.builds(
    LockedRequirement,
    st.builds("{}=={}".format, names, st.text(string.digits, min_size=1, max_size=3))
    | st.builds("{} @ https://127.0.0.1/{}.whl ; python_version < '3.12'".format, names, names),
    st.lists(digests, min_size=1, max_size=3).map(tuple),
)


@given(st.lists(requirements).map(tuple))
def test_requirements_survive_the_round(known: tuple[LockedRequirement, ...]) -> None:
    assert read_requirements(render_requirements(known)) == known


def test_what_uv_prints_is_read() -> None:
    hashed = f" \\\n    --hash={DIGEST}"
    text = f"# a comment\n--index-url x\na==1{hashed}{hashed}\n\n./b-1.whl{hashed}\n"

    assert read_requirements(text) == (
        LockedRequirement("a==1", (DIGEST, DIGEST)),
        LockedRequirement("./b-1.whl", (DIGEST,)),
    )


def test_hashes_are_found_by_name_and_version_however_the_name_is_spelled() -> None:
    known = [
        LockedRequirement("my-package==1 ; sys_platform == 'win32'", (DIGEST,)),
        LockedRequirement("my-package==2", (DIGEST, DIGEST)),
        LockedRequirement("other @ https://127.0.0.1/other-3-py3-none-any.whl", (DIGEST,)),
    ]

    assert hashes_of("My_Package", "1", known) == (DIGEST,)
    assert hashes_of("my.package", "2", known) == (DIGEST, DIGEST)
    assert hashes_of("other", "3", known) == (DIGEST,)
    assert hashes_of("my", "1", known) == ()


@pytest.mark.parametrize("requirement", ["a>=1", "A.b", "a_b[extra] ; x", "a-b @ file:///x"])
def test_a_requirement_is_of_the_package_that_it_names(requirement: str) -> None:
    assert is_named("a-b", requirement) == requirement.lower().startswith(("a.b", "a_b", "a-b"))


def test_all_that_no_hash_pins_is_refused_at_once() -> None:
    known = [LockedRequirement("./library", ()), LockedRequirement("a==1", (DIGEST,)), LockedRequirement("b==1", ())]

    with pytest.raises(DependencyError) as caught:
        refuse_unpinned(known, "uv.lock")

    assert [problem.what.split(":")[0] for problem in caught.value.problems] == [
        "no hash pins ./library",
        "no hash pins b==1",
    ]


@pytest.mark.parametrize("user", ["me:hunter2", "hunter2", "hunter2:"])
def test_credentials_are_refused_and_not_told(user: str) -> None:
    requirement = f"a @ https://{user}@127.0.0.1/a-1-py3-none-any.whl"

    with pytest.raises(DependencyError) as in_project:
        refuse_credentials([requirement], "pyproject.toml")
    with pytest.raises(DependencyError) as in_lock:
        refuse_unpinned([LockedRequirement(requirement, (DIGEST,))], "uv.lock")

    assert "hunter2" not in f"{in_project.value}{in_lock.value}"


def test_a_variable_in_the_place_of_a_password_is_none() -> None:
    refuse_credentials(["a @ https://me:${TOKEN}@127.0.0.1/a.whl", "a @ https://127.0.0.1/@b.whl"], "pyproject.toml")
