"""Programs named `argo` that say what Argo's says; tests/end_to_end/test_argo_lint.py asks Argo's own code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hookkit.check.manifest.argo import ARGO, ask_argo
from hookkit.contract import ExitCode
from hookkit.errors import CallError, HookkitError

Install = Callable[[str], None]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that one stands in, and no `argo` anywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


@pytest.fixture
def install(here: Path) -> Install:
    """Put a program `argo` on PATH, of lines for a shell; what it is called with is `$@`, the last file `$6`."""

    def write(lines: str) -> None:
        (here / "bin").mkdir()
        program = here / "bin" / "argo"
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)

    return write


def findings(*files: str) -> list[tuple[str, str]]:
    """File and words of each finding."""
    return [(one.place.file, one.what) for one in ask_argo([Path(file) for file in files])]


def test_argo_is_asked_offline_for_one_line_a_finding(here: Path, install: Install) -> None:
    install('printf "%s\\n" "$@" > asked; read -r line || echo "no input" >> asked')

    assert findings("one.yaml", "two.json") == []

    flags = ["lint", "--offline", "--no-color", "--output", "simple"]
    files = [str(here / "one.yaml"), str(here / "two.json")]
    assert (here / "asked").read_text().splitlines() == [*flags, *files, "no input"]


def test_argo_gets_no_token_and_no_server(here: Path, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGO_TOKEN", "Bearer hush")
    monkeypatch.setenv("ARGO_SERVER", "argo.example.org:2746")
    install("export -p > environment")

    findings("one.yaml")

    environment = (here / "environment").read_text()
    assert "PATH=" in environment
    assert "ARGO_" not in environment


def test_a_line_is_a_finding_of_the_file_that_it_starts_with(install: Install) -> None:
    install('echo "$6: in \\"a\\" (Workflow): this"; echo "$7: that: is wrong"; exit 1')

    assert findings("one.yaml", "two.yaml") == [
        ("one.yaml", 'Argo says: in "a" (Workflow): this'),
        ("two.yaml", "Argo says: that: is wrong"),
    ]


def test_a_line_that_starts_with_no_file_goes_on_with_the_one_before(install: Install) -> None:
    install('echo "$6: two mistakes:"; echo "  first"; echo "  second"; exit 1')

    assert findings("one.yaml") == [("one.yaml", "Argo says: two mistakes: first second")]


def test_a_finding_is_an_error_without_a_line(install: Install) -> None:
    install('echo "$6: this"; exit 1')

    [finding] = ask_argo([Path("one.yaml")])

    assert finding.rule is ARGO
    assert (finding.place.line, str(finding)) == (0, "one.yaml: AL001 error: Argo says: this")


@pytest.mark.parametrize("before", ["Error: ", "time=2026-01-31T00:00:00Z level=ERROR msg=no\nError: ", "FATA[0000] "])
def test_a_file_that_argo_cannot_read_does_not_keep_it_from_the_others(install: Install, before: str) -> None:
    unread = f"printf '%s' '{before}' >&2; echo \"failed to parse YAML from file $6: it is odd: no\" >&2"
    install(f'case "$6" in */one.yaml) {unread};; *) echo "$6: this";; esac; exit 1')

    assert findings("one.yaml", "two.yaml") == [
        ("one.yaml", "Argo says: it is odd: no"),
        ("two.yaml", "Argo says: this"),
    ]


def test_files_that_do_not_belong_together_are_asked_about_one_by_one(install: Install) -> None:
    install('[ $# = 6 ] && echo "$6: this" || echo "Error: duplicate WorkflowTemplate found: \\"a\\"" >&2; exit 1')

    assert findings("one.yaml", "two.yaml") == [("one.yaml", "Argo says: this"), ("two.yaml", "Argo says: this")]


def test_a_file_that_holds_a_name_twice_is_a_finding(install: Install) -> None:
    install("echo 'Error: duplicate WorkflowTemplate found: \"a\"' >&2; exit 1")

    assert findings("one.yaml") == [("one.yaml", 'Argo says: duplicate WorkflowTemplate found: "a"')]


def test_a_file_with_nothing_for_argo_is_a_finding(install: Install) -> None:
    install("echo 'found nothing to lint in the specified paths, failing...'; exit 1")

    assert findings("one.yaml") == [("one.yaml", "Argo says: found nothing to lint")]


def test_a_file_that_argo_passes_over_without_a_word_is_a_finding(here: Path, install: Install) -> None:
    install("touch asked")

    assert findings("one.txt") == [("one.txt", "Argo does not look into a file of this name")]
    assert not (here / "asked").exists()


@pytest.mark.usefixtures("here")
def test_without_argo_the_flag_is_wrong() -> None:
    with pytest.raises(CallError, match="--argo: there is no program argo on PATH; install") as raised:
        ask_argo([Path("one.yaml")])

    assert raised.value.exit_code == ExitCode.WRONG_INPUT


FAILURES = {
    "another program of that name": (
        "echo 'Error: unknown flag: --offline' >&2; exit 1",
        "1: Error: unknown flag: --o",
    ),
    "a crash without a word": ("exit 2", "exit code 2: it said nothing"),
    "a signal": ("kill -9 $$", "exit code -9"),
}


@pytest.mark.parametrize(("lines", "words"), FAILURES.values(), ids=FAILURES)
def test_an_answer_that_is_none_of_its_lint_is_no_finding(install: Install, lines: str, words: str) -> None:
    install(lines)

    with pytest.raises(HookkitError, match=words) as raised:
        ask_argo([Path("one.yaml")])

    assert raised.value.exit_code == ExitCode.TOOL_FAILED


def test_argo_is_not_waited_for_for_ever(install: Install) -> None:
    install("exec /bin/sleep 600")

    with pytest.raises(HookkitError, match=r"argo lint: gave no answer within 0\.1 s; try it by hand"):
        ask_argo([Path("one.yaml")], patience=0.1)


def test_a_program_that_does_not_start_is_named(here: Path, install: Install) -> None:
    install("")
    (here / "bin" / "argo").write_bytes(b"\x7fELF of another machine")

    with pytest.raises(HookkitError, match="argo lint: can't be started: Exec format error; try it by hand"):
        ask_argo([Path("one.yaml")])
