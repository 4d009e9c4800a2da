"""A hook, its image and its staging become the container that runs it."""

from typing import TYPE_CHECKING

from hookkit import contract
from hookkit.manifest.fields import Manifest, given
from hookkit.manifest.options import tag
from hookkit.manifest.places import output_places
from hookkit.manifest.policy import container_security, resources
from hookkit.manifest.staging import Staging
from hookkit.reference import ImageReference
from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import render_arguments
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings


def render_container(spec: HookSpec, image: ImageReference, site: "ArgoSettings", staging: Staging) -> Manifest:
    """The container of the hook: its command, its secrets, what it gets and what it may do."""
    return given(
        image=str(image),
        imagePullPolicy=site.image_pull_policy,
        # Explicit: else Argo's controller asks the registry for the entry point, which fails for a private one.
        command=[contract.IMAGE_PYTHON, "-m", contract.RUNTIME_MODULE],
        args=_arguments(spec, staging),
        env=_secret_variables(spec, site.secret or spec.kubernetes_name),
        resources=resources(spec.resources, staging.volume_size),
        securityContext=container_security(),
        volumeMounts=staging.mounts,
    )


def _arguments(spec: HookSpec, staging: Staging) -> list[str]:
    # An optional input keeps its flag: the runtime takes an empty place for one that was not given.
    tags = {option.name: tag(option.name) for option in spec.options}
    results = [f"{contract.RESULTS_FLAG}={contract.RESULTS_ROOT}"] if spec.results else []
    return [str(spec.entry_point), *render_arguments(spec, staging.input_places, output_places(spec), tags), *results]


def _secret_variables(spec: HookSpec, secret: str) -> list[Manifest]:
    """A variable each, from a Kubernetes Secret whose keys are the names of the hook's."""
    return [
        {
            "name": option_variable(one.name),
            "valueFrom": {"secretKeyRef": given(name=secret, key=one.name, optional=None if one.required else True)},
        }
        for one in spec.secrets
    ]
