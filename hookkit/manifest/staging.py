"""A hook's inputs and outputs become how their data comes in and goes out: as artifacts, or in a volume.

A hook can't tell which: its inputs lie below /mnt/vol/input, its outputs below /mnt/vol/output, and /mnt/vol is all
that it can write. The keys in the repository and the paths in the volume are the same, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hookkit import contract
from hookkit.manifest.fields import Manifest, given
from hookkit.manifest.options import tag
from hookkit.manifest.places import input_places, output_places
from hookkit.manifest.wording import without_tags
from hookkit.spec import HookSpec, InputSpec, OutputSpec

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings

VOLUME_NAME: Final = "hook"
#: The parameter that says where a run writes; with a dash, since no name of an option has one.
RUN_FOLDER: Final = "run-folder"
#: A run's own folder: the pod's name is part of it, so that a second attempt never mixes with what a first one left.
_OWN_FOLDER: Final = "{{workflow.name}}/{{pod.name}}"


@dataclass(frozen=True)
class Staging:
    """How a hook's data comes in and goes out.

    Attributes:
        arguments: what a submitter sets: lists of parameters and artifacts.
        inputs, outputs: the same of the template.
        volume: the source of the volume at /mnt/vol.
        mounts: its mounts, the outer one first.
        input_places: where each input lies in the container, which may hold tags.
        volume_size: the part of the node's disk that the volume may take.

    """

    volume: Manifest
    mounts: list[Manifest]
    arguments: Manifest
    inputs: Manifest
    input_places: Mapping[str, str]
    outputs: Manifest = field(default_factory=dict)
    volume_size: str | None = None


def stage(spec: HookSpec, site: "ArgoSettings") -> Staging:
    """The staging that the site wants."""
    return _STAGINGS[site.staging](spec, site)


def _folder(spec: HookSpec, site: "ArgoSettings") -> str:
    """Where this hook's data lies, in the repository or in the volume."""
    return f"{site.prefix}/{spec.kubernetes_name}"


# ---------------------------------------------------------------- artifacts, through Argo's repository


def _artifacts(spec: HookSpec, site: "ArgoSettings") -> Staging:
    inputs, outputs, folder = input_places(spec), output_places(spec), _folder(spec, site)
    on_disk = site.volume_medium is None
    return Staging(
        # A key alone: bucket and credentials are those of the artifact repository.
        arguments={"artifacts": [_artifact(part, s3={"key": f"{folder}/{part.name}"}) for part in spec.inputs]},
        inputs={"artifacts": [_artifact(part, inputs[part.name]) for part in spec.inputs]},
        outputs={"artifacts": [_product(part, outputs[part.name], folder) for part in spec.outputs]},
        volume={"emptyDir": given(medium=site.volume_medium, sizeLimit=site.volume_size)},
        mounts=[{"name": VOLUME_NAME, "mountPath": contract.VOLUME}],
        input_places=inputs,
        volume_size=site.volume_size if on_disk else None,
    )


def _artifact(part: InputSpec | OutputSpec, path: str | None = None, **fields: Any) -> Manifest:
    return given(name=part.name, path=path, optional=part.optional or None, **fields)


def _product(part: OutputSpec, path: str, folder: str) -> Manifest:
    key = f"{folder}/{_OWN_FOLDER}/{part.name}"
    return _artifact(part, path, archive={"none": {}}, s3={"key": key})


# ---------------------------------------------------------------- a volume that pods share


def _volume(spec: HookSpec, site: "ArgoSettings") -> Staging:
    folder = _folder(spec, site)
    return Staging(
        arguments={"parameters": [*(_path_argument(part, folder) for part in spec.inputs), _run_argument(folder)]},
        inputs={"parameters": [*(_path_parameter(part, folder) for part in spec.inputs), _run_parameter(folder)]},
        volume={"persistentVolumeClaim": {"claimName": site.volume_claim or spec.kubernetes_name}},
        mounts=_volume_mounts(spec, site.volume_path),
        input_places={part.name: f"{contract.INPUT_ROOT}/{tag(part.name)}" for part in spec.inputs},
    )


def _path_argument(part: InputSpec, folder: str) -> Manifest:
    """The parameter that says where an input lies; it is named like the input, as an artifact would be."""
    description = f"{part.description} (a path in the volume)".lstrip()
    return {"name": part.name, "value": f"{folder}/{part.name}", "description": without_tags(description)}


def _path_parameter(part: InputSpec, folder: str) -> Manifest:
    """Like an artifact, a step of a chain has to give it, or leaves an optional one where there is none."""
    return given(name=part.name, default=f"{folder}/{part.name}" if part.optional else None)


def _run_argument(folder: str) -> Manifest:
    description = "Folder of the volume that the hook writes into; every run has its own unless it is set"
    return {"name": RUN_FOLDER, "value": f"{folder}/{_OWN_FOLDER}", "description": description}


def _run_parameter(folder: str) -> Manifest:
    return {"name": RUN_FOLDER, "default": f"{folder}/{_OWN_FOLDER}"}


def _volume_mounts(spec: HookSpec, root: str | None) -> list[Manifest]:
    """The run's own folder, the only one that can be written, and in it all of the volume, to be read."""
    own = f"{root}/{tag(RUN_FOLDER)}" if root else tag(RUN_FOLDER)
    all_of_it = given(name=VOLUME_NAME, mountPath=contract.INPUT_ROOT, subPath=root, readOnly=True)
    return [
        {"name": VOLUME_NAME, "mountPath": contract.VOLUME, "subPath": own},
        *([all_of_it] if spec.inputs else []),
    ]


_STAGINGS: Final[Mapping[str, Callable[[HookSpec, "ArgoSettings"], Staging]]] = {
    "artifacts": _artifacts,
    "volume": _volume,
}
