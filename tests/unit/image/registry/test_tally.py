import threading
from typing import TYPE_CHECKING

from hookkit.image.registry.tally import Tally

if TYPE_CHECKING:
    from hookkit.image.builder import Progress


def test_bytes_of_several_threads_are_told_one_after_the_other() -> None:
    seen: list[Progress] = []
    tally = Tally("pushing", 400, seen.append)

    def send(digest: str) -> None:
        for done in range(1, 101):
            tally.tell(digest, done)

    threads = [threading.Thread(target=send, args=(digest,)) for digest in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.done for one in seen] == list(range(1, 401))
    assert {(one.text, one.total) for one in seen} == {("pushing", 400)}


def test_what_is_sent_again_counts_once() -> None:
    seen: list[Progress] = []
    tally = Tally("pushing", 20, seen.append)

    for done in (5, 9, 5, 10):
        tally.tell("a", done)

    assert [one.done for one in seen] == [5, 9, 5, 10]
