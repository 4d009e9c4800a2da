"""The tables of an assembled base: the packages it stands on, what scripts would have made, what nobody needs there."""

import re
from typing import Final, NamedTuple

from hookkit.contract import IMAGE_USER

# ---------------------------------------------------------------- packages

#: Goes up when the same packages are to give another layer.
FORMAT: Final = 1
#: What hooks and wheels for manylinux expect of a system. They bring what they depend on.
BASE_PACKAGES: Final = (
    "python3",
    "libexpat1",
    "libgcc-s1",
    "libstdc++6",
    "netbase",
    "tzdata",
    "zlib1g",
)
#: Packages whose files alone are wanted: what these depend on, only their installation scripts run.
FILES_ALONE: Final = ("base-files", "ca-certificates", "dash")
#: Tools of installation scripts, which never run. They count as installed, unless somebody asks for one.
SCRIPT_TOOLS: Final = (
    "adduser",
    "cdebconf",
    "debconf",
    "debianutils",
    "dpkg",
    "init-system-helpers",
    "install-info",
    "libc-bin",
    "lsb-base",
    "mawk",
    "perl-base",
    "sensible-utils",
    "sysvinit-utils",
    "ucf",
)

# ---------------------------------------------------------------- files

_ACCOUNTS: Final = (("root", 0), ("nobody", 65534), ("hook", IMAGE_USER))
_NSSWITCH: Final = "passwd:   files\ngroup:    files\nshadow:   files\nhosts:    files dns\nnetworks: files\n"

CA_BUNDLE: Final = "etc/ssl/certs/ca-certificates.crt"
CA_FOLDER: Final = "usr/share/ca-certificates/"

#: Files that installation scripts would have written.
FILES: Final = {
    "etc/passwd": "".join(f"{name}:x:{number}:{number}:{name}:/:/usr/sbin/nologin\n" for name, number in _ACCOUNTS),
    "etc/group": "".join(f"{name}:x:{number}:\n" for name, number in _ACCOUNTS),
    "etc/nsswitch.conf": _NSSWITCH,
}
#: Folders that are there whatever the packages say, with their modes.
FOLDERS: Final = {
    "dev": 0o755,
    "etc": 0o755,
    "proc": 0o755,
    "root": 0o700,
    "run": 0o755,
    "run/lock": 0o1777,
    "sys": 0o755,
    "tmp": 0o1777,
    "usr": 0o755,
    "usr/bin": 0o755,
    "usr/lib": 0o755,
    "usr/lib64": 0o755,
    "usr/sbin": 0o755,
    "var": 0o755,
    "var/tmp": 0o1777,
}
#: Merged /usr, and /run: members below these links go where they lead.
FOLDER_LINKS: Final = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "lib64": "usr/lib64",
    "sbin": "usr/sbin",
    "var/lock": "/run/lock",
    "var/run": "/run",
}


class Link(NamedTuple):
    """A link that an installation script would have made, where one of the targets is there (patterns, best first)."""

    path: str
    targets: tuple[str, ...]


#: `{multiarch}` is the folder of the architecture's libraries, `x86_64-linux-gnu`.
LINKS: Final = (
    Link("usr/lib/ssl/cert.pem", (CA_BUNDLE,)),
    *(
        Link(f"usr/lib/{{multiarch}}/{name}.so.3", tuple(f"usr/lib/{{multiarch}}/{one}/{name}.so.3" for one in folders))
        for name, folders in (
            ("libblas", ("openblas*", "blis*", "atlas", "blas")),
            ("liblapack", ("openblas*", "atlas", "lapack")),
        )
    ),
    Link("usr/lib/{multiarch}/libopenblas.so.0", ("usr/lib/{multiarch}/openblas*/libopenblas.so.0",)),
    Link("usr/lib/{multiarch}/libblis.so.4", ("usr/lib/{multiarch}/blis*/libblis.so.4",)),
    Link("usr/bin/awk", ("usr/bin/mawk", "usr/bin/gawk")),
    Link("usr/bin/java", ("usr/lib/jvm/java-*-openjdk-*/bin/java", "usr/lib/jvm/java-*-openjdk-*/jre/bin/java")),
    Link("usr/bin/which", ("usr/bin/which.debianutils",)),
    Link("usr/bin/nc", ("usr/bin/nc.openbsd", "usr/bin/nc.traditional")),
)
MULTIARCH: Final = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}

# ---------------------------------------------------------------- what is left out

#: Below these nothing is kept: no hook reads them, and they are half of a package's files.
_UNREAD_FOLDERS: Final = (
    "usr/share/applications/",
    "usr/share/bash-completion/",
    "usr/share/bug/",
    "usr/share/debianutils/",
    "usr/share/doc-base/",
    "usr/share/gcc/python/",
    "usr/share/gdb/",
    "usr/share/info/",
    "usr/share/lintian/",
    "usr/share/locale/",
    "usr/share/man/",
    "usr/share/menu/",
    "usr/share/pixmaps/",
    "usr/share/zoneinfo/right/",
    "var/cache/",
)
#: glibc's converters of charsets that glibc's own packagers keep in their core package, and Windows' and ISO's.
_CHARSETS: Final = r"gconv-modules|ANSI_X3|CP125|ISO8859|UNICODE|UTF"
#: Files that no hook needs. Of documentation stays what licences ask for: `copyright`, and links to the folder of it.
LEFT_OUT: Final = re.compile(
    "|".join(
        (
            *map(re.escape, _UNREAD_FOLDERS),
            rf"usr/lib/[^/]+/gconv/(?!{_CHARSETS})",
            r"usr/lib/python3\.\d+/lib-dynload/(_ctypes_test|_test|_xxtest|xxlimited)",
            r"usr/share/doc/[^/]+/(?!copyright$)",
        )
    )
)

#: Packages that Python's standard library needs for one old module alone -> that module; "" where another row names
#: it. They are left out where nothing else needs them: with what they bring along, they are an eighth of the base.
SPARED: Final = {
    "libdb5.3": "_dbm",
    "libdb5.3t64": "_dbm",
    "libnsl2": "nis",
    "libtirpc3": "",
    "libtirpc3t64": "",
}
