"""Rules become a page of the documentation: a table a family, under an opening."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from hookkit.check.finding import Rule


def render_page(opening: str, rules: Iterable[Rule], families: Mapping[str, str]) -> str:
    """The page, in Markdown.

    Args:
        opening: what stands above the tables.
        rules: in any order.
        families: their titles, by the letters that the codes of a family begin with.

    """
    ordered = sorted(rules, key=lambda rule: rule.code)
    groups = groupby(ordered, key=lambda rule: rule.code[:2])
    return "\n".join([opening, *(line for letters, group in groups for line in _family(letters, families, group))])


def _family(letters: str, families: Mapping[str, str], rules: Iterable[Rule]) -> Iterator[str]:
    yield from (
        f"## {letters}: {families[letters]}",
        "",
        "| code | | what must hold | why |",
        "| --- | --- | --- | --- |",
    )
    yield from (f"| {rule.code} | {rule.severity} | {_cell(rule.title)} | {_cell(rule.why)} |" for rule in rules)
    yield ""


def _cell(text: str) -> str:
    """A text in a table, where a bar would end the cell."""
    return text.replace("|", "\\|")
