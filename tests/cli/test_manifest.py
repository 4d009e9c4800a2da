"""`hookkit manifest`: what it writes, for which cluster, and what it says of a manifest that is there already."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from realparts.desk import HOOKKIT, SHOUT, hookkit, on_terminal, write_project

from hookkit.argo import STAGINGS

TEMPLATE = "dist/shout.workflowtemplate.yaml"
BOMB = ["a: &a [x]", *(f"{key}: &{key} [{', '.join(['*' + before] * 20)}]" for before, key in pairwise("abcdefgh"))]
FILES = [TEMPLATE, "dist/shout.workflow.json", "dist/shout.schema.json"]


def site(folder: Path, settings: str) -> Path:
    return write_project(folder, SHOUT, f'hook = "my_hook"\n[tool.hookkit.argo]\n{settings}')


def printed(folder: Path, *arguments: str) -> dict[str, Any]:
    done = hookkit(folder, "manifest", "--stdout", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(yaml.safe_load(done.stdout))


def volume(manifest: dict[str, Any]) -> dict[str, Any]:
    [only] = manifest["spec"]["templates"][0]["volumes"]
    return dict(only)


def test_three_descriptions_are_written_and_named(project: Path) -> None:
    done = hookkit(project, "manifest")

    assert done.stdout.splitlines() == FILES
    assert all((project / file).is_file() for file in FILES)


def test_the_settings_say_for_which_cluster(tmp_path: Path) -> None:
    project = site(tmp_path / "project", 'namespace = "hooks"\nstaging = "volume"\nvolume-claim = "archive"')

    hookkit(project, "manifest")

    manifest = yaml.safe_load((project / TEMPLATE).read_text())
    assert manifest == printed(project)
    assert manifest["metadata"]["namespace"] == "hooks"
    assert volume(manifest)["persistentVolumeClaim"] == {"claimName": "archive"}


def test_the_flag_wins_over_the_settings(tmp_path: Path) -> None:
    project = site(tmp_path / "project", 'staging = "volume"\nvolume-claim = "archive"')

    assert volume(printed(project, "--staging", "artifacts")) == {"name": "hook", "emptyDir": {}}
    assert "persistentVolumeClaim" in volume(printed(project, "--staging", "volume"))


def test_an_image_can_be_named(project: Path) -> None:
    manifest = printed(project, "--image", "registry.example.org/a:1")

    assert manifest["spec"]["templates"][0]["container"]["image"] == "registry.example.org/a:1"


def test_a_wrong_setting_is_a_line_and_nothing_is_written(tmp_path: Path) -> None:
    project = site(tmp_path / "project", 'namespce = "hooks"')

    done = hookkit(project, "manifest")

    assert (done.returncode, done.stdout) == (2, "")
    line = f"{project}/pyproject.toml: tool.hookkit.argo.namespce: no such key; did you mean 'namespace'?\n"
    assert done.stderr == line
    assert not (project / "dist").exists()


def test_the_stagings_of_the_flag_are_those_of_the_settings(project: Path) -> None:
    assert f"[{'|'.join(STAGINGS)}]" in hookkit(project, "manifest", "--help").stdout


def test_an_unknown_staging_is_a_line(project: Path) -> None:
    done = hookkit(project, "manifest", "--staging", "pigeon")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "'artifacts', 'volume'" in done.stderr


# ---------------------------------------------------------------- --diff


@pytest.fixture
def written(project: Path) -> Path:
    """The project with its manifest written."""
    hookkit(project, "manifest")
    return project


def test_what_was_written_is_the_same(written: Path) -> None:
    done = hookkit(written, "manifest", "--diff", TEMPLATE)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{TEMPLATE}: the same as it would be written now\n"


def test_another_order_other_quotes_and_comments_are_the_same(written: Path) -> None:
    manifest = yaml.safe_load((written / TEMPLATE).read_text())
    (written / "other.json").write_text(json.dumps(manifest, sort_keys=True))
    (written / "other.yaml").write_text("# ours\n" + yaml.safe_dump(manifest, indent=4, width=40))

    for file in ("other.json", "other.yaml"):
        assert hookkit(written, "manifest", "--diff", file).returncode == 0


def test_a_change_of_the_hook_is_shown_with_exit_code_1_and_nothing_is_written(written: Path) -> None:
    before = {file: (written / file).read_text() for file in FILES}
    source = (written / "my_hook.py").read_text()
    (written / "my_hook.py").write_text(source.replace('version="1.2.3"', 'version="1.2.3", memory="2Gi"'))

    done = hookkit(written, "manifest", "--diff", TEMPLATE, "--image", "shout:1.2.3")

    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [f"--- {TEMPLATE}", "+++ as it would be written now"]
    assert [line for line in lines[2:] if line[0] in "+-"] == [
        *('-          memory: "1Gi"', '+          memory: "2Gi"') * 2
    ]
    assert {file: (written / file).read_text() for file in FILES} == before


def test_the_difference_between_two_stagings_is_shown(written: Path) -> None:
    done = hookkit(written, "manifest", "--diff", TEMPLATE, "--staging", "volume")

    assert done.returncode == 1
    assert "-      emptyDir: {}" in done.stdout.splitlines()
    assert "+      persistentVolumeClaim:" in done.stdout.splitlines()


def test_a_difference_is_coloured_on_a_terminal_alone(written: Path) -> None:
    arguments = ("manifest", "--diff", TEMPLATE, "--image", "other:1")

    shown = on_terminal(written, *arguments)

    assert "\x1b[32m+      image: other:1\x1b[0m" in shown
    assert "\x1b[31m-      image: shout:1.2.3\x1b[0m" in shown
    assert "\x1b" not in hookkit(written, *arguments).stdout


def test_of_several_templates_in_a_file_the_one_of_the_hook_is_compared(written: Path) -> None:
    text = (written / TEMPLATE).read_text()
    other = text.replace("name: shout", "name: other")
    (written / "all.yaml").write_text(f"{other}---\n{text}---\nkind: ConfigMap\n")

    assert hookkit(written, "manifest", "--diff", "all.yaml").returncode == 0


def test_what_runs_is_compared_as_it_comes_from_kubectl(written: Path) -> None:
    text = (written / TEMPLATE).read_text()
    running = text.replace("metadata:\n  name: shout", "metadata:\n  name: shout\n  uid: a\n  namespace: hooks", 1)
    command = [*HOOKKIT, "manifest", "--diff", "-"]

    done = subprocess.run(command, cwd=written, input=running, capture_output=True, text=True, check=False)

    assert running != text
    assert (done.returncode, done.stdout) == (0, "-: the same as it would be written now\n")


WRONG = {
    "a bomb of aliases": ("\n".join(BOMB), "FILE:5: its aliases stand for more than "),
    "no file": (None, "FILE: can't be read: No such file or directory; name a file that exists"),
    "no YAML": ("a: b: c", "FILE:1: not YAML: "),
    "no text": ("a: \x00", "FILE:1: the file holds the control character U+0000; "),
    "a key twice": ("kind: a\nkind: b\n", "FILE:2: the key 'kind' stands twice in one mapping; keep one of them"),
    "nothing": ("", "FILE: holds no WorkflowTemplate; name a file that holds the one of shout"),
    "another kind": ("kind: Workflow", "FILE: holds no WorkflowTemplate; name a file that holds the one of shout"),
    "a list": ("- a", "FILE: holds no WorkflowTemplate; name a file that holds the one of shout"),
    "several others": (
        "kind: WorkflowTemplate\n---\nkind: WorkflowTemplate\nmetadata: []",
        "FILE: holds 2 WorkflowTemplates, none of them named shout; name a file that holds the one of shout",
    ),
}


@pytest.mark.parametrize(("text", "line"), WRONG.values(), ids=WRONG)
def test_a_file_that_holds_no_template_is_a_line(project: Path, text: str | None, line: str) -> None:
    if text is not None:
        (project / "FILE").write_text(text)

    done = hookkit(project, "manifest", "--diff", "FILE")

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(line)


def test_a_difference_can_not_be_printed_together_with_the_manifest(project: Path) -> None:
    done = hookkit(project, "manifest", "--diff", TEMPLATE, "--stdout")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--stdout and --diff" in done.stderr
