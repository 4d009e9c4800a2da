"""Flags of pytest become runs of hooks: the fixture `run_hook`, once an engine that `--hook-engine` names."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem
from hookkit.testing.desk import Desk, NotRunError, find_desk
from hookkit.testing.golden import Golden
from hookkit.testing.run import RunHook

ENGINES: Final = ("process", "container", "inline")
_ENGINE: Final = "hook_engine"
#: Of a test's properties, which workers of xdist hand over: a golden folder that was rewritten.
_REWRITTEN: Final = "hookkit-golden"
#: An attribute of a test's report, which workers hand over as well.
_DID_NOT_RUN: Final = "hook_did_not_run"
_RUNS: Final = pytest.StashKey[RunHook]()


# ---------------------------------------------------------------- flags


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hookkit", "hooks (hookkit)")
    group.addoption(
        "--hook-engine",
        default="process",
        metavar="ENGINE[,ENGINE]",
        help=f"what runs the hooks of `run_hook`, each test once for each: {', '.join(ENGINES)}; default: process",
    )
    group.addoption(
        "--hook-image", default="", metavar="REFERENCE", help="image of the container; default: the one built last"
    )
    group.addoption("--update-golden", action="store_true", help="rewrite golden outputs instead of comparing")


def pytest_configure(config: pytest.Config) -> None:
    wrong = [engine for engine in _engines(config) if engine not in ENGINES]
    if wrong or not _engines(config):
        name = wrong[0] if wrong else ""
        remedy = did_you_mean(name, ENGINES).removeprefix("; ") or f"there are {', '.join(ENGINES)}"
        raise pytest.UsageError(str(Problem("--hook-engine", f"{name!r} is no engine", remedy)))


def _engines(config: pytest.Config) -> list[str]:
    words = str(config.getoption("--hook-engine")).split(",")
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


# ---------------------------------------------------------------- fixtures


@pytest.hookimpl(trylast=True)  # the engine stands last in a test's name
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _ENGINE in metafunc.fixturenames and not _chose_engines_itself(metafunc):
        metafunc.parametrize(_ENGINE, _engines(metafunc.config))


def _chose_engines_itself(metafunc: pytest.Metafunc) -> bool:
    marks = metafunc.definition.iter_markers("parametrize")
    named = [mark.args[0] if mark.args else mark.kwargs.get("argnames", ()) for mark in marks]
    return any(_ENGINE in (one.replace(",", " ").split() if isinstance(one, str) else one) for one in named)


@pytest.fixture
def hook_engine(pytestconfig: pytest.Config) -> str:
    """What runs the hooks of this test; `@pytest.mark.parametrize("hook_engine", [...])` chooses for one test."""
    first, *more = _engines(pytestconfig)
    if more:  # asked for by name while the test ran: pytest can't run it once an engine any more
        raise pytest.UsageError("run_hook: take it as a parameter of the test, so that each engine gets a run")
    return first


@pytest.fixture(scope="session")
def _hookkit_desk() -> Desk:
    return find_desk()


@pytest.fixture
def run_hook(request: pytest.FixtureRequest, hook_engine: str, _hookkit_desk: Desk, tmp_path: Path) -> RunHook:
    """Runs a hook as the platform does, and gives its report.

    One line of a test: `report = run_hook(input=folder, case="lower")`.
    """
    config = request.config
    golden = Golden(request.path, update=bool(config.getoption("--update-golden")))
    image = str(config.getoption("--hook-image"))
    outputs = tmp_path.with_name(f"{tmp_path.name}-hook")  # beside: `run_hook(input=tmp_path)` is not to read them
    run = RunHook(_hookkit_desk, hook_engine, _project_folder(request), outputs, golden, image)
    request.node.stash[_RUNS] = run
    return run


def _project_folder(request: pytest.FixtureRequest) -> Path:
    """Where the desk looks for the project: the nearest pyproject.toml above the test, wherever pytest was started."""
    above = (folder for folder in request.path.parents if (folder / "pyproject.toml").is_file())
    return next(above, request.config.rootpath)


# ---------------------------------------------------------------- what is said


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, NotRunError):
        report.longrepr = words = str(call.excinfo.value)
        report.sections = [(title, text) for title, text in report.sections if text.strip() not in words]
        vars(report)[_DID_NOT_RUN] = True
    elif report.failed and report.when == "call" and (run := item.stash.get(_RUNS, None)):
        report.sections += _sections(run, report.longreprtext)
    if report.when == "call" and (run := item.stash.get(_RUNS, None)):
        report.user_properties += [(_REWRITTEN, line) for line in run.golden.said]
    return report


def _sections(run: RunHook, said: str) -> list[tuple[str, str]]:
    """Each run that went wrong in a test that failed, unless the failure says so already."""
    wrong = [(number, one) for number, one in enumerate(run.reports, 1) if one.violations or not one.ok]
    texts = [(f"Hook run {number}", one.summary) for number, one in wrong]
    return [(title, text) for title, text in texts if not all(line.strip() in said for line in text.splitlines())]


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    """A hook that could not be run is an error of the surroundings, not a failure of the test."""
    return ("error", "E", "ERROR") if vars(report).get(_DID_NOT_RUN) else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [one for reports in terminalreporter.stats.values() for one in reports]
    properties = [pair for one in reports if getattr(one, "when", "") == "call" for pair in one.user_properties]
    if lines := [line for name, line in properties if name == _REWRITTEN]:
        terminalreporter.section("golden outputs rewritten")
        for line in lines:
            terminalreporter.write_line(line)
