"""The pytest plugin: a project's tests run its hook as the platform does. These are the types of what they hold."""

from hookkit.testing.golden import Compare
from hookkit.testing.report import HookReport
from hookkit.testing.run import RunHook

__all__ = ["Compare", "HookReport", "RunHook"]
