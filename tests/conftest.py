"""What all tests share: no test is passed over where every part is present, and one wheel serves them all."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_REPOSITORY = Path(__file__).parent.parent
#: Set where every real part is present (.ci/run): a test that skips there hides a failure.
_REQUIRES_ALL = os.environ.get("HOOKKIT_REQUIRE_ALL") == "1"


# No test asserts a time: a machine may be as slow as it likes.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _without_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _without_skip((yield))


def _without_skip(report: Report) -> Report:
    """Turn a skip into a failure that pytest counts and names like any other; an expected failure is none."""
    if _REQUIRES_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"HOOKKIT_REQUIRE_ALL=1, and {report.nodeid} did not run: {reason}"
    return report


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the engine, so that nobody has to remember to."""
    for item in items:
        if isinstance(item, pytest.Function) and "engine" in item.fixturenames:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return _REPOSITORY


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run that all workers of xdist see."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    shared.mkdir(exist_ok=True)
    return shared


@pytest.fixture(scope="session")
def wheel(repository: Path, shared_folder: Path) -> Path:
    """hookkit's own wheel, built once a test run."""
    from realparts.once import turn

    built = shared_folder / "wheel"
    with turn(shared_folder / "wheel.lock"):
        if not list(built.glob("*.whl")):
            _build_wheel(repository, built)
    [path] = built.glob("*.whl")
    return path


def _build_wheel(source: Path, target: Path) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv, "no uv: make the environment with `make test`"
    command = [uv, "build", "--wheel", "--python", sys.executable, "--out-dir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
