"""The hook's own options are options of `hookkit run`; every mistake of a call is a line, all of them at once."""

import subprocess
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, write_project

FOLDERS = ("--input", "in", "--output", "out")
#: A hook whose options are named like hookkit's own.
CLASHING = """
from pathlib import Path
from typing import Annotated
from hookkit import Option, Output, hook

@hook
def clashing(
    output: Annotated[Path, Output()],
    engine: Annotated[str, Option("What drives it")] = "none",
    json: bool = False,
) -> None:
    (output / "result").write_text(f"{engine} {json}")
"""


def test_the_help_lists_the_hooks_options_with_types_defaults_and_help(project: Path) -> None:
    shown = hookkit(project, "run", "--help", COLUMNS="100")

    words = " ".join(shown.stdout.split())
    assert shown.returncode == 0
    assert "--product-name VALUE Name of the product folder [str; default: product]" in words
    assert "--case VALUE Letter case of the result [upper | lower; default: upper]" in words
    assert "--times VALUE How often [int, at least 1; default: 1]" in words
    assert "--loud VALUE Whether to add a mark [bool; default: false] --no-loud The same as --loud=false" in words
    assert "--input, --input-dir PATH Folder that holds example.data" in words


def test_the_help_keeps_the_hooks_options_and_hookkits_apart(project: Path) -> None:
    shown = hookkit(project, "run", "--help").stdout

    sections = [line for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert sections == ["Inputs and outputs of the hook:", "Options of the hook:", "Options of hookkit run:"]
    assert shown.index("Options of the hook:") < shown.index("--config-file") < shown.index("--engine")


def test_the_help_without_a_project_says_why_no_option_of_a_hook_is_listed(tmp_path: Path) -> None:
    shown = hookkit(tmp_path, "run", "--help")

    assert shown.returncode == 0
    assert "--engine" in shown.stdout
    assert "no project here" in shown.stdout


def test_the_help_of_a_hook_that_does_not_import_says_so_even_beside_its_options(tmp_path: Path) -> None:
    write_project(tmp_path / "p", "import nope\n" + SHOUT)

    shown = hookkit(tmp_path / "p", "run", "--case", "lower", "--help")

    assert shown.returncode == 0
    assert "No module named 'nope'" in shown.stdout


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ((), "HELLO, EARTH\n"),
        (("--case", "lower"), "hello, earth\n"),
        (("--case=lower", "--times=2"), "hello, earth\nhello, earth\n"),
        (("--loud",), "HELLO, EARTH\n!"),
        (("--loud", "true"), "HELLO, EARTH\n!"),
        (("--loud", "--times", "1"), "HELLO, EARTH\n!"),
        (("--no-loud",), "HELLO, EARTH\n"),
        (("--", "--case", "lower"), "hello, earth\n"),
        (("--times", "2", "--", "--case=lower"), "hello, earth\nhello, earth\n"),
    ],
    ids=" ".join,
)
def test_options_reach_the_hook(project: Path, flags: tuple[str, ...], text: str) -> None:
    done = hookkit(project, "run", *FOLDERS, *flags)

    assert done.returncode == 0, done.stderr
    assert (project / "out/product/result.data").read_text() == text


def test_where_names_clash_hookkits_option_wins_and_the_hooks_stands_after_two_dashes(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", CLASHING)

    done = hookkit(project, "run", "--output", "out", "--engine", "inline", "--", "--engine", "steam", "--json")

    assert done.returncode == 0, done.stderr
    assert "engine inline" in done.stdout
    assert (project / "out/result").read_text() == "steam True"


def test_the_help_lists_the_options_that_clash_where_they_are_to_be_written(tmp_path: Path) -> None:
    shown = hookkit(write_project(tmp_path / "p", CLASHING), "run", "--help").stdout

    _, _, after = shown.partition("Options of the hook, after --:")
    assert "--engine VALUE  What drives it [str; default: none]" in after.partition("Options of hookkit run:")[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("my_hook", *FOLDERS),
        ("my_hook:shout", *FOLDERS),
        ("--log", "text", "my_hook", *FOLDERS),
        ("--log=text", "--json", "my_hook", *FOLDERS),
    ],
    ids=" ".join,
)
def test_the_hook_may_be_named_first_or_behind_options_of_hookkit(project: Path, arguments: tuple[str, ...]) -> None:
    done = hookkit(project, "run", *arguments)

    assert done.returncode == 0, done.stderr
    assert (project / "out/product/result.data").exists()


# ---------------------------------------------------------------- mistakes


def refused(project: Path, *flags: str, **variables: str) -> list[str]:
    """The lines on stderr of a call that is refused before the hook runs."""
    done = hookkit(project, "run", *flags, **variables)

    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert not (project / "out").exists()
    return done.stderr.splitlines()


def test_an_unknown_option_is_named_with_the_one_that_is_meant(project: Path) -> None:
    (line,) = refused(project, *FOLDERS, "--prodct-name", "x")

    assert "--prodct-name" in line
    assert "did you mean '--product-name'?" in line


def test_an_unknown_option_after_two_dashes_is_named_too(project: Path) -> None:
    (line,) = refused(project, *FOLDERS, "--", "--prodct-name=x")

    assert line == "--prodct-name: no such flag; did you mean '--product-name'?"


def test_all_mistakes_are_reported_at_once(project: Path) -> None:
    lines = refused(project, "--input", "nowhere", "--case", "uper", "--times", "zero")

    assert lines == [
        "--input: 'nowhere' does not exist; give a folder or file that exists",
        "--output: is missing (Folder for the product); write --output=PATH",
        "--case: 'uper' is not one of upper, lower; did you mean 'upper'?",
        "--times: 'zero' is not an int; give int, at least 1",
    ]


def test_an_option_given_twice_is_a_mistake_as_it_is_in_the_container(project: Path) -> None:
    assert refused(project, *FOLDERS, "--case", "upper", "--case", "lower") == [
        "--case: is given more than once; give it once"
    ]


def test_a_wrong_value_of_the_environment_says_where_it_came_from(project: Path) -> None:
    assert refused(project, *FOLDERS, HOOKKIT_OPTION_TIMES="0") == [
        "--times (environment, HOOKKIT_OPTION_TIMES): '0' is not at least 1; give int, at least 1"
    ]


def test_a_wrong_value_of_the_config_file_says_where_it_came_from(project: Path) -> None:
    (project / "config.json").write_text('{"times": "many", "tmes": 1}')

    assert refused(project, *FOLDERS, "--config-file", "config.json") == [
        "--config-file, 'tmes': no such option; did you mean 'times'?",
        "--times (config file, times): 'many' is not an int; give int, at least 1",
    ]


@pytest.mark.parametrize("engine", ["process", "inline"])
def test_values_of_environment_and_config_file_reach_the_hook(project: Path, engine: str) -> None:
    (project / "config.toml").write_text('times = 2\ncase = "upper"\n')
    flags = (*FOLDERS, "--config-file", "config.toml", "--engine", engine)

    done = hookkit(project, "run", *flags, HOOKKIT_OPTION_CASE="lower")

    assert done.returncode == 0, done.stderr
    assert (project / "out/product/result.data").read_text() == "hello, earth\n" * 2


def test_an_engine_that_does_not_exist_is_refused(project: Path) -> None:
    (line,) = refused(project, *FOLDERS, "--engine", "steam")

    assert "'steam' is not one of 'process', 'container', 'inline'" in line


# ---------------------------------------------------------------- --print


def test_the_printed_command_run_by_a_shell_does_the_same(project: Path) -> None:
    printed = hookkit(project, "run", *FOLDERS, "--product-name", 'it\'s "so" $HOME', "--print")
    assert printed.returncode == 0
    assert not (project / "out").exists()

    done = subprocess.run(["sh", "-c", printed.stdout], cwd=project, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (project / "out" / 'it\'s "so" $HOME' / "result.data").read_text() == "HELLO, EARTH\n"


def test_all_unknown_options_are_named_at_once(project: Path) -> None:
    done = hookkit(project, "run", "--prodct-name", "x", "--zz=1", *FOLDERS)

    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["--prodct-name", "--zz"]
