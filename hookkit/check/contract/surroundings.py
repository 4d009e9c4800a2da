"""What a hook bears from where it runs: a request to stop, a strange user, no home; and what it leaves there."""

import re
from collections.abc import Callable
from typing import Final

from hookkit.check.contract.answer import Answer
from hookkit.check.contract.bench import Bench, Files, Tried, staging_left
from hookkit.check.contract.leftovers import end_leftovers
from hookkit.check.contract.place import RANDOM_USER, Variables
from hookkit.check.contract.stopping import why_no_stop
from hookkit.check.contract.trial import Judgement, failed, passed, skipped
from hookkit.check.contract.work import how_it_ended, listed
from hookkit.contract import DESCRIBE_FLAG, ExitCode
from hookkit.errors import EngineError
from hookkit.local.rules import USER
from hookkit.secret import Mask

#: The runtime's words about a hook that it had to kill.
_KILLED: Final = re.compile(r"killed when the grace period of (\S+) s was over")
#: A hook that ends well within this time may have been about to end anyway.
_AT_ITS_END_SECONDS: Final = 1.0
_LET_STOPS_THROUGH: Final = (
    "let HookStopped pass: no `except BaseException`, no bare `except`; in long loops call context.check_cancelled()"
)
_TOO_LATE: Final = "it ended before it could be stopped"
#: Seconds of work before a stop: what takes longer is in the middle of its work by then.
_LONGEST_DELAY: Final = 10.0
_NO_HOME: Final = "/nonexistent"


def stop(bench: Bench) -> Judgement:
    """SIGTERM, in the middle of the work as long as the first run's."""
    if why := why_no_stop():
        return skipped(why)
    if not bench.spec.outputs:
        return skipped("the hook has no output, by which one could see that it has started")
    delay = min(bench.runs["good-input"].seconds_of_work / 2, _LONGEST_DELAY)
    tried = bench.run(bench.outputs("stop"), stop_after=delay)
    left = [str(one) for one in end_leftovers(bench.folder)] if bench.place.keeps_processes else []
    whole = _looks_whole(bench, tried)
    return (
        _stopped(tried, whole=whole)
        or _left_behind(tried, left)
        or passed(f"exit code 143, {_seconds(tried)} after SIGTERM")
    )


def _seconds(tried: Tried) -> str:
    return f"{tried.seconds_after:.1f} s"


def _stopped(tried: Tried, *, whole: bool) -> Judgement | None:
    """The judgement over how it ended; None where it was stopped as it has to be, which may leave nothing."""
    report = tried.report
    if killed := _KILLED.search(report.message):
        return failed(f"it went on, and was killed when its grace of {killed[1]} s was over", _LET_STOPS_THROUGH)
    if report.exit_code == ExitCode.DONE and tried.seconds_after < _AT_ITS_END_SECONDS:
        return passed(_TOO_LATE)
    if report.exit_code == ExitCode.DONE:
        return failed(f"it went on for {_seconds(tried)} after SIGTERM, and ended with 0", _LET_STOPS_THROUGH)
    if report.exit_code != ExitCode.STOPPED:
        return failed(f"{how_it_ended(tried)}, instead of exit code 143", _LET_STOPS_THROUGH)
    # The signal came when the products were in place, but the process had not ended.
    return passed(_TOO_LATE) if whole else None


def _looks_whole(bench: Bench, tried: Tried) -> bool:
    """Whether the products are all there, by what those of two runs that ended well have in common."""
    first = bench.runs["good-input"]
    second = bench.runs.get("output-missing", first)
    steady = next((trait for trait in _TRAITS if trait(first.products) == trait(second.products)), _count)
    return any(tried.products.values()) and steady(tried.products) == steady(first.products)


def _files(products: Files) -> list[tuple[str, str, int]]:
    return [(name, file.path, file.size) for name, files in products.items() for file in files]


def _count(products: Files) -> int:
    return len(_files(products))


#: What products of the same input have in common, the most telling first: some are named by chance.
_TRAITS: Final[tuple[Callable[[Files], object], ...]] = (
    lambda products: {*_files(products)},
    lambda products: {(name, path) for name, path, _ in _files(products)},
    _count,
)


def _left_behind(tried: Tried, processes: list[str]) -> Judgement | None:
    if processes:
        return failed(
            f"it left {listed(processes)} running", "start programs with hookkit.run_command, which ends them"
        )
    if staging := staging_left(tried.outputs):
        return failed(f"{staging[0].name} is left in the output", "change no modes of the folders that hookkit made")
    products = [file.path for files in tried.products.values() for file in files]
    if products:
        return failed(f"half-done products are left: {listed(products)}", "write into the output's own folder alone")
    return None


# ---------------------------------------------------------------- what it leaves and shows


def leave_nothing_running(bench: Bench) -> Judgement:
    """The work by the bare command: a sandbox would end all that is left."""
    if not bench.place.keeps_processes:
        return skipped("a container ends with all that runs in it")
    answer = bench.work("children")
    left = [str(one) for one in end_leftovers(bench.folder)]
    if left:
        remedy = "start programs with hookkit.run_command, and wait for those that you start yourself"
        return failed(f"it left {listed(left)} running", remedy)
    return _work_of(answer, "see that it needs nothing of the sandbox") or passed("nothing runs on")


def show_no_secret(bench: Bench) -> Judgement:
    """The work by the bare command: a runner would hide them."""
    secrets = {name: secret for name, secret in bench.call({}).call.secrets.items() if secret}
    if not bench.spec.secrets:
        return skipped("the hook has no secret")
    if not secrets:
        return skipped("no secret was given; they come from the environment")
    answer = bench.work("secrets")
    shown = [name for name, secret in secrets.items() if _shows(answer, secret.reveal())]
    if shown:
        remedy = "pass secrets to programs by the environment or a file, and let none print its own settings"
        return failed(f"the log shows {', '.join(shown)}", remedy)
    return passed(f"the log does not show {', '.join(secrets)}")


def _shows(answer: Answer, secret: str) -> bool:
    mask = Mask()
    mask.add(secret)
    return any(mask.hide(text) != text for text in (answer.stdout, answer.stderr))


def _work_of(answer: Answer, remedy: str) -> Judgement | None:
    """The judgement over a bare run that did not end well."""
    if answer.late:
        return failed("it took too long, and was stopped", remedy)
    if answer.exit_code != ExitCode.DONE:
        return failed(f"exit code {answer.exit_code}: {answer.last_words}", remedy)
    return None


# ---------------------------------------------------------------- another user, no home


def be_nobody(bench: Bench) -> Judgement:
    """The work as a user whom nobody knows."""
    if why := bench.place.why_no_other_user:
        return skipped(why)
    if words := _unreachable(bench):
        if _is_nobody_anyway(bench):
            return passed("exit code 0: for root, every run is one of a user without a name")
        return skipped(f"another user can't come to the project or its Python here: {words}")
    answer = bench.work("random-user", user=RANDOM_USER)
    remedy = "ask the system for no name or home of the user, and write into context.work_dir"
    return _work_of(answer, remedy) or passed(f"exit code 0 as user {RANDOM_USER}")


def _unreachable(bench: Bench) -> str:
    """Why the hook is out of reach of the user whom nobody knows, "" where it is not: that is no fault of the hook."""
    try:
        asked = bench.ask([DESCRIBE_FLAG], user=RANDOM_USER)
    except EngineError as error:
        return str(error)
    return "" if asked.exit_code == ExitCode.DONE else asked.last_words


def _is_nobody_anyway(bench: Bench) -> bool:
    """Whether the runner makes a user without a name of root."""
    enforcement = bench.runs["good-input"].report.enforcement
    return any(one.rule == USER.name and one.state == "enforced" for one in enforcement)


def be_homeless(bench: Bench) -> Judgement:
    """The module without a HOME, the work with one that does not exist."""
    remedy = "do not read HOME, above all not on import; take files as inputs and write into context.work_dir"
    asked = bench.ask([DESCRIBE_FLAG], _home(None))
    if asked.exit_code != ExitCode.DONE:
        return failed(f"without HOME, exit code {asked.exit_code}: {asked.last_words}", remedy)
    return _work_of(bench.work("no-home", _home(_NO_HOME)), remedy) or passed("exit code 0")


def _home(folder: str | None) -> Variables:
    return dict.fromkeys(("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")) | {"HOME": folder}
