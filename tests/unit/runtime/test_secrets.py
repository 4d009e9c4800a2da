"""Secrets reach the function by environment, file or config file, and nobody else by anything that the hook says."""

import json
from pathlib import Path

import pytest
from realparts.hookprocess import Ended, HookProcess

TEXT = 'p4ss"wörd\\'
#: Forms in which the text may be written, without those signs that a form escapes.
PARTS = ("p4ss", "wörd", "w\\u00f6rd", "w%C3%B6rd")
TWO_LINES = "first-half\nsecond-half\n"

HOOK = """
@hook
def run(output: Annotated[Path, Output(optional=True)], token: Secret, spare: Secret | None = None) -> None:
"""


def run(job: HookProcess, body: str, text: str = TEXT, *arguments: str, **variables: str) -> Ended:
    """A hook with this body, its secret in the environment."""
    job.write(HOOK + "".join(f"    {line}\n" for line in body.strip().splitlines()))
    return job.run("--output=out", *arguments, HOOKKIT_OPTION_TOKEN=text, **variables)


# ---------------------------------------------------------------- where it comes from

SAY = "print(len(token.reveal()), token, spare and len(spare.reveal()))"


def given(job: HookProcess, name: str, content: str | bytes) -> Path:
    """A file that the platform would mount: it is no part of what the hook tells."""
    file = job.folder / "given" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    ("variables", "config", "length"),
    [
        ({"HOOKKIT_OPTION_TOKEN": "x" * 5}, None, 5),
        ({"HOOKKIT_OPTION_TOKEN_FILE": "x" * 6}, None, 6),
        ({"HOOKKIT_OPTION_TOKEN_FILE": "x" * 6 + "\n"}, None, 6),
        ({"HOOKKIT_OPTION_TOKEN_FILE": "x" * 6 + "\n\n"}, None, 7),
        ({}, {"token": "x" * 7}, 7),
        ({"HOOKKIT_OPTION_TOKEN_FILE": "x" * 6}, {"token": "x" * 7}, 6),
        ({"HOOKKIT_OPTION_TOKEN": "x" * 5, "HOOKKIT_OPTION_TOKEN_FILE": "x" * 6}, {"token": "x" * 7}, 5),
        ({"HOOKKIT_OPTION_TOKEN": "", "HOOKKIT_OPTION_TOKEN_FILE": "x" * 6}, None, 6),
    ],
)
def test_the_environment_wins_over_a_file_which_wins_over_the_config_file(
    job: HookProcess, variables: dict[str, str], config: object, length: int
) -> None:
    job.write(HOOK + f"    {SAY}")
    arguments = [f"--config-file={given(job, 'c.json', json.dumps(config))}"] if config else []
    environ = {
        name: str(given(job, name, text)) if name.endswith("_FILE") else text for name, text in variables.items()
    }

    assert job.run("--output=out", *arguments, **environ).messages == [f"{length} *** None"]


def test_a_secret_that_may_be_missing_is_none(job: HookProcess) -> None:
    assert run(job, SAY).messages == [f"{len(TEXT)} *** None"]
    assert run(job, SAY, HOOKKIT_OPTION_SPARE="abcde").messages == [f"{len(TEXT)} *** 5"]


SET = "set HOOKKIT_OPTION_TOKEN, or HOOKKIT_OPTION_TOKEN_FILE"

REFUSED: dict[str, tuple[list[str], dict[str, str], object, str]] = {
    "missing": ([], {}, None, f"secret token: is missing; {SET}"),
    "argv": (["--token=p4ss"], {}, None, f"--token: is a secret, which everybody sees on a command line; {SET}"),
    "argv, apart": (
        ["--token", "p4ss"],
        {},
        None,
        f"--token: is a secret, which everybody sees on a command line; {SET}",
    ),
    "a number": ([], {}, {"token": 44}, "secret token (config file, token): is not text; put it in quotes"),
    "null": ([], {}, {"token": None}, f"secret token: is missing; {SET}"),
    "a file that is not there": (
        [],
        {"HOOKKIT_OPTION_TOKEN_FILE": "/nowhere"},
        None,
        "HOOKKIT_OPTION_TOKEN_FILE: '/nowhere' can't be read: No such file or directory; mend the mount",
    ),
    "a folder": (
        [],
        {"HOOKKIT_OPTION_TOKEN_FILE": "/"},
        None,
        "HOOKKIT_OPTION_TOKEN_FILE: '/' can't be read: Is a directory; mend the mount",
    ),
}


@pytest.mark.parametrize(("arguments", "variables", "config", "line"), REFUSED.values(), ids=REFUSED)
def test_a_secret_that_is_wrong_is_named_and_not_shown(
    job: HookProcess, arguments: list[str], variables: dict[str, str], config: object, line: str
) -> None:
    job.write(HOOK + "    raise AssertionError")
    if config:
        arguments = [f"--config-file={given(job, 'c.json', json.dumps(config))}"]

    ended = job.run("--output=out", *arguments, **variables)

    assert ended.exit_code == 2
    assert ended.messages[0] == line
    assert "p4ss" not in ended.everything
    assert "44" not in "".join(ended.messages)


def test_a_file_that_is_no_text_is_named(job: HookProcess) -> None:
    job.write(HOOK + "    raise AssertionError")
    file = given(job, "token", b"p4ss\xff")

    [first, *_] = job.run("--output=out", HOOKKIT_OPTION_TOKEN_FILE=str(file)).messages

    assert first.endswith("can't be read: it is not UTF-8; mend the mount")


# ---------------------------------------------------------------- and where it does not go

LEAKS = {
    "print": "print(token.reveal()); print(token, repr(token), [token], f'{token!r:>9}')",
    "print in parts": "print('a', end=token.reveal()); print(token.reveal()[:3], end=''); print(token.reveal()[3:])",
    "stderr": "print(token.reveal(), file=sys.stderr)",
    "write without an end": "sys.stdout.write(token.reveal())",
    "log message": "logging.warning(token.reveal())",
    "log arguments": "logging.warning('%s %r %r', token, token.reveal(), [token.reveal()])",
    "log extras": "logging.warning(token, extra={'a': token.reveal(), 'b': [token.reveal()], 'c': token})",
    "log of the context": "logging.getLogger('hook').error(token.reveal())",
    "JSON": "import json; print(json.dumps([token.reveal()])); print(json.dumps(token.reveal(), ensure_ascii=False))",
    "a URL": "from urllib.parse import quote; logging.info('https://me:%s@example.org', quote(token.reveal()))",
    "warning": "warnings.warn(token.reveal())",
    "exception": "raise ValueError(token.reveal())",
    "repr in an exception": "{}[token.reveal()]",
    "exception that is logged": "try:\n    {}[token.reveal()]\nexcept KeyError:\n    logging.exception(token.reveal())",
    "chained exception": "try:\n    {}[token.reveal()]\nexcept KeyError as error:\n    raise ValueError from error",
    "exception in an exception": "try:\n    {}[token.reveal()]\nexcept KeyError:\n    raise ValueError('x')",
    "note": "error = ValueError('x'); error.add_note(token.reveal()); raise error",
    "group": "raise ExceptionGroup(token.reveal(), [ValueError(token.reveal())])",
    "hook error": "raise HookError(token.reveal())",
    "transient error": "raise TransientError(token.reveal())",
    "command": "run_command(['echo', token.reveal()])",
    "command that fails": "run_command(['sh', '-c', 'echo \"$0\"; exit 3', token.reveal()])",
    "command that is not there": "run_command([token.reveal()])",
    "command that is one text": "run_command(token.reveal())",
    "sys.exit": "sys.exit(token.reveal())",
    "thread": "thread = threading.Thread(target=lambda: {}[token.reveal()]); thread.start(); thread.join()",
    "assert": "assert not token.reveal(), token.reveal()",
    "progress": "HookContext(output, progress=lambda *_: logging.info(_[2])).progress(1, 2, token.reveal())",
}


@pytest.mark.parametrize("log_format", ["ecs", "text"])
@pytest.mark.parametrize("body", LEAKS.values(), ids=LEAKS)
def test_a_secret_shows_nowhere_whatever_the_author_does_with_it(job: HookProcess, body: str, log_format: str) -> None:
    outcome = str(job.folder / "outcome")

    ended = run(job, body, HOOKKIT_LOG_FORMAT=log_format, HOOKKIT_OUTCOME_FILE=outcome)

    assert Path(outcome).is_file()
    assert "***" in ended.everything
    for part in PARTS:
        assert part not in ended.everything


MULTIPLE = [
    "print(token.reveal())",
    "logging.error(token.reveal())",
    "raise ValueError(token.reveal())",
    "{}[token.reveal()]",
]


@pytest.mark.parametrize("log_format", ["ecs", "text"])
@pytest.mark.parametrize("body", MULTIPLE)
def test_no_line_of_a_secret_shows(job: HookProcess, body: str, log_format: str) -> None:
    ended = run(job, body, TWO_LINES, HOOKKIT_LOG_FORMAT=log_format)

    assert "half" not in ended.everything


def test_a_secret_that_is_a_number_is_hidden_where_it_is_logged_as_one(job: HookProcess) -> None:
    ended = run(job, "logging.info('x', extra={'pin': int(token.reveal())})", "48151623")

    assert ended.records[0]["labels.pin"] == "***"


def test_a_secret_that_holds_another_is_hidden_whole(job: HookProcess) -> None:
    body = "print(token.reveal(), spare.reveal())"

    assert run(job, body, "abcdefgh", HOOKKIT_OPTION_SPARE="cdef").messages == ["*** ***"]


def test_a_secret_in_a_wrong_value_of_another_option_is_hidden(job: HookProcess) -> None:
    job.write("@hook\ndef run(token: Secret, number: int) -> None: ...")
    file = given(job, "c.json", json.dumps({"token": "p4ssword", "number": "p4ssword"}))

    [line] = job.run(f"--config-file={file}").messages

    assert line == "--number (config file, number): '***' is not an int; give int"


def test_no_child_inherits_a_secret(job: HookProcess) -> None:
    file = given(job, "token", TEXT)
    body = "print(subprocess.run(['env'], capture_output=True, text=True).stdout.count('OPTION'), len(token.reveal()))"

    assert run(job, body).messages == [f"0 {len(TEXT)}"]
    assert job.run("--output=out", HOOKKIT_OPTION_TOKEN_FILE=str(file)).messages == [f"0 {len(TEXT)}"]


def test_what_a_hook_declares_holds_no_secret(job: HookProcess) -> None:
    job.write(HOOK + "    ...")

    for flag in ("--describe", "--help"):
        ended = job.run(flag, HOOKKIT_OPTION_TOKEN=TEXT, HOOKKIT_OPTION_TOKEN_FILE="/p4ss")
        assert ended.exit_code == 0
        assert not [part for part in PARTS if part in ended.everything]
    assert json.loads(job.run("--describe").stdout)["secrets"] == [
        {"name": "token", "description": "", "required": True},
        {"name": "spare", "description": "", "required": False},
    ]


def test_help_says_by_which_variables_a_secret_comes(job: HookProcess) -> None:
    job.write("@hook\ndef run(a: Annotated[Secret, Option('For the catalogue')], b: Secret | None = None) -> None: ...")

    assert job.run("--help").stdout.split("\n\n")[2].splitlines() == [
        "Secrets, from the environment:",
        "  HOOKKIT_OPTION_A          For the catalogue [secret]",
        "  HOOKKIT_OPTION_B          [secret; optional]",
    ]


def test_a_hook_without_secrets_prints_as_it_likes(job: HookProcess) -> None:
    """Where nothing is to be hidden, a terminal's progress bars need no whole lines."""
    job.write("@hook\ndef run() -> None:\n    print('a', end='', flush=True); print('b', end='')")

    assert job.run(HOOKKIT_LOG_FORMAT="text").stdout == "ab"


def test_an_empty_secret_is_a_missing_one(job: HookProcess) -> None:
    job.write(HOOK + f"    {SAY}")

    ended = job.run("--output=out", HOOKKIT_OPTION_TOKEN="")

    assert ended.exit_code == 2
    assert "secret token: is missing" in ended.messages[0]


def test_a_module_does_not_find_the_secret_while_it_is_imported(job: HookProcess) -> None:
    job.write("print(os.environ.get('HOOKKIT_OPTION_TOKEN'))\n" + HOOK + f"    {SAY}")

    ended = job.run("--output=out", HOOKKIT_OPTION_TOKEN="s3cret")

    assert ended.messages == ["None", "6 *** None"]


def test_a_result_that_holds_a_secret_is_refused_without_showing_it(job: HookProcess) -> None:
    job.write("""
        from typing import NamedTuple
        from hookkit import Secret
        class Answer(NamedTuple):
            words: str
        @hook
        def run(token: Secret) -> Answer:
            return Answer("it is " + token.reveal())
    """)

    ended = job.run(HOOKKIT_OPTION_TOKEN="s3cret")

    assert ended.exit_code == 1
    assert "result 'words': holds a secret" in ended.messages[-1]
    assert "s3cret" not in ended.stdout + ended.stderr
