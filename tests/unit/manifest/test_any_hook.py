"""Whatever a hook declares, its WorkflowTemplate is one that Argo takes, with either staging."""

import json
import re
from typing import Any

import pytest
import yaml
from hera.workflows.models import WorkflowTemplate
from hypothesis import given, settings
from strategies import specs

from hookkit.argo import STAGINGS, ArgoSettings
from hookkit.manifest import render_workflow_template, yaml_text
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

IMAGE = ImageReference.parse(f"registry.example.org/acme/hook@sha256:{'0' * 64}")
#: Kinds of volumes that Kubernetes' Pod Security Standard "restricted" allows, of those that we could want.
ALLOWED_VOLUMES = {"emptyDir", "persistentVolumeClaim"}

stagings = pytest.mark.parametrize("staging", STAGINGS)


def rendered(spec: HookSpec, staging: str) -> dict[str, Any]:
    return render_workflow_template(spec, IMAGE, ArgoSettings.model_validate({"staging": staging}))


def mappings(node: Any) -> list[dict[str, Any]]:
    """Every mapping of a manifest, at any depth."""
    if isinstance(node, list):
        return [one for item in node for one in mappings(item)]
    return [node, *(one for value in node.values() for one in mappings(value))] if isinstance(node, dict) else []


def names(part: dict[str, Any], kind: str) -> list[str]:
    return [one["name"] for one in part.get(kind, [])]


@stagings
@given(spec=specs())
@settings(max_examples=50, deadline=None)
def test_hera_takes_it_and_yaml_keeps_it(staging: str, spec: HookSpec) -> None:
    manifest = rendered(spec, staging)

    WorkflowTemplate.model_validate_json(json.dumps(manifest), strict=True, extra="forbid")
    assert yaml.safe_load(yaml_text(manifest)) == manifest


@stagings
@given(spec=specs())
@settings(max_examples=50, deadline=None)
def test_what_a_submitter_sets_is_what_the_template_takes_and_what_tags_name(staging: str, spec: HookSpec) -> None:
    manifest = rendered(spec, staging)
    [template] = manifest["spec"]["templates"]
    arguments, inputs = manifest["spec"].get("arguments", {}), template.get("inputs", {})

    for kind in ("parameters", "artifacts"):
        assert names(arguments, kind) == names(inputs, kind)
        assert len(set(names(inputs, kind))) == len(names(inputs, kind))
    declared = {f"inputs.parameters.{name}" for name in names(inputs, "parameters")}
    assert set(re.findall(r"\{\{(.*?)\}\}", json.dumps(template))) <= declared | {"workflow.name", "pod.name"}


@stagings
@given(spec=specs())
@settings(max_examples=20, deadline=None)
def test_its_keys_have_one_order_and_what_has_a_name_begins_with_it(staging: str, spec: HookSpec) -> None:
    manifest = rendered(spec, staging)

    assert list(manifest) == ["apiVersion", "kind", "metadata", "spec"]
    assert {next(iter(one)) for one in mappings(manifest) if "name" in one} == {"name"}


@stagings
@given(spec=specs())
@settings(max_examples=20, deadline=None)
def test_its_pod_is_restricted(staging: str, spec: HookSpec) -> None:
    """Kubernetes' Pod Security Standard, its page's column "restricted"."""
    manifest = rendered(spec, staging)
    [template] = manifest["spec"]["templates"]
    pod, container = manifest["spec"]["securityContext"], template["container"]

    assert pod["runAsNonRoot"] is True
    assert pod["runAsUser"] != 0
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {kind for one in template["volumes"] for kind in one} - {"name"} <= ALLOWED_VOLUMES
    assert not {"hostNetwork", "hostAliases"} & manifest["spec"].keys()
