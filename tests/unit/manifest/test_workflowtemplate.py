import json
import re
from typing import Any

import pytest
from hera.workflows.models import WorkflowTemplate
from pydantic import ValidationError

from hookkit.contract import IMAGE_USER, RETRYABLE_EXIT_CODES, VOLUME
from hookkit.manifest import Manifest, render_workflow_template
from hookkit.reference import ImageReference
from hookkit.runtime.command_line import flags_of, read_flags
from hookkit.spec import HookSpec, OptionSpec, Retry


def parameters(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in manifest["spec"]["arguments"]["parameters"]}


def template(manifest: Manifest) -> dict[str, Any]:
    (only,) = manifest["spec"]["templates"]
    return dict(only)


def validate_strictly(manifest: Manifest) -> None:
    WorkflowTemplate.model_validate_json(json.dumps(manifest), strict=True, extra="forbid")


def all_values(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in all_values(value)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in all_values(value)]
    return [node]


def test_hera_takes_every_field(spec: HookSpec, image: ImageReference) -> None:
    validate_strictly(render_workflow_template(spec, image))


@pytest.mark.parametrize("path", [(), ("spec",), ("spec", "podGC"), ("spec", "templates", 0, "container")])
def test_hera_would_refuse_an_unknown_field_at_any_level(
    hello_world: HookSpec, image: ImageReference, path: tuple[Any, ...]
) -> None:
    manifest = render_workflow_template(hello_world, image)
    node = manifest
    for step in path:
        node = node[step]
    node["comand"] = "typo"

    with pytest.raises(ValidationError, match="comand"):
        validate_strictly(manifest)


def test_manifests_share_nothing_that_a_change_would_reach(hello_world: HookSpec, image: ImageReference) -> None:
    first = render_workflow_template(hello_world, image)
    first["spec"]["securityContext"]["runAsNonRoot"] = False
    first["metadata"]["labels"]["app.kubernetes.io/name"] = "other"

    second = render_workflow_template(hello_world, image)

    assert second["spec"]["securityContext"]["runAsNonRoot"] is True
    assert second["spec"]["workflowMetadata"]["labels"]["app.kubernetes.io/name"] == "hello-world-processor"


# ---------------------------------------------------------------- arguments


def test_a_default_is_a_value_in_the_arguments_and_a_default_in_the_template(
    hello_world: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(hello_world, image)

    assert parameters(manifest)["product_name"]["value"] == "my_new_product_name"
    assert {"name": "product_name", "default": "my_new_product_name"} in template(manifest)["inputs"]["parameters"]


def test_a_required_option_is_a_parameter_without_value_so_that_a_submit_without_it_fails(
    every_type: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(every_type, image)

    assert parameters(manifest)["required_text"] == {"name": "required_text", "description": "Has no default"}
    assert {"name": "required_text"} in template(manifest)["inputs"]["parameters"]


def test_every_value_travels_as_text_that_the_hook_reads_as_its_default(spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image)
    given = parameters(manifest) if spec.options else {}
    defaults = {one["name"]: one.get("default") for one in template(manifest).get("inputs", {}).get("parameters", [])}

    optional = [one for one in spec.options if not one.required]
    assert {one.name: one.type.read(given[one.name]["value"]) for one in optional} == {
        one.name: one.default_value for one in optional
    }
    assert {one.name: given[one.name].get("value") for one in spec.options} == defaults


def test_lists_and_objects_travel_as_json_and_none_as_the_empty_text(depth: HookSpec, image: ImageReference) -> None:
    given = parameters(render_workflow_template(depth, image))

    assert given["bands"]["value"] == '["B02", "B03"]'
    assert json.loads(given["area"]["value"])["corners"] == [{"lat": 48.1, "lon": 11.5}]
    assert (given["run_id"]["value"], given["no_cases"]["value"], given["corner"]["value"]) == ("", "", "")
    assert "value" not in given["days"]


def test_choices_of_several_types_are_texts_on_the_menu(depth: HookSpec, image: ImageReference) -> None:
    level = parameters(render_workflow_template(depth, image))["level"]

    assert (level["enum"], level["value"]) == (["auto", "1", "2"], "auto")


def test_every_text_of_a_menu_is_one_that_the_hook_reads_and_a_value_is_on_its_menu(
    every_type: HookSpec, image: ImageReference
) -> None:
    given = parameters(render_workflow_template(every_type, image))
    menus = {one.name: (one, given[one.name]["enum"]) for one in every_type.options if "enum" in given[one.name]}

    assert set(menus) == {"required_choice", "fast", "level", "maybe_choice", "maybe_fast"}
    for option, texts in menus.values():
        assert [option.type.write(option.type.read(text)) for text in texts] == texts
        assert given[option.name].get("value", texts[0]) in texts


def test_none_is_the_empty_text_on_the_menu_of_an_optional_choice(every_type: HookSpec, image: ImageReference) -> None:
    assert parameters(render_workflow_template(every_type, image))["maybe_choice"] == {
        "name": "maybe_choice",
        "value": "",
        "enum": ["left", "right", ""],
        "description": "None where it is empty",
    }


def test_bounds_stand_in_the_description(every_type: HookSpec, image: ImageReference) -> None:
    given = parameters(render_workflow_template(every_type, image))

    assert given["count"]["description"] == "How many (int, at least 1, at most 9)"


def test_an_optional_input_is_optional_in_the_arguments_and_in_the_template(
    several: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(several, image)

    def optional(artifacts: list[dict[str, Any]]) -> set[str]:
        return {one["name"] for one in artifacts if one.get("optional")}

    assert optional(manifest["spec"]["arguments"]["artifacts"]) == {"dem"}
    assert optional(template(manifest)["inputs"]["artifacts"]) == {"dem"}
    assert optional(template(manifest)["outputs"]["artifacts"]) == {"quick_look"}


def test_a_hook_that_takes_nothing_has_no_arguments(no_arguments: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(no_arguments, image)

    assert "arguments" not in manifest["spec"]
    assert not {"inputs", "outputs"} & set(template(manifest))
    assert template(manifest)["container"]["args"] == ["tick:tick"]


# ---------------------------------------------------------------- the container


def test_one_input_lies_at_the_root_and_several_lie_below_it(
    hello_world: HookSpec, several: HookSpec, image: ImageReference
) -> None:
    def paths(spec: HookSpec) -> list[str]:
        return [one["path"] for one in template(render_workflow_template(spec, image))["inputs"]["artifacts"]]

    assert paths(hello_world) == ["/mnt/vol/input"]
    assert paths(several) == [f"/mnt/vol/input/{name}" for name in ("primary_scene", "secondary_scene", "dem")]


def test_the_arguments_are_flags_that_the_runtime_reads(spec: HookSpec, image: ImageReference) -> None:
    container = template(render_workflow_template(spec, image))["container"]

    given, problems = read_flags(container["args"][1:], flags_of(spec))

    assert container["command"] == ["/opt/hook/bin/python", "-m", "hookkit.runtime"]
    assert container["args"][0] == str(spec.entry_point)
    assert not problems
    assert {one.flag.name: one.text for one in given if one.flag.role == "option"} == {
        one.name: f"{{{{inputs.parameters.{one.name}}}}}" for one in spec.options
    }


def test_each_artifact_lies_where_its_flag_says(spec: HookSpec, image: ImageReference) -> None:
    main = template(render_workflow_template(spec, image))
    given, _ = read_flags(main["container"]["args"][1:], flags_of(spec))
    artifacts = [one for side in ("inputs", "outputs") for one in main.get(side, {}).get("artifacts", [])]

    assert {one.flag.name: one.text for one in given if one.flag.role in {"input", "output"}} == {
        one["name"]: one["path"] for one in artifacts
    }


def test_every_tag_names_a_parameter_of_the_template_or_one_of_argos_own(spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image)
    declared = {f"inputs.parameters.{one.name}" for one in spec.options}

    tags = set(re.findall(r"\{\{(.*?)\}\}", json.dumps(manifest)))

    assert tags <= declared | {"workflow.name", "pod.name"}


def test_outputs_are_uploaded_as_they_are_under_a_key_of_their_own(several: HookSpec, image: ImageReference) -> None:
    first, _ = template(render_workflow_template(several, image))["outputs"]["artifacts"]

    assert first == {
        "name": "coherence_map",
        "path": "/mnt/vol/output/coherence_map",
        "archive": {"none": {}},
        "s3": {"key": "hooks/coherence/{{workflow.name}}/{{pod.name}}/coherence_map"},
    }


def test_only_the_volume_can_be_written_and_by_no_root(hello_world: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(hello_world, image)
    container = template(manifest)["container"]

    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == [VOLUME]
    assert manifest["spec"]["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": IMAGE_USER,
        "runAsGroup": IMAGE_USER,
        "fsGroup": IMAGE_USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def test_no_artifact_lies_at_the_mount_itself(spec: HookSpec, image: ImageReference) -> None:
    main = template(render_workflow_template(spec, image))
    paths = [one["path"] for side in ("inputs", "outputs") for one in main.get(side, {}).get("artifacts", [])]

    assert all(path.startswith(f"{VOLUME}/") for path in paths)
    assert len(paths) == len(set(paths))


def test_requests_and_limits_are_what_the_hook_asks_for(every_type: HookSpec, image: ImageReference) -> None:
    container = template(render_workflow_template(every_type, image))["container"]

    assert container["resources"] == {
        "requests": {"cpu": "500m", "memory": "2Gi"},
        "limits": {"cpu": "500m", "memory": "2Gi"},
    }


def test_secrets_come_from_a_kubernetes_secret_that_is_named_like_the_hook(
    depth: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(depth, image)

    assert template(manifest)["container"]["env"] == [
        {
            "name": "HOOKKIT_OPTION_API_KEY",
            "valueFrom": {"secretKeyRef": {"name": "contract-in-depth", "key": "api_key"}},
        },
        {
            "name": "HOOKKIT_OPTION_TOKEN",
            "valueFrom": {"secretKeyRef": {"name": "contract-in-depth", "key": "token", "optional": True}},
        },
    ]
    assert not {"api_key", "token"} & set(parameters(manifest))
    assert not [one for one in template(manifest)["container"]["args"] if "api-key" in one or "token" in one]


def test_results_are_output_parameters_with_a_default_from_where_the_hook_is_told_to_write_them(
    depth: HookSpec, image: ImageReference
) -> None:
    main = template(render_workflow_template(depth, image))
    [flag] = [one for one in main["container"]["args"] if one.startswith("--results=")]

    assert [one["name"] for one in main["outputs"]["parameters"]] == [result.name for result in depth.results]
    for one in main["outputs"]["parameters"]:
        assert one["valueFrom"] == {"path": f"{flag.removeprefix('--results=')}/{one['name']}", "default": ""}


def test_a_hook_without_results_and_secrets_has_neither_flag_nor_variables(
    hello_world: HookSpec, image: ImageReference
) -> None:
    main = template(render_workflow_template(hello_world, image))

    assert "env" not in main["container"]
    assert "parameters" not in main["outputs"]
    assert not [one for one in main["container"]["args"] if one.startswith("--results")]


# ---------------------------------------------------------------- policy


def test_a_retry_follows_the_exit_codes_of_the_contract(hello_world: HookSpec, image: ImageReference) -> None:
    strategy = template(render_workflow_template(hello_world, image))["retryStrategy"]

    codes = re.findall(r"\d+", strategy.pop("expression"))
    assert [int(code) for code in codes] == list(RETRYABLE_EXIT_CODES)
    assert strategy == {
        "limit": "2",
        "retryPolicy": "Always",
        "backoff": {"duration": "30s", "factor": "2"},
    }


def test_a_hook_without_retry_has_no_retry_strategy(no_arguments: HookSpec, image: ImageReference) -> None:
    assert "retryStrategy" not in template(render_workflow_template(no_arguments, image))


def test_the_workflow_has_time_for_all_attempts_and_the_waits_between_them(
    hello_world: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(hello_world, image)

    assert template(manifest)["activeDeadlineSeconds"] == 3600
    assert manifest["spec"]["activeDeadlineSeconds"] == 3 * (3600 + 600) + 30 + 60


def test_the_deadline_of_many_retries_stays_within_what_kubernetes_takes(
    hello_world: HookSpec, image: ImageReference
) -> None:
    manifest = render_workflow_template(hello_world.replace(retry=Retry(limit=100)), image)

    assert manifest["spec"]["activeDeadlineSeconds"] == 2**31 - 1


# ---------------------------------------------------------------- what people wrote


def test_a_version_that_is_no_label_becomes_one(every_type: HookSpec, image: ImageReference) -> None:
    labels = render_workflow_template(every_type, image)["metadata"]["labels"]

    assert labels["app.kubernetes.io/version"] == "2.1.0rc1-local.7"


@pytest.mark.parametrize("text", ["{{", "{{{", "a {{x}} b", "{{=1}}", "{{{{"])
def test_braces_in_what_authors_write_are_no_tags(hello_world: HookSpec, image: ImageReference, text: str) -> None:
    options = (OptionSpec("x", description=text, required=True),)
    spec = hello_world.replace(title=text, description=text, options=options, outputs=())

    texts = [value for value in all_values(render_workflow_template(spec, image)) if isinstance(value, str)]

    assert [value for value in texts if "{{" in value] == ["--x={{inputs.parameters.x}}"]
