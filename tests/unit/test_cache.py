"""The cache keeps what was made, whole or not at all, whoever else writes and whenever a build is killed."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.cache import Cache, CacheError

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def put(cache: Cache, content: bytes) -> str:
    with cache.writing_blob() as writer:
        writer.write(content)
    return writer.done().digest


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_blob_is_found_by_the_digest_of_its_bytes(cache: Cache) -> None:
    digest = put(cache, b"bytes")

    assert digest == f"sha256:{hashlib.sha256(b'bytes').hexdigest()}"
    found = cache.blob(digest, 5)
    assert found is not None
    assert found.path.read_bytes() == b"bytes"


def test_a_blob_of_another_size_is_missing_so_that_it_is_made_anew(cache: Cache) -> None:
    digest = put(cache, b"bytes")
    found = cache.blob(digest, 5)
    assert found is not None
    found.path.write_bytes(b"")

    assert cache.blob(digest, 5) is None


def test_bytes_that_are_not_what_was_expected_never_become_a_blob(cache: Cache) -> None:
    expected = f"sha256:{hashlib.sha256(b'right').hexdigest()}"

    with pytest.raises(ValueError, match="its digest is"), cache.writing_blob(expected) as writer:
        writer.write(b"wrong")

    assert files(cache.root) == []


def test_what_fails_while_it_is_written_leaves_nothing(cache: Cache) -> None:
    with pytest.raises(RuntimeError):
        _write_half(cache)
    with pytest.raises(RuntimeError):
        cache.folder("kind", "key", _fill_half)

    assert files(cache.root) == []


def _write_half(cache: Cache) -> None:
    with cache.writing_blob() as writer:
        writer.write(b"half")
        raise RuntimeError


def _fill_half(folder: Path) -> None:
    (folder / "half").write_text("half")
    raise RuntimeError


@given(key=st.text(), fact=json_values)
def test_a_fact_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, key: str, fact: object) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "facts")

    cache.remember("kind", key, fact)

    assert cache.fact("kind", key) == fact
    assert cache.fact("another kind", f"not {key}") is None


def test_a_fact_that_was_damaged_is_unknown(cache: Cache) -> None:
    cache.remember("kind", "key", {"a": 1})
    for file in files(cache.root):
        file.write_text('{"a":')

    assert cache.fact("kind", "key") is None


def test_a_folder_is_made_once(cache: Cache) -> None:
    made = []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_text("text")

    first = cache.folder("kind", "key", fill)
    second = cache.folder("kind", "key", fill)

    assert first == second
    assert (first / "file").read_text() == "text"
    assert len(made) == 1


def test_two_that_make_the_same_folder_at_once_both_get_it_whole(cache: Cache) -> None:
    together = threading.Barrier(2)
    found = []

    def fill(folder: Path) -> None:
        (folder / "file").write_text("text")
        together.wait()

    threads = [threading.Thread(target=lambda: found.append(cache.folder("kind", "key", fill))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(path / "file").read_text() for path in found] == ["text", "text"]
    assert list((cache.root / "unfinished").iterdir()) == []


_WRITES_FOR_EVER = """
import sys
from pathlib import Path
from hookkit.cache import Cache
with Cache(Path(sys.argv[1])).writing_blob() as writer:
    print("writing", flush=True)
    while True:
        writer.write(bytes(1 << 16))
        if writer.size > 1 << 22: import time; time.sleep(60)
"""


def test_a_kill_in_the_middle_leaves_no_entry_and_pruning_removes_the_rest(cache: Cache) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITES_FOR_EVER, str(cache.root)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    assert cache.usage() == []
    left = list((cache.root / "unfinished").iterdir())
    assert len(left) == 1
    yesterday = time.time() - 48 * 3600
    os.utime(left[0], (yesterday, yesterday))
    cache.prune()
    assert list((cache.root / "unfinished").iterdir()) == []


def test_pruning_keeps_what_was_used_since(cache: Cache) -> None:
    old, new = put(cache, b"old"), put(cache, b"newer")
    blob = cache.blob(old, 3)
    assert blob is not None
    yesterday = time.time() - 24 * 3600
    os.utime(blob.path, (yesterday, yesterday))

    removed = cache.prune(older_than_seconds=3600)

    assert (removed.entries, removed.size) == (1, 3)
    assert cache.blob(old, 3) is None
    assert cache.blob(new, 5) is not None


def test_usage_counts_entries_and_bytes_by_kind(cache: Cache) -> None:
    put(cache, b"12345")
    cache.remember("spec", "key", [1, 2])
    cache.folder("runtime", "key", lambda folder: (folder / "file").write_text("abc"))

    assert [(one.kind, one.entries, one.size) for one in cache.usage()] == [
        ("blobs", 1, 5),
        ("runtime", 1, 3),
        ("spec", 1, 5),
    ]


def test_a_cache_that_nobody_can_write_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")

    with pytest.raises(CacheError, match=r"the cache can't be written: .*XDG_CACHE_HOME") as caught:
        Cache(tmp_path / "cache").remember("kind", "key", 1)

    assert len(str(caught.value).splitlines()) == 1


def test_an_error_that_is_not_the_cache_s_stays_what_it_is(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), cache.writing_blob() as writer:
        writer.write((tmp_path / "missing").read_bytes())
    with pytest.raises(ConnectionResetError), cache.writing_blob():
        raise ConnectionResetError(104, "reset by peer")


def test_a_full_disk_is_one_line_with_what_to_do(cache: Cache) -> None:
    full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 - the write, not the opening, is what fails

    with full, pytest.raises(CacheError, match=r"No space left.*hookkit cache prune"), cache.writing_blob():
        full.write(b"x")
