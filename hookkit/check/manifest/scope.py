"""A name in a tag and the place of the tag become what is wrong with it there, or nothing: the scopes of Argo."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.manifest.document import POD_TYPES, Call, Manifest, Template
from hookkit.check.manifest.graph import ancestors
from hookkit.check.manifest.plain import did_you_mean, is_tagged, listed, mapping, mappings
from hookkit.check.manifest.vocabulary import (
    CALL_FIELDS,
    CRON_FIELDS,
    LAST_RETRY_FIELDS,
    OUTPUT_FIELDS,
    SINGLE_FIELDS,
    WORKFLOW_FIELDS,
)

_WHEN_RUN: Final = "Argo can't resolve the tag: it refuses the workflow, or fails when it runs."

INPUT: Final = Rule("RE101", "`inputs` holds what the template declares", _WHEN_RUN)
NO_CALL: Final = Rule("RE102", "a step or task that is referred to exists", _WHEN_RUN)
NOT_BEFORE: Final = Rule(
    "RE103",
    "a reference goes to what is done before: earlier steps, tasks that this one waits for",
    "Argo's lint lets some of them pass; there is no value yet when the step or task starts.",
)
NO_OUTPUT: Final = Rule("RE104", "a step or task has the output that is referred to", _WHEN_RUN)
CALL_FIELD: Final = Rule("RE105", "of a step or task, only its fields are referred to", _WHEN_RUN)
NO_RESULT: Final = Rule(
    "RE106",
    "`outputs.result` and `exitCode` are those of a container or script",
    "Steps, DAGs, resources and suspensions have none.",
)
WRONG_WORD: Final = Rule(
    "RE107",
    "steps are referred to by `steps`, tasks by `tasks`",
    "In a DAG there are no steps, and the other way round.",
)
WORKFLOW_PARAMETER: Final = Rule(
    "RE108",
    "`workflow.parameters` are those of `spec.arguments`",
    "It passes Argo's lint of templates, and fails when run.",
)
WORKFLOW_FIELD: Final = Rule("RE109", "of `workflow`, only its fields are referred to", _WHEN_RUN)
WORKFLOW_OUTPUT: Final = Rule("RE110", "`workflow.outputs` are those that a template gives a `globalName`", _WHEN_RUN)
WORKFLOW_LABEL: Final = Rule(
    "RE111", "`workflow.labels` and `workflow.annotations` are those of the workflow", _WHEN_RUN
)
ITEM: Final = Rule("RE112", "`item` stands in a step or task with a loop", "It is not replaced elsewhere.")
ITEM_FIELD: Final = Rule("RE113", "a field of `item` is one that the items have", _WHEN_RUN)
RETRIES: Final = Rule(
    "RE114", "`retries` and `lastRetry` stand in a template with a `retryStrategy`", "They are not replaced elsewhere."
)
OWN_OUTPUT: Final = Rule("RE115", "`outputs` holds what the template declares", _WHEN_RUN)
FAILURES: Final = Rule("RE116", "`workflow.failures` stands in an exit handler", "It is not known before the end.")
NODE_FIELD: Final = Rule("RE117", "`pod` and `node` have a name; `lastRetry`, `cronworkflow` a few fields", _WHEN_RUN)
NO_POD: Final = Rule("RE118", "`pod.name` stands in a template with a pod", "Steps and DAGs have none.", Severity.ERROR)
OUTSIDE: Final = Rule("RE119", "`inputs`, `steps` and `tasks` stand in templates", "Outside there are none.")
UNDECLARED: Final = Rule(
    "RE120",
    "a template declares the `workflow.parameters` that it refers to",
    "Whoever submits it can give others, too, but nobody tells them to; without, it fails when it runs.",
    Severity.WARNING,
)

RULES: Final = (
    *(INPUT, NO_CALL, NOT_BEFORE, NO_OUTPUT, CALL_FIELD, NO_RESULT, WRONG_WORD, WORKFLOW_PARAMETER, WORKFLOW_FIELD),
    *(
        WORKFLOW_OUTPUT,
        WORKFLOW_LABEL,
        ITEM,
        ITEM_FIELD,
        RETRIES,
        OWN_OUTPUT,
        FAILURES,
        NODE_FIELD,
        NO_POD,
        OUTSIDE,
        UNDECLARED,
    ),
)

Parts = tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """Why a reference leads nowhere."""

    rule: Rule
    what: str
    remedy: str


@dataclass(frozen=True)
class Scope:
    """A place in a manifest: what can be referred to there.

    Attributes:
        template: the template that the place is in; None outside of all.
        call: the step or task that the place is in; None in what the template itself says.
        sees_itself: whether the call's own results are there: in its hooks.

    """

    manifest: Manifest
    template: Template | None = None
    call: Call | None = None
    sees_itself: bool = False

    def resolve(self, parts: Parts) -> Miss | None:
        """What is wrong with a reference; in a template that is written inline, the caller's scope counts, too."""
        miss = self._resolve_here(parts)
        if miss and self.template is not None and self.template.caller is not None:
            outer = Scope(self.manifest, self.template.caller.owner, self.template.caller)
            return miss if outer.resolve(parts) else None
        return miss

    def _resolve_here(self, parts: Parts) -> Miss | None:
        root, rest = parts[0], parts[1:]
        by_root: Mapping[str, Callable[[str, Parts], Miss | None]] = {
            "inputs": self._inputs,
            "outputs": self._outputs,
            "workflow": self._workflow,
            "steps": self._calls,
            "tasks": self._calls,
            "item": self._item,
            "retries": self._retries,
            "lastRetry": self._retries,
            **dict.fromkeys(("pod", "node", "cronworkflow"), self._node),
        }
        return by_root[root](root, rest) if root in by_root else None

    # ------------------------------------------------------------ the template

    def _inputs(self, _: str, rest: Parts) -> Miss | None:
        if self.template is None:
            return Miss(OUTSIDE, "there are no inputs outside of templates", "refer to `workflow.parameters.NAME`")
        if len(rest) < 2:  # noqa: PLR2004 - all parameters together
            return None if rest[:1] in {(), ("parameters",)} else self._no_input(rest[0], rest[-1], ())
        kind, name = rest[:2]
        known = self.template.declared.get(("inputs", kind), {})
        return self._no_input(kind, name, known) if name not in known else None

    @staticmethod
    def _no_input(kind: str, name: str, known: Iterable[str]) -> Miss:
        if kind not in {"parameters", "artifacts"}:
            hint = did_you_mean(kind, ("parameters", "artifacts"))
            return Miss(
                INPUT, f"inputs have no {kind!r}{hint}", "write `inputs.parameters.NAME` or `inputs.artifacts.NAME`"
            )
        what = f"the template has no input {kind[:-1]} {name!r}{did_you_mean(name, known)}"
        return Miss(INPUT, what, f"declare it in `inputs.{kind}`")

    def _outputs(self, _: str, rest: Parts) -> Miss | None:
        if self.template is None or len(rest) < 2 or rest[0] not in {"parameters", "artifacts"}:  # noqa: PLR2004 - kind, name
            return None
        known = self.template.declared["outputs", rest[0]]
        if rest[1] in known:
            return None
        what = f"the template has no output {rest[0][:-1]} {rest[1]!r}{did_you_mean(rest[1], known)}"
        return Miss(OWN_OUTPUT, what, f"declare it in `outputs.{rest[0]}`")

    def _retries(self, root: str, rest: Parts) -> Miss | None:
        defaults = mapping(self.manifest.spec.get("templateDefaults"))
        holder = self.template.data if self.template else defaults
        if holder.get("retryStrategy") is None and defaults.get("retryStrategy") is None:
            return Miss(RETRIES, "the template has no `retryStrategy`", f"give it one, or take `{root}` out")
        if root == "lastRetry" and rest and rest[0] not in LAST_RETRY_FIELDS:
            what = f"the last retry has no {rest[0]!r}{did_you_mean(rest[0], LAST_RETRY_FIELDS)}"
            return Miss(NODE_FIELD, what, f"write one of {', '.join(LAST_RETRY_FIELDS)}")
        return None

    def _node(self, root: str, rest: Parts) -> Miss | None:
        fields = CRON_FIELDS if root == "cronworkflow" else (SINGLE_FIELDS[root],)
        if rest and rest[0] not in fields:
            what = f"{root} has no {rest[0]!r}{did_you_mean(rest[0], fields)}"
            return Miss(NODE_FIELD, what, f"write `{root}.{fields[0]}`")
        if root == "pod" and self.template and self.template.types and self.template.type not in POD_TYPES:
            what = f"a {self.template.type} template has no pod"
            return Miss(NO_POD, what, "write `node.name`, or refer to it in the template with the container")
        return None

    # ------------------------------------------------------------ the workflow

    def _workflow(self, _: str, rest: Parts) -> Miss | None:
        if not rest:
            return None
        field, rest = rest[0], rest[1:]
        if field not in WORKFLOW_FIELDS:
            what = f"a workflow has no {field!r}{did_you_mean(field, WORKFLOW_FIELDS)}"
            return Miss(WORKFLOW_FIELD, what, f"write one of {', '.join(WORKFLOW_FIELDS)}")
        if field == "parameters":
            return self._workflow_parameter(rest)
        if field == "outputs":
            return self._workflow_output(rest)
        if field in {"labels", "annotations"}:
            return self._workflow_label(field, rest)
        return self._failures() if field == "failures" else None

    def _workflow_parameter(self, rest: Parts) -> Miss | None:
        known = self.manifest.parameters
        if not rest or rest[0] in known or rest == ("json",) or not self._knows_workflow:
            return None
        hint = did_you_mean(rest[0], known)
        rule = WORKFLOW_PARAMETER if hint or self.manifest.runs else UNDECLARED
        what = f"the workflow has no parameter {rest[0]!r}{hint}"
        return Miss(rule, what, "declare it in `spec.arguments.parameters`")

    @cached_property
    def _knows_workflow(self) -> bool:
        if self.template is None:
            return not self.manifest.borrows
        return self.manifest.knows_its_workflow(self.template)

    def _workflow_output(self, rest: Parts) -> Miss | None:
        if len(rest) < 2 or rest[0] not in {"parameters", "artifacts"} or not self._knows_workflow:  # noqa: PLR2004 - kind, name
            return None
        known = [name for kind, name in self.manifest.global_names if kind == rest[0]]
        elsewhere = any(call.data.get("templateRef") is not None for call in self.manifest.calls)
        if elsewhere or rest[1] in known or any(map(is_tagged, known)):
            return None
        what = f"no output {rest[0][:-1]} has the global name {rest[1]!r}{did_you_mean(rest[1], known)}"
        return Miss(WORKFLOW_OUTPUT, what, "give it to one by `globalName`")

    def _workflow_label(self, field: str, rest: Parts) -> Miss | None:
        name = ".".join(rest)
        own = mapping(mapping(self.manifest.spec.get("workflowMetadata")).get(field))
        known = {*mapping(self.manifest.metadata.get(field)), *own}
        computed = mapping(self.manifest.spec.get("workflowMetadata")).get("labelsFrom")
        # Those of a WorkflowTemplate come with whoever submits it, and Argo adds some of its own.
        unknown = self.manifest.kind != "Workflow" or self.manifest.borrows or bool(computed)
        if unknown or not name or name in known or name == "json" or name.startswith("workflows.argoproj.io/"):
            return None
        what = f"the workflow has no {field[:-1]} {name!r}{did_you_mean(name, known)}"
        return Miss(WORKFLOW_LABEL, what, f"add it to `metadata.{field}`")

    def _failures(self) -> Miss | None:
        if self.template is None or not self._knows_workflow:
            return None
        top = self.template
        while top.caller is not None:
            top = top.caller.owner
        if top.name in self.manifest.from_entrypoint and top.name not in self.manifest.exit_handlers:
            return Miss(FAILURES, "what failed is known at the end", "refer to it in the template of `onExit`")
        return None

    # ------------------------------------------------------------ steps, tasks and loops

    def _calls(self, root: str, rest: Parts) -> Miss | None:
        if self.template is None:
            return Miss(OUTSIDE, f"there are no {root} outside of templates", "refer to `workflow.outputs`")
        own_root = {"dag": "tasks", "steps": "steps"}.get(self.template.type, "")
        if not own_root:
            what = f"a {self.template.type} template has no {root}" if self.template.types else f"there are no {root}"
            return Miss(NO_CALL, what, "hand the value over as an argument, and refer to `inputs`")
        if root != own_root:
            what = f"a template of {self.template.type} has {own_root}, no {root}"
            return Miss(WRONG_WORD, what, f"write `{own_root}`")
        if not rest or rest == ("name",):
            return None
        return self._call(rest[0], rest[1:])

    @property
    def _siblings(self) -> Mapping[str, Call]:
        return self.manifest.siblings(self.template) if self.template else {}

    def _call(self, name: str, rest: Parts) -> Miss | None:
        called = self._siblings.get(name)
        if called is None:
            what = f"there is no {'task' if self._is_dag else 'step'} {name!r}{did_you_mean(name, self._siblings)}"
            return Miss(NO_CALL, what, "refer to one of this template")
        return self._order(called) or (self._field(called, rest) if rest else None)

    @property
    def _is_dag(self) -> bool:
        return self.template is not None and self.template.type == "dag"

    def _order(self, called: Call) -> Miss | None:
        if self.call is None or (self.sees_itself and called.name == self.call.name):
            return None
        if not self._is_dag:
            if called.group < self.call.group:
                return None
            return Miss(
                NOT_BEFORE, f"the step {called.name!r} is not done before this one", "put it into an earlier group"
            )
        if called.name in self._before:
            return None
        what = f"this task does not wait for {called.name!r}"
        return Miss(NOT_BEFORE, what, f"add it to `depends`: `{called.name}`")

    @cached_property
    def _before(self) -> frozenset[str]:
        """The tasks that are done before; all, where it can't be told, which is another rule's matter."""
        waiting = self.manifest.waiting(self.template) if self.template else None
        if waiting is None or self.call is None:
            return frozenset(self._siblings)
        before = ancestors(self.call.name, waiting)
        return before if before <= self._siblings.keys() else frozenset(self._siblings)

    def _field(self, called: Call, rest: Parts) -> Miss | None:
        field, rest = rest[0], rest[1:]
        if field not in CALL_FIELDS:
            what = f"a {'task' if self._is_dag else 'step'} has no {field!r}{did_you_mean(field, CALL_FIELDS)}"
            return Miss(CALL_FIELD, what, f"write one of {', '.join(CALL_FIELDS)}")
        template = self.manifest.called(called)
        if template is None or not template.types:
            return None
        if field == "exitCode":
            return None if _has_result(template) else _no_result(template, "exit code")
        return self._output(template, rest) if field == "outputs" and rest else None

    def _output(self, template: Template, rest: Parts) -> Miss | None:
        kind = rest[0]
        if kind not in OUTPUT_FIELDS:
            what = f"outputs have no {kind!r}{did_you_mean(kind, OUTPUT_FIELDS)}"
            return Miss(CALL_FIELD, what, f"write one of {', '.join(OUTPUT_FIELDS)}")
        if kind in {"result", "exitCode"}:
            return None if _has_result(template) else _no_result(template, "result")
        if len(rest) == 1:
            return None
        known = template.declared["outputs", kind]
        if rest[1] in known or template.type == "plugin":
            return None
        called = f"the template {template.name!r}" if template.name else "the inline template"
        what = f"{called} has no output {kind[:-1]} {rest[1]!r}{did_you_mean(rest[1], known)}"
        return Miss(NO_OUTPUT, what, f"declare it in its `outputs.{kind}`")

    def _item(self, _: str, rest: Parts) -> Miss | None:
        if self.call is None or not self.call.fans_out:
            return Miss(
                ITEM, "there is no loop here", "give the step or task `withItems`, `withParam` or `withSequence`"
            )
        items = listed(self.call.data.get("withItems"))
        if not rest or not items or not all(isinstance(one, dict) for one in items):
            return None
        if rest[0] in {key for one in items for key in one}:
            return None
        what = f"no item has a {rest[0]!r}{did_you_mean(rest[0], {key for one in items for key in one})}"
        return Miss(ITEM_FIELD, what, "refer to a field of the items")


def _has_result(template: Template) -> bool:
    if template.type == "containerSet":
        containers = mappings(mapping(template.data.get("containerSet")), "containers", ())
        return any(one.get("name") == "main" for _, one in containers)
    return template.type in {"container", "script", "data", "http", "plugin"}


def _no_result(template: Template, word: str) -> Miss:
    what = f"a {template.type} template has no {word}"
    return Miss(NO_RESULT, what, "refer to an output parameter")
