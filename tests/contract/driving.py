"""Requests become reports: runs hooks of a project one after the other, as the author's `hookkit run` would.

A program of its own, since the author may be another user, on a machine that lacks something. A line of JSON a request
(`{"module": …, "arguments": […], "way": …}`), a line of JSON an answer.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from hookkit.authoring import spec_of
from hookkit.local import LocalRun, Runner
from hookkit.local.container import ContainerRunner
from hookkit.local.process import ProcessRunner
from hookkit.local.unpacked import UnpackedRunner
from hookkit.project import Project, describe, find_project
from hookkit.reference import ImageReference
from hookkit.runtime.call import read_call
from hookkit.spec import HookSpec


def _unpacked(project: Project) -> Runner:
    return UnpackedRunner(project.dist / "image", ImageReference("dispatch"))


def _container(project: Project) -> Runner:
    return ContainerRunner(ImageReference.parse((project.dist / "reference").read_text()), grace_seconds=1)


#: The runners that a request may ask for.
RUNNERS: Final[dict[str, Callable[[Project], Runner]]] = {
    "process": lambda _project: ProcessRunner(),
    "unpacked": _unpacked,
    "docker": _container,
}


def _answer(project: Project, request: dict[str, Any]) -> dict[str, Any]:
    spec = _spec(project, request["module"], described=request["described"])
    given = {"--output": request["output"], "--scene": json.dumps(request["scene"]), "--input": request["input"]}
    if request["runner"] != "process":
        spec, given["--module"] = _dispatching(spec), request["module"]
    known = {"--scene": spec.options, "--input": spec.inputs}
    arguments = [f"{flag}={value}" for flag, value in given.items() if known.get(flag, True)]
    run = LocalRun(project, spec, read_call(spec, arguments, {}))
    return RUNNERS[request["runner"]](project).run(run, lambda _line: None).to_json()


def _dispatching(spec: HookSpec) -> HookSpec:
    """The hook of the image that calls the one meant, with its limits."""
    dispatch = spec_of(import_module("dispatch").dispatch)
    assert dispatch
    return dispatch.replace(resources=spec.resources, timeout_seconds=spec.timeout_seconds)


def _spec(project: Project, module: str, *, described: bool) -> HookSpec:
    """What a hook declares; those without libraries are imported here, which is quicker than to ask a process."""
    if described:
        return describe(project, f"{module}:job")
    spec = spec_of(import_module(module).job)
    assert spec
    return spec


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _main(root: str) -> None:
    project = find_project(Path(root))
    sys.path.insert(0, str(project.code_root))
    # A descriptor that a careless runner would hand on: nothing that is open here may reach a hook.
    os.set_inheritable(os.open(Path(root).parent.parent / "outside", os.O_RDONLY), True)
    _say({"ready": True})
    for line in sys.stdin:
        answer: dict[str, Any]
        try:
            answer = {"report": _answer(project, json.loads(line))}
        except BaseException:  # noqa: BLE001 - whatever it is, the test is told
            answer = {"error": traceback.format_exc()}
        _say(answer)


if __name__ == "__main__":
    _main(*sys.argv[1:])
