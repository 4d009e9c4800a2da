"""Records, prints, warnings and exceptions become lines: ECS JSON for the platform, text for people."""

import json
import logging
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.hookprocess import Ended, HookProcess

from hookkit.runtime.logs import EcsFormatter, TextFormatter

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def refuse(constant: str) -> None:
    raise AssertionError(constant)


def ecs(message: object, **extra: Any) -> dict[str, Any]:
    """A record as strict JSON reads it back."""
    record = logging.makeLogRecord({"name": "mask", "levelname": "WARNING", "msg": message, **extra})
    line = EcsFormatter().format(record)
    assert "\n" not in line
    return dict(json.loads(line, parse_constant=refuse))


def by_message(ended: Ended, words: str) -> dict[str, Any]:
    [record] = [record for record in ended.records if words in record["message"]]
    return record


# ---------------------------------------------------------------- one record


def test_a_record_has_the_fields_of_the_platforms_processors() -> None:
    record = ecs("two\nlines", tile="T32", created=1795507392.3456)

    assert record == {
        "@timestamp": "2026-11-24T08:03:12.345Z",
        "log.level": "warning",
        "log.logger": "mask",
        "message": "two\nlines",
        "labels.tile": "T32",
    }


@given(
    st.text(), st.dictionaries(st.text(min_size=1), st.text() | st.floats() | st.integers() | st.binary(), max_size=3)
)
def test_any_record_is_one_line_of_strict_json(message: str, labels: dict[str, Any]) -> None:
    found = ecs(message, args=None, **{f"x{name}": value for name, value in labels.items()})

    assert found["message"] == message


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (0.5, 0.5),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        ({("a",): 1}, "{('a',): 1}"),
        (Exception("x"), "x"),
    ],
)
def test_a_label_is_text_where_it_is_no_plain_value(value: object, label: object) -> None:
    assert ecs("x", value=value)["labels.value"] == label


def test_a_list_that_holds_itself_is_still_one_line() -> None:
    endless: list[Any] = []
    endless.append(endless)

    assert ecs("x", value=endless)["labels.value"] == "[[...]]"


def test_text_has_the_clock_the_level_and_the_loggers_name_where_it_is_not_ours() -> None:
    theirs = logging.makeLogRecord({"name": "mask", "levelname": "INFO", "msg": "%d tiles", "args": (5,)})
    ours = logging.makeLogRecord(
        {"name": "hookkit", "levelname": "ERROR", "msg": "no", "error.stack_trace": "File x\n"}
    )

    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO    mask: 5 tiles", TextFormatter().format(theirs))
    assert re.fullmatch(r"\d\d:\d\d:\d\d ERROR   no\nFile x", TextFormatter().format(ours))


# ---------------------------------------------------------------- a hook's log

CHATTY = """
(output / "a").touch()
logging.getLogger("mask").info("%d tiles", 5, extra={"tile": "T32"})
logging.getLogger("mask").debug("not shown")
print("printed", 5)
print("half a ", end="")
print("line")
print("on stderr", file=sys.stderr)
print("no newline at the end", end="")
warnings.warn("old way")
try:
    {}["x"]
except KeyError:
    logging.exception("no x")
"""


def test_everything_that_a_hook_says_is_a_line_of_ecs(job: HookProcess) -> None:
    ended = job.run_function(CHATTY)

    assert ended.exit_code == 0
    assert all(TIMESTAMP.fullmatch(record["@timestamp"]) for record in ended.records)
    assert by_message(ended, "tiles") | {"@timestamp": ""} == {
        "@timestamp": "",
        "log.level": "info",
        "log.logger": "mask",
        "message": "5 tiles",
        "labels.tile": "T32",
    }
    assert by_message(ended, "printed")["log.logger"] == "stdout"
    assert by_message(ended, "on stderr")["log.logger"] == "stderr"
    assert by_message(ended, "half a line")["message"] == "half a line"
    assert by_message(ended, "no newline at the end")
    assert by_message(ended, "UserWarning: old way")["log.level"] == "warning"
    assert "not shown" not in ended.messages


def test_an_exception_that_is_logged_has_its_type_message_and_the_authors_stack(job: HookProcess) -> None:
    record = by_message(job.run_function(CHATTY), "no x")

    assert (record["log.level"], record["error.type"], record["error.message"]) == ("error", "KeyError", "'x'")
    assert record["error.stack_trace"].startswith("Traceback (most recent call last):\n")
    assert "job.py" in record["error.stack_trace"]
    assert "hookkit" not in record["error.stack_trace"]


def test_text_is_written_on_demand(job: HookProcess) -> None:
    ended = job.run_function(CHATTY, HOOKKIT_LOG_FORMAT="text")

    assert ended.stdout == "printed 5\nhalf a line\nno newline at the end"
    assert re.search(r"^\d\d:\d\d:\d\d INFO    mask: 5 tiles$", ended.stderr, re.MULTILINE)
    assert "KeyError: 'x'" in ended.stderr


def test_an_unknown_format_is_ecs(job: HookProcess) -> None:
    assert job.run_function("(output / 'a').touch(); print(1)", HOOKKIT_LOG_FORMAT="xml").messages == ["1"]


def test_what_libraries_ask_of_a_stream_is_answered(job: HookProcess) -> None:
    ended = job.run_function("""
        (output / "a").touch()
        assert sys.stdout.encoding == "utf-8"
        assert sys.stdout.fileno() == 1
        assert sys.stdout.writable() and not sys.stdout.isatty()
        sys.stdout.flush()
        sys.stdout.buffer.write(b'{"message": "bytes"}\\n')
    """)

    assert (ended.exit_code, ended.messages) == (0, ["bytes"])


def test_a_hook_that_fails_logs_a_record_with_its_code_and_its_stack(job: HookProcess) -> None:
    [record] = job.run_function("raise HookError('no DEM', code=101)").records

    assert record["log.level"] == "error"
    assert (record["message"], record["error.type"], record["error.code"]) == ("no DEM", "HookError", 101)
    assert record["error.stack_trace"].endswith("HookError: no DEM\n")


def test_each_mistake_of_a_call_is_a_record(job: HookProcess) -> None:
    job.write("@hook\ndef run(a: int, b: int) -> None: ...")

    ended = job.run("--a=x")

    assert ended.exit_code == 2
    assert ended.messages == ["--a: 'x' is not an int; give int", "--b: is missing; write --b=VALUE, which is int"]


def test_a_printed_stream_can_be_reconfigured_like_any_other(job: HookProcess) -> None:
    job.write_function("sys.stdout.reconfigure(line_buffering=True); print('said'); (output / 'a').touch()")

    assert job.run("--output=out").messages == ["said"]
