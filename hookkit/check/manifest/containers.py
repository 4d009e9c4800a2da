"""CO: containers: image, command, environment, ports."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Container, Manifest
from hookkit.check.manifest.plain import did_you_mean, is_number, is_tagged, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.errors import shown
from hookkit.kubernetes import is_name, is_namespace
from hookkit.reference import ImageReference

_PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
_PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
#: Kubernetes took these alone until 1.30, and letters, digits, `_`, `-` and `.` is what shells and programs read.
_VARIABLE: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_SOURCES: Final = ("secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef")
_LAST_PORT: Final = 65535

Variable = tuple[DataPath, Mapping[str, Any]]


def _variables(manifest: Manifest) -> Iterator[Variable]:
    for container in manifest.containers:
        yield from mappings(container.data, "env", container.path)


def _image_missing(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        if container.data.get("image") in (None, "") and not _has_default_image(manifest, container):
            yield Flaw((*container.path, "image"), "the container has no image", "name its `image`")


def _has_default_image(manifest: Manifest, container: Container) -> bool:
    defaults = mapping(manifest.spec.get("templateDefaults"))
    return bool(mapping(defaults.get(container.role)).get("image"))


def _image_form(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        image = text(container.data.get("image"))
        if image and not is_tagged(image) and _parsed(image) is None:
            what = f"{image!r} is not an image's name"
            yield Flaw(
                (*container.path, "image"), what, "write [REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST] in lower case"
            )


def _parsed(image: str) -> ImageReference | None:
    try:
        return ImageReference.parse(image)
    except ValueError:
        return None


def _image_pinned(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        image = text(container.data.get("image"))
        reference = _parsed(image)
        if reference and not reference.digest and reference.tag in {"", "latest"}:
            what = f"{image} is another image tomorrow"
            yield Flaw((*container.path, "image"), what, "pin it by its digest, `@sha256:…`, or at least by a version")


def _command(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        reference = _parsed(text(container.data.get("image")))
        if container.is_main and reference and reference.registry and not container.data.get("command"):
            if container.role == "script":
                continue
            what = "without a command, the controller asks the registry for the image's own"
            yield Flaw(container.path, what, "give a `command`: a private registry won't answer")


def _script_command(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        if container.role == "script" and not container.data.get("command"):
            what = "nothing says what runs the script"
            yield Flaw((*container.path, "command"), what, "give a `command`, such as [python] or [sh]")


def _script_source(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        if container.role == "script" and not container.data.get("source"):
            yield Flaw((*container.path, "source"), "the script is empty", "write its `source`")


def _command_text(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        command = container.data.get("command")
        if isinstance(command, list) and len(command) == 1 and re.search(r"\S\s+\S", text(command[0])):
            what = f"{shown(command[0])} is taken for the name of one program"
            yield Flaw((*container.path, "command", 0), what, "write a list, an item a word")


def _pull_policy(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        policy = container.data.get("imagePullPolicy")
        if policy not in (None, "") and not is_tagged(policy) and policy not in _PULL_POLICIES:
            hint = did_you_mean(policy, _PULL_POLICIES) if isinstance(policy, str) else ""
            what = f"{shown(policy)} is no policy of pulling images{hint}"
            yield Flaw((*container.path, "imagePullPolicy"), what, f"write one of {', '.join(_PULL_POLICIES)}")


def _container_names(manifest: Manifest) -> Flaws:
    seen: dict[DataPath, set[str]] = {}
    for container in manifest.containers:
        if container.role in {"container", "script"}:
            continue
        names = seen.setdefault(container.template.path, set())
        name = text(container.data.get("name"))
        if container.data.get("name") in (None, ""):
            yield Flaw((*container.path, "name"), "the container has no name", "name it")
        elif name in names:
            yield Flaw((*container.path, "name"), f"there is another container {name!r}", "name each differently")
        names.add(name)


def _reserved_names(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        name = text(container.data.get("name"))
        reserved = {"wait", "init"} | ({"main"} if container.role in {"sidecars", "initContainers"} else set())
        if name in reserved:
            yield Flaw((*container.path, "name"), f"Argo's own container is called {name!r}", "name it differently")
        elif name and not is_tagged(name) and not is_namespace(name):
            what = f"{name!r} can't name a container"
            yield Flaw((*container.path, "name"), what, "write at most 63 lower-case letters, digits and `-`")


def _variable_name(manifest: Manifest) -> Flaws:
    for path, data in _variables(manifest):
        name = text(data.get("name"))
        if not is_tagged(name) and not _VARIABLE.fullmatch(name):
            what = f"{name!r} can't name a variable" if name else "the variable has no name"
            yield Flaw((*path, "name"), what, "write letters, digits and `_`, no digit first")


def _variable_twice(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        seen: set[str] = set()
        for path, data in mappings(container.data, "env", container.path):
            name = text(data.get("name"))
            if name and name in seen:
                yield Flaw((*path, "name"), f"the variable {name!r} stands twice", "keep one: the last would count")
            seen.add(name)


def _variable_sources(manifest: Manifest) -> Flaws:
    for path, data in _variables(manifest):
        value_from = data.get("valueFrom")
        if value_from is not None and data.get("value"):
            yield Flaw((*path, "valueFrom"), "there are a `value` and a `valueFrom`", "keep one of them")
        elif isinstance(value_from, dict):
            given = [one for one in _SOURCES if value_from.get(one) is not None]
            if len(given) != 1:
                what = f"`valueFrom` has {' and '.join(given) or 'no source'}"
                yield Flaw((*path, "valueFrom"), what, f"give one of {', '.join(_SOURCES)}")


def _variable_value(manifest: Manifest) -> Flaws:
    for path, data in _variables(manifest):
        if data.get("value") is not None and not isinstance(data["value"], str):
            what = f"the value of the variable is {shown(data['value'])}, not a text"
            yield Flaw((*path, "value"), what, "put it into quotes")


def _key_references(manifest: Manifest) -> Flaws:
    for path, data in _variables(manifest):
        for kind in ("secretKeyRef", "configMapKeyRef"):
            reference = mapping(data.get("valueFrom")).get(kind)
            if isinstance(reference, dict):
                name, key = text(reference.get("name")), text(reference.get("key"))
                where = (*path, "valueFrom", kind)
                if not name or not key:
                    yield Flaw(
                        (*where, "key" if name else "name"), "the reference is not whole", "give `name` and `key`"
                    )
                elif not is_tagged(name) and not is_name(name):
                    yield Flaw(
                        (*where, "name"), f"{name!r} can't name a Secret or ConfigMap", "write it as it is called"
                    )


def _ports(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for path, data in mappings(container.data, "ports", container.path):
            port = data.get("containerPort")
            if port is not None and not is_tagged(port) and not (is_number(port) and 0 < port <= _LAST_PORT):
                yield Flaw((*path, "containerPort"), f"{shown(port)} is no port", "write a number from 1 to 65535")
            protocol = data.get("protocol")
            if protocol is not None and protocol not in _PROTOCOLS:
                yield Flaw(
                    (*path, "protocol"), f"{shown(protocol)} is no protocol", f"write one of {', '.join(_PROTOCOLS)}"
                )


FAMILY: Final[Family] = (
    (Rule("CO101", "a container has an image", "Argo refuses it."), _image_missing),
    (Rule("CO102", "an image's name has the form of one", "The pod stays in InvalidImageName."), _image_form),
    (
        Rule(
            "CO103",
            "an image is pinned",
            "Without a tag, or with `latest`, each run may take another one, and no run can be repeated.",
            Severity.WARNING,
        ),
        _image_pinned,
    ),
    (
        Rule(
            "CO104",
            "a container of a registry of your own has a command",
            "Otherwise the controller asks the registry, which fails for a private one, and is cached by name.",
            Severity.WARNING,
        ),
        _command,
    ),
    (Rule("CO105", "`imagePullPolicy` is one of Kubernetes'", "The pod is refused."), _pull_policy),
    (Rule("CO106", "a script has a command that runs it", "Argo refuses it."), _script_command),
    (Rule("CO107", "a script has a source", "There is nothing to run."), _script_source),
    (
        Rule("CO108", "a command is a list of words", "There is no program of that name: the container can't start."),
        _command_text,
    ),
    (Rule("CO201", "containers beside the main one have names of their own", "The pod is refused."), _container_names),
    (Rule("CO202", "containers are named as Kubernetes takes it", "The pod is refused."), _reserved_names),
    (Rule("CO301", "a variable has a name", "The pod is refused."), _variable_name),
    (Rule("CO302", "a variable stands once", "The last one counts, the others mislead."), _variable_twice),
    (Rule("CO303", "a variable has one source", "The pod is refused."), _variable_sources),
    (
        Rule("CO304", "a variable's value is a text in quotes", "Kubernetes refuses numbers and booleans."),
        _variable_value,
    ),
    (Rule("CO305", "a reference to a Secret or ConfigMap has name and key", "The pod is refused."), _key_references),
    (Rule("CO401", "a port is a number from 1 to 65535, its protocol Kubernetes'", "The pod is refused."), _ports),
)
