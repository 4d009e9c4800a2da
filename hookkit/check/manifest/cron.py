"""CR: when a CronWorkflow runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.durations import is_duration
from hookkit.check.manifest.plain import is_number, listed, mapping, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.datatypes import did_you_mean
from hookkit.errors import shown

_POLICIES: Final = ("Allow", "Forbid", "Replace")
_MACROS: Final = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: Each field: its name, its bounds, and words for its numbers.
_FIELDS: Final[tuple[tuple[str, int, int, Mapping[str, int]], ...]] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_RANGE: Final = re.compile(r"(?:\*|\?|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]{1,4}))?")
_HISTORY: Final = ("successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def schedule_mistake(schedule: str) -> str:
    """What is wrong with a schedule as robfig/cron reads it, which Argo uses; "" where nothing is."""
    words = schedule.removeprefix("TZ=").removeprefix("CRON_TZ=")
    if words != schedule:
        schedule = words.partition(" ")[2]
    if schedule.startswith("@"):
        return _macro_mistake(schedule)
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"{schedule!r} has {len(fields)} fields, not five: minute, hour, day, month, day of the week"
    mistakes = (_field_mistake(field, *row) for field, row in zip(fields, _FIELDS, strict=True))
    return next((mistake for mistake in mistakes if mistake), "")


def _macro_mistake(schedule: str) -> str:
    if schedule.startswith("@every "):
        every = schedule.removeprefix("@every ")
        return "" if is_duration(every) and not every.isdecimal() else f"{every!r} is no duration"
    return "" if schedule in _MACROS else f"there is no {schedule!r}{did_you_mean(schedule, _MACROS)}"


def _field_mistake(field: str, name: str, lowest: int, highest: int, words: Mapping[str, int]) -> str:
    for part in field.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return f"{part!r} is no {name}"
        given = [match[key] for key in ("first", "last") if match[key] is not None]
        numbers = [int(one) if one.isdecimal() and len(one) < 5 else words.get(one.lower()[:3], -1) for one in given]  # noqa: PLR2004 - no field is longer
        if any(not lowest <= number <= highest for number in numbers) or match["step"] in {"0", "00"}:
            return f"{part!r} is no {name}: {lowest} to {highest}"
        if numbers != sorted(numbers):
            return f"{part!r} ends before it starts"
    return ""


def _spec(manifest: Manifest) -> Mapping[str, Any]:
    """The CronWorkflow's own specification; nothing for the other kinds."""
    return mapping(manifest.data.get("spec")) if manifest.kind == "CronWorkflow" else {}


def _schedules(manifest: Manifest) -> Iterator[tuple[DataPath, object]]:
    spec = _spec(manifest)
    if spec.get("schedule") is not None:
        yield ("spec", "schedule"), spec["schedule"]
    for index, schedule in enumerate(listed(spec.get("schedules"))):
        yield ("spec", "schedules", index), schedule


def _missing(manifest: Manifest) -> Flaws:
    if manifest.kind == "CronWorkflow" and not any(True for _ in _schedules(manifest)):
        yield Flaw(("spec", "schedules"), "nothing says when it runs", 'give a `schedule`, such as "0 3 * * *"')


def _form(manifest: Manifest) -> Flaws:
    for path, schedule in _schedules(manifest):
        mistake = schedule_mistake(schedule) if isinstance(schedule, str) else ""
        if mistake:
            yield Flaw(path, mistake, 'write it as "0 3 * * *": every day at 3:00')


def _both(manifest: Manifest) -> Flaws:
    spec = _spec(manifest)
    if spec.get("schedule") and spec.get("schedules"):
        yield Flaw(("spec", "schedule"), "there are `schedule` and `schedules`", "keep one of them")


def _time_zone(manifest: Manifest) -> Flaws:
    zone = text(_spec(manifest).get("timezone"))
    if zone not in {"", "Local"} and not _is_zone(zone):
        from zoneinfo import available_timezones

        zones = available_timezones()
        if zones:  # without a database of zones on this machine, nothing is known
            what = f"there is no time zone {zone!r}{did_you_mean(zone, zones)}"
            yield Flaw(("spec", "timezone"), what, "write a name of the IANA database, such as Europe/Berlin")


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no name of a file; a folder
        return False
    return True


def _policy(manifest: Manifest) -> Flaws:
    policy = _spec(manifest).get("concurrencyPolicy")
    if policy not in (None, "") and policy not in _POLICIES:
        hint = did_you_mean(policy, _POLICIES) if isinstance(policy, str) else ""
        what = f"{shown(policy)} is no policy of concurrency{hint}"
        yield Flaw(("spec", "concurrencyPolicy"), what, f"write one of {', '.join(_POLICIES)}")


def _deadline(manifest: Manifest) -> Flaws:
    seconds = _spec(manifest).get("startingDeadlineSeconds")
    if is_number(seconds) and seconds < 0:
        yield Flaw(("spec", "startingDeadlineSeconds"), f"{seconds} is no deadline", "write seconds, from 0 on")


def _history(manifest: Manifest) -> Flaws:
    for key in _HISTORY:
        number = _spec(manifest).get(key)
        if is_number(number) and number < 0:
            yield Flaw(("spec", key), f"{number} is no number of workflows", "write a number from 0 on")


def _workflow_missing(manifest: Manifest) -> Flaws:
    if manifest.kind == "CronWorkflow" and not manifest.spec:
        yield Flaw(("spec", "workflowSpec"), "nothing says what runs", "give a `workflowSpec`")


FAMILY: Final[Family] = (
    (Rule("CR101", "a CronWorkflow has a schedule", "Argo refuses it."), _missing),
    (Rule("CR102", "a schedule has five fields, or is a word such as @daily", "Argo refuses it."), _form),
    (Rule("CR103", "there is one way to say when", "Argo refuses `schedule` beside `schedules`."), _both),
    (Rule("CR104", "a time zone is one of the IANA database", "Argo refuses it."), _time_zone),
    (Rule("CR105", "a policy of concurrency is one of Argo's", "Argo refuses it."), _policy),
    (Rule("CR106", "a starting deadline is not negative", "Argo refuses it."), _deadline),
    (Rule("CR107", "a history is not negative", "Argo keeps nothing, or fails."), _history),
    (Rule("CR108", "a CronWorkflow has a workflow", "There is nothing to run."), _workflow_missing),
)
