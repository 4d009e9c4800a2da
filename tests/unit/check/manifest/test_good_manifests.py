"""What is right gives no finding: manifests in Argo's shapes, and every one that hookkit writes."""

import re
from pathlib import Path

import pytest

from hookkit.check.finding import Severity
from hookkit.check.manifest.checking import Source, check_source

TESTS = Path(__file__).parents[3]
GOOD = sorted([*TESTS.glob("manifests/*"), *TESTS.glob("golden/**/*.workflowtemplate.yaml")])
TARGET = re.compile(r"# argo-version: (\S+)\n")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_manifest_gives_no_finding(path: Path) -> None:
    target = TARGET.match(path.read_text())

    findings = check_source(Source(path.name, path.read_bytes()), target[1] if target else None)

    assert findings == [], "\n".join(map(str, findings))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_without_a_target_a_good_manifest_gives_no_error(path: Path) -> None:
    findings = check_source(Source(path.name, path.read_bytes()))

    assert [str(one) for one in findings if one.rule.severity is Severity.ERROR] == []


def test_the_good_manifests_show_every_type_of_template() -> None:
    from hookkit.check.manifest.document import TEMPLATE_TYPES

    text = "".join(path.read_text() for path in GOOD)

    shown = {one for one in TEMPLATE_TYPES if re.search(rf'^\s*"?{one}"?:', text, flags=re.MULTILINE)}
    assert shown == set(TEMPLATE_TYPES) - {"plugin"}
