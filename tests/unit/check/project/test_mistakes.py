"""Each file of tests/bad-hooks is a project with a mistake and its twin: `#!` names the rule, `#:` says it better."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.check.finding import Finding
from hookkit.check.project.checking import check_project
from hookkit.check.project.rulebook import RULES
from hookkit.project import find_project

CASES = sorted((Path(__file__).parents[3] / "bad-hooks").glob("*.txt"))
PYPROJECT = '[project]\nname = "my-hook"\n\n[tool.hookkit]\nhook = "my_hook"\n'
MARK = re.compile(r"\s*#! ([A-Z]{2}\d{3})")
BETTER = re.compile(r"(\s*)#: (.*)")
FILE = re.compile(r"== (.+)")

#: Rules whose mistakes don't fit into a small file of text; tests of their own break them.
ELSEWHERE = {"PY102", "PY103", "LI102", "LI103", "LI104"}


@dataclass(frozen=True)
class Case:
    """Files by name, and the mistakes planted in them: rule, file, line."""

    files: dict[str, str]
    mistakes: list[tuple[str, str, int]]


def read(text: str, *, good: bool) -> Case:
    """A case as it is with its mistake, or as its good twin."""
    files: dict[str, list[str]] = {"my_hook.py": []}
    mistakes = []
    name, is_marked = "my_hook.py", False
    for line in text.splitlines():
        if match := FILE.fullmatch(line):
            name = match[1]
            files[name] = []
        elif match := MARK.fullmatch(line):
            is_marked = True
            mistakes.append((match[1], name, len(files[name]) + 1))
        elif match := BETTER.fullmatch(line):
            files[name] += [match[1] + match[2]] if good else []
        elif not (good and is_marked):
            files[name].append(line)
            is_marked = False
        else:
            is_marked = False
    return Case({name: "\n".join(lines) + "\n" for name, lines in files.items()}, [] if good else mistakes)


def check(case: Case, folder: Path) -> list[Finding]:
    for name, text in {"pyproject.toml": PYPROJECT, **case.files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return list(check_project(find_project(folder), None, folder, Cache.of_user()).findings)


def found(findings: list[Finding]) -> list[tuple[str, str, int]]:
    return [(one.rule.code, one.place.file, one.place.line) for one in findings]


def shown(findings: list[Finding]) -> str:
    return "\n".join(map(str, findings))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_planted_mistake_is_found_on_its_line_and_nothing_else(path: Path, tmp_path: Path) -> None:
    case = read(path.read_text(), good=False)

    findings = check(case, tmp_path)

    assert sorted(found(findings)) == sorted(case.mistakes), shown(findings)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_good_twin_of_a_mistake_is_good(path: Path, tmp_path: Path) -> None:
    findings = check(read(path.read_text(), good=True), tmp_path)

    assert found(findings) == [], shown(findings)


def planted() -> Iterator[str]:
    for path in CASES:
        yield from (code for code, _, _ in read(path.read_text(), good=False).mistakes)


def test_every_rule_is_broken_by_a_planted_mistake_or_in_a_test_of_its_own() -> None:
    codes = set(planted())

    assert codes | ELSEWHERE == {rule.code for rule in RULES}
    assert codes & ELSEWHERE == set()
