"""Runs a hook here under the platform's contract: as a process, in a container, or inline; each gives a RunReport."""

from hookkit.local.run import LocalRun, LogSink, Runner

__all__ = ["LocalRun", "LogSink", "Runner"]
