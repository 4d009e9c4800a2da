"""A HookSpec and its image become the WorkflowTemplate, in fields that Argo Workflows 3.5 to 4.1 all take."""

import re
from typing import Any, Final

from hookkit import contract
from hookkit.datatypes import ValueType
from hookkit.manifest.places import input_places, output_places
from hookkit.manifest.wording import bounded_description, without_tags
from hookkit.reference import ImageReference
from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import render_arguments
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, Resources, Retry, SecretSpec

Manifest = dict[str, Any]

#: The same in every hook's manifest, so that a chain refers to it by `templateRef` without looking.
ENTRYPOINT: Final = "main"
VOLUME_NAME: Final = "hook"

_ANNOTATION: Final = "workflows.argoproj.io"
_KEEP_SECONDS: Final = 24 * 3600
_BACKOFF_FACTOR: Final = 2
#: Time for a cluster to find a node and pull the image, on top of what an attempt may take.
_SCHEDULING_SECONDS: Final = 600
_MAX_DEADLINE_SECONDS: Final = 2**31 - 1  # Kubernetes takes no more


def render_workflow_template(spec: HookSpec, image: ImageReference) -> Manifest:
    """The WorkflowTemplate that runs this hook from this image.

    All that a submitter may set stands in `spec.arguments`; an option without a default has no value there, so that
    a submit without it fails at once.
    """
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": spec.kubernetes_name, **_labelled(spec)},
        "spec": {
            "entrypoint": ENTRYPOINT,
            **_given(arguments=_arguments(spec) or None),
            "securityContext": _pod_security(),
            "activeDeadlineSeconds": _workflow_deadline(spec),
            "ttlStrategy": {"secondsAfterCompletion": _KEEP_SECONDS},
            "podGC": {"strategy": "OnPodSuccess"},
            "workflowMetadata": _labelled(spec),
            "templates": [_template(spec, image)],
        },
    }


def _given(**fields: Any) -> Manifest:
    return {name: value for name, value in fields.items() if value is not None}


# ---------------------------------------------------------------- labels and annotations


def _labelled(spec: HookSpec) -> Manifest:
    return {
        "labels": {
            "app.kubernetes.io/name": spec.kubernetes_name,
            "app.kubernetes.io/version": _label_value(spec.version),
            "app.kubernetes.io/managed-by": "hookkit",
        },
        "annotations": {
            f"{_ANNOTATION}/{name}": without_tags(text)
            for name, text in (("title", spec.title), ("description", spec.description))
            if text
        },
    }


def _label_value(text: str) -> str:
    """The text as Kubernetes takes it for a label: `1.0+local` is a version, but no label."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)[:63].strip("-_.")


# ---------------------------------------------------------------- the public contract: arguments


def _arguments(spec: HookSpec) -> Manifest:
    return {
        **_list_of("parameters", [_argument(option) for option in spec.options]),
        **_list_of("artifacts", [_input_argument(spec, part) for part in spec.inputs]),
    }


def _list_of(name: str, items: list[Manifest]) -> Manifest:
    return {name: items} if items else {}


def _argument(option: OptionSpec) -> Manifest:
    return _given(
        name=option.name,
        value=None if option.required else option.default_text,
        enum=_enum(option.type) or None,
        description=without_tags(bounded_description(option)) or None,
    )


def _enum(value_type: ValueType) -> list[str]:
    """The only texts that may travel, for Argo's menus; empty where there is no end of them."""
    choices = value_type.choices or ((True, False) if value_type.kind == "bool" else ())
    none = [value_type.write(None)] if choices and value_type.optional else []
    return [*map(value_type.write, choices), *none]


def _input_argument(spec: HookSpec, part: InputSpec) -> Manifest:
    # A key alone: bucket and credentials are those of the cluster's artifact repository.
    key = f"hooks/{spec.kubernetes_name}/{part.name}"
    return _given(name=part.name, optional=part.optional or None, s3={"key": key})


# ---------------------------------------------------------------- the template


def _template(spec: HookSpec, image: ImageReference) -> Manifest:
    return {
        "name": ENTRYPOINT,
        **_given(inputs=_inputs(spec) or None, outputs=_outputs(spec) or None),
        "metadata": {"annotations": {f"{_ANNOTATION}/progress": "0/100"}},
        "activeDeadlineSeconds": spec.timeout_seconds,
        **_given(retryStrategy=_retry_strategy(spec.retry) if spec.retry.limit else None),
        "volumes": [{"name": VOLUME_NAME, "emptyDir": {}}],
        "container": _container(spec, image),
    }


def _inputs(spec: HookSpec) -> Manifest:
    places = input_places(spec)
    return {
        **_list_of("parameters", [_parameter(option) for option in spec.options]),
        **_list_of("artifacts", [_artifact(part, places[part.name]) for part in spec.inputs]),
    }


def _parameter(option: OptionSpec) -> Manifest:
    return _given(name=option.name, default=None if option.required else option.default_text)


def _artifact(part: InputSpec | OutputSpec, path: str) -> Manifest:
    return _given(name=part.name, path=path, optional=part.optional or None)


def _outputs(spec: HookSpec) -> Manifest:
    # The pod's name is part of the key, so that a second attempt never mixes with what a first one left.
    prefix = f"hooks/{spec.kubernetes_name}/{{{{workflow.name}}}}/{{{{pod.name}}}}"
    places = output_places(spec)
    artifacts = [
        {**_artifact(part, places[part.name]), "archive": {"none": {}}, "s3": {"key": f"{prefix}/{part.name}"}}
        for part in spec.outputs
    ]
    parameters = [
        # A default, since results are written at the end: without one, Argo would hide why the hook failed before.
        {"name": result.name, "valueFrom": {"path": f"{contract.RESULTS_ROOT}/{result.name}", "default": ""}}
        for result in spec.results
    ]
    return {**_list_of("parameters", parameters), **_list_of("artifacts", artifacts)}


def _container(spec: HookSpec, image: ImageReference) -> Manifest:
    return {
        "image": str(image),
        # Explicit: else Argo's controller asks the registry for the entry point, which fails for a private one.
        "command": [contract.IMAGE_PYTHON, "-m", contract.RUNTIME_MODULE],
        "args": _args(spec),
        **_list_of("env", [_secret_variable(spec, secret) for secret in spec.secrets]),
        "resources": {"requests": _amounts(spec.resources), "limits": _amounts(spec.resources)},
        "securityContext": _container_security(),
        "volumeMounts": [{"name": VOLUME_NAME, "mountPath": contract.VOLUME}],
    }


def _args(spec: HookSpec) -> list[str]:
    # An optional input keeps its flag: the runtime takes an empty place for one that was not given.
    tags = {option.name: f"{{{{inputs.parameters.{option.name}}}}}" for option in spec.options}
    results = [f"{contract.RESULTS_FLAG}={contract.RESULTS_ROOT}"] if spec.results else []
    return [str(spec.entry_point), *render_arguments(spec, input_places(spec), output_places(spec), tags), *results]


def _secret_variable(spec: HookSpec, secret: SecretSpec) -> Manifest:
    """A variable from the Kubernetes Secret that is named like the hook; its keys are the secrets' names."""
    reference = _given(name=spec.kubernetes_name, key=secret.name, optional=None if secret.required else True)
    return {"name": option_variable(secret.name), "valueFrom": {"secretKeyRef": reference}}


def _amounts(resources: Resources) -> Manifest:
    return {"cpu": str(resources.cpu), "memory": str(resources.memory)}


# ---------------------------------------------------------------- policy


def _pod_security() -> Manifest:
    # At pod level, so that Argo's own containers can write the inputs and read the outputs.
    return {
        "runAsNonRoot": True,
        "runAsUser": contract.IMAGE_USER,
        "runAsGroup": contract.IMAGE_USER,
        "fsGroup": contract.IMAGE_USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _container_security() -> Manifest:
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _retry_strategy(retry: Retry) -> Manifest:
    codes = ", ".join(str(int(code)) for code in contract.RETRYABLE_EXIT_CODES)
    return {
        "limit": str(retry.limit),
        # Explicit: Argo's default changed in 3.5 where an expression is present.
        "retryPolicy": "Always",
        "expression": f"lastRetry.status == 'Error' || asInt(lastRetry.exitCode) in [{codes}]",
        # No maxDuration: it counts the attempts themselves, and would forbid the retry of a long one.
        "backoff": {"duration": f"{retry.backoff_seconds}s", "factor": str(_BACKOFF_FACTOR)},
    }


def _workflow_deadline(spec: HookSpec) -> int:
    """Seconds for all attempts with the waits between them."""
    attempts = (spec.retry.limit + 1) * (spec.timeout_seconds + _SCHEDULING_SECONDS)
    waits: int = sum(spec.retry.backoff_seconds * _BACKOFF_FACTOR**retry for retry in range(spec.retry.limit))
    return min(attempts + waits, _MAX_DEADLINE_SECONDS)
