"""Where an engine is looked for."""

import socket
from pathlib import Path

import pytest

from hookkit.image.docker.engine import engine_host, listens, usual_sockets


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "CONTAINER_HOST", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_named_counts_and_dockers_variable_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINER_HOST", "unix:///podman.sock")
    assert engine_host() == "unix:///podman.sock"

    monkeypatch.setenv("DOCKER_HOST", "tcp://engine:2375")
    assert engine_host() == "tcp://engine:2375"


def test_an_engine_of_the_machine_comes_before_those_without_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/own")

    assert [*usual_sockets()] == [
        "/var/run/docker.sock",
        "/own/docker.sock",
        "/own/podman/podman.sock",
        "/run/podman/podman.sock",
    ]


def test_a_socket_that_an_engine_left_behind_is_passed_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert not listens(str(tmp_path / "s"))

        server.listen()
        assert listens(str(tmp_path / "s"))

    assert not listens(str(tmp_path / "s"))
