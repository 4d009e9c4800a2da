from collections.abc import Callable
from pathlib import Path

from hookkit.manifest import render_descriptions
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec


def test_descriptions_are_those_that_lie_beside_the_spec(
    case: str,
    spec: HookSpec,
    image: ImageReference,
    golden_folder: Path,
    compare_golden: Callable[[Path, str], None],
) -> None:
    for name, text in render_descriptions(spec, image).items():
        compare_golden(golden_folder / case / name, text)


def test_a_hook_has_three_descriptions_named_as_kubernetes_names_it(
    hello_world: HookSpec, image: ImageReference
) -> None:
    assert list(render_descriptions(hello_world, image)) == [
        "hello-world-processor.workflowtemplate.yaml",
        "hello-world-processor.workflow.json",
        "hello-world-processor.schema.json",
    ]


def test_no_golden_file_is_left_over_from_an_older_name(
    case: str, spec: HookSpec, image: ImageReference, golden_folder: Path
) -> None:
    there = {file.name for file in (golden_folder / case).iterdir()}
    others = {"Dockerfile"}  # the image's, which is made of the same spec

    assert there - others == {"spec.json", *render_descriptions(spec, image)}
