"""Shares values between processes in every way of multiprocessing."""

import multiprocessing
from multiprocessing import shared_memory
from pathlib import Path
from typing import Annotated, Any

from hookkit import Output, hook


def fill(shared: Any, queue: Any, numbers: Any, place: int) -> None:
    """Tell all ways of the place."""
    shared[place] = place
    numbers[place] = place
    queue.put(place)


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Shares values between processes in every way of multiprocessing."""
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        shared = manager.dict()
        queue = context.Queue()
        numbers = context.Array("i", 4)
        children = [context.Process(target=fill, args=(shared, queue, numbers, place)) for place in range(4)]
        for child in children:
            child.start()
        assert sorted(queue.get(timeout=60) for _ in children) == list(range(4))
        for child in children:
            child.join()
        assert dict(shared) == {0: 0, 1: 1, 2: 2, 3: 3}
        assert numbers[:] == [0, 1, 2, 3]
    memory = shared_memory.SharedMemory(create=True, size=1 << 20)
    assert memory.buf
    memory.buf[:4] = b"data"
    other = shared_memory.SharedMemory(memory.name)
    assert other.buf
    assert bytes(other.buf[:4]) == b"data"
    other.close()
    memory.close()
    memory.unlink()

    (output / "product").touch()
