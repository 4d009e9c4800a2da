"""Of credentials the names are told: registries, files, programs; never a user, a password or a token."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from hookkit.check.doctor.credentials import look_at_credentials
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, State

SECRET = base64.b64encode(b"me:geheim").decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "bin").mkdir()
    environment = {"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:{tmp_path}/nowhere"}
    return Desk(environment, tmp_path, None, "", is_root=False)


def write(desk: Desk, settings: Any, mode: int = 0o600) -> Path:
    file = Path(desk.environment["HOME"], ".docker/config.json")
    file.parent.mkdir()
    file.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    file.chmod(mode)
    return file


def look(desk: Desk) -> list[tuple[State, str]]:
    facts: list[Fact] = list(look_at_credentials(desk))
    assert SECRET not in "".join(map(str, facts))
    return [(fact.state, fact.found) for fact in facts]


def test_registries_with_credentials_are_named_as_people_know_them(desk: Desk) -> None:
    auths = {"https://index.docker.io/v1/": {"auth": SECRET}, "registry.example.org": {"auth": SECRET}, "empty": {}}
    file = write(desk, {"auths": auths})

    assert look(desk) == [(State.OK, f"for docker.io, registry.example.org in {file}")]


def test_a_file_that_others_may_read_is_to_be_closed(desk: Desk) -> None:
    file = write(desk, {"auths": {"registry.example.org": {"auth": SECRET}}}, 0o644)

    [fact] = look_at_credentials(desk)

    assert (fact.state, fact.remedy) == (State.LIMITED, f"`chmod 600 {file}`")


def test_a_file_without_credentials_may_be_open(desk: Desk) -> None:
    write(desk, {"auths": {}, "detachKeys": "ctrl-e,e"}, 0o644)

    [(state, found)] = look(desk)

    assert state is State.OK
    assert found.startswith("none")


def test_programs_that_keep_credentials_are_looked_for(desk: Desk) -> None:
    write(desk, {"credsStore": "pass", "credHelpers": {"registry.example.org": "gone"}})
    for name in ("pass", "idle"):
        Path(desk.environment["HOME"], "bin", f"docker-credential-{name}").touch(mode=0o755)

    assert look(desk) == [
        (State.MISSING, "docker-credential-gone is named in Docker's config.json, and is not on PATH"),
        (State.OK, "docker-credential-pass"),
        (State.OK, "docker-credential-idle: here, and named in no configuration"),
    ]


@pytest.mark.parametrize("settings", ["{", "[]", '"text"'])
def test_a_damaged_file_is_named(desk: Desk, settings: str) -> None:
    file = write(desk, settings)

    (state, found), *_ = look(desk)

    assert state is State.MISSING
    assert found.startswith(f"{file}: ")


@pytest.mark.parametrize("settings", [{"auths": ["x"]}, {"credHelpers": "x"}, {"credsStore": {"a": 1}}])
def test_a_file_of_another_shape_is_no_failure(desk: Desk, settings: Any) -> None:
    write(desk, settings)

    assert look(desk)


def test_the_file_that_the_user_names_counts(desk: Desk, tmp_path: Path) -> None:
    named = tmp_path / "auth.json"
    named.write_text(json.dumps({"auths": {"registry.example.org": {"auth": SECRET}}}))
    named.chmod(0o600)
    other = Desk({**desk.environment, "REGISTRY_AUTH_FILE": str(named)}, tmp_path, None, "", is_root=False)

    assert look(other) == [(State.OK, f"for registry.example.org in {named}")]
