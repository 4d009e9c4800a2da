"""What authors import is a promise: a name comes or goes on purpose, and with a line in the changelog."""

import hookkit

EXPECTED = [
    "CommandError",
    "CommandResult",
    "HookContext",
    "HookError",
    "HookSpec",
    "HookStopped",
    "Input",
    "Option",
    "Output",
    "Secret",
    "TransientError",
    "__version__",
    "hook",
    "run_command",
]


def test_the_public_names_are_these() -> None:
    assert sorted(hookkit.__all__) == EXPECTED


def test_every_public_name_is_there() -> None:
    assert [name for name in hookkit.__all__ if not hasattr(hookkit, name)] == []
