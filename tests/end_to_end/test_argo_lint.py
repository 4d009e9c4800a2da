"""Three judges look at every manifest that tests and examples hold or produce: Argo's own lint, Hera, and hookkit."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hera.workflows import models
from pydantic import BaseModel
from realparts import argo_lint
from realparts.desk import hookkit
from realparts.manifests import FOREIGN, HELD, NAMES, PRODUCED, argo_version, write_manifests

from hookkit.check.manifest.checking import Source, check_manifests

pytestmark = pytest.mark.slow

KINDS: dict[str, type[BaseModel]] = {
    "Workflow": models.Workflow,
    "WorkflowTemplate": models.WorkflowTemplate,
    "ClusterWorkflowTemplate": models.ClusterWorkflowTemplate,
    "CronWorkflow": models.CronWorkflow,
}


@pytest.fixture(scope="session")
def argo() -> Path:
    """A program `argo` that has Argo's own lint; where nothing can build it, tests skip and say so."""
    try:
        return argo_lint.ensure()
    except argo_lint.GoAbsentError as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def manifests(shared_folder: Path) -> dict[str, Path]:
    return write_manifests(shared_folder / "manifests")


@pytest.fixture(scope="session")
def verdicts(argo: Path, manifests: Mapping[str, Path]) -> Mapping[Path, list[str]]:
    """What Argo has against each file: one run for all of them."""
    alone = [file for file in manifests.values() if file.parent != FOREIGN]
    return argo_lint.verdicts(argo, [*alone, FOREIGN])


def argo_objects(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of Argo's kinds in a file, those within lists too."""
    text = file.read_text(encoding="utf-8")
    documents = [json.loads(text)] if file.suffix == ".json" else yaml.safe_load_all(text)
    for document in documents:
        items = document["items"] if document["kind"] == "List" else [document]
        yield from (one for one in items if one["kind"] in KINDS)


def quantities_as_text(node: dict[str, Any]) -> dict[str, Any]:
    """A mapping of JSON as Hera takes it: Kubernetes takes quantities that are numbers, Hera texts alone."""
    for key in node.keys() & {"requests", "limits"}:
        node[key] = {name: str(quantity) for name, quantity in node[key].items()}
    return node


def test_there_are_manifests_of_every_sort() -> None:
    assert {name.split("/")[0] for name in HELD} == {"tests", "examples"}
    assert {name.split("/")[0] for name in PRODUCED} == {"golden", "examples", "templates"}


@pytest.mark.parametrize("name", NAMES)
def test_argo_has_nothing_against_it(
    name: str, manifests: Mapping[str, Path], verdicts: Mapping[Path, list[str]]
) -> None:
    assert verdicts[manifests[name]] == []


@pytest.mark.parametrize("name", NAMES)
def test_hera_takes_every_field_of_it(name: str, manifests: Mapping[str, Path]) -> None:
    objects = list(argo_objects(manifests[name]))

    assert objects
    for one in objects:
        as_hera_takes_it = json.loads(json.dumps(one), object_hook=quantities_as_text)
        KINDS[one["kind"]].model_validate_json(json.dumps(as_hera_takes_it), strict=True, extra="forbid")


@pytest.mark.parametrize("name", NAMES)
def test_hookkit_finds_nothing_in_it(name: str, manifests: Mapping[str, Path]) -> None:
    content = manifests[name].read_bytes()

    found = check_manifests([Source(name, content)], argo_version(content.decode()))

    assert [str(one) for one in found] == []


# ---------------------------------------------------------------- what Argo refuses

GOOD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: good}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: registry.example.org/one:1, command: [one]}
"""
#: Mistakes, each with a piece of the good manifest, what stands in its place, and a part of what Argo says.
MISTAKES = {
    "an unknown template": ("entrypoint: main", "entrypoint: mian", "'mian' undefined"),
    "an unknown field": ("command:", "comand:", 'unknown field "spec.templates[0].container.comand"'),
    "a name given twice": ("  templates:", "  templates:\n  - {name: main, suspend: {}}", "name 'main' is not unique"),
    "a value of another type": ("entrypoint: main", "entrypoint: [main]", "cannot unmarshal array"),
    "an unknown kind": ("kind: Workflow", "kind: Workflows", "found nothing to lint"),
    "no YAML": ("spec:", "spec: [", "found nothing to lint"),
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


def test_argo_accepts_the_manifest_that_the_mistakes_are_put_into(argo: Path, tmp_path: Path) -> None:
    write(tmp_path, {"good.yaml": GOOD})

    assert argo_lint.verdicts(argo, [tmp_path]) == {tmp_path / "good.yaml": []}


@pytest.mark.parametrize(("right", "wrong", "words"), MISTAKES.values(), ids=MISTAKES)
def test_argo_refuses(right: str, wrong: str, words: str, argo: Path, tmp_path: Path) -> None:
    write(tmp_path, {"bad.yaml": GOOD.replace(right, wrong)})

    [error] = argo_lint.verdicts(argo, [tmp_path / "bad.yaml"])[tmp_path / "bad.yaml"]

    assert words in error


# ---------------------------------------------------------------- hookkit check manifest --argo


def check(folder: Path, *arguments: str, path: Path | None = None) -> tuple[int, list[str]]:
    """Run `hookkit check manifest --argo` with a folder before all others on PATH; its exit code and its lines."""
    places = os.pathsep.join([*([str(path)] if path else []), os.environ["PATH"]])
    done = hookkit(folder, "check", "manifest", "--argo", *arguments, PATH=places)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_the_program_on_path_is_asked_too(argo: Path, tmp_path: Path) -> None:
    unread = GOOD.replace("entrypoint: main", "entrypoint: [main]")
    undefined = GOOD.replace("entrypoint: main", "entrypoint: mian")
    write(tmp_path, {"a.yaml": unread, "b.yaml": undefined, "c.yaml": GOOD, "d.txt": GOOD})

    unreadable = "json: cannot unmarshal array into Go struct field WorkflowSpec.spec.entrypoint of type string"

    code, lines = check(tmp_path, "a.yaml", "b.yaml", "c.yaml", "d.txt", path=argo.parent)

    assert code == 1
    assert [line for line in lines if " AL001 " in line] == [
        f"a.yaml: AL001 error: Argo says: {unreadable}",
        """b.yaml: AL001 error: Argo says: in "good" (Workflow): template name 'mian' undefined""",
        "d.txt: AL001 error: Argo does not look into a file of this name; let it end in .yaml or .yml or .json",
    ]


def test_files_may_refer_to_each_other(argo: Path, tmp_path: Path) -> None:
    reference = "spec: {workflowTemplateRef: {name: good}}"
    write(
        tmp_path,
        {
            "template.yaml": GOOD.replace("kind: Workflow", "kind: WorkflowTemplate"),
            "workflow.yaml": GOOD.partition("spec:")[0] + reference,
        },
    )

    _, alone = check(tmp_path, "workflow.yaml", path=argo.parent)
    _, together = check(tmp_path, "workflow.yaml", "template.yaml", path=argo.parent)

    assert len([line for line in alone if " AL001 " in line]) == 1
    assert [line for line in together if " AL001 " in line] == []


def test_files_with_templates_of_one_name_are_looked_at_one_by_one(argo: Path, tmp_path: Path) -> None:
    template = GOOD.replace("kind: Workflow", "kind: WorkflowTemplate")
    write(tmp_path, {"one.yaml": template, "two.yaml": template.replace("entrypoint: main", "entrypoint: mian")})

    _, lines = check(tmp_path, "one.yaml", "two.yaml", path=argo.parent)

    assert [line.partition(":")[0] for line in lines if " AL001 " in line] == ["two.yaml"]
