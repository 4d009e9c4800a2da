"""`hookkit check`: what it takes, what it prints, how it ends."""

import json
from pathlib import Path

import pytest
from realparts.desk import hookkit, on_terminal, write_project

GOOD = '''
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook


@hook(cpu=1, memory="1Gi")
def copy(
    input: Annotated[Path, Input("Folder that holds example.data")],
    output: Annotated[Path, Output("Folder for the product")],
) -> None:
    """Copy a file."""
    (output / "result.data").write_bytes((input / "example.data").read_bytes())
'''
BAD = GOOD.replace('(output / "result.data")', 'Path("/data/result.data")')
WARNED = GOOD.replace('(cpu=1, memory="1Gi")', "")


def test_a_good_project_says_nothing(tmp_path: Path) -> None:
    done = hookkit(write_project(tmp_path / "p", GOOD), "check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_error_is_a_line_and_exit_code_1(tmp_path: Path) -> None:
    done = hookkit(write_project(tmp_path / "p", BAD), "check")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        (
            "my_hook.py:11:5: US102 error copy(output): nothing is written into output: an output that is empty"
            " at the end is an error; write into it, or leave it out"
        ),
        (
            "my_hook.py:14:10: FS101 error: writes to '/data/result.data', outside of the volume;"
            " write into an output, or into context.work_dir"
        ),
    ]


def test_a_warning_is_a_line_and_exit_code_0(tmp_path: Path) -> None:
    done = hookkit(write_project(tmp_path / "p", WARNED), "check", "my_hook:copy")

    assert done.returncode == 0
    assert [line.split()[1:3] for line in done.stdout.splitlines()] == [["RS101", "warning:"]]


def test_json_holds_all_of_each_finding(tmp_path: Path) -> None:
    done = hookkit(write_project(tmp_path / "p", WARNED), "check", "--json")

    assert json.loads(done.stdout) == [
        {
            "file": "my_hook.py",
            "line": 8,
            "column": 2,
            "path": "",
            "code": "RS101",
            "severity": "warning",
            "what": "copy declares no cpu and no memory",
            "remedy": 'write @hook(cpu=1, memory="1Gi"), which is what it gets now',
        }
    ]


def test_json_of_nothing_is_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(hookkit(write_project(tmp_path / "p", GOOD), "check", "--json").stdout) == []


def test_files_are_named_as_one_types_them_from_here(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", WARNED)

    assert hookkit(project / "in", "check").stdout.split(":")[0] == str(project / "my_hook.py")


def test_a_hook_without_a_project_is_checked_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text(WARNED)

    done = hookkit(tmp_path, "check", "alone")

    assert (done.returncode, done.stdout.split()[1]) == (0, "RS101")


def test_a_library_that_is_nowhere_is_no_hindrance(tmp_path: Path) -> None:
    text = GOOD.replace("from hookkit", "import library_of_nobody\nfrom hookkit").replace(
        "read_bytes())", "read_bytes() + library_of_nobody.x)"
    )
    project = write_project(tmp_path / "p", text)

    done = hookkit(project, "check")

    assert [line.split()[1] for line in done.stdout.splitlines()] == ["DE101"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "there is no module 'nowhere'"),
        (("my_hook:cpoy",), "my_hook:cpoy: no such hook; did you mean 'copy'?"),
        (("--jsno",), "No such option"),
        (("--", "--input=in"), "--input=in: counts with --contract alone"),
        (("one", "two"), "Got unexpected extra argument (two)"),
    ],
)
def test_a_wrong_call_is_a_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = hookkit(write_project(tmp_path / "p", GOOD), "check", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def test_without_a_project_the_advice_is_how_to_get_one(tmp_path: Path) -> None:
    done = hookkit(tmp_path, "check")

    assert done.returncode == 2
    assert "hookkit new" in done.stderr


def test_help_tells_of_both(tmp_path: Path) -> None:
    of_projects, of_manifests = hookkit(tmp_path, "check", "--help"), hookkit(tmp_path, "check", "manifest", "--help")

    assert "hookkit check manifest FILE..." in of_projects.stdout
    assert "Usage: hookkit check [OPTIONS] [MODULE:FUNCTION]" in of_projects.stdout
    assert "Usage: hookkit check manifest [OPTIONS] FILE..." in of_manifests.stdout


def test_the_contract_is_tried_with_what_stands_after_the_dashes(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", GOOD)

    done = hookkit(project, "check", "--contract", "--", "--input=in")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def test_on_a_terminal_the_line_is_shown_with_a_caret_and_all_is_counted(tmp_path: Path) -> None:
    shown = on_terminal(write_project(tmp_path / "p", WARNED), "check")

    plain = "".join(part.partition("m")[2] if number else part for number, part in enumerate(shown.split("\x1b[")))
    assert plain == (
        "my_hook.py\n"
        "  8:2     RS101 warning\n"
        "          copy declares no cpu and no memory\n"
        "       8 | @hook\n"
        "         |  ^\n"
        '          → write @hook(cpu=1, memory="1Gi"), which is what it gets now\n'
        "\n"
        "1 warning in 2 files\n"
    )


def test_on_eighty_columns_no_word_is_broken_and_the_caret_stands_below_its_place(tmp_path: Path) -> None:
    long = "    text = " + repr("ü" * 70 + " ") + ' + Path("/data/somewhere").read_text()'
    bad = BAD.replace('"""Copy a file."""', f'"""Copy a file."""\n{long}')
    shown = on_terminal(write_project(tmp_path / "p", bad), "check", columns=80)

    plain = "".join(part.partition("m")[2] if number else part for number, part in enumerate(shown.split("\x1b[")))
    lines = plain.splitlines()
    assert max(map(len, lines)) <= 80
    said = [line for line in lines if line.startswith(" " * 10) and "|" not in line]
    words = " ".join(line.strip() for line in said)
    assert "nothing is written into output: an output that is empty at the end is an error" in words
    [number] = [number for number, line in enumerate(lines) if "/data/somewhere" in line and " | " in line]
    assert lines[number][lines[number + 1].index("^") :].startswith('"/data/somewhere"')
