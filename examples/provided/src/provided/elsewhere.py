"""A hook that is only declared here says where it runs."""

from typing import NoReturn

from hookkit import HookError

#: The exit code of every hook of this project.
ELSEWHERE = 101


def run_on_platform(name: str) -> NoReturn:
    """End the hook: its processor is the platform's, and no part of this project.

    Raises:
        HookError: always.

    """
    msg = f"{name} runs on the platform alone: this is its declaration; order it there"
    raise HookError(msg, code=ELSEWHERE)
