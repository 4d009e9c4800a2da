"""The runtime as the real process of a container: how it ends, what it says last, and what it leaves behind."""

import json
from pathlib import Path

import pytest
from realparts.hookprocess import HookProcess

# ---------------------------------------------------------------- exit codes

NOT_WRITTEN = (
    "--output (output 'output'): the hook wrote nothing into it; "
    "write the product into the folder that the parameter 'output' names"
)
OWN_CODES = "a hook's own codes are 100 to 124 and 166 to 255"
WRITE = "(output / 'a').touch()\n"

#: The body of a hook, its exit code, and the last words.
ENDS: dict[str, tuple[str, int, str]] = {
    "done": (WRITE, 0, ""),
    "done, with a value": (f"{WRITE}return 5", 0, ""),
    "sys.exit()": (f"{WRITE}sys.exit()", 0, ""),
    "sys.exit(0)": (f"{WRITE}sys.exit(0)", 0, ""),
    "exception": ("{}['x']", 1, "KeyError: 'x'"),
    "exception of several lines": ("raise ValueError('a\\n\\n  b')", 1, "ValueError: a · b"),
    "exception without words": ("raise ValueError", 1, "ValueError"),
    "exception group": ("raise ExceptionGroup('all', [ValueError('a')])", 1, "ExceptionGroup: all (1 sub-exception)"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", 1, "KeyboardInterrupt"),
    "HookError": ("raise HookError('no DEM')", 100, "no DEM"),
    "HookError with a code": ("raise HookError('no DEM', code=200)", 200, "no DEM"),
    "HookError with a bad code": (
        "raise HookError('no DEM', code=64)",
        1,
        f"ValueError: exit code 64: {OWN_CODES}",
    ),
    "HookError without words": ("raise HookError('')", 100, "HookError"),
    "TransientError": ("raise TransientError('no network')", 75, "no network"),
    "sys.exit(1)": ("sys.exit(1)", 1, "the hook called sys.exit(1)"),
    "sys.exit(7)": ("sys.exit(7)", 1, "the hook called sys.exit(7)"),
    "sys.exit(64)": ("sys.exit(64)", 1, "the hook called sys.exit(64)"),
    "sys.exit(75)": ("sys.exit(75)", 1, "the hook called sys.exit(75)"),
    "sys.exit(101)": ("sys.exit(101)", 101, "the hook called sys.exit(101)"),
    "sys.exit(137)": ("sys.exit(137)", 1, "the hook called sys.exit(137)"),
    "sys.exit(256)": ("sys.exit(256)", 1, "the hook called sys.exit(256)"),
    "sys.exit(-1)": ("sys.exit(-1)", 1, "the hook called sys.exit(-1)"),
    "sys.exit(True)": ("sys.exit(True)", 1, "the hook called sys.exit(True)"),
    "sys.exit with words": ("sys.exit('no tiles')", 1, "no tiles"),
    "nothing written": (
        "pass",
        1,
        NOT_WRITTEN,
    ),
    "folder taken away": (
        "output.rmdir()",
        1,
        NOT_WRITTEN,
    ),
    "SIGSEGV": ("os.kill(os.getpid(), signal.SIGSEGV)", 1, "crashed in native code (SIGSEGV)"),
    "a null pointer": (
        "import faulthandler; faulthandler.disable(); ctypes.string_at(0)",
        1,
        "crashed in native code (SIGSEGV)",
    ),
    "abort": ("os.abort()", 1, "crashed in native code (SIGABRT)"),
    "SIGKILL": (
        "os.kill(os.getpid(), signal.SIGKILL)",
        137,
        "killed (SIGKILL), most likely for want of memory: declare more with @hook(memory=...)",
    ),
    "a signal without a name": ("os.kill(os.getpid(), 40)", 1, "crashed in native code (signal 40)"),
    "os._exit(0)": (f"{WRITE}os._exit(0)", 1, "the process ended itself with status 0"),
    "os._exit(7)": ("os._exit(7)", 1, "the process ended itself with status 7"),
    "os._exit(64)": ("os._exit(64)", 1, "the process ended itself with status 64"),
    "os._exit(101)": ("os._exit(101)", 101, "the process ended itself with status 101"),
}


@pytest.mark.parametrize(("body", "exit_code", "last_words"), ENDS.values(), ids=ENDS)
def test_every_end_has_its_exit_code_and_its_last_words(
    job: HookProcess, body: str, exit_code: int, last_words: str
) -> None:
    ended = job.run_function(body)

    assert (ended.exit_code, ended.last_words) == (exit_code, last_words)
    assert ended.products == (["a"] if exit_code == 0 else ["error.json"])
    assert ended.error.get("exit_code", 0) == exit_code
    assert all(record["message"] for record in ended.records)


def test_an_exception_that_can_not_say_what_it_is_still_has_its_end(job: HookProcess) -> None:
    ended = job.run_function("""
        class Rude(Exception):
            def __str__(self):
                raise RuntimeError

        raise Rude
    """)

    assert (ended.exit_code, ended.last_words) == (1, "Rude: no message, since its __str__ raised RuntimeError")


# ---------------------------------------------------------------- the last words


def test_last_words_are_one_line_of_at_most_4096_bytes(job: HookProcess) -> None:
    ended = job.run_function("raise HookError('é\\n' * 3000)")

    assert len(ended.last_words.encode()) <= 4096
    assert ended.last_words.startswith("é · é")
    assert len(ended.last_words.splitlines()) == 1


def test_last_words_replace_longer_ones(job: HookProcess) -> None:
    job.termination_log.write_text("x" * 500)

    assert job.run_function("raise HookError('short')").last_words == "short"


def test_the_termination_log_is_never_made_where_the_platform_made_none(job: HookProcess) -> None:
    job.write_function("raise HookError('no DEM')")
    process = job.start("--output=out", HOOKKIT_TERMINATION_LOG=str(job.folder / "elsewhere"))

    assert job.wait(process).exit_code == 100
    assert not (job.folder / "elsewhere").exists()


def test_error_json_says_what_happened_and_where(job: HookProcess) -> None:
    ended = job.run_function("raise TransientError('no network')")

    assert ended.error | {"stack_trace": ""} == {
        "exit_code": 75,
        "type": "TransientError",
        "message": "no network",
        "retryable": True,
        "stack_trace": "",
    }
    assert "job.py" in ended.error["stack_trace"]
    assert "hookkit" not in ended.error["stack_trace"].replace("hookkit.errors.", "")


def test_a_good_run_takes_the_error_of_an_earlier_run_away(job: HookProcess) -> None:
    assert job.run_function("raise ValueError").products == ["error.json"]
    assert job.run_function(WRITE).products == ["a"]


def test_a_failed_run_keeps_what_an_earlier_run_made(job: HookProcess) -> None:
    assert job.run_function("(output / 'a').write_text('old')").products == ["a"]
    assert job.run_function("(output / 'a').write_text('new'); raise ValueError").products == ["a", "error.json"]
    assert (job.folder / "out/a").read_text() == "old"


def test_a_wrong_call_touches_no_output(job: HookProcess) -> None:
    ended = job.run_function(WRITE, "--quux")

    assert (ended.exit_code, ended.products) == (2, [])
    assert ended.last_words == "--quux: no such flag; see --help"


@pytest.mark.parametrize(("body", "exit_code"), [(WRITE, 0), ("raise ValueError('x')", 1), ("os.abort()", 1)])
def test_the_runner_learns_the_outcome_and_the_peak_memory(job: HookProcess, body: str, exit_code: int) -> None:
    job.run_function(body, HOOKKIT_OUTCOME_FILE=str(job.folder / "outcome.json"))

    outcome = json.loads((job.folder / "outcome.json").read_text())
    assert outcome["exit_code"] == exit_code
    assert 1 << 20 < outcome["peak_memory_bytes"] < 1 << 40


# ---------------------------------------------------------------- where a hook runs


def test_temporary_files_home_and_working_directory_lie_inside_the_output(job: HookProcess) -> None:
    ended = job.run_function("""
        (output / "a").touch()
        Path("relative").touch()
        print(tempfile.mkdtemp())
        print(os.environ["TMPDIR"])
        print(Path.home())
        print(Path.cwd())
    """)

    assert ended.exit_code == 0
    assert all(message.startswith(f"{job.folder}/out/.hookkit-") for message in ended.messages)
    assert ended.products == ["a"]
    assert not (job.folder / "relative").exists()


def test_a_hook_may_forget_where_its_temporary_files_go(job: HookProcess) -> None:
    body = "os.environ.pop('TMPDIR'); os.environ.pop('HOME'); (output / 'a').touch()"

    assert job.run_function(body, TMPDIR=str(job.folder)).exit_code == 0
    assert job.run_function(body).exit_code == 0


def test_inputs_are_named_from_where_the_caller_stood(job: HookProcess) -> None:
    job.write("""
        @hook
        def run(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
            (output / "a").write_text((input / "x").read_text())
    """)
    (job.folder / "in").mkdir()
    (job.folder / "in/x").write_text("content")

    assert job.run("--input=in", "--output=out").exit_code == 0
    assert (job.folder / "out/a").read_text() == "content"


def test_two_outputs_get_their_own_products(job: HookProcess) -> None:
    job.write("""
        @hook
        def run(mask: Annotated[Path, Output()], report: Annotated[Path, Output(optional=True)]) -> None:
            (mask / "a").touch()
            assert list(report.iterdir()) == []
    """)

    assert job.run("--output=out").exit_code == 0
    assert [str(path.relative_to(job.folder)) for path in sorted(job.folder.glob("out/*/*"))] == ["out/mask/a"]


def test_a_hook_without_output_runs_in_a_temporary_folder_that_is_gone_afterwards(job: HookProcess) -> None:
    job.write("@hook\ndef run() -> None: print(os.getcwd())")

    (work,) = job.run().messages

    assert work != str(job.folder)
    assert not Path(work).exists()


# ---------------------------------------------------------------- which hook


SPELL = "name it as package.module or package.module:function"
NO_QUUX = "ModuleNotFoundError: No module named 'quux'"
TWO = "@hook\ndef one() -> None: print(1)\n@hook\ndef two() -> None: print(2)"
IMPORT_ERROR = "def load():\n    return {}['x']\nload()"

#: A module, the target, the exit code, and the first line on stderr.
TARGETS: dict[str, tuple[str, str, int, str]] = {
    "two hooks and none named": (TWO, "job", 2, "job: has 2 hooks and none is named; name one: job:one or job:two"),
    "a misspelt hook": (TWO, "job:tow", 2, "job:tow: no such hook; did you mean 'two'?"),
    "a hook that is none": (TWO, "job:quux", 2, "job:quux: no such hook; it has one, two"),
    "no hook": ("", "job", 2, "job: has no hook; decorate a function with @hook"),
    "imported hooks": ("from other import *", "job", 2, "job: has no hook; decorate a function with @hook"),
    "no module": ("", "jbo", 2, f"jbo: no module named 'jbo'; {SPELL}"),
    "no submodule": ("", "job.x:run", 2, f"job.x:run: no module named 'job.x'; {SPELL}"),
    "no name": ("", "a b", 2, "'a b': is no hook's name; write package.module:function"),
    "a path": ("", "job.py", 2, f"job.py: no module named 'job.py'; {SPELL}"),
    "empty": ("", "", 2, "'': is no hook's name; write package.module:function"),
    "a flag": ("", "--help", 2, "'--help': is no hook's name; write package.module:function"),
    "an exception": (IMPORT_ERROR, "job", 1, "job: does not import: KeyError: 'x'; mend the module"),
    "a syntax error": ("def x(:", "job", 1, "job: does not import: SyntaxError: invalid syntax; mend the module"),
    "a missing library": ("import quux", "job", 1, f"job: does not import: {NO_QUUX}; mend the module"),
    "sys.exit": ("sys.exit(0)", "job", 1, "job: does not import: SystemExit: 0; mend the module"),
    "a wrong signature": (
        "@hook\ndef run(a: complex): ...",
        "job",
        1,
        "job:run(a): has the type complex, which can't travel;",
    ),
}


@pytest.mark.parametrize(("source", "target", "exit_code", "line"), TARGETS.values(), ids=TARGETS)
def test_a_target_that_can_not_be_run_is_named(
    job: HookProcess, source: str, target: str, exit_code: int, line: str
) -> None:
    job.write(TWO, name="other")
    job.write(source)

    ended = job.run("--describe", target=target)
    logged = job.run(target=target)

    assert (ended.exit_code, ended.stdout) == (exit_code, "")
    assert ended.stderr.splitlines()[0].startswith(line)
    assert (logged.exit_code, logged.messages[0].startswith(line)) == (exit_code, True)
    assert "hookkit/" not in ended.stderr + logged.stderr


@pytest.mark.parametrize("target", ["job:two", "job:one"])
def test_a_named_hook_is_run(job: HookProcess, target: str) -> None:
    job.write(TWO)

    assert job.run(target=target).messages == [{"job:one": "1", "job:two": "2"}[target]]


def test_the_only_hook_of_a_module_need_not_be_named(job: HookProcess) -> None:
    job.write("from other import one\n@hook\ndef run() -> None: print('run')\nalias = run")
    job.write(TWO, name="other")

    assert job.run().messages == ["run"]


def test_an_import_error_shows_the_authors_traceback_without_a_frame_of_ours(job: HookProcess) -> None:
    job.write(IMPORT_ERROR)

    lines = job.run("--describe").stderr.splitlines()

    assert lines[:2] == ["job: does not import: KeyError: 'x'; mend the module", "Traceback (most recent call last):"]
    assert [line.strip().split(", in ")[-1] for line in lines if line.startswith("  File")] == ["<module>", "load"]


CHAINED = {
    "cause": "try:\n    {}['x']\nexcept KeyError as error:\n    raise ValueError('y') from error",
    "context": "try:\n    os.kill(os.getpid(), signal.SIGTERM)\n    time.sleep(60)\nfinally:\n    {}['x']",
    "group": "raise ExceptionGroup('all', [ValueError('y')])",
}


@pytest.mark.parametrize("body", CHAINED.values(), ids=CHAINED)
def test_no_frame_of_ours_stands_in_what_an_exception_came_from(job: HookProcess, body: str) -> None:
    trace = job.run_function(body).error["stack_trace"]

    assert {Path(line.split('"')[1]).name for line in trace.splitlines() if line.strip("+ |").startswith("File ")} == {
        "job.py"
    }


def test_values_of_a_module_that_resist_being_looked_at_are_no_hooks(job: HookProcess) -> None:
    job.write("""
        class Proxy:
            def __getattr__(self, name):
                globals()[f"made_by_{name}"] = 1
                raise RuntimeError("outside of the application")

        proxy = Proxy()

        @hook
        def run() -> None:
            print("run")
    """)

    assert job.run().messages == ["run"]


# ---------------------------------------------------------------- questions


NOISY = """
print("printed at import")
os.write(1, b"written at import\\n")

@hook
def run(count: Annotated[int, Option("How many")] = 5) -> None:
    \"\"\"Count things.\"\"\"
"""


def test_describe_prints_the_spec_alone_however_noisy_the_module_is(job: HookProcess) -> None:
    job.write(NOISY)

    ended = job.run("--describe")

    assert json.loads(ended.stdout)["options"][0]["name"] == "count"
    assert sorted(ended.stderr.splitlines()) == ["printed at import", "written at import"]
    assert (ended.exit_code, ended.last_words) == (0, "")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--count=x", "--help"]])
def test_help_prints_the_usage_alone(job: HookProcess, arguments: list[str]) -> None:
    job.write(NOISY)

    ended = job.run(*arguments)

    assert ended.stdout.startswith(
        "Run 0.1.0\n\nCount things.\n\nUsage: python -m hookkit.runtime job:run [OPTION]...\n"
    )
    assert "  --count VALUE             How many [int; default: 5]\n" in ended.stdout
    assert ended.exit_code == 0


# ---------------------------------------------------------------- values on their way


def test_every_source_reaches_the_function_of_a_real_process(job: HookProcess) -> None:
    job.write("""
        @hook
        def run(a: str, b: float, c: bool = True, d: Literal["x", "y"] = "x", e: str | None = None) -> None:
            print(repr((a, b, c, d, e)))
    """)
    (job.folder / "c.toml").write_text('b = 1\nd = "y"\na = "config"')

    ended = job.run("--config-file=c.toml", "--no-c", '--e=""', HOOKKIT_OPTION_A="--é\n")

    assert ended.messages == [repr(("--é\n", 1.0, False, "y", ""))]


def test_bytes_of_argv_that_are_no_utf_8_are_refused(job: HookProcess) -> None:
    job.write("@hook\ndef run(a: str) -> None: ...")

    ended = job.run("--a=\udcff", "--b\udcff=1")

    assert ended.exit_code == 2
    assert "is not valid UTF-8, which can't travel; put it into an input file" in ended.messages[1]
