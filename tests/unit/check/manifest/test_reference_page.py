"""The page of the documentation that lists the rules is what the code says; UPDATE_GOLDEN=1 writes it anew."""

import os
import re
from pathlib import Path

from hookkit.check.manifest.argo import ARGO
from hookkit.check.manifest.reference_page import FAMILIES, render_rules
from hookkit.check.manifest.rulebook import RULES


def test_the_page_is_up_to_date(repository: Path) -> None:
    page = repository / "docs/manifest-rules.md"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        page.write_text(render_rules())

    assert page.read_text() == render_rules()


def test_every_rule_has_a_row_and_a_code_of_its_own() -> None:
    codes = [rule.code for rule in (*RULES, ARGO)]

    assert sorted(re.findall(r"^\| ([A-Z]{2}\d{3}) \|", render_rules(), flags=re.MULTILINE)) == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_every_family_has_a_rule() -> None:
    assert {rule.code[:2] for rule in (*RULES, ARGO)} == set(FAMILIES)
