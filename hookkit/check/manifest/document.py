"""A document's data becomes what rules look at: its templates, the steps and tasks that call them, their containers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from hookkit.check.finding import DataPath
from hookkit.check.manifest.graph import Waiting, dependencies_of, is_readable
from hookkit.check.manifest.plain import listed, mapping, mappings, named, text

API_VERSION: Final = "argoproj.io/v1alpha1"
#: The kinds that hold a workflow, each with the way to its specification.
KINDS: Final[Mapping[str, DataPath]] = {
    "Workflow": ("spec",),
    "WorkflowTemplate": ("spec",),
    "ClusterWorkflowTemplate": ("spec",),
    "CronWorkflow": ("spec", "workflowSpec"),
}
#: Kinds that run as they are; templates of the others may be called from elsewhere.
RUNNING_KINDS: Final = ("Workflow", "CronWorkflow")
#: What a template may be, by its field: run in a pod of its own ...
POD_TYPES: Final = ("container", "script", "containerSet", "resource", "data")
#: ... by Argo itself or its agent, or made of calls of others.
TEMPLATE_TYPES: Final = (*POD_TYPES, "steps", "dag", "suspend", "http", "plugin")
CALLING_TYPES: Final = ("steps", "dag")
VALUE_KINDS: Final = ("parameters", "artifacts")
#: What a step or task may call, by its field.
CALL_TARGETS: Final = ("template", "templateRef", "inline")


@dataclass(frozen=True)
class Template:
    """A template of the workflow, or one written inline in the call that uses it."""

    path: DataPath
    data: Mapping[str, Any]
    caller: "Call | None" = None

    @property
    def name(self) -> str:
        return text(self.data.get("name"))

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The fields that say what it is; exactly one where it is right."""
        return tuple(key for key, value in self.data.items() if key in TEMPLATE_TYPES and value is not None)

    @property
    def type(self) -> str:
        return self.types[0] if self.types else ""

    @property
    def is_leaf(self) -> bool:
        """Whether it does something itself: it calls no others."""
        return bool(self.types) and self.type not in CALLING_TYPES

    @property
    def inputs(self) -> Mapping[str, Any]:
        return mapping(self.data.get("inputs"))

    @property
    def outputs(self) -> Mapping[str, Any]:
        return mapping(self.data.get("outputs"))

    @cached_property
    def declared(self) -> Mapping[tuple[str, str], Mapping[str, Mapping[str, Any]]]:
        """What it has by name: of inputs and outputs, parameters and artifacts."""
        sides = (("inputs", self.inputs), ("outputs", self.outputs))
        return {(side, kind): named(holder, kind) for side, holder in sides for kind in VALUE_KINDS}


@dataclass(frozen=True)
class Call:
    """A step or a task: the call of a template. `group` is the index of a step's group, 0 for a task."""

    path: DataPath
    data: Mapping[str, Any]
    owner: Template
    group: int

    @property
    def name(self) -> str:
        return text(self.data.get("name"))

    @property
    def root(self) -> str:
        """The word that references to its siblings start with."""
        return "tasks" if self.owner.type == "dag" else "steps"

    @property
    def arguments(self) -> Mapping[str, Any]:
        return mapping(self.data.get("arguments"))

    @property
    def fans_out(self) -> bool:
        return any(self.data.get(key) is not None for key in ("withItems", "withParam", "withSequence"))


@dataclass(frozen=True)
class Container:
    """A container of a template; `role` is the field that it stands in."""

    path: DataPath
    data: Mapping[str, Any]
    template: Template
    role: str

    @property
    def is_main(self) -> bool:
        return self.role in {"container", "script", "containers"}


@dataclass(frozen=True)
class Manifest:
    """A document of one of the KINDS."""

    data: Mapping[str, Any]

    @cached_property
    def kind(self) -> str:
        return text(self.data.get("kind"))

    @property
    def runs(self) -> bool:
        return self.kind in RUNNING_KINDS

    @property
    def metadata(self) -> Mapping[str, Any]:
        return mapping(self.data.get("metadata"))

    @cached_property
    def spec_path(self) -> DataPath:
        return KINDS[self.kind]

    @cached_property
    def spec(self) -> Mapping[str, Any]:
        """The workflow's specification."""
        return mapping(self._specification)

    @property
    def has_spec(self) -> bool:
        return isinstance(self._specification, dict)

    @cached_property
    def _specification(self) -> object:
        here: object = self.data
        for key in self.spec_path:
            here = mapping(here).get(str(key))
        return here

    @property
    def arguments(self) -> Mapping[str, Any]:
        return mapping(self.spec.get("arguments"))

    @cached_property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The workflow's own parameters by name."""
        return named(self.arguments, "parameters")

    @cached_property
    def global_names(self) -> frozenset[tuple[str, str]]:
        """The outputs that a template makes the workflow's: their kind and global name."""
        return frozenset(
            (kind, text(one.get("globalName")))
            for template in self.templates
            for kind in VALUE_KINDS
            for one in template.declared["outputs", kind].values()
            if one.get("globalName")
        )

    @property
    def borrows(self) -> bool:
        """Whether it runs a WorkflowTemplate, whose arguments and templates are not here."""
        return self.spec.get("workflowTemplateRef") is not None

    @property
    def entrypoint(self) -> str:
        return text(self.spec.get("entrypoint"))

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """All templates, those written inline behind the template that holds them."""
        own = (Template(path, data) for path, data in mappings(self.spec, "templates", self.spec_path))
        return tuple(one for template in own for one in _with_inline(template))

    @cached_property
    def template(self) -> Mapping[str, Template]:
        """The templates that have a name to be called by; of two with one name, the first."""
        by_name: dict[str, Template] = {}
        for one in self.templates:
            if one.caller is None and one.name:
                by_name.setdefault(one.name, one)
        return by_name

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        return tuple(call for template in self.templates for call in calls_of(template))

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        return tuple(one for template in self.templates for one in _containers(template))

    def siblings(self, template: Template) -> Mapping[str, Call]:
        """The steps or tasks of a template by their names."""
        return self._siblings.get(template.path, {})

    @cached_property
    def _siblings(self) -> Mapping[DataPath, dict[str, Call]]:
        by_owner: dict[DataPath, dict[str, Call]] = {}
        for call in self.calls:
            by_owner.setdefault(call.owner.path, {})[call.name] = call
        return by_owner

    def waiting(self, template: Template) -> Waiting | None:
        """Which tasks each task of a DAG waits for; None where one of them can't be read."""
        if template.path not in self._waiting:
            self._waiting[template.path] = self._read_waiting(template)
        return self._waiting[template.path]

    @cached_property
    def _waiting(self) -> dict[DataPath, Waiting | None]:
        return {}

    def _read_waiting(self, template: Template) -> Waiting | None:
        tasks = self.siblings(template)
        if not all(is_readable(one.data) for one in tasks.values()):
            return None
        return {name: tuple(one.task for one in dependencies_of(call.data)) for name, call in tasks.items()}

    def called(self, call: Call) -> Template | None:
        """The template that a call runs; None where it is elsewhere, nowhere, or not clear."""
        inline = call.data.get("inline")
        if sum(call.data.get(key) is not None for key in CALL_TARGETS) > 1:
            return None
        if isinstance(inline, dict):
            return Template((*call.path, "inline"), inline, call)
        return self.template.get(text(call.data.get("template")))

    @cached_property
    def exit_handlers(self) -> frozenset[str]:
        """Names of the templates that are run when something ends or changes: by `onExit` and `hooks`."""
        holders = (self.spec, *(call.data for call in self.calls))
        names = [text(one.get("onExit")) for one in holders]
        names += [text(mapping(hook).get("template")) for one in holders for hook in mapping(one.get("hooks")).values()]
        return self._reached_from(names)

    @cached_property
    def from_entrypoint(self) -> frozenset[str]:
        return self._reached_from([self.entrypoint])

    def knows_its_workflow(self, template: Template) -> bool:
        """Whether the template runs in this workflow alone, so that its arguments and volumes are known."""
        if self.borrows:
            return False
        while template.caller is not None:
            template = template.caller.owner
        return self.runs or template.name in self.from_entrypoint or template.name in self.exit_handlers

    def _reached_from(self, names: list[str]) -> frozenset[str]:
        """The templates that are run when these are."""
        reached: set[str] = set()
        waiting = [name for name in names if name in self.template]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += self._calls_by_name.get(name, ())
        return frozenset(reached)

    @cached_property
    def _calls_by_name(self) -> Mapping[str, list[str]]:
        """The names of the templates that each template calls, by whatever depth of inline ones."""
        names: dict[str, list[str]] = {}
        for call in self.calls:
            owner = call.owner
            while owner.caller is not None:
                owner = owner.caller.owner
            if text(call.data.get("template")) in self.template:
                names.setdefault(owner.name, []).append(text(call.data.get("template")))
        return names


def calls_of(template: Template) -> Iterator[Call]:
    """The steps or tasks of a template, in their order."""
    if template.type == "dag":
        dag = mapping(template.data.get("dag"))
        for path, data in mappings(dag, "tasks", (*template.path, "dag")):
            yield Call(path, data, template, 0)
    elif template.type == "steps":
        for group, steps in enumerate(listed(template.data.get("steps"))):
            for index, data in enumerate(listed(steps)):
                if isinstance(data, dict):
                    yield Call((*template.path, "steps", group, index), data, template, group)


def _with_inline(template: Template) -> Iterator[Template]:
    yield template
    for call in calls_of(template):
        inline = call.data.get("inline")
        if isinstance(inline, dict):
            yield from _with_inline(Template((*call.path, "inline"), inline, call))


def _containers(template: Template) -> Iterator[Container]:
    for role in ("container", "script"):
        if isinstance(template.data.get(role), dict):
            yield Container((*template.path, role), template.data[role], template, role)
    container_set = mapping(template.data.get("containerSet"))
    for path, data in mappings(container_set, "containers", (*template.path, "containerSet")):
        yield Container(path, data, template, "containers")
    for role in ("initContainers", "sidecars"):
        for path, data in mappings(template.data, role, template.path):
            yield Container(path, data, template, role)
