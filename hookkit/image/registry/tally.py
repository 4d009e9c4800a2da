"""Bytes that several threads send become one Progress after the other."""

import threading

from hookkit.image.builder import Progress, Watcher


class Tally:
    """Counts bytes and tells a watcher, one thread at a time."""

    def __init__(self, text: str, total: int, watch: Watcher) -> None:
        self._text = text
        self._total = total
        self._watch = watch
        self._done: dict[str, int] = {}
        self._lock = threading.Lock()

    def tell(self, digest: str, done: int) -> None:
        """So many bytes of a blob are on their way or there; fewer than before where it's sent again."""
        with self._lock:
            self._done[digest] = done
            self._watch(Progress(self._text, done=sum(self._done.values()), total=self._total))
