"""A View becomes a line of bubblewrap, which makes a container of it without any right of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

from hookkit.contract import VOLUME
from hookkit.local.containerplan import SHARED_MEMORY_BYTES, Mount
from hookkit.local.sandbox.policy import SHARED_MEMORY
from hookkit.local.unpacked.view import View


@cache
def why_not() -> str:
    """Why bubblewrap can't be used here; "" where it can."""
    if os.getuid() == 0:  # it shows whoever starts it as one user: the hook's would be root outside
        return "bubblewrap is for plain users"
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap is not installed"
    line = [program, *_namespaces(os.getuid(), os.getgid()), "--ro-bind", "/", "/", *_kernel(), "--", "true"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"bubblewrap does not work here: {' '.join(done.stderr.split())}"


def line_of(view: View) -> list[str]:
    """The command that runs a view, in the environment of the view."""
    return [
        shutil.which("bwrap") or "bwrap",
        *_namespaces(*view.user),
        *(["--share-net"] if view.network else []),
        *("--ro-bind", str(view.root), "/"),
        *_kernel(),
        *([] if view.has_volume else ["--tmpfs", VOLUME]),
        *(part for mount in view.mounts for part in _mounted(mount)),
        *("--chdir", view.folder),
        "--",
        *view.command,
    ]


def _namespaces(user: int, group: int) -> Iterator[str]:
    yield from ("--unshare-all", "--unshare-user", "--uid", str(user), "--gid", str(group))
    # The hook is the first process of its own, as in a cluster: signals reach it without a detour.
    yield from ("--as-pid-1", "--cap-drop", "ALL", "--die-with-parent", "--new-session")


def _kernel() -> Iterator[str]:
    """What the kernel shows; only /dev/shm of it can be written."""
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from ("--perms", "1777", "--size", str(SHARED_MEMORY_BYTES), "--tmpfs", str(SHARED_MEMORY))
    yield from ("--remount-ro", "/dev")


def _mounted(mount: Mount) -> tuple[str, str, str]:
    return "--ro-bind" if mount.read_only else "--bind", str(mount.source), mount.target


def shown_line(view: View) -> list[str]:
    """The same to be typed."""
    return ["env", *(f"{name}={text}" for name, text in view.environment.items()), *line_of(view)]
