"""PG: programs that a hook starts, and people that it asks."""

import re
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.literals import known
from hookkit.check.project.module import Module
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.check.project.starting import Program, programs

#: What the packages bring that every Debian has, and its shell by itself.
_EVERYWHERE: Final = frozenset({
    *("[", "arch", "awk", "base32", "base64", "basename", "bash", "cat", "chgrp", "chmod", "chown", "cksum", "comm"),
    *("cp", "csplit", "cut", "dash", "date", "dd", "df", "diff", "dir", "dirname", "du", "echo", "egrep", "env"),
    *("expand", "expr", "factor", "false", "fgrep", "find", "flock", "fmt", "fold", "getconf", "getopt", "grep"),
    *("groups", "gunzip", "gzip", "head", "hostname", "iconv", "id", "install", "ionice", "join", "kill", "ldd"),
    *("link", "ln", "locale", "ls", "md5sum", "mkdir", "mkfifo", "mktemp", "mv", "nice", "nl", "nohup", "nproc"),
    *("numfmt", "od", "paste", "pathchk", "pr", "printenv", "printf", "ptx", "pwd", "readlink", "realpath", "rm"),
    *("rmdir", "sed", "seq", "setsid", "sh", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shred"),
    *("shuf", "sleep", "sort", "split", "stat", "stdbuf", "stty", "sum", "sync", "tac", "tail", "tar", "taskset"),
    *("tee", "test", "timeout", "touch", "tr", "true", "truncate", "tsort", "tty", "uname", "uniq", "unlink", "wc"),
    *("which", "whoami", "xargs", "yes", "zcat"),
    # the shell's own
    *(".", ":", "!", "{", "}", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif"),
    *("else", "esac", "eval", "exec", "exit", "export", "fi", "for", "function", "if", "local", "read", "return"),
    *("set", "shift", "source", "then", "time", "trap", "type", "ulimit", "umask", "unset", "until", "wait"),
    *("while"),
})  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.+-]*")
_PYTHON: Final = re.compile(r"python(3(\.\d+)?)?")
_PIP: Final = re.compile(r"pip(3(\.\d+)?)?")
#: Programs that install -> the word by which they do.
_INSTALLERS: Final = {
    **dict.fromkeys(("apt", "apt-get", "conda", "mamba", "micromamba", "dnf", "yum", "npm"), "install"),
    "apk": "add",
    "easy_install": "",
}
_ASKS: Final = frozenset({"input", "getpass.getpass", "click.prompt", "click.confirm"})


def _missing(subject: Subject) -> Flaws:
    if _is_chosen(subject):
        return
    said = set()
    for module, program in _all(subject):
        name = program.name
        if name in said or not _is_foreign(subject, program) or _installs(program) or name in _looked_for(module):
            continue
        said.add(name)
        what = f"starts {name}, which the image has only if its base or system-packages bring it"
        remedy = "name its package in [tool.hookkit] system-packages, or a base-image that has it"
        yield Flaw(module.place(program.call), what, remedy)


def _looked_for(module: Module) -> set[str]:
    """Programs that a module asks for before: whoever does so can do without."""
    found = (known(module, call.args[0]) for call, name in module.calls if name == "shutil.which" and call.args)
    return {one.text for one in found if one}


def _is_chosen(subject: Subject) -> bool:
    """Whether the author chose what the image has beside Python: then nobody knows better."""
    settings = subject.project.settings
    return bool(settings.system_packages or settings.base_image or subject.dockerfiles)


def _is_foreign(subject: Subject, program: Program) -> bool:
    name, text = program.name, program.texts[0] if program.texts else ""
    if "/" in text or not _NAME.fullmatch(name) or name in _EVERYWHERE or _PYTHON.fullmatch(name):
        return False
    places = (subject.project.root, subject.project.code_root)
    return not any((place / name).exists() for place in places)


def _all(subject: Subject) -> Iterator[tuple[Module, Program]]:
    return ((module, program) for module in subject.modules for program in programs(module))


def _installs(program: Program) -> bool:
    """Whether a program that is started installs packages."""
    name, texts = program.name, program.texts[1:]
    if (program.is_python or _PYTHON.fullmatch(name)) and texts[:1] == ("-m",):
        name, texts = "".join(texts[1:2]), texts[2:]
    if name == "uv":
        return texts[:2] == ("pip", "install") or texts[:1] in {("add",), ("sync",)}
    wanted = "install" if _PIP.fullmatch(name) else _INSTALLERS.get(name)
    return wanted is not None and (not wanted or wanted in texts)


def _installed(subject: Subject) -> Flaws:
    for module, program in _all(subject):
        if _installs(program):
            remedy = "name it in the project's dependencies, or in [tool.hookkit] system-packages"
            yield Flaw(module.place(program.call), "installs packages while the hook runs", remedy)


def _asked(subject: Subject) -> Flaws:
    for module in subject.modules:
        for call, name in module.calls:
            if name in _ASKS:
                what = f"{name}() waits for somebody to type, and nobody does"
                yield Flaw(module.place(call), what, "take it as an Option, or a Secret")


FAMILY: Final[Family] = (
    (
        Rule(
            "PG101",
            "a program that is started is in the image",
            "An image has Python and what its base brings; a run at your desk finds the programs of your machine. "
            "Projects that name system-packages, a base-image, or own a Dockerfile are not asked.",
            Severity.WARNING,
        ),
        _missing,
    ),
    (
        Rule(
            "PG102",
            "nothing is installed while the hook runs",
            "The container's root is read-only, and there is no network; what is needed is installed by the build.",
        ),
        _installed,
    ),
    (
        Rule(
            "PG103",
            "a hook asks nobody",
            "Nobody sits at the container: its standard input is empty.",
            Severity.WARNING,
        ),
        _asked,
    ),
)
