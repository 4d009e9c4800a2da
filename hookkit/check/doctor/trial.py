"""A program: it confines a child as `hookkit run` does, and prints what came of it as JSON; it does nothing else.

A process of its own, since it forks: hookkit itself has threads by then.
"""

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hookkit.local.enforcement import enforcement_of
from hookkit.local.sandbox.confinement import Confinement, Steps
from hookkit.local.sandbox.namespaces import NEW_USER, map_user
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.syscalls import call, libc
from hookkit.local.unpacked import namespaces
from hookkit.local.unpacked.view import View

_VERSION_FLAG: Final = 1
#: A number that no user has.
_NOBODY: Final = 20_000


def main() -> None:
    """Print the steps of a confinement, and what this user may do besides."""
    policy = Policy(user=None if os.getuid() else _NOBODY)
    steps = _confined(policy)
    facts = {
        "landlock": _in_a_child(lambda: call("landlock_create_ruleset", None, 0, _VERSION_FLAG)),
        "user_namespace": _in_a_child(_leave_users),
        "steps": steps._asdict(),
        "not_enforced": [one.rule for one in enforcement_of(steps, policy) if one.state == "not enforced"],
        "own_root": _why_no_own_root(),
    }
    print(json.dumps(facts))  # noqa: T201 - a program's answer


def _confined(policy: Policy) -> Steps:
    """Run a program that does nothing, under the strictest policy."""
    with Confinement(policy) as confinement:
        with suppress(OSError):  # where there is no such program the child has told us all the same
            subprocess.run(["true"], preexec_fn=confinement.enter, check=False)  # noqa: S607 - as the author
        try:
            steps, listener = confinement.told()
        except OSError:
            raise SystemExit("a child that confines itself is killed") from None
    if listener is not None:
        os.close(listener)
    return steps


def _why_no_own_root() -> str:
    """Why an unpacked image can't be a process's root; "" where it can. The folder is gone at once."""
    with TemporaryDirectory(prefix="hookkit-") as folder:
        for name in ("dev", "proc"):
            Path(folder, name).mkdir()
        view = View(Path(folder), (), ("true",), {}, "/", (os.getuid(), os.getgid()), network=False)
        return namespaces.why_not(view)


def _leave_users() -> int:
    user, group = os.geteuid(), os.getegid()
    libc("unshare", NEW_USER)
    map_user(user, group)
    return 0


def _in_a_child(act: Callable[[], int]) -> dict[str, Any]:
    """What an act gave in a forked child, or the number of what it failed with."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            told: dict[str, Any] = {"value": act()}
        except OSError as error:
            told = {"errno": error.errno, "words": error.strerror}
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    answer: dict[str, Any] = json.loads(text) if text else {"errno": 0, "words": "it was killed"}
    return answer


if __name__ == "__main__":
    main()
