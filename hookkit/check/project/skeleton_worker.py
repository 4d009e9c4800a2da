"""In a process of its own: a skeleton that arrives on stdin becomes what its hooks declare, as JSON on stdout.

The runtime alone is on the path. Whatever the skeleton would do to the world is refused: it is there to be read.
"""

import json
import marshal
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_REFUSED = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename"),
    *("os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.chown", "os.link", "os.symlink", "os.kill", "shutil."),
    *("ctypes.", "pty.", "webbrowser.", "urllib.", "ftplib.", "http.", "smtplib."),
)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not for a signature")
    if event == "open" and len(arguments) > 2:  # noqa: PLR2004 - path, mode, flags
        flags = arguments[2]
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError("writing is not for a signature")


class _Skeletons(MetaPathFinder, Loader):
    """Finds the project's modules among the skeletons, and nowhere else."""

    def __init__(self, parts: list[Any]) -> None:
        self.parts = {name: rest for name, *rest in parts}
        self.hooks: dict[str, Any] = {}
        self.target = ""

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        is_parent = any(one.startswith(f"{name}.") for one in self.parts)
        if name not in self.parts and not is_parent:
            return None
        is_package = is_parent or self.parts[name][2]
        return ModuleSpec(name, self, is_package=is_package)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002 - Python's own does it
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if name not in self.parts:
            return
        _, file, _, statements = self.parts[name]
        module.__file__ = file
        for code, hook in statements:
            if hook and name == self.target:
                self.hooks[hook] = self._declared(code, module, hook)
            else:
                exec(code, vars(module))  # noqa: S102 - this is what it is for

    def _declared(self, code: Any, module: ModuleType, name: str) -> dict[str, Any]:
        from hookkit.authoring import spec_of
        from hookkit.errors import SignatureError

        try:
            exec(code, vars(module))  # noqa: S102 - this is what it is for
        except SignatureError as error:
            return {"problems": [[one.where, one.what, one.remedy] for one in error.problems]}
        spec = spec_of(getattr(module, name))
        return {"spec": spec.to_json()} if spec else {"error": _told(TypeError("it is no hook any more"), "")}


def _told(error: BaseException, file: str) -> dict[str, Any]:
    """An error, with the last line of a file that it passed."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == file else line
        trace = trace.tb_next
    return {"type": type(error).__name__, "message": str(error), "name": getattr(error, "name", None), "line": line}


def main() -> None:
    """Answer once."""
    sys.path[:0] = sys.argv[1:2]
    target, parts = marshal.loads(sys.stdin.buffer.read())  # noqa: S302 - of our own parent
    finder = _Skeletons(parts)
    finder.target = target
    import hookkit.authoring  # noqa: F401 - read before anything is refused

    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.meta_path.insert(0, finder)
    sys.addaudithook(_refuse)
    error = None
    try:
        __import__(target)
    except BaseException as fault:  # noqa: BLE001 - whatever the author's code raises is told
        error = _told(fault, finder.parts[target][1])
    answer.write(json.dumps({"hooks": finder.hooks, "error": error}))
    answer.flush()


if __name__ == "__main__":
    main()
