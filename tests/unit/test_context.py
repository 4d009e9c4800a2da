"""What a hook may ask of its surroundings; in an author's test it needs nothing else."""

import math
from pathlib import Path

import pytest

from hookkit import HookContext, HookStopped

STOPPED = HookStopped("SIGTERM", 143)
Reports = list[tuple[float, float, str]]


@pytest.fixture
def reports() -> Reports:
    return []


@pytest.fixture
def context(tmp_path: Path, reports: Reports) -> HookContext:
    return HookContext(tmp_path, progress=lambda *report: reports.append(report))


def test_a_context_for_a_test_needs_a_folder_alone(tmp_path: Path) -> None:
    context = HookContext(tmp_path)

    context.progress(1, 2, "half")
    context.check_cancelled()
    assert (context.work_dir, context.cancelled, context.log.name) == (tmp_path, False, "hook")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((0, 5), (0, 5, "")),
        ((5, 5, "done"), (5, 5, "done")),
        ((0.25, 1.0), (0.25, 1.0, "")),
        ((7, 5), (5, 5, "")),
        ((-1, 5), (0, 5, "")),
        ((2**64, 2**65), (2**64, 2**65, "")),
    ],
)
def test_progress_is_told_within_its_bounds(
    context: HookContext, reports: Reports, given: tuple[float, float], told: tuple[float, float, str]
) -> None:
    context.progress(*given)

    assert reports == [told]


@pytest.mark.parametrize(
    ("done", "total"),
    [
        (1, 0),
        (1, -1),
        (1, math.nan),
        (1, math.inf),
        (1, 10**400),
        (10**400, 1),
        (math.nan, 1),
        (math.inf, 1),
        (-math.inf, 1),
    ],
)
def test_numbers_that_say_nothing_are_refused(
    context: HookContext, reports: Reports, done: float, total: float
) -> None:
    with pytest.raises(ValueError, match=r"total has to be a positive number, and done a number"):
        context.progress(done, total)

    assert reports == []


def test_a_stop_is_seen_without_being_raised_and_raised_where_asked(tmp_path: Path, reports: Reports) -> None:
    context = HookContext(tmp_path, progress=lambda *report: reports.append(report), stop_request=lambda: STOPPED)

    assert context.cancelled
    for ask in (context.check_cancelled, lambda: context.progress(1, 2)):
        with pytest.raises(HookStopped):
            ask()
    assert reports == []
