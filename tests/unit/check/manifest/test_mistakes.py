"""Each file of tests/mistakes is a good manifest with one mistake; a mark names the rule that finds it on that line."""

import re
from pathlib import Path

import pytest

from hookkit.check.manifest.checking import Source, check_source
from hookkit.check.manifest.rulebook import RULES

MISTAKES = sorted((Path(__file__).parents[3] / "mistakes").glob("*.yaml"))
MARK = re.compile(r"# <- ([A-Z]{2}\d{3})$")
#: The version of Argo that a manifest is for, in its first line where it is for one.
TARGET = re.compile(r"# argo-version: (\S+)\n")

#: Rules whose mistakes don't fit into a small manifest; test_sizes and test_reading break them.
ELSEWHERE = {
    *("ME105", "SI101", "SI102", "SI103", "SI104", "SI105", "SI106", "SI107"),
    *("SY101", "SY103", "SY104", "SY106", "SY107", "SY108", "SY110", "SY111"),
}


def marks(text: str) -> list[tuple[str, int]]:
    lines = enumerate(text.splitlines(), start=1)
    return [(mark[1], number) for number, line in lines if (mark := MARK.search(line))]


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_planted_mistake_is_the_only_finding_on_its_line(path: Path) -> None:
    text = path.read_text()
    target = TARGET.match(text)

    findings = check_source(Source(path.name, text.encode()), target[1] if target else None)

    assert [(one.rule.code, one.place.line) for one in findings] == marks(text), "\n".join(map(str, findings))


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_planted_mistake_is_marked_once(path: Path) -> None:
    assert len(marks(path.read_text())) == 1


def test_every_rule_is_broken_by_a_planted_mistake_or_in_a_test_of_its_own() -> None:
    planted = {code for path in MISTAKES for code, _ in marks(path.read_text())}

    assert planted | ELSEWHERE == {rule.code for rule in RULES}
    assert planted & ELSEWHERE == set()


def test_there_are_as_many_as_are_worth_the_name() -> None:
    assert len(MISTAKES) >= 100
