"""Runs a hook here under the platform's contract: as a process, in a container, or inline; each gives a RunReport."""

from hookkit.local.log import LogSink
from hookkit.local.run import LocalRun, Runner

__all__ = ["LocalRun", "LogSink", "Runner"]
