"""`hookkit check manifest`: what it takes, what it prints, how it ends."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from realparts.desk import HOOKKIT, hookkit

from hookkit.argo import ARGO_VERSIONS

GOOD = (Path(__file__).parents[1] / "manifests/hook.yaml").read_text()
MISSPELT = GOOD.replace("entrypoint: main", "entrypoint: mian")
UNPINNED = GOOD.replace("cloud-mask:1.0.0", "cloud-mask:latest")


#: What makes root somebody to whom permissions mean something.
_BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return hookkit(folder, "check", "manifest", *arguments)


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a person sees, stdout and stderr together."""
    leader, follower = pty.openpty()
    command = [*HOOKKIT, "check", "manifest", *arguments]
    with subprocess.Popen(command, cwd=folder, stdin=follower, stdout=follower, stderr=follower) as running:
        os.close(follower)
        said = b""
        while piece := _read(leader):
            said += piece
        running.wait()
    os.close(leader)
    return said.decode()


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:  # Linux says so where nobody writes any more
        return b""


def test_a_good_manifest_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)

    done = check(tmp_path, "good.yaml")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_error_is_a_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(MISSPELT)

    done = check(tmp_path, "bad.yaml")

    assert done.returncode == 1
    assert (
        done.stdout
        == "bad.yaml:13:15: EN102 error spec.entrypoint: there is no template 'mian'; did you mean 'main'?\n"
    )
    assert done.stderr == ""


def test_a_warning_is_a_line_and_exit_code_0(tmp_path: Path) -> None:
    (tmp_path / "warned.yaml").write_text(UNPINNED)

    done = check(tmp_path, "warned.yaml")

    assert done.returncode == 0
    assert [line.split()[1:3] for line in done.stdout.splitlines()] == [["CO103", "warning"]]


def test_json_holds_all_of_each_finding(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(MISSPELT)

    done = check(tmp_path, "--json", "bad.yaml")

    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {
            "file": "bad.yaml",
            "line": 13,
            "column": 15,
            "path": "spec.entrypoint",
            "code": "EN102",
            "severity": "error",
            "what": "there is no template 'mian'; did you mean 'main'?",
            "remedy": "name a template of this workflow",
        }
    ]


def test_json_of_nothing_is_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)

    assert json.loads(check(tmp_path, "--json", "good.yaml").stdout) == []


def test_several_documents_and_files_keep_their_order_and_lines(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(f"{GOOD}---\n{MISSPELT}")
    (tmp_path / "a.yaml").write_text(MISSPELT)

    done = check(tmp_path, "b.yaml", "a.yaml")

    second = len(GOOD.splitlines()) + 1 + 13
    assert [line.split(" ")[0] for line in done.stdout.splitlines()] == [f"b.yaml:{second}:15:", "a.yaml:13:15:"]


def test_a_folder_stands_for_the_manifests_below_it(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/c.yml", ".hidden/d.yaml", "e.txt"):
        (tmp_path / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dist" / name).write_text(MISSPELT)
    (tmp_path / "dist/f.json").write_text('{"kind": "WorkflowTemplate"')

    done = check(tmp_path, "dist")

    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["dist/b.yaml", "dist/f.json", "dist/a/c.yml"]


def test_other_files_of_a_folder_are_passed_over_but_not_where_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/good.yaml").write_text(GOOD)
    (tmp_path / "dist/good.schema.json").write_text('{"type": "object"}')

    assert check(tmp_path, "dist").stdout == ""
    assert "SY110" in check(tmp_path, "dist/good.schema.json").stdout
    assert "SY110" in check(tmp_path, "dist", "dist/good.schema.json").stdout


def test_a_folder_without_any_manifest_does_not_pass_silently(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/a.json").write_text("{}")

    done = check(tmp_path, "dist")

    assert (done.returncode, done.stdout.split()[1]) == (0, "SY110")


def test_standard_input_is_read(tmp_path: Path) -> None:
    command = [*HOOKKIT, "check", "manifest", "-"]

    done = subprocess.run(command, cwd=tmp_path, input=MISSPELT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:13:15: EN102 ")


@pytest.mark.parametrize("version", ARGO_VERSIONS)
def test_every_version_of_argo_that_hookkit_knows_can_be_asked_for(tmp_path: Path, version: str) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)

    done = check(tmp_path, "--argo-version", version, "good.yaml")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_version_gates_fields(tmp_path: Path) -> None:
    text = GOOD.replace("  podGC:", "  synchronization: {mutexes: [{name: one}]}\n  podGC:")
    (tmp_path / "new.yaml").write_text(text)

    assert "VE101" in check(tmp_path, "--argo-version", "3.5", "new.yaml").stdout
    assert check(tmp_path, "--argo-version", "3.6", "new.yaml").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument 'FILE...'"),
        (("nowhere.yaml",), "nowhere.yaml: there is no such file; name a file or a folder"),
        (("empty",), "empty: holds no .yaml, .yml, .json file; name a file or another folder"),
        (("--argo-version", "2.0", "empty"), "'2.0' is not one of"),
        (("--jsno", "empty"), "--jsno"),
    ],
    ids=["no file", "missing", "empty folder", "unknown version", "unknown option"],
)
def test_a_wrong_call_is_a_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "empty").mkdir()

    done = check(tmp_path, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    done = check(tmp_path, "a.yaml", "b.yaml")

    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["a.yaml", "b.yaml"]


def test_a_file_that_may_not_be_read_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")

    done = check(tmp_path, "loop.yaml")

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1


def test_pipes_below_a_folder_are_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "good.yaml").write_text(GOOD)

    assert check(tmp_path, ".").returncode == 0


def test_all_that_may_not_be_read_below_a_folder_is_named_before_anything_is_checked(tmp_path: Path) -> None:
    for name in ("dist/bad.yaml", "dist/closed.yaml", "dist/shut/bad.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(MISSPELT)
    closed = [tmp_path / "dist/shut", tmp_path / "dist/closed.yaml"]
    for one in closed:
        one.chmod(0)

    done = subprocess.run(
        [*_BOUND, *HOOKKIT, "check", "manifest", "dist"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    for one in closed:
        one.chmod(0o700)
    assert (done.returncode, done.stdout) == (2, "")
    advice = "can't be read; ask for the right to read it, or name what may be read"
    assert done.stderr.splitlines() == [f"dist/shut: {advice}", f"dist/closed.yaml: {advice}"]


def test_a_closed_standard_input_is_a_line(tmp_path: Path) -> None:
    command = [*HOOKKIT, "check", "manifest", "-"]

    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (2, "-: there is no standard input; name a file\n")


def test_names_of_files_that_are_no_text_are_printed(tmp_path: Path) -> None:
    name = b"\xff.yaml"
    (tmp_path / os.fsdecode(name)).write_text(MISSPELT)
    command = [*(os.fsencode(part) for part in HOOKKIT), b"check", b"manifest", name]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert done.returncode == 1
    assert b"EN102" in done.stdout
    assert done.stderr == b""


def test_what_a_file_quotes_does_not_reach_the_terminal_as_it_is(tmp_path: Path) -> None:
    step = 'steps: [[{name: "a\\e[31m\\a"}]]'
    (tmp_path / "bad.yaml").write_text(GOOD + f"  - name: other\n    {step}\n")

    done = check(tmp_path, "bad.yaml")

    assert "DA101" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\a" not in done.stdout


def test_without_argo_on_the_path_its_word_is_not_to_be_had(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    command = [*HOOKKIT, "check", "manifest", "--argo", "good.yaml"]

    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("--argo: there is no program argo on PATH; ")


def test_with_argo_its_findings_stand_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    program = tmp_path / "bin/argo"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor file; do :; done\necho "$file: not to my taste"\nexit 1\n')
    program.chmod(0o755)
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    command = [*HOOKKIT, "check", "manifest", "--argo", "good.yaml"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "good.yaml: AL001 error: Argo says: not to my taste\n"), done.stderr


def test_a_file_is_looked_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(MISSPELT)

    assert len(check(tmp_path, "bad.yaml", "bad.yaml").stdout.splitlines()) == 1


def test_on_a_terminal_the_line_is_shown_with_a_caret_and_all_is_counted(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(MISSPELT)
    (tmp_path / "good.yaml").write_text(GOOD)

    said = on_a_terminal(tmp_path, "bad.yaml", "good.yaml")

    plain = "".join(part.partition("m")[2] if number else part for number, part in enumerate(said.split("\x1b[")))
    assert plain.replace("\r\n", "\n") == (
        "bad.yaml\n"
        "  13:15   EN102 error  spec.entrypoint\n"
        "          there is no template 'mian'; did you mean 'main'?\n"
        "      13 |   entrypoint: mian\n"
        "         |               ^\n"
        "          → name a template of this workflow\n"
        "\n"
        "1 error in 2 files\n"
    )
    assert "\x1b[" in said


def test_on_a_terminal_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)

    assert "nothing found in 1 file" in on_a_terminal(tmp_path, "good.yaml")


def test_a_long_line_is_cut_to_what_is_around_the_mistake(tmp_path: Path) -> None:
    line = f"{'x' * 300} {{{{inputs.parameters.nope}}}} {'y' * 300}"
    (tmp_path / "long.yaml").write_text(GOOD.replace("value: info", f'value: "{line}"'))

    said = on_a_terminal(tmp_path, "long.yaml")

    [shown] = [one for one in said.splitlines() if "nope}}" in one and "|" in one]
    assert "xx" in shown
    assert len(shown) < 200
