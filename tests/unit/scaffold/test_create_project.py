import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hookkit.contract import ExitCode
from hookkit.errors import ScaffoldError
from hookkit.scaffold import NewProject, create_project
from hookkit.version import __version__

TEMPLATE = "hello-world-processor"


def make(destination: Path, *, force: bool = False, **answers: str) -> None:
    create_project(NewProject(template=TEMPLATE, destination=destination, answers=answers, defaults=True, force=force))


def pyproject_of(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def refusal(request: NewProject) -> list[str]:
    with pytest.raises(ScaffoldError) as caught:
        create_project(request)
    assert caught.value.exit_code == ExitCode.WRONG_INPUT
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- what is made


def test_with_defaults_the_project_is_named_after_its_folder(tmp_path: Path) -> None:
    make(tmp_path / "Cloud Mask")

    project = pyproject_of(tmp_path / "Cloud Mask")
    assert project["project"]["name"] == "cloud-mask"
    assert project["tool"]["hookkit"]["hook"] == "cloud_mask.main:cloud_mask"


def test_answers_win_over_defaults(tmp_path: Path) -> None:
    make(tmp_path / "p", project_name="ice-edge", description="Draws the edge of the ice.")

    project = pyproject_of(tmp_path / "p")
    assert project["project"]["name"] == "ice-edge"
    assert project["project"]["description"] == "Draws the edge of the ice."
    assert (tmp_path / "p/src/ice_edge/main.py").is_file()


def test_all_answers_need_neither_terminal_nor_defaults(tmp_path: Path) -> None:
    answers = {"project_name": "ice-edge", "title": "Ice edge", "description": "Draws it."}

    create_project(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers=answers))

    assert pyproject_of(tmp_path / "p")["project"]["name"] == "ice-edge"


def test_the_project_is_stamped_with_template_and_version(tmp_path: Path) -> None:
    make(tmp_path / "p")

    assert pyproject_of(tmp_path / "p")["tool"]["hookkit"]["template"] == {
        "name": TEMPLATE,
        "version": __version__,
    }


def test_what_was_made_is_told(tmp_path: Path) -> None:
    created = create_project(NewProject(template=TEMPLATE, destination=tmp_path / "p", defaults=True))

    assert created.folder == tmp_path / "p"
    assert (created.name, created.template) == ("p", TEMPLATE)
    assert set(created.files) == {
        path.relative_to(tmp_path / "p") for path in (tmp_path / "p").rglob("*") if path.is_file()
    }
    assert created.requirement in pyproject_of(tmp_path / "p")["dependency-groups"]["dev"]


@pytest.mark.parametrize("template", [TEMPLATE, None])
def test_without_a_destination_the_folder_is_named_after_the_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str | None
) -> None:
    monkeypatch.chdir(tmp_path)

    create_project(NewProject(template=template, defaults=True))

    assert [path.name for path in tmp_path.iterdir()] == [TEMPLATE]
    assert pyproject_of(tmp_path / TEMPLATE)["project"]["name"] == TEMPLATE


def test_folders_above_the_destination_are_made(tmp_path: Path) -> None:
    make(tmp_path / "a/b/c")

    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208 - the names are what matters
    assert (tmp_path / "a/b/c/pyproject.toml").is_file()


def test_the_project_is_as_open_to_others_as_the_umask_says(tmp_path: Path) -> None:
    make(tmp_path / "p")
    (tmp_path / "plain").mkdir()

    assert (tmp_path / "p").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    before = folder.stat().st_ino
    monkeypatch.chdir(folder)

    make(Path())

    assert folder.stat().st_ino == before
    assert pyproject_of(folder)["project"]["name"] == "here"
    assert not list(folder.glob(".hookkit-*"))


def test_a_persons_own_copier_settings_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: {title: Mine}\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))

    make(tmp_path / "p")

    assert "Mine" not in (tmp_path / "p/README.md").read_text(encoding="utf-8")


def test_git_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    make(tmp_path / "p")

    assert (tmp_path / "p/pyproject.toml").is_file()


# ---------------------------------------------------------------- what was there before


def test_existing_work_is_left_byte_for_byte(tmp_path: Path) -> None:
    project = tmp_path / "mine"
    project.mkdir()
    (project / "README.md").write_text("my own")
    before = everything_in(tmp_path)

    lines = refusal(NewProject(template=TEMPLATE, destination=project, defaults=True))

    assert len(lines) == 1
    assert "--force" in lines[0]
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("template", [TEMPLATE, None])
def test_existing_work_under_the_templates_name_is_left_alone_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / TEMPLATE).mkdir()
    (tmp_path / TEMPLATE / "notes").write_text("my own")
    before = everything_in(tmp_path)

    refusal(NewProject(template=template, defaults=True))

    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_never_replaced_by_a_folder(tmp_path: Path, *, force: bool) -> None:
    (tmp_path / "mine").write_text("my own")

    lines = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "mine", defaults=True, force=force))

    assert "is no folder" in lines[0]
    assert everything_in(tmp_path) == {"mine": b"my own"}


def test_force_replaces_files_of_the_template_and_keeps_all_others(tmp_path: Path) -> None:
    make(tmp_path / "p")
    fresh = everything_in(tmp_path / "p")
    (tmp_path / "p/README.md").write_text("changed")
    (tmp_path / "p/src/p/extra.py").write_text("MINE = 1\n")
    (tmp_path / "p/notes").write_text("my own")

    make(tmp_path / "p", force=True)

    assert everything_in(tmp_path / "p") == fresh | {"src/p/extra.py": b"MINE = 1\n", "notes": b"my own"}


def test_force_moves_nothing_when_something_is_in_the_way(tmp_path: Path) -> None:
    project = tmp_path / "p"
    (project / "README.md").mkdir(parents=True)
    (project / "src").write_text("a file")
    before = everything_in(tmp_path)

    lines = refusal(NewProject(template=TEMPLATE, destination=project, defaults=True, force=True))

    assert len(lines) == 2
    assert everything_in(tmp_path) == before


# ---------------------------------------------------------------- mistakes


def test_an_unknown_template_gets_the_one_that_was_meant(tmp_path: Path) -> None:
    lines = refusal(NewProject(template="hello-world-procesor", destination=tmp_path / "p", defaults=True))

    assert len(lines) == 1
    assert f"did you mean '{TEMPLATE}'" in lines[0]


def test_unknown_keys_are_all_named_with_the_ones_that_were_meant(tmp_path: Path) -> None:
    answers = {"tilte": "Ice", "hookkit_version": "9"}

    lines = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers=answers, defaults=True))

    assert len(lines) == 2
    assert "did you mean 'title'" in lines[0]
    assert "hookkit_version" in lines[1]
    assert not list(tmp_path.iterdir())


def test_bad_answers_are_all_named_a_line_each(tmp_path: Path) -> None:
    answers = {"project_name": "Ice Edge", "title": " ", "description": "on {{ date }}"}

    lines = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers=answers, defaults=True))

    assert [line.split()[0] for line in lines] == ["project_name", "title", "description"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name",
    ["", "Ice", "2ice", "ice_edge", "ice--edge", "ice-", "-ice", "ice edge", "ice\n", "é", "json", "class", "x" * 53],
)
def test_a_name_that_python_or_argo_could_not_take_is_refused(tmp_path: Path, name: str) -> None:
    answers = {"project_name": name}

    (line,) = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers=answers, defaults=True))

    assert line.startswith("project_name")


@pytest.mark.parametrize("text", ["two\nlines", "bell\x07", "line\u2028separator", "x" * 201])
def test_a_title_is_one_short_line(tmp_path: Path, text: str) -> None:
    (line,) = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers={"title": text}, defaults=True))

    assert line.startswith("title")


def test_without_a_terminal_the_open_questions_are_named(tmp_path: Path) -> None:
    lines = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "p", answers={"title": "Ice"}))

    assert len(lines) == 1
    assert "project_name, description" in lines[0]
    assert "--defaults" in lines[0]


# ---------------------------------------------------------------- the disk


def test_a_destination_below_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("my own")

    lines = refusal(NewProject(template=TEMPLATE, destination=tmp_path / "file/p", defaults=True))

    assert len(lines) == 1
    assert "Not a directory" in lines[0]


AS_NOBODY = """
import os, sys
from pathlib import Path
import copier
from hookkit.errors import ScaffoldError
from hookkit.scaffold import NewProject, create_project
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    create_project(NewProject(template="hello-world-processor", destination=Path(sys.argv[1]), defaults=True))
except ScaffoldError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def test_a_folder_that_may_not_be_written_is_one_line() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o555)

        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, f"{folder}/p"], capture_output=True, text=True, check=False
        )

        assert done.returncode == ExitCode.WRONG_INPUT, done.stderr
        assert len(done.stdout.splitlines()) == 1
        assert f"{folder}/p" in done.stdout
        assert "Permission denied" in done.stdout
        assert not list(Path(folder).iterdir())
