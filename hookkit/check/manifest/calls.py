"""DA: steps and tasks: what they call, with what, and in which order."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.manifest.depends import RESULTS, RESULTS_OF_ITEMS, DependsError, read_depends
from hookkit.check.manifest.document import CALL_TARGETS, Call, Manifest, Template, calls_of
from hookkit.check.manifest.graph import dependencies_of, find_cycles
from hookkit.check.manifest.plain import did_you_mean, is_tagged, listed, mapping, mappings, named, text, whole_number
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.errors import shown

_LOOPS: Final = ("withItems", "withParam", "withSequence")


def lacks_a_value(declared: Mapping[str, Any], key: str) -> bool:
    """Whether an input of a template (key: parameters or artifacts) must come from the caller."""
    if key == "parameters":
        return all(declared.get(one) is None for one in ("value", "default", "valueFrom"))
    own = (one for one in declared if one not in {"name", "path", "mode", "description", "archive", "recurseMode"})
    return not declared.get("optional") and not any(declared.get(one) for one in own)


def _dags(manifest: Manifest) -> Iterator[tuple[Template, list[Call]]]:
    for template in manifest.templates:
        if template.type == "dag":
            yield template, list(calls_of(template))


# ---------------------------------------------------------------- what is called


def _one_target(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        given = [one for one in CALL_TARGETS if call.data.get(one) not in (None, "")]
        if len(given) != 1:
            what = f"{call.name or 'it'} calls {' and '.join(given) or 'nothing'}"
            path = (*call.path, given[1]) if given else call.path
            yield Flaw(path, what, "give one of `template`, `templateRef` and `inline`")


def _unknown_template(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        name = text(call.data.get("template"))
        if name and not is_tagged(name) and name not in manifest.template:
            what = f"there is no template {name!r}{did_you_mean(name, manifest.template)}"
            yield Flaw((*call.path, "template"), what, "name a template of this workflow, or use `templateRef`")


def _template_reference(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        reference = call.data.get("templateRef")
        if isinstance(reference, dict):
            missing = [one for one in ("name", "template") if not text(reference.get(one))]
            if missing:
                what = f"the reference has no {' and no '.join(missing)}"
                yield Flaw(
                    (*call.path, "templateRef", missing[0]),
                    what,
                    "give the WorkflowTemplate's `name` and its `template`",
                )


def _missing_argument(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        template = manifest.called(call)
        for key, word in (("parameters", "parameter"), ("artifacts", "artifact")) if template else ():
            given = named(call.arguments, key)
            for name, declared in named(template.inputs, key).items() if template else ():
                if name not in given and lacks_a_value(declared, key):
                    what = f"{call.name or 'it'} does not give the {word} {name!r} that its template asks for"
                    yield Flaw(call.path, what, f"add it to `arguments.{key}`")


def _unknown_argument(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        template = manifest.called(call)
        for key, word in (("parameters", "parameter"), ("artifacts", "artifact")) if template else ():
            declared = named(template.inputs, key) if template else {}
            for path, data in mappings(call.arguments, key, (*call.path, "arguments")):
                name = text(data.get("name"))
                if name and name not in declared:
                    what = f"the template has no input {word} {name!r}{did_you_mean(name, declared)}"
                    yield Flaw((*path, "name"), what, "take it out, or declare it in the template: Argo drops it")


# ---------------------------------------------------------------- in which order


def _unknown_dependency(manifest: Manifest) -> Flaws:
    for _, tasks in _dags(manifest):
        names = {task.name for task in tasks}
        for task in tasks:
            for index, name in enumerate(listed(task.data.get("dependencies"))):
                if isinstance(name, str) and name not in names:
                    yield Flaw((*task.path, "dependencies", index), _no_task(name, names), "name a task of this DAG")
            for one in dependencies_of({"depends": task.data.get("depends")}):
                if one.task not in names:
                    yield Flaw((*task.path, "depends"), _no_task(one.task, names), "name a task of this DAG", one.task)


def _no_task(name: str, names: set[str]) -> str:
    return f"there is no task {name!r}{did_you_mean(name, names)}"


def _cycle(manifest: Manifest) -> Flaws:
    for _, tasks in _dags(manifest):
        by_name = {task.name: task for task in tasks}
        waiting = {name: tuple(one.task for one in dependencies_of(task.data)) for name, task in by_name.items()}
        for cycle in find_cycles(waiting):
            task = by_name[cycle[0]]
            field = "depends" if task.data.get("depends") else "dependencies"
            what = f"{' waits for '.join((*cycle, cycle[0]))}"
            yield Flaw((*task.path, field), what, "take one of the dependencies out")


def _both_ways(manifest: Manifest) -> Flaws:
    for _, tasks in _dags(manifest):
        if any(text(task.data.get("depends")) for task in tasks):
            for task in tasks:
                if task.data.get("dependencies"):
                    what = "a DAG has tasks with `depends` and tasks with `dependencies`"
                    yield Flaw((*task.path, "dependencies"), what, "write `depends` throughout, as `A && B`")


def _continue_with_depends(manifest: Manifest) -> Flaws:
    for _, tasks in _dags(manifest):
        if any(text(task.data.get("depends")) for task in tasks):
            for task in tasks:
                if task.data.get("continueOn") is not None:
                    what = "`continueOn` goes with `dependencies` alone"
                    yield Flaw((*task.path, "continueOn"), what, "write `depends: A.Succeeded || A.Failed` instead")


def _depends_syntax(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        expression = text(call.data.get("depends"))
        try:
            read_depends(expression) if expression.strip() and not is_tagged(expression) else ()
        except DependsError as error:
            what = f"`depends` {error}"
            yield Flaw((*call.path, "depends"), what, "write tasks with `&&`, `||`, `!` and brackets")


def _depends_result(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        for one in dependencies_of({"depends": call.data.get("depends")}):
            if one.result and one.result not in RESULTS:
                what = f"a task has no result {one.result!r}{did_you_mean(one.result, RESULTS)}"
                yield Flaw(
                    (*call.path, "depends"), what, f"write one of {', '.join(RESULTS)}", f"{one.task}.{one.result}"
                )


def _items_result(manifest: Manifest) -> Flaws:
    for _, tasks in _dags(manifest):
        by_name = {task.name: task for task in tasks}
        for task in tasks:
            for one in dependencies_of(task.data):
                if one.result in RESULTS_OF_ITEMS and one.task in by_name and not by_name[one.task].fans_out:
                    what = f"{one.task} has no items, so {one.result} says nothing of it"
                    remedy = "write Succeeded or Failed"
                    yield Flaw((*task.path, "depends"), what, remedy, f"{one.task}.{one.result}")


def _target(manifest: Manifest) -> Flaws:
    for template, tasks in _dags(manifest):
        names = {task.name for task in tasks}
        target = text(mapping(template.data.get("dag")).get("target"))
        for name in [] if is_tagged(target) else target.split():
            if name not in names:
                path = (*template.path, "dag", "target")
                yield Flaw(path, _no_task(name, names), "name a task of this DAG", name)


def _empty(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.type == "dag" and not listed(mapping(template.data.get("dag")).get("tasks")):
            yield Flaw((*template.path, "dag"), "the DAG has no tasks", "write one")
        if template.type == "steps" and not any(listed(template.data.get("steps"))):
            yield Flaw((*template.path, "steps"), "there are no steps", "write one")


# ---------------------------------------------------------------- loops


def _one_loop(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        given = [one for one in _LOOPS if call.data.get(one) is not None]
        if len(given) > 1:
            yield Flaw((*call.path, given[1]), f"{call.name} has {' and '.join(given)}", "keep one of them")


def _sequence(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        sequence = call.data.get("withSequence")
        if isinstance(sequence, dict):
            given = [one for one in ("count", "end") if sequence.get(one) is not None]
            if len(given) != 1:
                what = "the sequence has `count` and `end`" if given else "the sequence never ends"
                yield Flaw((*call.path, "withSequence"), what, "give one of `count` and `end`")


def _sequence_number(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        sequence = mapping(call.data.get("withSequence"))
        for key in ("count", "start", "end"):
            value = sequence.get(key)
            if isinstance(value, str) and not is_tagged(value) and whole_number(value) is None:
                yield Flaw((*call.path, "withSequence", key), f"{shown(value)} is no whole number", 'write it as "5"')


def _loop_list(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        parameter = call.data.get("withParam")
        if isinstance(parameter, str) and not is_tagged(parameter) and not _is_json_list(parameter):
            what = "`withParam` is no list in JSON"
            yield Flaw((*call.path, "withParam"), what, 'write a list such as \'["a", "b"]\', or use `withItems`')


def _is_json_list(words: str) -> bool:
    try:
        return isinstance(json.loads(words), list)
    except (ValueError, RecursionError):
        return False


def _empty_items(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        if call.data.get("withItems") == []:
            what = "`withItems` is empty"
            yield Flaw((*call.path, "withItems"), what, "give items; with none, Argo runs it once, without an item")


FAMILY: Final[Family] = (
    (Rule("DA101", "a step or task calls one template", "Argo refuses none and several."), _one_target),
    (Rule("DA102", "the template that is called exists", "Argo refuses it."), _unknown_template),
    (Rule("DA103", "a `templateRef` has name and template", "Argo refuses it."), _template_reference),
    (
        Rule("DA104", "a call gives all that its template asks for", "Argo refuses it, or fails when the step is due."),
        _missing_argument,
    ),
    (
        Rule(
            "DA105",
            "a call gives nothing that its template does not know",
            "Argo drops it silently: a misspelt name leaves the default in place.",
            Severity.WARNING,
        ),
        _unknown_argument,
    ),
    (Rule("DA201", "a task waits for tasks of its DAG", "Argo refuses it."), _unknown_dependency),
    (Rule("DA202", "no task waits for itself", "Argo refuses a cycle."), _cycle),
    (Rule("DA203", "a DAG uses `depends` or `dependencies`", "Argo refuses both in one."), _both_ways),
    (Rule("DA204", "`continueOn` does not stand beside `depends`", "Argo refuses it."), _continue_with_depends),
    (Rule("DA205", "`depends` is a logical expression of tasks", "Argo fails when the task is due."), _depends_syntax),
    (Rule("DA206", "`depends` asks for a result that tasks have", "Argo refuses it."), _depends_result),
    (
        Rule("DA207", "AnySucceeded and AllFailed are asked of a task with items", "Argo refuses it of others."),
        _items_result,
    ),
    (Rule("DA208", "the targets of a DAG are tasks of it", "Argo refuses it."), _target),
    (Rule("DA209", "a DAG has tasks, steps have a step", "Argo refuses an empty one."), _empty),
    (Rule("DA301", "a step or task has one loop", "Argo refuses several."), _one_loop),
    (Rule("DA302", "a sequence has one of `count` and `end`", "Argo refuses both, and fails without."), _sequence),
    (Rule("DA303", "`withParam` is a list in JSON", "Argo fails when the step is due."), _loop_list),
    (
        Rule(
            "DA304",
            "`withItems` has items",
            "An empty list is no loop for Argo: `item` stays as it is written.",
            Severity.WARNING,
        ),
        _empty_items,
    ),
    (Rule("DA305", "a sequence counts in whole numbers", "Argo fails when the step is due."), _sequence_number),
)
