"""HookSpec and image reference become the WorkflowTemplate, the platform's descriptor and a JSON Schema."""

from typing import TYPE_CHECKING

from hookkit.manifest.descriptor import render_descriptor
from hookkit.manifest.fields import Manifest
from hookkit.manifest.places import input_places, output_places
from hookkit.manifest.schema import render_schema
from hookkit.manifest.text import json_text, yaml_text
from hookkit.manifest.workflowtemplate import render_workflow_template
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings

__all__ = [
    "Manifest",
    "input_places",
    "json_text",
    "output_places",
    "render_descriptions",
    "render_descriptor",
    "render_schema",
    "render_workflow_template",
    "yaml_text",
]


def render_descriptions(spec: HookSpec, image: ImageReference, site: "ArgoSettings | None" = None) -> dict[str, str]:
    """The three descriptions of a hook, file name to text: for Argo, for the platform, for editors and forms.

    Args:
        spec: what the hook declares.
        image: its image.
        site: `[tool.hookkit.argo]`; the defaults where it is None.

    """
    name = spec.kubernetes_name
    return {
        f"{name}.workflowtemplate.yaml": yaml_text(render_workflow_template(spec, image, site)),
        f"{name}.workflow.json": json_text(render_descriptor(spec)),
        f"{name}.schema.json": json_text(render_schema(spec)),
    }
