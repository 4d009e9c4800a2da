"""The rules become the page of the documentation that lists them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from hookkit.check.finding import Rule
from hookkit.check.manifest.argo import ARGO
from hookkit.check.manifest.rulebook import RULES

#: The families by the letters of their codes.
FAMILIES: Final = {
    "AL": "Argo's own lint",
    "AR": "Artifacts",
    "CO": "Containers",
    "CR": "Schedules of CronWorkflows",
    "DA": "Steps, tasks and what they call",
    "EN": "Entrypoint, exit handler, hooks",
    "EX": "Expressions",
    "ME": "Labels and annotations",
    "NA": "Names",
    "OU": "Outputs",
    "PA": "Parameters",
    "PO": "Retries, deadlines, cleaning up, scheduling",
    "QU": "Quantities",
    "RE": "References",
    "SE": "Security",
    "SI": "Sizes",
    "ST": "Structure",
    "SY": "The file as text",
    "TE": "Templates",
    "VE": "Versions of Argo",
    "VO": "Volumes",
}

_OPENING: Final = """\
# The rules of `hookkit check manifest`

Made from the code; not to be edited by hand.

An *error* is what Argo Workflows or Kubernetes refuses, or what fails when it runs; it makes the command end with exit
code 1. A *warning* is advice.
"""


def render_rules() -> str:
    """The page, in Markdown: a table a family."""
    rules = sorted((*RULES, ARGO), key=lambda rule: rule.code)
    families = groupby(rules, key=lambda rule: rule.code[:2])
    return "\n".join([_OPENING, *(line for letters, group in families for line in _family(letters, list(group)))])


def _family(letters: str, rules: list[Rule]) -> Iterator[str]:
    yield from (
        f"## {letters}: {FAMILIES[letters]}",
        "",
        "| code | | what must hold | why |",
        "| --- | --- | --- | --- |",
    )
    for rule in rules:
        yield f"| {rule.code} | {rule.severity} | {_cell(rule.title)} | {_cell(rule.why)} |"
    yield ""


def _cell(text: str) -> str:
    """A text in a table, where a bar would end the cell."""
    return text.replace("|", "\\|")
