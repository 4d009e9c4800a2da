"""The rules become the page of the documentation that lists them."""

from typing import Final

from hookkit.check.page import render_page
from hookkit.check.project.rulebook import RULES

#: The families by the letters of their codes.
FAMILIES: Final = {
    "DE": "Imports and dependencies",
    "DF": "An owned Dockerfile",
    "FS": "Files and folders",
    "IG": "Comments that ignore rules",
    "LI": "Lengths and sizes",
    "NW": "Network",
    "PG": "Programs and people",
    "PL": "Options of the platform's",
    "PY": "The source as text",
    "RS": "Resources",
    "SC": "Secrets",
    "SG": "The signature",
    "SP": "Being stopped",
    "US": "What nobody uses",
    "XC": "Exit codes",
}

_OPENING: Final = """\
# The rules of `hookkit check`

Made from the code; not to be edited by hand.

An *error* is what the runtime, the platform or the build refuses, or what fails when the hook runs; it makes the
command end with exit code 1. A *warning* is advice.

The code is read and not imported: a signature is handed to the runtime without the function's body, with what its types
and defaults need of the module. Where these need a library, the hook's own Python is asked. Code below
`if __name__ == "__main__":` and `if TYPE_CHECKING:` is not looked at. Nor is a module that goes into the image though
the hook's module does not import it, neither itself nor by way of others.

`# hookkit: ignore[FS101]` at the end of a line, with a reason after it, takes what a rule says about that line away; on
a line of its own it is about the next one. Several codes stand with commas between. One of no use is a finding.
"""


def render_rules() -> str:
    """The page, in Markdown: a table a family."""
    return render_page(_OPENING, RULES, FAMILIES)
