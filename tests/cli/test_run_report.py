"""A run ends with a report: a tree on a terminal, plain lines when piped, one JSON document with `--json`."""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest
from realparts.desk import hookkit, job, on_terminal, write_project

from hookkit.cli.report import print_report
from hookkit.local.rules import RULES
from hookkit.report import Enforcement, RunReport, State, Violation

FOLDERS = ("--input", "in", "--output", "out")
ODD_FILES = job(
    r"""
    import os
    (output / "deep/er").mkdir(parents=True)
    (output / "deep/er/plain.txt").write_text("x" * 2048)
    (output / "two\nlines").write_text("x")
    open(os.fsencode(output) + b"/not-utf8-\xff", "wb").close()
    (output / "link").symlink_to("deep/er/plain.txt")
    (output / "folder").symlink_to("deep")
    (output / "nowhere").symlink_to("does-not-exist")
    os.mkfifo(output / "pipe")
    """
)


def report_of(project: Path, *flags: str) -> dict[str, Any]:
    """The JSON of a run's report: stdout must hold it and nothing else."""
    done = hookkit(project, "run", *flags, "--json")
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["exit_code"] == done.returncode
    return report


def without_rules(shown: str) -> list[str]:
    """The lines of a report but those at its end that say which rules held, which differs from machine to machine."""
    return [line for line in shown.splitlines() if not line.startswith(("rules: ", "lifted: ", "not enforced: "))]


def test_the_report_has_these_keys(project: Path) -> None:
    report = report_of(project, *FOLDERS)

    assert list(report) == [
        "hook",
        "status",
        "engine",
        "exit_code",
        "duration_seconds",
        "peak_memory_bytes",
        "message",
        "results",
        "outputs",
        "log",
        "enforcement",
        "violations",
    ]
    assert [report[key] for key in ("hook", "status", "engine", "exit_code", "message", "log")] == [
        "shout",
        "done",
        "process",
        0,
        "",
        [],
    ]
    assert report["peak_memory_bytes"] > 1024 * 1024


def test_the_report_gives_size_and_digest_of_each_output(project: Path) -> None:
    content = b"HELLO, EARTH\n"

    report = report_of(project, *FOLDERS)

    assert report["outputs"] == {
        "output": [{"path": "product/result.data", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
    }


def test_what_a_hook_prints_does_not_reach_stdout(tmp_path: Path) -> None:
    body = """
    import os, subprocess, sys
    print("printed")
    sys.stdout.write("written")
    sys.stdout.flush()
    os.write(1, b"raw")
    subprocess.run(["echo", "child"])
    (output / "x").touch()
    """
    project = write_project(tmp_path / "p", job(body, "print('imported')"))

    report = report_of(project, "--output", "out")

    log = "\n".join(report["log"])
    assert [word for word in ("imported", "printed", "written", "raw", "child") if word not in log] == []


def test_odd_files_are_reported_and_links_are_not_followed(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", ODD_FILES)

    files = {file["path"]: file for file in report_of(project, "--output", "out")["outputs"]["output"]}

    assert os.fsencode("not-utf8-\udcff") == b"not-utf8-\xff"
    assert sorted(files) == sorted(
        ["deep/er/plain.txt", "two\nlines", "not-utf8-\udcff", "link", "folder", "nowhere", "pipe"]
    )
    assert files["deep/er/plain.txt"]["size"] == 2048
    assert {name for name, file in files.items() if not file["sha256"]} == {"link", "folder", "nowhere", "pipe"}
    assert files["link"]["size"] == len("deep/er/plain.txt")


def test_odd_files_take_a_line_each_when_piped(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", ODD_FILES)

    done = hookkit(project, "run", "--output", "out")

    assert done.returncode == 0, done.stderr
    assert len(without_rules(done.stdout)) == 2 + 7
    assert "  two\\nlines  1 B" in done.stdout
    assert "  deep/er/plain.txt  2.0 KiB" in done.stdout


def test_odd_files_take_a_line_each_on_a_terminal(tmp_path: Path) -> None:
    shown = on_terminal(write_project(tmp_path / "p", ODD_FILES), "run", "--output", "out")

    assert "Traceback" not in shown
    assert "two\\nlines" in shown


def test_an_output_folder_of_an_odd_name_is_shown(project: Path) -> None:
    odd = os.fsdecode(b"out-\xff")

    done = hookkit(project, "run", "--input", "in", "--output", odd)

    assert done.returncode == 0, done.stderr
    assert f"{project}/out-?: 1 file" in done.stdout


def test_many_outputs_are_counted_and_fifty_listed(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("for i in range(1200): (output / f'{i:04}').touch()"))

    done = hookkit(project, "run", "--output", "out")

    assert "1,200 files, 0 B" in done.stdout
    lines = without_rules(done.stdout)
    assert lines[-1] == "  … and 1,150 more"
    assert len(lines) == 2 + 50 + 1


def test_on_a_terminal_the_outputs_are_a_tree(project: Path) -> None:
    coloured = on_terminal(project, "run", *FOLDERS)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", coloured)

    assert coloured != shown
    assert "✓ shout: done (exit code 0)" in shown
    assert "└── product" in shown
    assert "    └── result.data" in shown


def test_when_piped_there_is_no_tree_and_no_colour(project: Path) -> None:
    done = hookkit(project, "run", *FOLDERS)

    headline, folder, file = without_rules(done.stdout)
    assert headline.startswith("shout: done (exit code 0) after ")
    assert folder == f"{project / 'out'}: 1 file, 13 B"
    assert file == "  product/result.data  13 B"
    assert "\x1b" not in done.stdout + done.stderr


def test_a_terminal_without_unicode_gets_the_report_all_the_same(project: Path) -> None:
    done = hookkit(project, "run", "--input", "in", "--output", "Ausgänge", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 0, done.stderr
    assert "product/result.data" in done.stdout


# ---------------------------------------------------------------- the rules

WROTE: Final = Violation(
    "writes",
    "/tmp/half.tif may not be written",
    "src/my_hook/main.py:12",
    '    with open("/tmp/half.tif", "wb") as file:',
    "write into an output, or into context.work_dir",
)
UNKNOWN: Final = Violation("network", "a connection was refused")
NO_LANDLOCK: Final = "this kernel has no Landlock"


def made_report(*violations: Violation, **states: tuple[State, str]) -> RunReport:
    """A report of a hook that failed, with what came of some rules; the others held."""
    return RunReport(
        hook="h",
        engine="process",
        exit_code=1,
        duration_seconds=1.5,
        peak_memory_bytes=None,
        message="it failed",
        results={},
        outputs={},
        log=(),
        enforcement=tuple(Enforcement(name, *states.get(name, ("enforced", "Landlock"))) for name in RULES),
        violations=violations,
    )


def shown_of(report: RunReport, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is printed of a report where there is no terminal."""
    print_report(report, {}, as_json=False)
    return capsys.readouterr().out.splitlines()


def test_a_violation_takes_a_line_and_the_authors_code_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown_of(made_report(WROTE, UNKNOWN), capsys)[1:] == [
        "  it failed",
        f"  writes: {WROTE.line}: {WROTE.what}; {WROTE.remedy}",
        '    with open("/tmp/half.tif", "wb") as file:',
        "  network: a connection was refused",
        "rules: 11 enforced",
    ]


def test_the_last_words_of_a_hook_are_left_out_where_a_violation_says_them(capsys: pytest.CaptureFixture[str]) -> None:
    said = Violation("memory", "it failed", remedy="declare more")

    assert shown_of(made_report(said), capsys)[1:] == ["  memory: it failed; declare more", "rules: 11 enforced"]


TALKS = """
import logging
for number in range(20):
    context.progress(number, 20)
    logging.getLogger("author").warning("line %d", number)
    time.sleep(0.05)
(output / "x").touch()
"""


@pytest.mark.parametrize("variables", [{"JPY_PARENT_PID": "1"}, {"TERM": "dumb"}], ids=["notebook", "dumb"])
def test_where_nothing_can_be_drawn_over_there_is_no_bar(tmp_path: Path, variables: dict[str, str]) -> None:
    body = job(TALKS, "import time\nfrom hookkit import HookContext").replace("job(", "job(context: HookContext, ", 1)
    project = write_project(tmp_path / "p", body)

    shown, drawn = (
        on_terminal(project, "run", "--output", "out", columns=100, **variables),
        on_terminal(project, "run", "--output", "out"),
    )

    assert re.search(r"\x1b\[[0-9;?]*[A-HJKhl]", drawn)
    assert not re.search(r"\x1b\[[0-9;?]*[A-HJKhl]", shown)
    assert [f"line {number}" in shown for number in range(20)] == [True] * 20


def test_rules_that_did_not_hold_are_named_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    report = made_report(
        writes=("not enforced", NO_LANDLOCK),
        reads=("not enforced", NO_LANDLOCK),
        user=("not enforced", "it runs as root"),
        network=("lifted", "the hook declares network=True"),
    )

    assert shown_of(report, capsys)[-3:] == [
        "rules: 7 enforced",
        "lifted: network (the hook declares network=True)",
        "not enforced: writes, reads (this kernel has no Landlock); user (it runs as root)",
    ]


def test_where_nothing_is_enforced_that_is_all_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    report = made_report(**dict.fromkeys(RULES, ("not enforced", "for a reason")))

    assert shown_of(report, capsys)[2:] == ["not enforced: all rules (for a reason)"]


def test_many_violations_are_counted_and_twenty_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown_of(made_report(*[UNKNOWN] * 1020), capsys)

    assert lines.count("  network: a connection was refused") == 20
    assert "  … and 1,000 more against the rules" in lines


def test_paths_of_any_bytes_are_shown_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    odd = Violation("writes", "the link a\x1b[2J\udcff leads out", "two\nlines.py:1", "os.symlink('\x07')")

    assert shown_of(made_report(odd), capsys)[2:4] == [
        "  writes: two lines.py:1: the link a\\x1b[2J? leads out",
        "    os.symlink('\\x07')",
    ]


def test_the_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    report = made_report(*[WROTE] * 30, reads=("not enforced", NO_LANDLOCK))

    print_report(report, {}, as_json=True)

    assert RunReport.from_json(json.loads(capsys.readouterr().out)) == report


FORBIDDEN = """
with open("/tmp/hookkit-forbidden", "w") as file:
    file.write("x")
"""


def test_on_a_terminal_a_violation_is_a_block_with_the_authors_line(tmp_path: Path) -> None:
    coloured = on_terminal(write_project(tmp_path / "p", job(FORBIDDEN)), "run", "--output", "out")
    block = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines() if line.startswith("  ┃ ")]

    assert "\x1b[31m  ┃ " in coloured
    what, line, code, *remedy = block
    assert what == "  ┃ writes: /tmp/hookkit-forbidden may not be written"
    assert re.fullmatch(r"  ┃ my_hook\.py:\d+", line)
    assert code == '  ┃     with open("/tmp/hookkit-forbidden", "w") as file:'
    assert remedy[0].startswith("  ┃ → write ")


LINKS_OUT = """
(output / "x").touch()
(output / "mine").symlink_to("x")
(output / "theirs").symlink_to("/etc/passwd")
"""


@pytest.mark.parametrize("engine", ["process", "inline"])
def test_a_product_with_a_link_that_leads_out_of_it_does_not_arrive(tmp_path: Path, engine: str) -> None:
    report = report_of(write_project(tmp_path / "p", job(LINKS_OUT)), "--output", "out", "--engine", engine)

    assert report["exit_code"] != 0
    assert [violation["what"] for violation in report["violations"]] == [
        "the link theirs in output leads out of it, to /etc/passwd"
    ]


# ---------------------------------------------------------------- how hooks end

ENDS = {
    "done": ("(output / 'x').touch()", 0, "done", ""),
    "its own bug": ("1 / 0", 1, "failed", "ZeroDivisionError: division by zero"),
    "its own code": ("raise HookError('two products are needed', code=107)", 107, "failed", "two products are needed"),
    "a passing trouble": ("raise TransientError('busy')", 75, "try again", "busy"),
    "nothing written": ("pass", 1, "failed", "--output (output 'output'): the hook wrote nothing into it"),
    "sys.exit": ("import sys; sys.exit(111)", 111, "failed", "the hook called sys.exit(111)"),
}
MORE_ENDS = ENDS | {
    "crash of native code": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", 1, "failed", "SIGSEGV"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137, "killed", "SIGKILL"),
}


@pytest.mark.parametrize(("body", "code", "status", "words"), MORE_ENDS.values(), ids=MORE_ENDS)
def test_the_exit_code_is_the_hooks(tmp_path: Path, body: str, code: int, status: str, words: str) -> None:
    project = write_project(tmp_path / "p", job(body))

    report = report_of(project, "--output", "out")

    assert (report["exit_code"], report["status"]) == (code, status)
    assert words in report["message"]
    assert "\n" not in report["message"]


@pytest.mark.parametrize("body", [end[0] for end in ENDS.values()], ids=ENDS)
def test_process_and_inline_give_the_same_bytes_and_reports(tmp_path: Path, body: str) -> None:
    before = "import logging\nlogging.getLogger('author').warning('at import')"
    spoken = "import logging\nlogging.getLogger('author').info('two\\nlines')\nprint('printed')\n" + body
    project = write_project(tmp_path / "p", job(spoken, before))

    reports = [report_of(project, "--output", f"out-{engine}", "--engine", engine) for engine in ("process", "inline")]

    process, inline = (_comparable(report) for report in reports)
    assert process == inline


def _comparable(report: dict[str, Any]) -> dict[str, Any]:
    """A report without what differs from run to run: durations, memory, clocks, and which engine it was."""
    log = [{key: value for key, value in json.loads(line).items() if key != "@timestamp"} for line in report["log"]]
    return {
        **{key: report[key] for key in ("hook", "status", "exit_code", "message", "outputs")},
        "log": log,
    }


def test_inline_runs_in_this_interpreter_and_process_does_not(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("import sys; (output / 'x').write_text(str('click' in sys.modules))"))

    for engine in ("process", "inline"):
        assert hookkit(project, "run", "--output", engine, "--engine", engine).returncode == 0
    assert [(project / engine / "x").read_text() for engine in ("process", "inline")] == ["False", "True"]


def test_what_was_there_before_is_still_there_when_a_hook_fails(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("(output / 'half').touch(); (output / 'old').write_text('new'); 1 / 0"))
    (project / "out").mkdir()
    (project / "out/old").write_text("old")

    assert hookkit(project, "run", "--output", "out").returncode == 1
    assert sorted(file.name for file in (project / "out").iterdir()) == ["error.json", "old"]
    assert (project / "out/old").read_text() == "old"
