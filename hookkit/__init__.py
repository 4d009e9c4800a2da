"""Write a Python function, get a custom hook for the Destination Earth Data Lake."""

from hookkit.authoring import hook
from hookkit.command import CommandError, CommandResult, run_command
from hookkit.context import HookContext
from hookkit.errors import HookError, HookStopped, TransientError
from hookkit.markers import Input, Option, Output
from hookkit.secret import Secret
from hookkit.spec import HookSpec
from hookkit.version import __version__

__all__ = [
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
