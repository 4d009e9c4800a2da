"""Each site of tests/golden/sites, a `[tool.hookkit.argo]`, with the WorkflowTemplate that is expected of it."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hera.workflows.models import WorkflowTemplate

from hookkit.argo import ArgoSettings
from hookkit.manifest import Manifest, render_workflow_template, yaml_text
from hookkit.reference import ImageReference
from hookkit.settings import read_settings
from hookkit.spec import HookSpec

SITES = Path(__file__).parents[2] / "golden" / "sites"
NAMES = sorted(file.stem for file in SITES.glob("*.toml"))


def read_site(file: Path) -> ArgoSettings:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return read_settings(file, data["tool"]["hookkit"]).argo


def site(**settings: Any) -> ArgoSettings:
    """The settings of a table, whose keys are written with dashes."""
    table = {name.replace("_", "-"): value for name, value in settings.items()}
    return read_settings(Path("pyproject.toml"), {"argo": table}).argo


def container(manifest: Manifest) -> dict[str, Any]:
    return dict(manifest["spec"]["templates"][0]["container"])


def test_every_setting_is_set_in_the_site_that_is_named_so() -> None:
    assert read_site(SITES / "every-setting.toml").model_fields_set >= set(ArgoSettings.model_fields) - {
        "volume_medium"  # memory has no place on a node's disk
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_of_a_site_is_the_one_beside_its_settings(
    name: str, several: HookSpec, image: ImageReference, compare_golden: Callable[[Path, str], None]
) -> None:
    manifest = render_workflow_template(several, image, read_site(SITES / f"{name}.toml"))

    compare_golden(SITES / f"{name}.workflowtemplate.yaml", yaml_text(manifest))


@pytest.mark.parametrize("name", NAMES)
def test_hera_takes_every_field_of_every_site(name: str, spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image, read_site(SITES / f"{name}.toml"))

    WorkflowTemplate.model_validate_json(json.dumps(manifest), strict=True, extra="forbid")


def test_no_settings_are_the_defaults(spec: HookSpec, image: ImageReference) -> None:
    assert render_workflow_template(spec, image) == render_workflow_template(spec, image, ArgoSettings())


@pytest.mark.parametrize("staging", ["artifacts", "volume"])
@pytest.mark.parametrize("version", ["3.5", "3.6", "3.7", "4.0", "4.1"])
def test_the_manifest_is_the_same_for_every_version_of_argo(
    version: str, staging: str, several: HookSpec, image: ImageReference
) -> None:
    named = render_workflow_template(several, image, site(argo_version=version, staging=staging))

    assert named == render_workflow_template(several, image, site(staging=staging))


def test_a_site_names_the_secret_that_all_its_hooks_share(depth: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(depth, image, site(secret="credentials"))

    names = {one["valueFrom"]["secretKeyRef"]["name"] for one in container(manifest)["env"]}
    assert names == {"credentials"}


def test_the_labels_of_a_site_stand_beside_hookkits_own_and_win(several: HookSpec, image: ImageReference) -> None:
    labels = {"team": "radar", "app.kubernetes.io/managed-by": "argocd"}
    manifest = render_workflow_template(several, image, site(labels=labels))

    template = manifest["spec"]["templates"][0]
    for metadata in (manifest["metadata"], manifest["spec"]["workflowMetadata"], template["metadata"]):
        assert metadata["labels"].items() >= labels.items()
        assert metadata["labels"]["app.kubernetes.io/name"] == "coherence"


def test_an_annotation_of_a_site_reaches_the_pods_too(several: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(several, image, site(annotations={"sidecar.istio.io/inject": "false"}))

    assert manifest["spec"]["templates"][0]["metadata"]["annotations"] == {
        "workflows.argoproj.io/progress": "0/100",
        "sidecar.istio.io/inject": "false",
    }


def test_the_container_gets_no_token_where_argos_own_have_an_account(several: HookSpec, image: ImageReference) -> None:
    spec = render_workflow_template(several, image, site(executor_service_account="executor"))["spec"]

    assert spec["automountServiceAccountToken"] is False
    assert spec["executor"] == {"serviceAccountName": "executor"}


def test_a_bounded_volume_is_asked_of_the_nodes_disk(several: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(several, image, site(volume_size="20Gi"))

    assert manifest["spec"]["templates"][0]["volumes"] == [{"name": "hook", "emptyDir": {"sizeLimit": "20Gi"}}]
    assert container(manifest)["resources"]["requests"]["ephemeral-storage"] == "20Gi"


def test_a_volume_in_memory_asks_nothing_of_the_disk(several: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(several, image, site(volume_size="1Gi", volume_medium="Memory"))

    volume = {"name": "hook", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}
    assert manifest["spec"]["templates"][0]["volumes"] == [volume]
    assert "ephemeral-storage" not in container(manifest)["resources"]["requests"]


def test_time_to_find_a_node_is_part_of_the_workflows_deadline(several: HookSpec, image: ImageReference) -> None:
    slow, quick = (
        render_workflow_template(several, image, site(scheduling_seconds=seconds))["spec"]["activeDeadlineSeconds"]
        for seconds in (1000, 0)
    )

    assert slow - quick == (several.retry.limit + 1) * 1000
