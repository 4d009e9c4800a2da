"""Libraries of native code are left alone where they keep to the rules, and caught where they don't."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from contract.corpus import Planted, planted
from contract.desks import Desks

pytestmark = pytest.mark.slow
HOOKS = [hook for folder in ("bad", "good") for hook in planted(folder) if hook.needs]
USERS = ("root", "plain user") if os.geteuid() == 0 else ("plain user",)


@pytest.fixture(scope="module")
def desks_with_libraries() -> Iterator[Desks]:
    def absent(runner: str) -> Path:
        raise AssertionError(runner)

    with ExitStack() as stack:
        yield Desks(stack, absent, libraries=("numpy", "rasterio"))


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_libraries_keep_to_the_rules_or_are_caught(desks_with_libraries: Desks, user: str, hook: Planted) -> None:
    author = desks_with_libraries.of("process", user)
    with author.run(hook) as run:
        assert run.left == []
        if hook.rule:
            assert run.report.exit_code
            assert any("ermission denied" in line for line in run.report.log)
            assert run.escapes == []
        else:
            assert (run.report.exit_code, run.report.violations) == (0, ()), run.report.log
            assert run.changes == []
