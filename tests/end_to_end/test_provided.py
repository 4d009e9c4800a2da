"""The hooks that the platform provides, declared with hookkit, are described as the platform describes them.

What lies in expected/ are the facts that the platform answers, but for the numbers that it assigns.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from realparts.shell import Shell

from hookkit.manifest import json_text, render_descriptor, render_schema
from hookkit.project import describe, find_project
from hookkit.spec import HookSpec

PROVIDED = Path(__file__).parents[2] / "examples" / "provided"
#: Name, title, version and usual product types, as the platform's list of workflows has them.
LISTED = {
    "data_harvest": ("data-harvest", "Data harvest", "0.0.1", None, None),
    "card_bs": ("card_bs", "Sentinel-1: Terrain-corrected backscatter", "3.6.2", "GRD", "CARD-BS"),
    "card_cohinf": ("card_cohinf", "Sentinel-1 Coherence/Interferometry", "1.0.0", "SLC", None),
    "c2rcc": ("c2rcc", "Sentinel-2: C2RCC", "1.1.1", "S2MSI1C", None),
    "lai": ("lai", "Sentinel-2: SNAP-Biophysical", "1.1.1", "S2MSI2A", None),
    "sen2cor": ("sen2cor", "Sentinel-2: Sen2Cor", "2.10.0", "S2MSI1C", None),
}


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> HookSpec:
    """What one of the hooks declares."""
    return describe(find_project(PROVIDED), f"provided.{request.param}")


@pytest.mark.parametrize(("spec", "listed"), LISTED.items(), ids=LISTED, indirect=["spec"])
def test_a_provided_hook_is_described_as_the_platform_describes_it(spec: HookSpec, listed: tuple[str, ...]) -> None:
    answer = render_descriptor(spec)

    file = PROVIDED / "expected" / f"{spec.kubernetes_name}.workflow.json"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(json_text(answer), encoding="utf-8")
    assert json_text(answer) == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites what is expected"
    [found] = answer["value"]
    keys = ("Name", "DisplayName", "WorkflowVersion", "InputProductType", "OutputProductType")
    assert tuple(found[key] for key in keys) == listed
    assert found["CustomInputSource"] is False


@pytest.mark.parametrize("spec", ["data_harvest", "card_cohinf"], indirect=True)
def test_the_schema_of_a_provided_hook_is_the_one_that_is_expected(spec: HookSpec) -> None:
    text = json_text(render_schema(spec))

    file = PROVIDED / "expected" / f"{spec.kubernetes_name}.schema.json"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites what is expected"


# ---------------------------------------------------------------- orders


def order(*left_out: str, **changed: Any) -> dict[str, Any]:
    """The order of the example, with other options."""
    found: dict[str, Any] = json.loads((PROVIDED / "orders" / "data-harvest.json").read_text(encoding="utf-8"))
    values = {one["Name"]: one["Value"] for one in found["WorkflowOptions"] if one["Name"] not in left_out} | changed
    return found | {"WorkflowOptions": [{"Name": name, "Value": value} for name, value in values.items()]}


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the project."""
    return Path(shutil.copytree(PROVIDED, tmp_path / "provided"))


RUN = "hookkit run provided.data_harvest --output out --config-file"


@pytest.mark.slow
def test_an_order_of_data_harvest_is_accepted_and_the_function_says_where_it_runs(example: Path, shell: Shell) -> None:
    answer = example / "answer.json"
    answer.write_text(json.dumps({"@odata.context": "#metadata", "value": order() | {"Id": 25380}}))

    for file in ("orders/data-harvest.json", answer.name):
        done = shell.run(example, f"{RUN} {file}")

        assert done.returncode == 101, done.stdout + done.stderr
        assert "data-harvest runs on the platform alone" in done.stdout + done.stderr
        assert "ENCRYPTED" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_wrong_order_of_data_harvest_is_refused_with_all_that_is_wrong(example: Path, shell: Shell) -> None:
    wrong = order("desp_source_username", desp_source_colection="x", output_pth="x", source_grant_type="PASSWRD")
    (example / "order.json").write_text(json.dumps(wrong))

    done = shell.run(example, f"{RUN} order.json")

    assert done.returncode == 2
    for words in (
        "'desp_source_colection': no such option; did you mean 'desp_source_collection'?",
        "'output_pth': no such option; did you mean 'output_s3_path'?",
        "'PASSWRD' is not one of PASSWORD, CLIENT_CREDENTIALS; did you mean 'PASSWORD'?",
        "--desp-source-username: is missing, and needed when source_type is DESP",
    ):
        assert words in " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
def test_the_commands_of_the_readme_work(example: Path, shell: Shell) -> None:
    [block] = (example / "README.md").read_text(encoding="utf-8").split("```sh\n")[1:]

    shell.run(example, block.partition("```")[0])

    assert {file.name for file in (example / "dist").iterdir()} >= {"data-harvest.workflow.json", "card-bs.schema.json"}
