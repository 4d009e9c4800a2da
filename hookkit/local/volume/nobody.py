"""Root becomes a user whom nobody is: hooks do not run as root, nor as somebody who has files of their own."""

import pwd
import random
from pathlib import Path
from typing import Final

#: Far above any user that an image or a machine knows, as platforms give them that let no image choose its own; and
#: where users are counted anew, in containers.
_NUMBERS: Final = (range(1_000_000_000, 2_000_000_000), range(20_000, 60_000))


def choose_nobody() -> int:
    """The number of a user, and of a group, that this process may become or give files to, and nobody has."""
    numbers = next((users for users in _NUMBERS if users[-1] < _users_known()), _NUMBERS[-1])
    while True:
        number = random.choice(numbers)  # noqa: S311 - no secret
        try:
            pwd.getpwuid(number)
        except KeyError:
            return number


def _users_known() -> int:
    """How many users there are for this process: all, or those of its namespace."""
    try:
        lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    except OSError:
        return 2**31
    return max((int(first) + int(count) for first, _, count in map(str.split, lines)), default=0)
