import gc
import socket
import warnings
from pathlib import Path
from threading import Thread

import pytest

from hookkit.contract import ExitCode
from hookkit.errors import EngineError
from hookkit.image.docker.engine import connect


def absence(monkeypatch: pytest.MonkeyPatch, host: str) -> str:
    monkeypatch.setenv("DOCKER_HOST", host)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK leaves its socket open when nobody answers
        with pytest.raises(EngineError) as caught, connect():
            pass
        gc.collect()
    assert caught.value.exit_code == ExitCode.TOOL_FAILED
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{host}: ")
    assert message.endswith("`hookkit run` without --engine and `hookkit build --builder oci` need none")
    return message


def test_a_socket_that_is_not_there_means_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "there is no Docker engine; start one" in absence(monkeypatch, f"unix://{tmp_path}/no.sock")


def test_a_closed_port_means_that_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert "no Docker engine listens there; start it" in absence(monkeypatch, f"tcp://127.0.0.1:{port}")


def test_a_socket_that_an_engine_left_behind_means_that_nobody_listens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left.sock"))

    assert "no Docker engine listens there" in absence(monkeypatch, f"unix://{tmp_path}/left.sock")


def test_a_host_that_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Invalid bind address" in absence(monkeypatch, "foo://bar")


def test_something_else_that_listens_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "other.sock"))
        other.listen()

        def hang_up() -> None:
            connection, _ = other.accept()
            connection.close()

        hangs_up = Thread(target=hang_up)
        hangs_up.start()

        message = absence(monkeypatch, f"unix://{tmp_path}/other.sock")
        hangs_up.join()

    assert "the Docker engine failed" in message
