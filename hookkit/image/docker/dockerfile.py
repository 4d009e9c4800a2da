"""An ImagePlan becomes a Dockerfile that a person can read and own; `eject` writes it into the project."""

import json
import os
from pathlib import Path
from typing import Final

from hookkit.contract import IMAGE_CODE, IMAGE_ROOT, IMAGE_RUNTIME
from hookkit.errors import BuildError, Problem, ProjectError
from hookkit.image.layer import CODE, DEPENDENCIES, RUNTIME
from hookkit.image.plan import ImagePlan
from hookkit.project import Project
from hookkit.whole import write_whole

DOCKERFILE: Final = "Dockerfile"

_OWNED: Final = """\
# The image of this hook, yours to change: `hookkit build` uses this file as it is, until you remove it.
# It is handed the folders runtime/, dependencies/ and code/ and nothing else; dependencies/ may be empty.
# hookkit adds the image's labels, with what the hook declares, so they always fit the code.

"""
#: What changes most comes last: all steps after a change are done again.
_PARTS: Final = (
    (
        RUNTIME,
        IMAGE_RUNTIME,
        "hookkit's own runtime reads the command line and calls the hook; it needs the standard library alone.",
    ),
    (DEPENDENCIES, IMAGE_ROOT, "What the project depends on, downloaded beforehand: the build needs no network."),
    (CODE, IMAGE_CODE, "The author's code comes last, since it changes most."),
)


def render_dockerfile(plan: ImagePlan, *, base: str = "", owned: bool = False) -> str:
    """The Dockerfile of a plan.

    Args:
        plan: what the image is to be.
        base: the name that the engine has the base by; "" for its own.
        owned: for a file that stays in the project: parts that are empty are copied, too, for they may get something.

    """
    empty = set() if owned else _empty_parts(plan)
    blocks = [
        _from(base or str(plan.base)),
        _virtual_environment(plan),
        _environment(plan),
        _process(plan),
        *(f"# {comment}\nCOPY {part}/ {target}/\n" for part, target, comment in _PARTS if part not in empty),
    ]
    return (_OWNED if owned else "") + "\n".join(blocks)


def _empty_parts(plan: ImagePlan) -> set[str]:
    contents = {DEPENDENCIES: plan.dependencies.requirements, CODE: plan.code}
    return {part for part, content in contents.items() if not content}


def render_labels(plan: ImagePlan) -> str:
    """The one instruction that is added to every Dockerfile, the project's own as well."""
    # One instruction, not the engine API's labels: those are a step with a container each.
    pairs = (f"{_quoted(name)}={_quoted(value)}" for name, value in plan.labels.items())
    return "\nLABEL " + " \\\n      ".join(pairs) + "\n"


def _from(base: str) -> str:
    return f"FROM {base}\n\n# Some bases end as another user, who may not write to {IMAGE_ROOT}.\nUSER 0:0\n"


def _virtual_environment(plan: ImagePlan) -> str:
    check = _exec(["python3", "-c", _python_check(plan)])
    make = _exec(["python3", "-m", "venv", "--without-pip", IMAGE_ROOT])
    return (
        f"# Dependencies are chosen for Python {plan.python}: another one could not import them.\nRUN {check}\n\n"
        f"# A virtual environment leaves the base's own packages alone.\nRUN {make}\n"
    )


def _python_check(plan: ImagePlan) -> str:
    expected = tuple(int(part) for part in plan.python.split("."))
    words = (
        f"'the base image {plan.base} has Python %d.%d, the hook is for {plan.python}: "
        f"choose another base image, or another Python with [tool.hookkit] python'"
    )
    return f"import sys; v = sys.version_info[:2]; v == {expected} or sys.exit({words} % v)"


def _environment(plan: ImagePlan) -> str:
    pairs = (f'{name}="{value}"' for name, value in plan.environment.items())
    return "# Logs come at once; the file system is read-only where hooks run.\nENV " + " \\\n    ".join(pairs) + "\n"


def _process(plan: ImagePlan) -> str:
    return (
        f"# Not root; and no shell in between, so that the hook gets the platform's signals.\n"
        f"USER {plan.user}\nENTRYPOINT {_exec(plan.entrypoint)}\n"
    )


def _exec(command: list[str] | tuple[str, ...]) -> str:
    return json.dumps(command)


def _quoted(text: str) -> str:
    """Text in the double quotes of a Dockerfile, where $ would be a variable."""
    for special in ("\\", '"', "$"):
        text = text.replace(special, f"\\{special}")
    return f'"{text}"'


# ---------------------------------------------------------------- the project's own


def owned_dockerfile(project: Project) -> Path | None:
    """The project's own Dockerfile, where it has one."""
    file = project.root / DOCKERFILE
    return file if file.is_file() else None


def eject(project: Project, plan: ImagePlan, *, force: bool = False) -> Path:
    """Write the plan's Dockerfile into the project, to be owned there.

    Raises:
        ProjectError: there is one already (and not `force`).
        BuildError: it can't be written.

    """
    file = project.root / DOCKERFILE
    if os.path.lexists(file) and not force:
        raise ProjectError(Problem(str(file), "is there already", "keep it, or replace it with --force"))
    try:
        write_whole(file, render_dockerfile(plan, owned=True).encode())
    except OSError as error:
        remedy = "mend the permissions of its folder, or the disk"
        raise BuildError(Problem(str(file), f"can't be written: {error.strerror}", remedy)) from None
    return file
