import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hookkit.cli.new import command
from hookkit.errors import ScaffoldError

TEMPLATE = "hello-world-processor"


def new(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_list_names_the_templates_a_line_each() -> None:
    result = new("--list")

    assert result.exit_code == 0
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == [TEMPLATE]


def test_list_is_json_where_asked_for() -> None:
    (template,) = json.loads(new("--list", "--json").stdout)

    assert template["name"] == TEMPLATE
    assert template["summary"]


def test_the_next_commands_are_printed_without_colour(tmp_path: Path) -> None:
    folder = tmp_path / "my hook"

    result = new(TEMPLATE, str(folder), "--defaults")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        f"Created {folder} from {TEMPLATE}. Next:",
        f"  cd '{folder}'",
        "  hookkit run --input data/input_file_location --output out",
        "  hookkit build",
    ]


def test_in_the_folder_itself_there_is_no_cd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert "cd" not in new(TEMPLATE, ".", "--defaults").stdout.split()


def test_what_was_made_is_json_where_asked_for(tmp_path: Path) -> None:
    told = json.loads(new(TEMPLATE, str(tmp_path / "p"), "--defaults", "--json").stdout)

    assert told["folder"] == str(tmp_path / "p")
    assert all((tmp_path / "p" / file).is_file() for file in told["files"])


def test_data_may_hold_equals_signs(tmp_path: Path) -> None:
    new(TEMPLATE, str(tmp_path / "p"), "--defaults", "--data", "title=a=b")

    assert "# a=b" in (tmp_path / "p/README.md").read_text(encoding="utf-8")


def test_data_that_is_not_key_and_value_is_named(tmp_path: Path) -> None:
    result = new(TEMPLATE, str(tmp_path / "p"), "--defaults", "--data", "title", "--data", "=x")

    assert isinstance(result.exception, ScaffoldError)
    assert len(str(result.exception).splitlines()) == 2


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    result = new(TEMPLATE, str(tmp_path / "p"))

    assert isinstance(result.exception, ScaffoldError)
    assert not list(tmp_path.iterdir())
