"""docs/manifests.md says what is: its settings are read, its table is that of the settings, its commands run."""

import re
import tomllib
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, write_project

from hookkit.argo import ArgoSettings
from hookkit.settings import read_settings

PAGE = Path(__file__).parents[3] / "docs" / "manifests.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


def test_the_page_has_blocks_of_settings_and_commands() -> None:
    assert blocks("toml")
    assert len(COMMANDS) >= 3
    assert all(line.startswith("hookkit ") for line in COMMANDS)


@pytest.mark.parametrize("block", blocks("toml"))
def test_the_settings_of_the_page_are_read(block: str) -> None:
    table = tomllib.loads(block)["tool"]["hookkit"]

    assert read_settings(PAGE, table).argo.model_fields_set


def test_the_table_lists_every_setting_in_its_order() -> None:
    assert [key for key, _, _ in ROWS] == [field.alias for field in ArgoSettings.model_fields.values()]


def test_the_table_gives_the_defaults_that_are() -> None:
    named = {key: default.strip('`"') for key, _, default in ROWS if default.startswith("`")}
    defaults = ArgoSettings().model_dump(mode="json", by_alias=True)

    assert named == {key: str(value) for key, value in defaults.items() if value not in (None, [], {})}


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", SHOUT.replace("def shout", "def my_hook"))

    done = [hookkit(project, *line.split()[1:]) for line in COMMANDS]

    assert [one.returncode for one in done] == [0] * len(COMMANDS), done
