"""The page of the documentation that lists the rules is what the code says; UPDATE_GOLDEN=1 writes it anew."""

import os
import re
from pathlib import Path

from hookkit.check.manifest.reference_page import FAMILIES as OF_MANIFESTS
from hookkit.check.project.reference_page import FAMILIES, render_rules
from hookkit.check.project.rulebook import RULES


def test_the_page_is_up_to_date(repository: Path) -> None:
    page = repository / "docs/check-rules.md"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        page.write_text(render_rules())

    assert page.read_text() == render_rules()


def test_every_rule_has_a_row_and_a_code_of_its_own() -> None:
    codes = [rule.code for rule in RULES]

    assert sorted(re.findall(r"^\| ([A-Z]{2}\d{3}) \|", render_rules(), flags=re.MULTILINE)) == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_every_family_has_a_rule_and_letters_that_no_rule_of_manifests_has() -> None:
    assert {rule.code[:2] for rule in RULES} == set(FAMILIES)
    assert set(FAMILIES).isdisjoint(OF_MANIFESTS)
