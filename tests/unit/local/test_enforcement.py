"""What came of a confinement's steps is said rule by rule, and nothing is called enforced that is not."""

import os

import pytest

from hookkit.local import rules
from hookkit.local.enforcement import enforcement_of, nothing_enforced, objections_to
from hookkit.local.sandbox.confinement import Steps
from hookkit.local.sandbox.policy import Policy
from hookkit.report import Enforcement

WHOLE = Steps(network="own", listening=True)
POLICY = Policy(user=None if os.getuid() else 20_001)


def of(rule: str, steps: Steps, policy: Policy = POLICY) -> Enforcement:
    (found,) = (one for one in enforcement_of(steps, policy) if one.rule == rule)
    return found


def missing(steps: Steps, policy: Policy = POLICY) -> set[str]:
    return {one.rule for one in enforcement_of(steps, policy) if one.state == "not enforced"}


def test_every_rule_is_told_of_once_in_the_order_of_the_table() -> None:
    assert [one.rule for one in enforcement_of(WHOLE, POLICY)] == list(rules.RULES)
    assert [one.rule for one in nothing_enforced()] == list(rules.RULES)


def test_where_all_worked_all_is_enforced() -> None:
    assert missing(WHOLE) == set()


ROOT = {"privileges"} if os.getuid() == 0 else set()  # root's right over files is then unbounded
LACKS = {
    "no Landlock": (WHOLE._replace(files="no Landlock"), {"writes", "reads"} | ROOT),
    "no notifications": (WHOLE._replace(listening=False), {"writes", "sockets"}),
    "no filter, own network": (
        WHOLE._replace(filter="refused", listening=False),
        {"writes", "sockets", "privileges"},
    ),
    "no filter, no own network": (
        Steps(filter="refused", namespace="refused", memory="refused", network="refused"),
        {"writes", "sockets", "privileges", "network"},
    ),
    "a filter, no own network": (Steps(namespace="no", memory="no", network="refused", listening=True), set()),
    "rights are kept": (WHOLE._replace(privileges="refused"), {"privileges"}),
    "processors are kept": (WHOLE._replace(cpus="refused"), {"cpu"}),
}


@pytest.mark.parametrize(("steps", "rules_missing"), LACKS.values(), ids=LACKS)
def test_what_a_machine_lacks_is_not_enforced(steps: Steps, rules_missing: set[str]) -> None:
    assert missing(steps) == rules_missing


def test_a_user_that_could_not_be_changed_is_told() -> None:
    found = of("user", WHOLE._replace(user="Invalid argument"), Policy(user=20_001))

    assert (found.state, found.how) == ("not enforced", "Invalid argument")


def test_a_network_that_the_hook_declares_is_lifted() -> None:
    assert of("network", Steps(network="open", listening=True), Policy(network=True)).state == "lifted"


def test_words_say_why_and_how_far() -> None:
    assert "the machine's (refused)" in of("memory", WHOLE._replace(memory="refused")).how
    assert "rounded up from 1.5" in of("cpu", WHOLE, Policy(cpus=1.5)).how
    assert ("root's over files" in of("privileges", WHOLE).how) is (os.getuid() == 0)


def test_there_is_an_objection_for_each_rule_that_can_not_be_enforced() -> None:
    objections = objections_to(enforcement_of(WHOLE._replace(files="no Landlock"), POLICY))

    assert {"rule writes", "rule reads"} <= {one.where for one in objections}
    assert objections_to(enforcement_of(WHOLE, POLICY)) == ()
