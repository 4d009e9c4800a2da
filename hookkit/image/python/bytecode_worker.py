"""Chunks of source files become files of bytecode: run by the image's own version of Python, on its standard library.

Each chunk is compiled in a fork of the same clean interpreter, in its order: its bytes depend on nothing that was
compiled before or beside it, nor on how many run at once. Never imported by hookkit itself.
"""

import gc
import json
import os
import py_compile
import sys

#: A source, the path that its code is to name, and the file that gets the bytecode.
_Job = tuple[str, str, str]


def main() -> int:
    """Compile `[[[source, named, target], …], …]` of standard input; argument: how many chunks at once."""
    at_once = int(sys.argv[1])
    failed = running = 0
    for chunk in json.load(sys.stdin):
        if running == at_once:
            failed += _wait()
            running -= 1
        _start(chunk)
        running += 1
    return int(failed + sum(_wait() for _ in range(running)) > 0)


def _start(chunk: list[_Job]) -> None:
    if os.fork() == 0:
        gc.disable()  # syntax trees are many objects and no cycles
        status = 1
        try:
            _compile(chunk)
            status = 0
        except OSError as error:
            _complain(str(error))
        finally:
            os._exit(status)


def _wait() -> bool:
    """Whether the next chunk to end did not end well."""
    status = os.wait()[1]
    if os.WIFSIGNALED(status):
        _complain(f"a process that compiled was ended by signal {os.WTERMSIG(status)}")
    return status != 0


def _complain(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _compile(chunk: list[_Job]) -> None:
    for source, named, target in chunk:
        try:
            # Without the time of the source, and never held against it: an image's files do not change.
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(source, target, named, doraise=True, optimize=0, invalidation_mode=mode)
        except (py_compile.PyCompileError, RecursionError):  # templates, and data of tests
            continue


if __name__ == "__main__":
    sys.exit(main())
