"""With staging "volume" a PersistentVolumeClaim is mounted at /mnt/vol, as the platform's starter has it."""

import re
from pathlib import PurePosixPath
from typing import Any

import pytest

from hookkit.argo import ArgoSettings
from hookkit.contract import INPUT_ROOT, OUTPUT_ROOT, VOLUME
from hookkit.manifest import Manifest, render_workflow_template
from hookkit.reference import ImageReference
from hookkit.runtime.command_line import flags_of, read_flags
from hookkit.spec import HookSpec

SITE = ArgoSettings(staging="volume")
OWN_FOLDER = "{{workflow.name}}/{{pod.name}}"


@pytest.fixture
def manifest(spec: HookSpec, image: ImageReference) -> Manifest:
    return render_workflow_template(spec, image, SITE)


def template(manifest: Manifest) -> dict[str, Any]:
    (only,) = manifest["spec"]["templates"]
    return dict(only)


def arguments(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in manifest["spec"]["arguments"]["parameters"]}


def mounts(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {one["mountPath"]: one for one in template(manifest)["container"]["volumeMounts"]}


def test_a_claim_that_is_named_like_the_hook_is_the_only_volume(spec: HookSpec, manifest: Manifest) -> None:
    claim = {"claimName": spec.kubernetes_name}

    assert template(manifest)["volumes"] == [{"name": "hook", "persistentVolumeClaim": claim}]
    assert {mount["name"] for mount in mounts(manifest).values()} == {"hook"}


def test_no_artifact_is_left(manifest: Manifest) -> None:
    assert "artifacts" not in str(manifest)


def test_a_run_can_write_into_its_own_folder_alone(manifest: Manifest) -> None:
    writable = [mount for mount in mounts(manifest).values() if not mount.get("readOnly")]

    assert writable == [{"name": "hook", "mountPath": VOLUME, "subPath": "{{inputs.parameters.run-folder}}"}]


def test_the_folder_of_a_run_holds_the_names_of_workflow_and_pod_unless_it_is_set(
    spec: HookSpec, manifest: Manifest
) -> None:
    own = f"hooks/{spec.kubernetes_name}/{OWN_FOLDER}"

    assert arguments(manifest)["run-folder"]["value"] == own
    assert {"name": "run-folder", "default": own} in template(manifest)["inputs"]["parameters"]


def test_inputs_are_read_from_the_volume_at_paths_that_a_submitter_sets(
    several: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(several, image, SITE)
    given, problems = read_flags(template(manifest)["container"]["args"][1:], flags_of(several))

    assert not problems
    assert mounts(manifest)[INPUT_ROOT] == {"name": "hook", "mountPath": INPUT_ROOT, "readOnly": True}
    assert {one.flag.name: one.text for one in given if one.flag.role == "input"} == {
        part.name: f"{INPUT_ROOT}/{{{{inputs.parameters.{part.name}}}}}" for part in several.inputs
    }
    assert arguments(manifest)["primary_scene"] == {
        "name": "primary_scene",
        "value": "hooks/coherence/primary_scene",
        "description": "The first scene (a path in the volume)",
    }


def test_a_step_of_a_chain_may_leave_out_an_optional_input_and_the_folder_alone(
    several: HookSpec, image: ImageReference
) -> None:
    inputs = template(render_workflow_template(several, image, SITE))["inputs"]["parameters"]
    own = {part.name for part in several.options}

    assert {one["name"] for one in inputs if "default" in one} - own == {"dem", "run-folder"}
    assert {one["name"] for one in inputs if "default" not in one} - own == {"primary_scene", "secondary_scene"}


def test_a_hook_without_inputs_sees_nothing_of_the_volume_but_its_folder(
    no_arguments: HookSpec, image: ImageReference
) -> None:
    assert list(mounts(render_workflow_template(no_arguments, image, SITE))) == [VOLUME]


def test_a_claim_a_folder_of_it_and_a_prefix_can_be_named(several: HookSpec, image: ImageReference) -> None:
    site = ArgoSettings.model_validate(
        {"staging": "volume", "volume-claim": "archive", "volume-path": "a/b", "prefix": "orders"}
    )
    manifest = render_workflow_template(several, image, site)

    assert template(manifest)["volumes"][0]["persistentVolumeClaim"] == {"claimName": "archive"}
    assert mounts(manifest)[VOLUME]["subPath"] == "a/b/{{inputs.parameters.run-folder}}"
    assert mounts(manifest)[INPUT_ROOT]["subPath"] == "a/b"
    assert arguments(manifest)["dem"]["value"] == "orders/coherence/dem"
    assert arguments(manifest)["run-folder"]["value"] == f"orders/coherence/{OWN_FOLDER}"


def test_the_hook_finds_the_same_places_as_with_artifacts(spec: HookSpec, image: ImageReference) -> None:
    def outputs(manifest: Manifest) -> list[str]:
        return [one for one in template(manifest)["container"]["args"] if f"={OUTPUT_ROOT}" in one]

    in_volume, as_artifacts = (render_workflow_template(spec, image, site) for site in (SITE, None))

    assert outputs(in_volume) == outputs(as_artifacts)
    assert template(in_volume).get("outputs", {}).get("parameters") == template(as_artifacts).get("outputs", {}).get(
        "parameters"
    )


def test_a_path_in_the_volume_is_the_key_of_the_artifact(several: HookSpec, image: ImageReference) -> None:
    as_artifacts = render_workflow_template(several, image)
    keys = {one["name"]: one["s3"]["key"] for one in as_artifacts["spec"]["arguments"]["artifacts"]}
    products = [one["s3"]["key"] for one in template(as_artifacts)["outputs"]["artifacts"]]

    given = arguments(render_workflow_template(several, image, SITE))

    assert {name: given[name]["value"] for name in keys} == keys
    assert {str(PurePosixPath(key).parent) for key in products} == {given["run-folder"]["value"]}


def test_every_tag_names_a_parameter_of_the_template_or_one_of_argos_own(manifest: Manifest) -> None:
    declared = {f"inputs.parameters.{one['name']}" for one in template(manifest)["inputs"]["parameters"]}

    assert set(re.findall(r"\{\{(.*?)\}\}", str(manifest))) <= declared | {"workflow.name", "pod.name"}


def test_every_parameter_of_the_template_is_one_that_a_submitter_can_set(manifest: Manifest) -> None:
    assert list(arguments(manifest)) == [one["name"] for one in template(manifest)["inputs"]["parameters"]]


def test_files_are_not_given_to_the_group_again_at_every_start(manifest: Manifest) -> None:
    assert manifest["spec"]["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
