"""Every Python block of docs/ is a module whose hook runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = {
    re.findall(r"^def (\w+)\(", block, re.MULTILINE)[-1]: block
    for page in sorted(DOCS.glob("*.md"))
    if page.name != "testing.md"  # its blocks are tests, and run as such
    for block in re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
}
#: What each hook is called with; `data` holds a product, `out` is for outputs.
ARGUMENTS = {
    "coherence": ["--products=data", "--output=out"],
    "subset": ["--day=2026-01-31", "--bands=RED", "--bands=B08", '--centre={"longitude": 7.1}'],
    "harvest": ["--source-type=EXTERNAL", "--url=https://example.org", "--api-type=ODATA"],
    "sea_ice": ["--input=data", "--output=out"],
    "fetch": [],
    "summarise": ["--scenes=3"],
    "mosaic": ["--output=out"],
    "list_programs": [],
}
VARIABLES = {"fetch": {"HOOKKIT_OPTION_TOKEN": "s3cret"}, "harvest": {"HOOKKIT_OPTION_PASSWORD": "s3cret"}}


def test_every_hook_of_the_docs_is_called_here() -> None:
    assert set(BLOCKS) == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_hook_of_the_docs_runs(name: str, tmp_path: Path, repository: Path) -> None:
    (tmp_path / "data" / "S1A.SAFE").mkdir(parents=True)
    (tmp_path / "page.py").write_text(BLOCKS[name], encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "hookkit.runtime", f"page:{name}", *ARGUMENTS[name]],
        cwd=tmp_path,
        env=os.environ | VARIABLES.get(name, {}) | {"PYTHONPATH": f"{repository}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
