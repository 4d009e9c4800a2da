"""The rules become the page of the documentation that lists them."""

from typing import Final

from hookkit.check.manifest.argo import ARGO
from hookkit.check.manifest.rulebook import RULES
from hookkit.check.page import render_page

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
    return render_page(_OPENING, (*RULES, ARGO), FAMILIES)
