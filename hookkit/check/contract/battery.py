"""A bench becomes a TrialResult for each trial of the table, one after another."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from hookkit.check.contract import questions, surroundings, work
from hookkit.check.contract import trial as table
from hookkit.check.contract.bench import Bench
from hookkit.check.contract.sample import NoSample
from hookkit.check.contract.trial import TRIALS, Judgement, Trial, TrialResult, skipped

_ACTS: Final[Mapping[Trial, Callable[[Bench], Judgement]]] = {
    table.HELP: questions.print_help,
    table.DESCRIBE: questions.describe,
    table.NO_INPUT: questions.give_no_input,
    table.WRONG_INPUT: questions.give_wrong_input,
    table.WRONG_VALUES: questions.give_wrong_values,
    table.UNKNOWN_FLAG: questions.give_unknown_flag,
    table.GOOD_INPUT: work.give_good_input,
    table.INPUT_READ_ONLY: work.keep_input,
    table.OUTPUT_MISSING: work.make_output,
    table.OUTPUT_PRESENT: work.run_again,
    table.SAME_BYTES: work.compare_bytes,
    table.LOG_LINES: work.read_log,
    table.SECRETS: surroundings.show_no_secret,
    table.CHILDREN: surroundings.leave_nothing_running,
    table.STOP: surroundings.stop,
    table.RANDOM_USER: surroundings.be_nobody,
    table.NO_HOME: surroundings.be_homeless,
}


def run_battery(bench: Bench, begin: Callable[[Trial], None] = lambda _: None) -> Iterator[TrialResult]:
    """Try one trial after another.

    Args:
        begin: hears of each before it is tried.

    Raises:
        EngineError: what runs the hook failed.
        KeyboardInterrupt, SystemExit: a person asked hookkit to stop.

    """
    for trial in TRIALS:
        begin(trial)
        start = time.monotonic()
        judgement = _why_not(bench, trial) or _ACTS[trial](bench)
        seconds = round(time.monotonic() - start, 3)
        yield TrialResult(trial, judgement.state, judgement.what, judgement.remedy, seconds)


def _why_not(bench: Bench, trial: Trial) -> Judgement | None:
    """Why a trial makes no sense; None where it does."""
    if trial.needs == "nothing":
        return None
    if isinstance(bench.sample, NoSample):
        return skipped("not run: give inputs after --")
    if trial.needs == "work" and not bench.runs["good-input"].done:
        return skipped("not run: the hook does not do its work (good-input)")
    return None
