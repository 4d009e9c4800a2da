"""From an empty folder to a product, an image and a WorkflowTemplate, however hookkit was installed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hera.workflows.models import WorkflowTemplate
from realparts.installing import make_project_environment
from realparts.shell import Shell

pytestmark = pytest.mark.slow

START = (
    "hookkit new hello-world-processor my-hook --defaults && cd my-hook"
    " && hookkit run --input data/input_file_location --output out"
)
BUILD = "hookkit build && hookkit run --engine container --input data/input_file_location --output out2"
SAMPLE = "data/input_file_location/example.data"
RESULT = "my_new_product_name/result.data"


def started(shell: Shell, folder: Path) -> Path:
    """The project that the first line makes, with a `.venv` of its own that lacks hookkit."""
    shell.must(folder, START)
    make_project_environment(folder / "my-hook")
    return folder / "my-hook"


def upper_case(project: Path) -> bytes:
    return (project / SAMPLE).read_text(encoding="utf-8").upper().encode()


def test_one_line_leads_from_an_empty_folder_to_the_product(
    any_shell: Shell, tmp_path: Path, wheel: Path, repository: Path
) -> None:
    done = any_shell.run(tmp_path, START)

    project = tmp_path / "my-hook"
    assert done.returncode == 0, done.stderr
    assert (project / "out" / RESULT).read_bytes() == upper_case(project)
    assert [file.name for file in (project / "out").rglob("*") if file.is_file()] == ["result.data"]
    # hookkit is on no index: what made the project is where it is had from.
    source = repository if "editable" in any_shell.bin.parent.name else wheel
    assert f'"hookkit[cli] @ {source.as_uri()}"' in (project / "pyproject.toml").read_text()


def test_the_image_gives_the_same_bytes(any_shell: Shell, tmp_path: Path, my_hook_image: str) -> None:
    project = started(any_shell, tmp_path)

    any_shell.must(project, BUILD)

    assert (project / "out2" / RESULT).read_bytes() == (project / "out" / RESULT).read_bytes() == upper_case(project)
    image = json.loads((project / "dist" / "build.json").read_text())["image"]
    assert re.fullmatch(rf"{my_hook_image}:0\.1\.0-[0-9a-f]{{12}}", image)


def test_tests_and_hook_run_in_the_projects_own_environment_although_it_lacks_hookkit(
    any_shell: Shell, tmp_path: Path
) -> None:
    project = started(any_shell, tmp_path)
    main = project / "src" / "my_hook" / "main.py"
    main.write_text(f"import sys\n{main.read_text()}    (product / 'python').write_text(sys.prefix)\n")

    assert "4 passed" in any_shell.must(project, "hookkit test --update-golden")
    any_shell.must(project, "hookkit run --input data/input_file_location --output out")

    assert (project / "out" / "my_new_product_name" / "python").read_text() == str(project / ".venv")
    assert any_shell.run(project, ".venv/bin/python -c 'import hookkit'").returncode == 1


def test_plain_pytest_runs_the_projects_tests_where_hookkit_is_installed(shell: Shell, tmp_path: Path) -> None:
    shell.must(tmp_path, START)

    assert "4 passed" in shell.must(tmp_path / "my-hook", "pytest")


def test_the_workflow_template_loads_with_argos_models_and_unknown_fields_forbidden(
    shell: Shell, tmp_path: Path
) -> None:
    shell.must(tmp_path, START)

    text = shell.must(tmp_path / "my-hook", "hookkit manifest --stdout")

    manifest = WorkflowTemplate.model_validate_json(json.dumps(yaml.safe_load(text)), strict=True, extra="forbid")
    assert manifest.metadata.name == "my-hook"
    assert manifest.spec.templates


def test_a_pushed_image_is_named_by_its_digest_in_the_workflow_template(
    shell: Shell, tmp_path: Path, pushing_place: str, my_hook_image: str
) -> None:
    shell.must(tmp_path, START)
    project = tmp_path / "my-hook"

    done = shell.run(project, f"hookkit build --push {pushing_place}/me/{my_hook_image}:0.1.0")

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    template = yaml.safe_load((project / "dist" / "my-hook.workflowtemplate.yaml").read_text())
    digest = json.loads((project / "dist" / "build.json").read_text())["digest"]
    [main] = template["spec"]["templates"]
    assert main["container"]["image"] == f"{pushing_place}/me/my-hook:0.1.0@{digest}"


def test_without_the_extra_one_line_says_what_to_install(wheel: Path, tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(wheel)!r}); from hookkit.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 125
    assert len(done.stderr.splitlines()) == 1
    assert "hookkit[cli]" in done.stderr
