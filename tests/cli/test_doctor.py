"""`hookkit doctor`: what this machine offers, said to people, to pipes and to machines; it never hangs."""

import base64
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from realparts.desk import HOOKKIT, hookkit, is_running, on_terminal
from realparts.plain_user import PlainUser, plain_user, site_packages
from realparts.refusing import refusing

NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock", "XDG_RUNTIME_DIR": "/nowhere"}
REPOSITORY = Path(__file__).parents[2]


class Told:
    """What `hookkit doctor --json` told."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        assert done.stderr == ""
        self.exit_code = done.returncode
        self.text = done.stdout
        self.data: dict[str, Any] = json.loads(done.stdout)

    def fact(self, name: str) -> dict[str, str]:
        """The first fact of this name."""
        found: dict[str, str] = next(one for one in self.data["facts"] if one["name"] == name)
        return found

    def state(self, name: str) -> str:
        return self.fact(name)["state"]

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in self.data["facts"]]


def doctor(folder: Path, *before: str, **variables: str) -> Told:
    command = [*before, *HOOKKIT, "doctor", "--json"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, timeout=60, check=False
    )
    return Told(done)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for programs of ours, for PATH."""
    folder = tmp_path / "tools"
    folder.mkdir()
    return folder


def write_program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


# ---------------------------------------------------------------- this machine


def test_without_an_engine_hooks_run_in_the_sandbox_and_hookkit_builds(tmp_path: Path) -> None:
    told = doctor(tmp_path, **NO_ENGINE)

    assert told.exit_code == 0
    assert told.state("engine") == "limited"
    assert "`hookkit run --engine container` do without" in told.fact("engine")["remedy"]
    assert told.data["run"] == [
        "process (sandboxed, all rules)",
        "container without an engine (a root of its own)",
    ]
    assert told.data["build"][0].startswith("hookkit itself")
    assert "builder" not in told.names


@pytest.mark.engine
def test_an_engine_that_answers_opens_two_more_ways(tmp_path: Path) -> None:
    told = doctor(tmp_path)

    assert told.exit_code == 0
    assert told.state("engine") == "ok"
    assert told.data["run"][1].startswith("container (")
    assert len(told.data["build"]) == 2


def test_a_plain_user_is_told_the_same_ways() -> None:
    with plain_user() as user:
        told = Told(_as_plain_user(user))

    assert told.exit_code == 0, told.text
    assert told.data["run"][0] == "process (sandboxed, all rules)"
    assert "unknown" not in {fact["state"] for fact in told.data["facts"]}
    assert "as a plain user" in told.fact("this place")["found"]


def _as_plain_user(user: PlainUser, *before: str) -> subprocess.CompletedProcess[str]:
    path = f"{REPOSITORY}{os.pathsep}{site_packages()}"
    command = user.command(str(user.python), "-P", "-m", "hookkit", "doctor", "--json", PYTHONPATH=path, **NO_ENGINE)
    return subprocess.run([*before, *command], cwd="/", capture_output=True, text=True, timeout=60, check=False)


def test_in_a_pod_that_refuses_namespaces_a_filter_refuses_the_network() -> None:
    with plain_user() as user:
        told = Told(_as_plain_user(user, *refusing("namespaces")))

    assert told.exit_code == 0
    assert (told.state("own network"), told.state("user namespaces")) == ("limited", "missing")
    assert told.data["run"] == ["process (sandboxed, all rules)", "container without an engine (by its own loader)"]


def test_a_kernel_without_landlock_leaves_files_unguarded(tmp_path: Path) -> None:
    told = doctor(tmp_path, *refusing("landlock"), **NO_ENGINE)

    assert told.exit_code == 0
    assert told.state("Landlock") == "missing"
    # Root's right over files is held to the hook's own by Landlock alone.
    rules = "writes, reads" if os.getuid() else "writes, reads, privileges"
    assert told.data["run"][0] == f"process (sandboxed, all rules but {rules})"


def test_a_listener_outside_leaves_none_for_hookkit(tmp_path: Path) -> None:
    told = doctor(tmp_path, *refusing("notifications"), **NO_ENGINE)

    assert (told.state("seccomp"), told.state("notifications")) == ("ok", "limited")
    assert told.data["run"][0] == "process (sandboxed, all rules but writes, sockets)"


def test_neither_a_sandbox_nor_an_engine_bars_the_road(tmp_path: Path) -> None:
    told = doctor(tmp_path, *refusing("landlock", "namespaces", "seccomp"), **NO_ENGINE)

    assert told.exit_code == 1
    assert told.data["barred"] == ["neither a sandbox nor an engine"]


# ---------------------------------------------------------------- what is missing, or in the way


def test_programs_that_are_not_on_path_are_missing_and_no_failure(tmp_path: Path) -> None:
    told = doctor(tmp_path, PATH=str(tmp_path), **NO_ENGINE)

    assert told.exit_code == 0
    assert {told.state(name) for name in ("argo", "git", "apt", "bubblewrap")} == {"missing"}
    assert told.state("Landlock") == "ok"


@pytest.mark.parametrize(("program", "name"), [("argo", "argo"), ("bwrap", "bubblewrap")])
def test_a_program_that_hangs_is_killed_and_named(tmp_path: Path, tools: Path, program: str, name: str) -> None:
    write_program(tools, program, f"sleep 600 & echo $$ $! >{tmp_path}/ids; wait")

    told = doctor(tmp_path, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", **NO_ENGINE)

    assert told.exit_code == 0
    assert "gives no answer within 2 s" in told.fact(name)["found"]
    killed = [int(one) for one in (tmp_path / "ids").read_text().split()]
    while any(map(is_running, killed)):  # the signal is on its way
        time.sleep(0.01)


def test_an_engine_that_takes_calls_and_never_answers_is_unknown(tmp_path: Path, silent_engine: str) -> None:
    told = doctor(tmp_path, DOCKER_HOST=silent_engine)

    assert told.exit_code == 0
    assert told.state("engine") == "unknown"
    assert "container (docker)" not in told.data["run"]


@pytest.fixture
def silent_engine(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        yield f"unix://{path}"


def test_an_argo_that_would_ask_a_server_is_not_told_of_one(tmp_path: Path, tools: Path) -> None:
    write_program(tools, "argo", 'test -z "$ARGO_SERVER" && test "$*" = "version --short" && echo "argo: v3.6.2"')

    told = doctor(
        tmp_path, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", ARGO_SERVER="argo.example.org:2746", **NO_ENGINE
    )

    assert told.fact("argo")["found"] == f"v3.6.2, {tools}/argo"


def test_a_cache_that_can_not_be_written_bars_the_road(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = doctor(tmp_path, XDG_CACHE_HOME=str(tmp_path / "file"))

    assert told.exit_code == 1
    assert told.data["barred"] == ["resources: cache"]
    assert told.data["build"] == []
    assert "XDG_CACHE_HOME" in told.fact("cache")["remedy"]


def test_a_full_disk_bars_the_road(tmp_path: Path) -> None:
    mounted = 'mount -t tmpfs -o size=1m none $0 && XDG_CACHE_HOME=$0 exec "$@"'
    told = doctor(tmp_path, "unshare", "--map-root-user", "--mount", "sh", "-c", mounted, str(tmp_path))

    assert told.exit_code == 1
    assert "full" in told.fact("cache")["found"]


def test_nothing_but_the_cache_is_touched(tmp_path: Path, project: Path) -> None:
    before = sorted(path for path in tmp_path.rglob("*"))

    doctor(project, HOME=str(tmp_path / "home"), TMPDIR=str(tmp_path), **NO_ENGINE)

    assert sorted(path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts) == before


# ---------------------------------------------------------------- a project


def test_a_project_is_told_of_its_python_and_its_hook(project: Path) -> None:
    told = doctor(project, **NO_ENGINE)

    assert told.exit_code == 0
    assert "the interpreter of hookkit" in told.fact("the project's")["found"]
    assert told.fact("the hook")["found"] == "shout 1.2.3: 1 cpu, 1Gi of memory"
    assert told.state("for the hook") == "ok"


def test_a_hook_that_wants_more_than_there_is_hears_of_it(project: Path) -> None:
    source = (project / "my_hook.py").read_text()
    (project / "my_hook.py").write_text(source.replace('version="1.2.3"', 'version="1.2.3", memory="100Ti"'))

    told = doctor(project, **NO_ENGINE)

    assert told.exit_code == 0
    assert told.state("for the hook") == "limited"
    assert "declares 1 cpu and 100Ti" in told.fact("for the hook")["found"]


def test_a_hook_that_does_not_import_is_named_and_bars_nothing(project: Path) -> None:
    (project / "my_hook.py").write_text("import nothing_there\n")

    told = doctor(project, **NO_ENGINE)

    assert told.exit_code == 0
    assert told.state("the hook") == "limited"
    assert "nothing_there" in told.fact("the hook")["found"]


def test_a_hook_that_takes_long_to_import_keeps_nobody_waiting(project: Path) -> None:
    (project / "my_hook.py").write_text("import time\ntime.sleep(600)\n")

    told = doctor(project, **NO_ENGINE)

    assert "gives no answer within 2 s" in told.fact("the hook")["found"]


def test_a_python_that_does_not_run_bars_the_road(project: Path, tools: Path) -> None:
    write_program(tools, "python", "echo broken >&2; exit 3")
    with (project / "pyproject.toml").open("a") as settings:
        settings.write(f'python = "{tools}/python"\n')

    told = doctor(project, **NO_ENGINE)

    assert told.exit_code == 1
    assert told.data["barred"] == ["python: the project's"]
    assert "broken" in told.fact("the project's")["found"]


def test_a_mistake_in_the_settings_is_a_fact(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.hookkit]\nhoook = 1\n")

    told = doctor(project, **NO_ENGINE)

    assert told.exit_code == 1
    assert "hoook" in told.fact("the project's")["found"]


# ---------------------------------------------------------------- what is said, and what isn't


def test_no_secret_is_said(tmp_path: Path) -> None:
    token = base64.b64encode(b"me:geheim").decode()
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {"registry.example.org": {"auth": token}}}))

    told = doctor(
        tmp_path,
        HOME=str(tmp_path),
        DOCKER_HOST="tcp://me:geheim@127.0.0.1:1",
        HTTPS_PROXY="me:geheim@proxy.example.org:3128",
    )

    assert "registry.example.org" in told.fact("credentials")["found"]
    assert "***@proxy.example.org:3128" in told.fact("proxies")["found"]
    assert "geheim" not in told.text
    assert token not in told.text


def test_jupyterhub_is_a_fact(tmp_path: Path) -> None:
    told = doctor(tmp_path, JUPYTERHUB_USER="somebody", **NO_ENGINE)

    assert "in JupyterHub" in told.fact("this place")["found"]
    assert "somebody" not in told.text


def test_a_pipe_gets_a_line_a_fact_and_the_ways_last(tmp_path: Path) -> None:
    done = hookkit(tmp_path, "doctor", **NO_ENGINE)

    *lines, last = done.stdout.splitlines()
    assert [line for line in lines if not re.fullmatch(r"(ok|limited|missing|unknown) +[\w ]+: .+: .+", line)] == []
    assert f"ok       resources: cache: {os.environ['XDG_CACHE_HOME']}/hookkit, " in done.stdout
    assert last.startswith("hooks run as: process (sandboxed, all rules) · container without an engine (")


def test_a_group_is_shown_once_whoever_finds_its_facts(project: Path) -> None:
    told = doctor(project, **NO_ENGINE)

    groups = [one["group"] for one in told.data["facts"]]
    assert "for the hook" in told.names
    assert [group for before, group in pairwise(["", *groups]) if group != before] == list(dict.fromkeys(groups))


def test_podman_that_does_not_listen_is_named_and_not_called(tmp_path: Path, tools: Path) -> None:
    write_program(tools, "podman", f"touch {tmp_path}/called")

    told = doctor(tmp_path, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", **NO_ENGINE)

    assert told.fact("podman")["found"] == f"{tools}/podman; it does not listen"
    assert not (tmp_path / "called").exists()


def test_a_terminal_gets_groups_with_signs_and_what_to_do(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "doctor")

    assert "\x1b[1mpython\x1b[0m\n" in shown
    assert "\x1b[32m✓\x1b[0m" in shown
    assert "hooks run as" in shown
    assert max(map(len, map(_without_colours, shown.splitlines()))) <= 100


def test_what_bars_the_road_is_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    shown = on_terminal(tmp_path, "doctor")

    assert "\x1b[31m✗\x1b[0m" in shown
    assert "to be mended first" in shown


def _without_colours(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)
