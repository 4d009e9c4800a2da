"""Write a Python function, get a custom hook for the Destination Earth Data Lake."""

from hookkit.authoring import Input, Option, Output, hook
from hookkit.errors import HookError, HookStopped, TransientError
from hookkit.spec import HookSpec
from hookkit.version import __version__

__all__ = [
    "HookError",
    "HookSpec",
    "HookStopped",
    "Input",
    "Option",
    "Output",
    "TransientError",
    "__version__",
    "hook",
]
