"""Log records, prints and problems become lines: ECS JSON for the platform, readable text on a terminal.

The fields are those of the platform's own processors (Elastic Common Schema): `@timestamp`, `log.level`, `log.logger`,
`message`, `labels.<key>` and, for exceptions, `error.type`, `error.message`, `error.stack_trace`, `error.code`.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, cast

from hookkit.contract import LOG_FORMAT_VARIABLE
from hookkit.runtime.on_import import when_imported
from hookkit.runtime.outcome import Outcome
from hookkit.runtime.target import authors_traceback
from hookkit.secret import MASK

if TYPE_CHECKING:
    from logging import Formatter, Logger, LogRecord

LogFormat = Literal["ecs", "text"]

#: The name of hookkit's own logger.
_OWN: Final = "hookkit"
#: Whose records are told without their name, as there is nothing to tell.
_UNNAMED: Final = frozenset({_OWN, "root", "hook"})


def own_logger() -> "Logger":
    """Hookkit's own logger."""
    from logging import getLogger

    return getLogger(_OWN)


def choose_format(stream: TextIO) -> LogFormat:
    """`HOOKKIT_LOG_FORMAT` if it is set, else text on a terminal and ECS otherwise."""
    chosen = os.environ.get(LOG_FORMAT_VARIABLE)
    if chosen in {"ecs", "text"}:
        return cast("LogFormat", chosen)
    return "text" if stream.isatty() else "ecs"


def formatter_of(chosen: str) -> "Formatter":
    """What makes lines of records; it only looks like a `logging.Formatter`, so that this module needs no logging."""
    return cast("Formatter", EcsFormatter() if chosen == "ecs" else TextFormatter())


def configure_logging() -> None:
    """Send all records of level INFO and above to stderr; with ECS, what is printed becomes records, too."""
    stream = sys.stderr
    if isinstance(stream, PrintedLines):
        return
    chosen = choose_format(stream)
    when_imported("logging", lambda: _send_records(stream, chosen))
    if chosen == "ecs":
        sys.stdout = rendered(sys.stdout, _record_line("stdout"))
        sys.stderr = rendered(stream, _record_line("stderr"))


def _send_records(stream: TextIO, chosen: LogFormat) -> None:
    import logging

    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter_of(chosen))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def mask_prints() -> None:
    """From now on, secrets are hidden in what is printed as text, too; it then comes line by line."""
    if not isinstance(sys.stderr, PrintedLines):
        sys.stdout = rendered(sys.stdout, MASK.hide)
        sys.stderr = rendered(sys.stderr, MASK.hide)


def _ecs_line(fields: dict[str, Any]) -> str:
    return json.dumps({MASK.hide(key): _masked(value) for key, value in fields.items()}, ensure_ascii=False)


class EcsFormatter:
    """A record -> one JSON object on one line."""

    def __init__(self) -> None:
        from logging import makeLogRecord

        self._standard = {*vars(makeLogRecord({})), "message", "asctime", "taskName"}

    def format(self, record: "LogRecord") -> str:
        fields: dict[str, Any] = {
            "@timestamp": _timestamp(record.created),
            "log.level": record.levelname.lower(),
            "log.logger": record.name,
            "message": record.getMessage(),
        }
        extras = {key: _label(value) for key, value in vars(record).items() if key not in self._standard}
        fields |= {key if key.startswith("error.") else f"labels.{key}": value for key, value in extras.items()}
        if record.exc_info and (error := record.exc_info[1]):
            fields |= {
                "error.type": type(error).__name__,
                "error.message": str(error),
                "error.stack_trace": "".join(authors_traceback(error)),
            }
        return _ecs_line(fields)


def _masked(value: Any) -> Any:
    """The value, without the secrets in it; a number may be one, too."""
    text = str(value)
    hidden = MASK.hide(text)
    return value if hidden == text else hidden


def _label(value: Any) -> str | int | float | bool | None:
    """A value as a label takes it: ECS has no nested ones, JSON no infinite ones."""
    plain = value is None or isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))
    return value if plain else str(value)


def _timestamp(seconds: float) -> str:
    """`2026-11-24T08:03:12.345Z`."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


class TextFormatter:
    """A record -> `08:03:12 INFO  message`, with the logger's name where it tells something."""

    def format(self, record: "LogRecord") -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        name = "" if record.name in _UNNAMED else f"{record.name}: "
        lines = [f"{clock} {record.levelname:<7} {name}{record.getMessage()}"]
        if trace := getattr(record, "error.stack_trace", ""):
            lines.append(trace.rstrip())
        if record.exc_info and record.exc_info[1]:
            lines.append("".join(authors_traceback(record.exc_info[1])).rstrip())
        return MASK.hide("\n".join(lines))


class PrintedLines(io.TextIOBase):
    """A stream that hands on each line printed; all else is asked of the stream that it stands for."""

    def __init__(self, stream: TextIO, emit: Callable[[str], object]) -> None:
        self._stream = stream
        self._emit = emit
        self._partial = ""

    def write(self, text: str) -> int:
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self._emit(line)
        return len(text)

    def flush(self) -> None:
        if self._partial:  # a prompt has no newline
            self._emit(self._partial)
            self._partial = ""
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has an attribute
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override] # typeshed has an attribute
        return self._stream.errors

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True


def rendered(stream: TextIO, render: Callable[[str], str]) -> TextIO:
    """A stream whose lines are rendered before they are written."""
    return cast("TextIO", PrintedLines(stream, lambda line: stream.write(render(line) + "\n")))


def _record_line(name: str) -> Callable[[str], str]:
    """What makes a printed line a record's line."""
    facts = {"log.level": "info", "log.logger": name}
    return lambda line: _ecs_line({"@timestamp": _timestamp(time.time()), **facts, "message": line})


def log_outcome(outcome: Outcome) -> None:
    """Say how the hook ended, where it did not end well: a record a problem, the author's stack trace with the last."""
    *first, last = [line for line in outcome.message.splitlines() if line.strip()] or [""]
    logger = own_logger()
    for line in first:
        logger.error("%s", line)
    facts = {"error.type": outcome.type, "error.message": last, "error.code": outcome.exit_code}
    logger.error("%s", last, extra=facts | ({"error.stack_trace": outcome.stack_trace} if outcome.stack_trace else {}))
