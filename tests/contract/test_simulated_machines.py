"""The machines that hooks run on are what they claim to be: a part of the kernel missing, a user without rights."""

import subprocess
from pathlib import Path
from textwrap import dedent

import pytest
from realparts.plain_user import PlainUser, plain_user
from realparts.refusing import LACKS, refusing

#: Prints the names of what works here.
PROBE = dedent("""
    import ctypes, os, struct, sys, platform
    libc = ctypes.CDLL(None, use_errno=True)
    SECCOMP = 317 if platform.machine() == "x86_64" else 277
    def works(name, act):
        if (child := os.fork()) == 0:
            os._exit(act() != 0)
        if os.waitpid(child, 0)[1] == 0:
            print(name)
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
    allow = ctypes.create_string_buffer(struct.pack("HL", 1, ctypes.addressof(code)))
    def filtered(flags):
        libc.prctl(38, 1, 0, 0, 0)
        return libc.syscall(SECCOMP, 1, flags, allow) < 0
    works("landlock", lambda: libc.syscall(444, None, 0, 1) < 0)
    works("namespaces", lambda: libc.unshare(0x10000000))
    works("notifications", lambda: filtered(8))
    works("seccomp", lambda: filtered(0))
    works("mounts", lambda: libc.unshare(0x10020000) or libc.mount(b"none", b"/", None, 0x44000, None))
    import subprocess, threading  # what everybody does goes on working
    thread = threading.Thread(target=lambda: subprocess.run(["true"], check=True)); thread.start(); thread.join()
    print("threads")
""")


def what_works(command: list[str]) -> set[str]:
    done = subprocess.run([*command, PROBE], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def present() -> set[str]:
    return what_works(["python3", "-c"])


#: What also fails where a part is missing.
ALSO = {"namespaces": {"mounts"}, "seccomp": {"notifications"}}


@pytest.mark.parametrize("lacking", LACKS)
def test_a_machine_lacks_what_is_refused_and_nothing_else(lacking: str, present: set[str]) -> None:
    lost = {lacking} | ALSO.get(lacking, set())

    assert what_works([*refusing(lacking), "python3", "-c"]) == present - lost


def test_several_parts_are_refused_at_once(present: set[str]) -> None:
    lost = {"landlock", "namespaces", "mounts", "notifications"}

    assert what_works([*refusing("landlock", "namespaces", "notifications"), "python3", "-c"]) == present - lost


def test_a_plain_user_has_no_rights_and_a_home_of_their_own() -> None:
    with plain_user() as user:
        assert _asked(user, "cat /proc/self/status | grep CapEff").split()[1].strip("0") == ""
        assert Path(_asked(user, "echo $HOME")) == user.home
        assert _asked(
            user, "id -u; touch $HOME/x; ls -A $HOME $TMPDIR >/dev/null; cat /etc/shadow || echo refused"
        ) == ("12345\nrefused")
        assert _asked(user, f"{user.python} -c 'print(1)'") == "1"
    assert not user.home.exists()


def _asked(user: PlainUser, line: str) -> str:
    done = subprocess.run(user.command("sh", "-c", line), capture_output=True, text=True, check=True)
    return done.stdout.strip()
