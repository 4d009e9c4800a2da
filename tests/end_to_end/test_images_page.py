"""docs/images.md says what is: its settings are read, its places are places, its commands run."""

import re
import tomllib
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, write_project

from hookkit.reference import ImagePlace
from hookkit.settings import read_settings

PAGE = Path(__file__).parents[2] / "docs" / "images.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
PLACES = re.findall(r"^\| `(\S+)` \| (?:an image of|a folder|what|assembled)", TEXT, re.MULTILINE)


def test_the_page_has_what_is_tested_here() -> None:
    assert len(COMMANDS) >= 7
    assert all(line.startswith("hookkit ") for line in COMMANDS)
    assert len(PLACES) == 5


@pytest.mark.parametrize("place", PLACES)
def test_a_base_of_the_page_is_one(place: str) -> None:
    assert str(ImagePlace.parse(place)) == place


@pytest.mark.parametrize("block", blocks("toml"))
def test_the_settings_of_the_page_are_read(block: str) -> None:
    settings = read_settings(PAGE, tomllib.loads(block)["tool"]["hookkit"])

    assert settings.system_packages
    assert settings.apt


@pytest.mark.slow
def test_the_commands_of_the_page_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_project(tmp_path / "project", SHOUT.replace("def shout", "def my_hook"))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")

    done = [hookkit(project, *line.split()[1:]) for line in COMMANDS]

    assert [one.returncode for one in done] == [0] * len(COMMANDS), done
    assert (project / "layout" / "oci-layout").is_file()
    assert (project / "my-hook.tar").is_file()
