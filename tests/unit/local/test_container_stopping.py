"""A container is stopped once its time is over or a signal asks for it; the owner of one is known to live or not."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from queue import Queue
from signal import SIGINT
from threading import Event

from docker.errors import APIError

from hookkit.local.container.stopping import Stopper
from hookkit.local.volume.owner import Owner
from hookkit.local.volume.stale import remove_all


class Container:
    """Takes signals, and ends with some."""

    def __init__(self, *, ends_with: str = "") -> None:
        self.heard: Queue[str] = Queue()
        self._ends_with = ends_with
        self._ended = False

    def __call__(self, name: str) -> bool:
        if self._ended:
            return False
        self.heard.put(name)
        self._ended = name == self._ends_with
        return True


def never() -> None:
    raise AssertionError


def test_time_that_is_over_asks_first_and_kills_then() -> None:
    container = Container()

    with Stopper(container, never, 0.01, 0.01) as stopper:
        heard = [container.heard.get(timeout=60), container.heard.get(timeout=60)]

    assert heard == ["SIGTERM", "SIGKILL"]
    assert stopper.out_of_time


def test_a_signal_is_handed_on_and_the_grace_begins_with_the_first() -> None:
    container = Container()

    with Stopper(container, never, 600, 0.05) as stopper:
        stopper(SIGINT)
        heard = [container.heard.get(timeout=60), container.heard.get(timeout=60)]

    assert heard == ["SIGINT", "SIGKILL"]
    assert not stopper.out_of_time


def test_a_container_that_ended_in_time_was_not_out_of_it() -> None:
    container = Container(ends_with="SIGTERM")
    container("SIGTERM")

    with Stopper(container, never, 0, 600) as stopper:
        stopper._timers[0].join(60)

    assert not stopper.out_of_time


def test_nothing_happens_after_the_end() -> None:
    container = Container()

    with Stopper(container, never, 600, 600):
        pass

    assert container.heard.empty()


def test_an_engine_that_takes_no_signal_is_given_up() -> None:
    given_up = Event()

    def kill(name: str) -> bool:
        raise APIError(name)

    with Stopper(kill, given_up.set, 0, 600):
        assert given_up.wait(60)


def test_time_without_end_is_no_mistake() -> None:
    with Stopper(Container(), never, 10**12, 30):
        pass


# ---------------------------------------------------------------- owners


def test_an_owner_goes_through_text() -> None:
    this = Owner.this()

    assert this
    assert Owner.read(str(this)) == this
    assert [Owner.read(text) for text in ("", "a b c", "a 1", "a 1 2 3")] == [None] * 4


def test_this_process_lives_and_one_that_ended_is_gone() -> None:
    this = Owner.this()
    assert this
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert replace(this, process=ended.pid).is_gone(this.world)  # it ended, and is not reaped

    assert not this.is_gone(this.world)
    assert replace(this, process=ended.pid).is_gone(this.world)
    assert replace(this, started="1").is_gone(this.world)  # another process has its number


def test_of_another_machine_nothing_is_known() -> None:
    this = Owner.this()

    assert this
    assert not replace(this, world="elsewhere", started="1").is_gone(this.world)


def test_a_folder_goes_with_all_in_it_and_nothing_that_links_lead_to(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir(mode=0o500)
    deep = tmp_path / "gone" / "locked" / "deep"
    deep.mkdir(parents=True)
    (deep / "link").symlink_to(precious)
    deep.parent.chmod(0)

    remove_all(tmp_path / "gone")

    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
    assert precious.stat().st_mode & 0o777 == 0o500
