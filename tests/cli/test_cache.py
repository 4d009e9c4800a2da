"""`hookkit cache`: what is kept, how much of it, and how to be rid of it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from realparts.desk import hookkit

from hookkit.cache import Cache

DAY = 24 * 3600


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """A cache that holds two blobs and a fact; one blob was not used for 40 days."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = Cache(tmp_path / "hookkit")
    old = time.time() - 40 * DAY
    for content in (b"old", b"recent"):
        with cache.writing_blob() as writer:
            writer.write(content)
        if content == b"old":
            os.utime(writer.done().path, (old, old))
    cache.remember("listings", "key", [1, 2])
    return cache


@pytest.mark.skipif(os.getuid() != 0, reason="root alone may become somebody whom nobody knows")
def test_who_is_at_home_nowhere_is_told_how_to_have_a_cache() -> None:
    program = (
        "import os, sys, platformdirs, hookkit.cache, hookkit.cli.cache; from hookkit.cli import run_command_line; "
        "os.setuid(54321); sys.exit(run_command_line(['cache', 'info']))"
    )
    homeless = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CACHE_HOME"}}

    done = subprocess.run([sys.executable, "-c", program], env=homeless, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (125, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("HOME: names no folder, ")
    assert line.endswith("set it, or XDG_CACHE_HOME to a folder that you may write to")


def test_the_cache_is_told_by_kind(cache: Cache, tmp_path: Path) -> None:
    done = hookkit(tmp_path, "cache", "info")

    assert (done.returncode, done.stderr) == (0, "")
    first, *kinds, last = done.stdout.splitlines()
    assert first == str(cache.root)
    assert [line.split()[:3] for line in kinds] == [["blobs", "2", "9"], ["listings", "1", "5"]]
    assert last.split() == ["14", "B", "in", "all"]


def test_it_is_told_as_json(cache: Cache, tmp_path: Path) -> None:
    told = json.loads(hookkit(tmp_path, "cache", "info", "--json").stdout)

    assert told["folder"] == str(cache.root)
    assert told["kinds"][0] == {"kind": "blobs", "entries": 2, "size": 9}


def test_an_empty_cache_is_no_mistake(tmp_path: Path) -> None:
    for arguments in (("info",), ("info", "--json"), ("prune",)):
        done = hookkit(tmp_path, "cache", *arguments, XDG_CACHE_HOME=str(tmp_path / "nowhere"))
        assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "nowhere").exists()


def test_what_was_not_used_for_a_month_goes(cache: Cache, tmp_path: Path) -> None:
    done = hookkit(tmp_path, "cache", "prune")

    assert (done.returncode, done.stdout) == (0, "removed 1 entries, 3 B\n")
    assert [one.entries for one in cache.usage()] == [1, 1]


def test_all_of_it_goes_with_no_days(cache: Cache, tmp_path: Path) -> None:
    assert hookkit(tmp_path, "cache", "prune", "--days", "0").returncode == 0

    assert cache.usage() == []


def test_a_number_of_days_that_is_none_is_refused(cache: Cache, tmp_path: Path) -> None:
    done = hookkit(tmp_path, "cache", "prune", "--days", "-1")

    assert done.returncode == 2
    assert "--days" in done.stderr
    assert len(cache.usage()) == 2
