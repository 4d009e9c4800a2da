"""Where a call's outputs go is held against its inputs and the project: the platform keeps them apart."""

from pathlib import Path

from hookkit.errors import CallError, Problem
from hookkit.project import Project
from hookkit.runtime.call import Call
from hookkit.runtime.command_line import folder_flag
from hookkit.spec import HookSpec


def refuse_overlaps(project: Project, spec: HookSpec, call: Call) -> None:
    """Refuse outputs that would change an input or the code.

    Raises:
        CallError: every output that would.

    """
    problems = [
        Problem(folder_flag(spec, part), words, "give another folder")
        for part in spec.outputs
        if (words := _overlap(project, call, call.outputs[part.name].resolve()))
    ]
    if problems:
        raise CallError(*problems)


def _overlap(project: Project, call: Call, output: Path) -> str:
    """What an output would change; "" where it's a place of its own."""
    inputs = {place.resolve() for place in call.inputs.values() if place is not None}
    if output in inputs:
        return f"{str(output)!r} is an input, which is never changed"
    if output == project.root.resolve():
        return f"{str(output)!r} is the project"
    if project.code_root != project.root and output.is_relative_to(project.code_root.resolve()):
        return f"{str(output)!r} lies in the code"
    return ""
