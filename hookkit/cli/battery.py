"""`hookkit check --contract`: the trials of a hook become a live list, then a table; lines when piped; or JSON."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from hookkit.check.contract.battery import run_battery
from hookkit.check.contract.bench import Bench, open_bench
from hookkit.check.contract.place import Place
from hookkit.check.contract.sample import SAMPLE_FOLDERS, NoSample, Sample, find_sample
from hookkit.check.contract.stopping import end_by
from hookkit.check.contract.trial import TRIALS, Trial, TrialResult
from hookkit.cli.progress import can_draw
from hookkit.errors import CallError, Problem, ProjectError
from hookkit.local.signals import forwarded_signals
from hookkit.project import Project
from hookkit.report import Enforcement, RunReport
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table
    from rich.text import Text

_MARKS: Final = {"passed": "✓", "failed": "✗", "warning": "!", "skipped": "-"}
_STYLES: Final = {"passed": "green", "failed": "bold red", "warning": "yellow", "skipped": "dim"}


def run_contract(project: Project, spec: HookSpec, arguments: list[str], place: Place, *, as_json: bool) -> bool:
    """Try a hook under the platform's rules, and print what comes of it; whether all is well.

    Args:
        arguments: the hook's own, as the author gave them after `--`.
        place: where it is tried.

    Raises:
        CallError: the arguments are wrong; or nothing failed, but there is no input to try the hook's work with.
        EngineError: what runs the hook failed.

    """
    sample = find_sample(project, spec, arguments, os.environ)
    # So that SIGTERM ends the battery as Ctrl-C does: by way of what tidies up.
    with forwarded_signals(end_by), open_bench(project, spec, sample, place) as bench:
        results = list(_shown(bench))
        report = bench.runs["good-input"].report if "good-input" in bench.runs else None
    _print(spec, results, report, sample, as_json=as_json)
    failed = any(one.state == "failed" for one in results)
    if isinstance(sample, NoSample) and not failed:
        raise _incomplete(sample, results)
    return not failed


def container_place(project: Project, image: str | None) -> Place:
    """Containers of the image that is named, or that was built last.

    Raises:
        ProjectError: the name is none, nothing was built, or no engine holds the image.

    """
    from hookkit.check.contract.image import ImagePlace
    from hookkit.cli.engines import choose_runner
    from hookkit.local.container import ContainerRunner

    runner = choose_runner("container", project, image)
    if not isinstance(runner, ContainerRunner):
        what = "the trials also run the image's bare command, which takes an engine that holds the image"
        remedy = "build it into one (hookkit build --builder docker), or try the hook as a process"
        raise ProjectError(Problem("--contract in the container", what, remedy))
    return ImagePlace(runner.image, runner)


def _incomplete(sample: NoSample, results: Sequence[TrialResult]) -> CallError:
    missed = sum(one.trial.needs != "nothing" for one in results)
    what = f"{missed} trials were not run: {', '.join(f'{one.where} {one.what}' for one in sample.problems)}"
    told = "; ".join(one.remedy for one in sample.problems)
    remedy = f"{told} (flags go after --; an input may also lie in {SAMPLE_FOLDERS[0]}/)"
    return CallError(Problem("the contract", what, remedy))


# ---------------------------------------------------------------- while it goes on


def _shown(bench: Bench) -> Iterator[TrialResult]:
    """Run the battery; on a terminal with a line for each trial, which is gone at the end."""
    results: list[TrialResult] = []
    with _live_list(results) as begin:
        for result in run_battery(bench, begin):
            results.append(result)
            yield result


@contextmanager
def _live_list(results: list[TrialResult]) -> "Iterator[Callable[[Trial], None]]":
    if not can_draw():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.table import Table
    from rich.text import Text

    spinner = Spinner("dots")

    def begin(now: Trial) -> None:
        lines = Table.grid(padding=(0, 1))
        known = {one.trial: one for one in results}
        for trial in TRIALS:
            mark = _mark(known[trial]) if trial in known else spinner if trial is now else Text(" ")
            lines.add_row(mark, Text(trial.title, style="" if trial is now or trial in known else "dim"))
        live.update(lines)

    with Live(console=Console(stderr=True), transient=True, refresh_per_second=10) as live:
        yield begin


def _mark(result: TrialResult) -> "Text":
    from rich.text import Text

    return Text(_MARKS[result.state], style=_STYLES[result.state])


# ---------------------------------------------------------------- at the end


def _print(
    spec: HookSpec,
    results: Sequence[TrialResult],
    report: RunReport | None,
    sample: Sample | NoSample,
    *,
    as_json: bool,
) -> None:
    if as_json:
        facts = _to_json(spec, results, report, sample)
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace"))
    elif sys.stdout.isatty():
        _print_table(spec, results, report, sample)
    else:
        for line in [*map(str, results), *_lines_of_rules(report), summary(spec, results, sample)]:
            click.echo(line.encode("utf-8", "backslashreplace"))


def _to_json(
    spec: HookSpec, results: Sequence[TrialResult], report: RunReport | None, sample: Sample | NoSample
) -> dict[str, Any]:
    return {
        "hook": spec.name,
        "engine": report.engine if report else None,
        "input": sample.source if isinstance(sample, Sample) else None,
        "passed": isinstance(sample, Sample) and not any(one.state == "failed" for one in results),
        "complete": isinstance(sample, Sample),
        "trials": [one.to_json() for one in results],
        "enforcement": [asdict(one) for one in report.enforcement] if report else [],
        "violations": [asdict(one) for one in report.violations] if report else [],
    }


def summary(spec: HookSpec, results: Sequence[TrialResult], sample: Sample | NoSample) -> str:
    """How many of what: `shout: 14 passed, 1 failed, 2 skipped, with the input in data`."""
    counted = [(sum(one.state == state for one in results), state) for state in _MARKS]
    plural = {(number, state): "s" for number, state in counted if state == "warning" and number > 1}
    words = ", ".join(f"{number} {state}{plural.get((number, state), '')}" for number, state in counted if number)
    return f"{spec.name}: {words}" + (f", with the input of {sample.source}" if isinstance(sample, Sample) else "")


def _lines_of_rules(report: RunReport | None) -> Iterator[str]:
    """What the sandbox enforced, and what it could not."""
    if report is None or not report.enforcement:
        return
    for state in ("enforced", "lifted", "not enforced"):
        if rules := [_rule(one) for one in report.enforcement if one.state == state]:
            yield f"{state}: {', '.join(rules)}"


def _rule(one: Enforcement) -> str:
    return one.rule if one.state == "enforced" else f"{one.rule} ({one.how})"


def _print_table(
    spec: HookSpec, results: Sequence[TrialResult], report: RunReport | None, sample: Sample | NoSample
) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(_table(results))
    for line in _lines_of_rules(report):
        console.print(Text(line, style="dim"))
    states = {one.state for one in results}
    colour = (
        "red" if "failed" in states else "yellow" if "warning" in states or isinstance(sample, NoSample) else "green"
    )
    console.print(Text(summary(spec, results, sample), style=colour))


def _table(results: Sequence[TrialResult]) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table("", "trial", "what came of it", "s", box=SIMPLE_HEAD, pad_edge=False)
    table.columns[3].justify = "right"
    for one in results:
        told = Text(one.what, style="" if one.state == "passed" else _STYLES[one.state])
        if one.remedy:
            told.append(f"\n{one.remedy}", style="green")
        if one.state == "failed":
            told.append(f"\n{one.trial.why}", style="dim")
        table.add_row(_mark(one), one.trial.name, told, f"{one.seconds:.1f}")
    return table
