"""`hookkit run` keeps a hook to the platform's rules on whatever machine, and nothing of it outlives hookkit."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from realparts.desk import HOOKKIT, SHOUT, hookkit, is_running, job, start_hookkit, write_project
from realparts.refusing import refusing

RUN = ("run", "--output", "out")


def report_of(project: Path, *flags: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    command = [*before, *HOOKKIT, *RUN, *flags, "--json"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


# ---------------------------------------------------------------- whatever happens to hookkit

LONG = job(
    """
    import os, subprocess, time
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    (place / "numbers").write_text(f"{os.getpid()} {os.getppid()} {child.pid}")
    print("ready")
    time.sleep(300)
    """
)


def test_a_hook_ends_with_a_hookkit_that_is_killed(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", LONG)
    out = project / "out"

    with start_hookkit(project, *RUN, "--place", str(out), "--log", "text") as process:
        assert process.stderr
        assert process.stderr.readline() == "ready\n"
        process.kill()
        process.wait()
    numbers = [int(word) for word in (out / "numbers").read_text().split()]

    deadline = time.monotonic() + 60
    while any(map(is_running, numbers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, numbers))


def test_products_are_the_callers_though_nobody_reads_the_log(tmp_path: Path) -> None:
    body = """
    (place / "product").touch()
    for number in range(100_000):
        print(number, "x" * 100)
    """
    project = write_project(tmp_path / "p", job(body))
    with start_hookkit(project, *RUN, "--place", str(project / "out"), "--log", "text") as process:
        assert process.stderr
        process.stderr.readline()
        process.stderr.close()
        assert process.stdout
        process.stdout.close()
        process.wait(60)

    assert {path.lstat().st_uid for path in (project / "out").rglob("*")} == {os.getuid()}


def test_a_hook_that_kills_its_supervisor_is_told_and_leaves_nobody(tmp_path: Path) -> None:
    body = """
    import os, signal, time
    (place / "number").write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(300)
    """
    project = write_project(tmp_path / "p", job(body))

    report = report_of(project, "--place", str(project / "out"))

    assert report["exit_code"] == 137
    assert not is_running(int((project / "out" / "number").read_text()))


# ---------------------------------------------------------------- whatever machine it is

SERVES = job(
    """
    import os, socket
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    (output / "mine").touch()
    os.chmod(output / "mine", 0o600)
    """
)
MACHINES: dict[str, list[str]] = {
    "whole": [],
    "no namespaces": refusing("namespaces"),
    "no Landlock": refusing("landlock"),
    "no filter that asks": refusing("notifications"),
}

RIGHTS: dict[str, list[str]] = {
    "all": [],
    **({"few": ["setpriv", "--bounding-set=-sys_ptrace,-sys_admin,-net_admin"]} if os.getuid() == 0 else {}),
}


@pytest.mark.parametrize("before", MACHINES.values(), ids=MACHINES)
@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
def test_a_good_hook_passes_whatever_the_machine_and_its_root_lack(
    tmp_path: Path, before: list[str], rights: list[str]
) -> None:
    """Root in a container may neither trace others nor mount, and is asked all the same."""
    project = write_project(tmp_path / "p", SERVES)

    report = report_of(project, before=(*before, *rights))

    assert (report["exit_code"], report["message"], report["violations"]) == (0, "", [])


@pytest.mark.skipif(bool(os.getuid()), reason="others have no rights over users")
def test_root_of_a_namespace_with_no_other_user_stays_and_the_report_says_so(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("(output / 'product').touch()"))

    report = report_of(project, before=("unshare", "--user", "--map-root-user"))

    assert report["exit_code"] == 0
    assert [one["state"] for one in report["enforcement"] if one["rule"] == "user"] == ["not enforced"]


# ---------------------------------------------------------------- wherever its files lie


def test_an_output_may_be_named_from_here_and_be_a_link(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("(output / 'product').touch()"))
    (tmp_path / "real").mkdir()
    (project / "out").symlink_to(tmp_path / "real")

    assert report_of(project)["exit_code"] == 0
    assert (tmp_path / "real" / "product").exists()


@pytest.mark.parametrize("mask", [0o077, 0o022])
def test_files_of_any_mask_are_read_and_written(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        project = write_project(tmp_path / "p", SHOUT)
        done = hookkit(project, *RUN, "--input", "in")
    finally:
        os.umask(before)

    assert done.returncode == 0, done.stderr
    assert (project / "out" / "product" / "result.data").read_text() == "HELLO, EARTH\n"


def test_a_secret_of_a_project_that_its_own_environment_edits_is_not_read(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("print(place.read_text())"))
    (project / ".env").write_text("TOKEN=secret")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    (packages,) = (project / ".venv").glob("lib/python*/site-packages")
    (packages / "p.pth").write_text(f"{project}\n")

    report = report_of(project, "--place", str(project / ".env"))

    (violation,) = report["violations"]
    assert (violation["rule"], violation["line"]) == ("reads", "my_hook.py:11")
    assert "TOKEN" not in str(report)


def test_a_library_that_is_edited_elsewhere_is_imported(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "import library\n" + job("(output / library.NAME).touch()"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "library.py").write_text("NAME = 'product'\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    (packages,) = (project / ".venv").glob("lib/python*/site-packages")
    (packages / "p.pth").write_text(f"{tmp_path}/elsewhere\n")

    assert report_of(project)["exit_code"] == 0


def test_inline_says_that_it_enforces_nothing_and_will_not_do_where_all_has_to_be(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("(output / 'x').touch()"))

    done = hookkit(project, "run", "--engine", "inline", "--output", "out", "--json")
    refused = hookkit(project, "run", "--engine", "inline", "--output", "out", "--require-sandbox")

    assert {one["state"] for one in json.loads(done.stdout)["enforcement"]} == {"not enforced"}
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)


def test_a_hook_is_not_started_where_a_rule_can_not_be_enforced_and_has_to_be(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", job("(output / 'x').touch()"))
    command = [*refusing("landlock"), sys.executable, "-P", "-m", "hookkit", "run", "--output", "out"]

    refused = subprocess.run([*command, "--require-sandbox"], cwd=project, capture_output=True, text=True, check=False)

    assert refused.returncode == 125
    assert "rule writes: can't be enforced here" in refused.stderr
    assert not (project / "out/x").exists()


def test_a_module_breaks_no_rule_while_it_is_described(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    project = write_project(tmp_path / "p", f"open({str(outside)!r}, 'w')\n{job('pass')}")

    done = hookkit(project, "run", "--output", "out")

    assert done.returncode == 1
    assert "Permission denied" in done.stderr
    assert not outside.exists()
