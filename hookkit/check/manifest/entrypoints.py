"""EN: where a workflow starts and ends, and that it gets what it asks for there."""

from typing import Final

from hookkit.check.finding import Rule
from hookkit.check.manifest.calls import lacks_a_value
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import did_you_mean, is_tagged, mapping, mappings, named, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws


def _missing(manifest: Manifest) -> Flaws:
    has_templates = bool(manifest.spec.get("templates"))
    if manifest.runs and has_templates and not manifest.borrows and not manifest.entrypoint:
        yield Flaw((*manifest.spec_path, "entrypoint"), "no template is named to start with", "give an `entrypoint`")


def _unknown(manifest: Manifest) -> Flaws:
    name = manifest.entrypoint
    if name and not manifest.borrows and not is_tagged(name) and name not in manifest.template:
        yield _no_template((*manifest.spec_path, "entrypoint"), name, manifest)


def _no_template(path: tuple[str | int, ...], name: str, manifest: Manifest) -> Flaw:
    what = f"there is no template {name!r}{did_you_mean(name, manifest.template)}"
    return Flaw(path, what, "name a template of this workflow")


def _inputs(manifest: Manifest) -> Flaws:
    template = manifest.template.get(manifest.entrypoint)
    if template is None:
        return
    for key, word in (("parameters", "parameter"), ("artifacts", "artifact")):
        given = named(manifest.arguments, key)
        for path, data in mappings(template.inputs, key, (*template.path, "inputs")):
            name = text(data.get("name"))
            if name and name not in given and lacks_a_value(data, key):
                what = f"the entrypoint asks for the {word} {name!r}, which `spec.arguments` does not have"
                yield Flaw((*path, "name"), what, f"add it to `spec.arguments.{key}`, or give it a default")


def _exit_handler(manifest: Manifest) -> Flaws:
    name = text(manifest.spec.get("onExit"))
    if name and not manifest.borrows and not is_tagged(name) and name not in manifest.template:
        yield _no_template((*manifest.spec_path, "onExit"), name, manifest)


def _hooks(manifest: Manifest) -> Flaws:
    holders = [(manifest.spec_path, manifest.spec), *((call.path, call.data) for call in manifest.calls)]
    for path, holder in holders:
        for event, hook in mapping(holder.get("hooks")).items():
            name = text(mapping(hook).get("template"))
            if name and not manifest.borrows and not is_tagged(name) and name not in manifest.template:
                yield _no_template((*path, "hooks", event, "template"), name, manifest)


def _hook_without_expression(manifest: Manifest) -> Flaws:
    holders = [(manifest.spec_path, manifest.spec), *((call.path, call.data) for call in manifest.calls)]
    for path, holder in holders:
        for event, hook in mapping(holder.get("hooks")).items():
            if event != "exit" and isinstance(hook, dict) and not hook.get("expression"):
                what = f"the hook {event!r} has no expression that says when to run it"
                yield Flaw((*path, "hooks", event), what, 'write one, as `workflow.status == "Running"`')


def _no_templates(manifest: Manifest) -> Flaws:
    if manifest.has_spec and not manifest.borrows and manifest.spec.get("templates") in (None, []):
        yield Flaw((*manifest.spec_path, "templates"), "the workflow has no templates", "write one")


def _templates_beside_reference(manifest: Manifest) -> Flaws:
    if manifest.borrows and manifest.spec.get("templates"):
        what = "a workflow that runs a WorkflowTemplate has templates of its own"
        yield Flaw((*manifest.spec_path, "templates"), what, "take out `templates`, or `workflowTemplateRef`")


def _reference(manifest: Manifest) -> Flaws:
    if manifest.borrows and not text(mapping(manifest.spec.get("workflowTemplateRef")).get("name")):
        what = "the reference names no WorkflowTemplate"
        yield Flaw((*manifest.spec_path, "workflowTemplateRef", "name"), what, "give its `name`")


FAMILY: Final[Family] = (
    (Rule("EN101", "a workflow names the template that it starts with", "Argo refuses it."), _missing),
    (Rule("EN102", "the entrypoint is one of the templates", "Argo refuses it."), _unknown),
    (
        Rule(
            "EN103",
            "the entrypoint gets all its inputs from `spec.arguments`",
            "It passes Argo's lint and fails when it is submitted.",
        ),
        _inputs,
    ),
    (Rule("EN104", "the exit handler is one of the templates", "Argo refuses it."), _exit_handler),
    (Rule("EN105", "the template of a hook is one of the templates", "Argo fails when the hook is due."), _hooks),
    (
        Rule("EN106", "a hook says when it runs", "All but `exit` need an `expression`; Argo refuses them without."),
        _hook_without_expression,
    ),
    (Rule("EN107", "a workflow has templates", "There is nothing to run."), _no_templates),
    (
        Rule("EN108", "a workflow has templates or a `workflowTemplateRef`, not both", "Argo refuses both."),
        _templates_beside_reference,
    ),
    (Rule("EN109", "a `workflowTemplateRef` names a WorkflowTemplate", "Argo refuses it."), _reference),
)
