"""What a report calls enforced is caught, always, and named; a hook that breaks no rule is left alone."""

import os
from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet
from contract.corpus import Planted, planted
from contract.desks import Desks
from contract.ways import WAYS, trials

from hookkit.local import rules

#: Without root, the tests' own user is the plain one.
USERS = ("root", "plain user") if os.geteuid() == 0 else ("plain user",)

_STATES = {"enforced": "enforced", "partly": "enforced", "no": "not enforced"}


def _trials(folder: str) -> Iterator[ParameterSet]:
    hooks = [hook for hook in planted(folder) if not hook.needs]
    for way, user, hook in trials(hooks):
        slow = hook.slow or WAYS[way].in_image
        if user in USERS:
            yield pytest.param(way, user, hook, id=f"{way}, {user}: {hook.name}", marks=[pytest.mark.slow] * slow)


@pytest.mark.parametrize(("way", "user", "hook"), list(_trials("bad")))
def test_what_is_enforced_is_caught_and_named(desks: Desks, way: str, user: str, hook: Planted) -> None:
    author = desks.of(way, user)
    with author.run(hook) as run:
        assert run.left == []
        assert run.state, "the report says nothing of the rule"
        if run.state == "enforced":
            assert run.escapes == []
            assert run.untold(author.way) == []


@pytest.mark.parametrize(("way", "user", "hook"), list(_trials("good")))
def test_a_good_hook_passes_and_leaves_nothing(desks: Desks, way: str, user: str, hook: Planted) -> None:
    author = desks.of(way, user)
    with author.run(hook) as run:
        assert [*run.left, *run.changes] == []
        if author.way.excuses(hook) and run.report.exit_code:
            assert {one.rule for one in run.report.violations} <= {"network"}  # asyncio's own words name none
            return
        assert (run.report.exit_code, run.report.message) == (0, ""), run.report.log
        assert run.report.violations == ()
        assert run.report.outputs["output"]


@pytest.mark.parametrize(
    ("way", "user"),
    [
        (name, user)
        for name, way in WAYS.items()
        for user in way.users
        if user in USERS and (not way.lacks or way.in_image)
    ],
)
def test_a_whole_machine_keeps_what_the_table_promises(desks: Desks, way: str, user: str) -> None:
    author = desks.of(way, user)
    promises = next(one.promises for one in rules.WAYS if one.name == author.way.name)
    with author.run(_hook("writes_products_and_leaves_work")) as run:
        states = {one.rule: one.state for one in run.report.enforcement}
        assert states == {
            rule: "not enforced" if promise == "no" else "enforced" for rule, (promise, _) in promises.items()
        }
        assert run.report.engine == author.way.name


def _hook(name: str) -> Planted:
    return next(hook for hook in planted("good") if hook.name == name)
