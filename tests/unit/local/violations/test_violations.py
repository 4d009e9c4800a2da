"""How a hook failed, and what was refused, become violations: what, whose line, what instead, and no false claim."""

from dataclasses import replace
from pathlib import Path

import pytest

from hookkit.local.sandbox.judge import Refusal
from hookkit.local.violations.finding import Surroundings, exceeding, find_violations
from hookkit.report import Violation
from hookkit.runtime.outcome import Outcome
from hookkit.spec import EntryPoint, HookSpec

CODE = "/home/me/project/src"
HERE = Surroundings(
    code=CODE,
    own_code=Path(CODE),
    project=Path("/home/me/project"),
    writable=("/data/out",),
    inputs=("/data/in",),
    readable=("/data/in", CODE, "/usr", "/proc"),
    home="/home/me",
)
CONTAINER = Surroundings(
    code="/opt/hook/code", own_code=Path(CODE), project=Path("/home/me/project"), writable=("/mnt/vol/output",)
)


def failed(code: str, error: str, *, file: str = f"{CODE}/hooks/job.py", below: str = "") -> Outcome:
    trace = f'Traceback (most recent call last):\n  File "{file}", line 12, in run\n    {code}\n{below}{error}\n'
    return Outcome(1, error.partition(":")[0], error, stack_trace=trace)


def found(outcome: Outcome, *refusals: Refusal, around: Surroundings = HERE, log: tuple[str, ...] = ()) -> Violation:
    (only,) = find_violations(outcome, refusals, around, log)
    return only


def denied(path: str) -> str:
    return f"PermissionError: [Errno 13] Permission denied: {path!r}"


def test_a_violation_says_what_whose_line_and_what_to_write_instead() -> None:
    violation = found(failed('open("/tmp/x", "w")', denied("/tmp/x")))

    assert violation.rule == "writes"
    assert violation.what == "/tmp/x may not be written"
    assert violation.line == "src/hooks/job.py:12"
    assert violation.code == 'open("/tmp/x", "w")'
    assert "context.work_dir" in violation.remedy


def test_the_line_is_the_authors_not_the_librarys() -> None:
    library = '  File "/usr/lib/python3/shutil.py", line 9, in copy\n    open(dst, "wb")\n'

    violation = found(failed('shutil.copy(a, "/tmp/x")', denied("/tmp/x"), below=library))

    assert violation.line == "src/hooks/job.py:12"


def test_in_a_container_lines_are_named_as_on_this_machine() -> None:
    error = "OSError: [Errno 30] Read-only file system: '/opt/x'"

    violation = found(failed("p.touch()", error, file="/opt/hook/code/hooks/job.py"), around=CONTAINER)

    assert (violation.rule, violation.line) == ("writes", "src/hooks/job.py:12")


def test_what_this_machine_has_and_the_container_lacks_is_named(tmp_path: Path) -> None:
    error = f"FileNotFoundError: [Errno 2] No such file or directory: '{tmp_path}'"

    violation = found(failed("os.listdir(p)", error, file="/opt/hook/code/job.py"), around=CONTAINER)

    assert violation.rule == "reads"
    assert "on this machine, but not in the container" in violation.what


READS = {
    "a file that is there": ('open("/etc/shadow").read()', "/etc/shadow", "reads"),
    "with the mode of reading": ('open("/etc/shadow", "rb").read()', "/etc/shadow", "reads"),
    "a file that is not there": ('open("/srv/none").read()', "/srv/none", "writes"),
    "an input that is written": ('Path("/data/in").write_text("x")', "/data/in", "writes"),
}


@pytest.mark.parametrize(("code", "path", "rule"), READS.values(), ids=READS)
def test_reading_and_writing_are_told_apart(code: str, path: str, rule: str) -> None:
    assert found(failed(code, denied(path))).rule == rule


def test_a_files_own_permissions_are_no_rule_of_the_platform(tmp_path: Path) -> None:
    (tmp_path / "locked").touch()
    around = replace(HERE, writable=(str(tmp_path),))

    assert find_violations(failed("open(p)", denied(f"{tmp_path}/locked")), (), around) == ()
    assert find_violations(failed("open(p)", denied("/usr/bin/env")), (), around) == ()


@pytest.mark.parametrize(("code", "rule"), [("p.read_text()", "reads"), ("p.write_text(x)", "writes")])
def test_what_was_refused_in_an_output_and_is_gone_led_out_of_it_most_likely(code: str, rule: str) -> None:
    violation = found(failed(code, denied("/data/out/.hookkit-1/link")))

    assert violation.rule == rule
    assert "most likely it led out of the output" in violation.what


def test_through_dots_a_path_is_where_it_leads() -> None:
    violation = found(failed("p.read_text()", denied("/data/out/.hookkit-1/../../../etc/shadow")))

    assert violation.rule == "reads"


COPIES = {
    "what is read": ("/etc/shadow", "reads", 'open(src, "rb")'),
    "what is written": ("/etc/shadow", "writes", 'open(dst, "wb")'),
}


@pytest.mark.parametrize(("path", "rule", "inner"), COPIES.values(), ids=COPIES)
def test_a_library_says_whether_it_read_or_wrote(path: str, rule: str, inner: str) -> None:
    library = f'  File "/usr/lib/python3/shutil.py", line 9, in copy\n    {inner}\n'

    assert found(failed("shutil.copy(a, b)", denied(path), below=library)).rule == rule


def test_names_of_files_say_nothing_of_writing() -> None:
    assert found(failed('open("/etc/copy-of-link-to-save")', denied("/etc/shadow"))).rule == "reads"


def test_a_socket_that_can_not_be_made_was_to_be_written() -> None:
    error = "PermissionError: [Errno 13] Permission denied"

    assert found(failed('made.bind(place + "/socket")', error)).rule == "writes"
    assert found(failed("socket.socket(socket.AF_UNIX, kind)", error)).rule == "sockets"
    refusal = Refusal("network", "to listen at 0.0.0.0:80", "python")
    assert "0.0.0.0:80" in found(failed("server.bind(a)  # socket", error), refusal).what


REMEDIES = {
    "/tmp/x": "tempfile",
    "/home/me/.cache/x": "HOME",
    f"{CODE}/x": "image's own files",
    "/data/in/x": "an input is never changed",
}


@pytest.mark.parametrize(("path", "words"), REMEDIES.items())
def test_the_remedy_fits_the_place(path: str, words: str) -> None:
    assert words in found(failed('open(p, "w")', denied(path))).remedy


def test_rights_that_no_container_has_are_named_as_such() -> None:
    violation = found(failed("os.kill(1, 9)", "PermissionError: [Errno 1] Operation not permitted"))

    assert violation.rule == "privileges"


def test_a_network_error_names_the_addresses_that_were_refused() -> None:
    error = "OSError: [Errno 101] Network is unreachable"

    violation = found(failed("s.connect(a)", error), Refusal("network", "192.0.2.1:80", "python"))

    assert violation.rule == "network"
    assert "192.0.2.1:80 was refused" in violation.what


def test_a_refusal_that_the_hook_went_on_after_is_named_too() -> None:
    violation = found(Outcome(), Refusal("network", "192.0.2.1:80", "curl"))

    assert violation.what == "curl: 192.0.2.1:80 was refused"
    assert violation.line == ""


def test_a_try_that_told_nobody_anything_is_none_unless_the_hook_failed() -> None:
    refusal = Refusal("network", "192.0.2.1:80", "python", idle=True)

    assert find_violations(Outcome(), (refusal,), HERE) == ()
    assert find_violations(failed("1 / 0", "ZeroDivisionError: division by zero"), (refusal,), HERE) != ()


def test_of_a_child_program_its_last_words_are_shown_and_no_more_is_claimed() -> None:
    outcome = failed("subprocess.run(c, check=True)", "CalledProcessError: Command returned 1")

    violation = found(outcome, log=("starting", "gdal: Permission denied"))

    assert violation.what == "a rule may have refused something: gdal: Permission denied"
    assert violation.line == "src/hooks/job.py:12"


def test_native_code_that_names_a_file_that_is_there_wanted_to_read_it(tmp_path: Path) -> None:
    error = f"RasterioIOError: {tmp_path}: Permission denied"

    violation = found(failed("rasterio.open(p)", error))

    assert (violation.rule, violation.line) == ("reads", "src/hooks/job.py:12")
    assert "Input" in violation.remedy


def test_native_code_that_names_a_file_that_is_not_there_wanted_to_write_it() -> None:
    violation = found(failed("rasterio.open(p, 'w')", "CPLE_OpenFailedError: /srv/none.tif: Permission denied"))

    assert violation.rule == "writes"


def test_a_program_that_was_refused_a_path_is_named_even_where_the_hook_went_on() -> None:
    violation = found(Outcome(), log=("sh: 1: cannot create /srv/x: Permission denied", "done"))

    assert (violation.rule, violation.line) == ("writes", "")


def test_what_a_hook_that_is_done_says_without_a_path_is_its_own_business() -> None:
    assert find_violations(Outcome(), (), HERE, ("1 of 3 scenes: permission denied by the quality flag",)) == ()


def test_a_variable_of_the_authors_that_the_container_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "abc")

    violation = found(failed('os.environ["AWS_ACCESS_KEY_ID"]', "KeyError: 'AWS_ACCESS_KEY_ID'"))

    assert violation.rule == "environment"
    assert "abc" not in str(violation)


def test_a_relative_path_that_is_there_from_the_project_alone_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    around = replace(HERE, project=tmp_path)
    error = "FileNotFoundError: [Errno 2] No such file or directory: 'data'"

    violation = found(failed('open("data")', error), around=around)

    assert violation.rule == "reads"
    assert "work folder" in violation.what


def test_a_module_that_breaks_a_rule_while_it_is_imported_has_its_line() -> None:
    trace = f'Traceback (most recent call last):\n  File "{CODE}/hooks/job.py", line 1, in <module>\n    open(p, "w")\n'
    outcome = Outcome(1, "HookImportError", f"job: does not import: {denied('/tmp/x')}; mend", stack_trace=trace)

    assert found(outcome).line == "src/hooks/job.py:1"


def test_a_failure_that_no_rule_caused_is_no_violation() -> None:
    assert find_violations(failed("1 / 0", "ZeroDivisionError: division by zero"), (), HERE, ("all is well",)) == ()


def test_a_wrong_call_is_no_violation_whatever_it_says() -> None:
    assert find_violations(Outcome(2, "CallError", "--output: Permission denied"), (), HERE) == ()


@pytest.mark.parametrize(("exceeded", "words"), [("memory", "memory='1Gi'"), ("time", "timeout_seconds=3600")])
def test_what_was_exceeded_names_the_declaration(exceeded: str, words: str) -> None:
    spec = HookSpec("h", "1", "H", "", EntryPoint("m", "h"))

    assert words in exceeding(exceeded, spec).what  # type: ignore[arg-type]
