"""LI: how long names may be, and how large values."""

import json
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.manifest import limits
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.kubernetes import MAX_NAME


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _names(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for name in spec.parameters:
            if len(name) > MAX_NAME:
                what = f"has a name of {len(name)} characters; files and keys of Secrets take {MAX_NAME}"
                yield Flaw(hook.place(name), what, "name it shorter")
        for result in spec.results:
            if len(result.name) > MAX_NAME:
                what = f"returns a name of {len(result.name)} characters; a file takes {MAX_NAME}"
                yield Flaw(hook.place("return"), what, "name it shorter")


def _defaults(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in spec.options:
            size = 0 if option.required else _bytes(option.default_text)
            if size > limits.PARAMETER_ADVISED_BYTES:
                what = f"has a default of {size:,} bytes, which the pod's specification holds several times"
                yield Flaw(hook.place(option.name), what, "lay it beside the code as a file, and let None mean it")


def _annotations(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        size = _bytes(spec.description) + _bytes(spec.title)
        if size > limits.ANNOTATIONS_BYTES:
            what = f"title and docstring have {size:,} bytes; Kubernetes takes {limits.ANNOTATIONS_BYTES:,}"
            yield Flaw(hook.place(), what, "write less, and link to `documentation`")


def _all(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        size = _bytes(json.dumps(spec.to_json(), ensure_ascii=False))
        if size > limits.OBJECT_BYTES:
            what = f"what the hook declares has {size:,} bytes; a workflow takes {limits.OBJECT_BYTES:,}"
            yield Flaw(hook.place(), what, "hand over what is large in files")


FAMILY: Final[Family] = (
    (
        Rule("LI101", f"a name has at most {MAX_NAME} characters", "It names files, and keys of Kubernetes' Secrets."),
        _names,
    ),
    (
        Rule(
            "LI102",
            f"a default has at most {limits.PARAMETER_ADVISED_BYTES // limits.KIB} KiB",
            "The pod's specification holds it several times; what can't travel at all is refused by SG101.",
            Severity.WARNING,
        ),
        _defaults,
    ),
    (
        Rule(
            "LI103",
            f"title and docstring have at most {limits.ANNOTATIONS_BYTES // limits.KIB} KiB",
            "They become annotations, of which Kubernetes takes no more.",
        ),
        _annotations,
    ),
    (Rule("LI104", "what a hook declares has at most 1.5 MiB", "etcd refuses a larger workflow."), _all),
)
