"""Credentials are found where docker, podman and skopeo leave them; those that are broken are named."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.errors import RegistryError
from hookkit.image.registry.address import Address
from hookkit.image.registry.credentials import Credentials, find_credentials
from hookkit.reference import ImageReference
from hookkit.secret import Secret

REGISTRY = "registry.example.org:5000"


def encoded(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def write(path: Path, settings: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    return str(path)


def docker_config(home: Path, settings: Any) -> str:
    return write(home / ".docker/config.json", settings)


def found(name: str = f"{REGISTRY}/a/b", **environment: str) -> Credentials | None:
    return find_credentials(Address.of(ImageReference.parse(name)), {**os.environ, **environment})


def user(name: str = f"{REGISTRY}/a/b", **environment: str) -> str | None:
    credentials = found(name, **environment)
    return credentials.user if credentials else None


# ---------------------------------------------------------------- files


def test_a_login_of_docker_is_found(home: Path) -> None:
    place = docker_config(home, {"auths": {REGISTRY: {"auth": encoded("me", "se:cret")}}})

    assert found() == Credentials(place, "me", Secret("se:cret"))


@pytest.mark.skipif(os.getuid() != 0, reason="root alone may become somebody whom nobody knows")
def test_who_is_at_home_nowhere_has_no_login() -> None:
    program = (
        "import os; from hookkit.image.registry.address import Address; from hookkit.reference import ImageReference; "
        "from hookkit.image.registry.credentials import find_credentials; os.setuid(54321); "
        "print(find_credentials(Address.of(ImageReference('a/b', 'example.org'))))"
    )

    done = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("None\n", "")


@pytest.mark.parametrize(
    "key", [REGISTRY, f"https://{REGISTRY}", f"https://{REGISTRY}/v1/", f"http://{REGISTRY}/v2/", f"{REGISTRY}/"]
)
def test_a_registry_may_be_spelled_as_docker_spelled_it_over_the_years(home: Path, key: str) -> None:
    docker_config(home, {"auths": {key: {"username": "me", "password": "secret"}}})

    assert user() == "me"


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io"])
def test_the_default_registry_goes_by_several_names(home: Path, key: str) -> None:
    docker_config(home, {"auths": {key: {"auth": encoded("me", "secret")}}})

    assert user("python") == user("docker.io/someone/tool") == "me"
    assert user() is None


def test_credentials_of_a_repository_go_before_those_of_its_registry(home: Path) -> None:
    users = {REGISTRY: "of-all", f"{REGISTRY}/a": "of-a", f"{REGISTRY}/a/b/c": "of-c"}
    entries = {name: {"auth": encoded(user, "x")} for name, user in users.items()}
    write(home / ".config/containers/auth.json", {"auths": entries})

    assert [user(f"{REGISTRY}/{name}") for name in ("a/b", "a", "a/b/c", "other")] == ["of-a", "of-a", "of-c", "of-all"]


@pytest.mark.parametrize(
    ("variable", "below"),
    [
        ("DOCKER_CONFIG", "config.json"),
        ("REGISTRY_AUTH_FILE", ""),
        ("XDG_RUNTIME_DIR", "containers/auth.json"),
        ("XDG_CONFIG_HOME", "containers/auth.json"),
    ],
)
def test_the_environment_says_where_files_are(tmp_path: Path, variable: str, below: str) -> None:
    write(
        tmp_path / "there" / below if below else tmp_path / "there", {"auths": {REGISTRY: {"auth": encoded("me", "x")}}}
    )

    assert user(**{variable: str(tmp_path / "there")}) == "me"


def test_without_files_there_are_none(home: Path) -> None:
    assert found() is None
    docker_config(home, "")
    assert found() is None
    docker_config(home, {"auths": {"other.example": {"auth": encoded("me", "x")}, REGISTRY: {}}})
    assert found() is None


def test_an_identity_token_and_a_registry_token_are_found(home: Path) -> None:
    docker_config(home, {"auths": {REGISTRY: {"auth": encoded("me", ""), "identitytoken": "i"}}})
    assert (credentials := found())
    assert credentials.identity_token.reveal() == "i"

    docker_config(home, {"auths": {REGISTRY: {"registrytoken": "r"}}})
    assert (credentials := found())
    assert credentials.registry_token.reveal() == "r"


@given(st.text(st.characters(exclude_characters=":", exclude_categories=["C"]), min_size=1), st.text())
def test_what_docker_encodes_comes_back(name: str, password: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        write(Path(folder) / "config.json", {"auths": {REGISTRY: {"auth": encoded(name, password)}}})

        credentials = find_credentials(Address.of(ImageReference.parse(f"{REGISTRY}/a")), {"DOCKER_CONFIG": folder})

    assert credentials is not None
    assert (credentials.user, credentials.password.reveal()) == (name, password.strip("\0"))


@pytest.mark.parametrize(
    "settings",
    ["{", "[]", {"auths": ["x"]}, {"auths": {REGISTRY: "me"}}, {"auths": {REGISTRY: {"auth": "?"}}}],
)
def test_a_broken_file_is_named_and_its_content_is_not(home: Path, settings: Any) -> None:
    place = docker_config(home, settings)

    with pytest.raises(RegistryError) as raised:
        found()

    assert str(raised.value).startswith(f"{place}: ")
    assert len(str(raised.value).splitlines()) == 1


def test_passwords_show_nowhere(home: Path) -> None:
    docker_config(home, {"auths": {REGISTRY: {"auth": encoded("me", "hush-hush"), "identitytoken": "hush-hush"}}})

    assert "hush" not in f"{found()!r} {found()}"


# ---------------------------------------------------------------- helpers

HELPER = """#!/bin/sh
[ "$1" = get ] || exit 3
server=$(cat)
echo "$server" >> "$HOME/asked"
case "$server" in
{cases}
*) echo "credentials not found in native keychain"; exit 1;;
esac
"""


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A credential helper named `test` on PATH, which knows one server."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    program = folder / "docker-credential-test"
    answer = json.dumps({"ServerURL": REGISTRY, "Username": "helped", "Secret": "hush-hush"})
    return fill(program, f"{REGISTRY}) echo '{answer}';;")


def fill(program: Path, cases: str) -> Path:
    program.write_text(HELPER.format(cases=cases))
    program.chmod(0o755)
    return program


@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize("settings", [{"credsStore": "test"}, {"credHelpers": {REGISTRY: "test"}}])
def test_a_helper_is_asked(home: Path, settings: dict[str, Any]) -> None:
    docker_config(home, {**settings, "auths": {REGISTRY: {}}})

    assert found() == Credentials("test", "helped", Secret("hush-hush"))


@pytest.mark.usefixtures("helper")
def test_a_helper_is_asked_for_the_default_registry_as_docker_asks(home: Path) -> None:
    docker_config(home, {"credsStore": "test"})

    assert user("python") is None
    assert (home / "asked").read_text() == "https://index.docker.io/v1/\n"


@pytest.mark.usefixtures("helper")
def test_where_a_helper_has_nothing_the_files_are_read_on(home: Path) -> None:
    docker_config(home, {"credsStore": "test", "auths": {"other.example": {"auth": encoded("me", "x")}}})

    assert user("other.example/a") == "me"


def test_a_helper_may_give_an_identity_token(home: Path, helper: Path) -> None:
    docker_config(home, {"credsStore": "test"})
    fill(helper, """*) echo '{"Username": "<token>", "Secret": "identity"}';;""")

    assert found() == Credentials("test", identity_token=Secret("identity"))


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ("*) echo 'the keyring is locked'; exit 1;;", "the keyring is locked"),
        ("*) exit 4;;", "exit code 4"),
        ("*) echo hush-hush;;", "something else"),
        ("""*) echo '["hush-hush"]';;""", "something else"),
    ],
)
def test_a_helper_that_fails_is_named(home: Path, helper: Path, cases: str, words: str) -> None:
    docker_config(home, {"credsStore": "test"})
    fill(helper, cases)

    with pytest.raises(RegistryError, match=f"docker-credential-test: .*{words}") as raised:
        found()

    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("name", ["nowhere", "../bin/test"])
@pytest.mark.usefixtures("helper")
def test_a_helper_that_is_not_there_is_named(home: Path, name: str) -> None:
    docker_config(home, {"credHelpers": {REGISTRY: name}})

    with pytest.raises(RegistryError, match="is not on PATH"):
        found()
    assert found("other.example/a") is None
