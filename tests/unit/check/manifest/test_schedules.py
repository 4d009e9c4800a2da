"""Schedules as robfig/cron reads them, durations and quantities as Go and Kubernetes do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.check.manifest.cron import schedule_mistake
from hookkit.check.manifest.durations import is_duration
from hookkit.check.manifest.quantities import amount_of


@pytest.mark.parametrize(
    "schedule",
    [
        *("* * * * *", "0 3 * * *", "*/15 0-6,22 1,15 jan-mar MON", "5/10 * ? * sun", "@daily", "@every 1h30m"),
        *("TZ=Europe/Berlin 0 3 * * *", "CRON_TZ=UTC @hourly", "59 23 31 12 6"),
    ],
)
def test_a_schedule_is_read(schedule: str) -> None:
    assert schedule_mistake(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("", "has 0 fields"),
        ("* * * *", "has 4 fields"),
        ("0 0 3 * * *", "has 6 fields"),
        ("60 * * * *", "'60' is no minute: 0 to 59"),
        ("* 24 * * *", "'24' is no hour"),
        ("* * 0 * *", "'0' is no day of the month"),
        ("* * * 13 *", "'13' is no month"),
        ("* * * * 7", "'7' is no day of the week"),
        ("* 6-3 * * *", "'6-3' ends before it starts"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("a * * * *", "'a' is no minute"),
        ("* * * foo *", "'foo' is no month"),
        ("1,, * * * *", "'' is no minute"),
        ("@dayly", "did you mean '@daily'?"),
        ("@every day", "'day' is no duration"),
        ("@every 60", "'60' is no duration"),
    ],
)
def test_a_mistake_in_a_schedule_is_named(schedule: str, words: str) -> None:
    assert words in schedule_mistake(schedule)


@given(st.text("0123456789*,-/@? abcTZ=", max_size=30))
def test_every_text_is_a_schedule_or_has_a_mistake(schedule: str) -> None:
    assert isinstance(schedule_mistake(schedule), str)


@pytest.mark.parametrize("text", ["30", "30s", "1h30m", "1.5h", "100ms", "{{inputs.parameters.wait}}", "2d", "1 d 2 h"])
def test_a_duration_is_known(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["", "30sec", "one hour", "h", "1,5h", "30 seconds"])
def test_what_is_no_duration_is_known(text: str) -> None:
    assert not is_duration(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("1", 1), ("500m", 0.5), ("1.5Gi", 1.5 * 2**30), ("2G", 2e9), ("1e3", 1000), ("1E", 1e18), ("1E2", 100)),
        *((".5", 0.5), ("5.", 5), ("-1", -1), ("100n", 1e-7), ("1Ei", 2**60), (2, 2), (0.5, 0.5)),
    ],
)
def test_a_quantity_is_read(text: object, amount: float) -> None:
    assert amount_of(text) == pytest.approx(amount)


@pytest.mark.parametrize(
    "text", ["", "2GB", "1 Gi", "1gi", "Gi", "1K", "ten", True, None, [], "1e", "--1", "1e9999", 10**400]
)
def test_what_is_no_quantity_is_none(text: object) -> None:
    assert amount_of(text) is None


@given(st.text("0123456789.eEmkKMGTPin+-", max_size=12))
def test_every_text_is_a_quantity_or_none(text: str) -> None:
    assert amount_of(text) is None or isinstance(amount_of(text), float)
