import os
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.code import Code, _matches, select_code
from hookkit.project import Project

MakeProject = Callable[..., Project]

SECRET = "AKIA-not-for-images"
SECRETS = [
    ".env",
    ".env.local",
    "prod.env",
    "server.pem",
    "server.KEY",
    "keys/id_rsa",
    "id_rsa.pub",
    "id_ed25519",
    ".netrc",
    "credentials",
    "credentials.json",
    "service-account.json",
    ".git-credentials",
    ".pypirc",
    "secrets.toml",
]
#: Never in an image, and no surprise to anybody.
LITTER = [".git/config", ".venv/lib/x.py", "__pycache__/x.pyc", "hello.egg-info/PKG-INFO", ".DS_Store", "x.pyc"]


def paths(code: Code) -> list[str]:
    return [one.path for one in code.files]


def left_out(code: Code) -> dict[str, str]:
    return {one.path: one.reason for one in code.left_out}


# ---------------------------------------------------------------- which files


def test_below_src_everything_is_code(make_project: MakeProject) -> None:
    files = ["src/hello/main.py", "src/hello/data/table.csv", "src/hello/tests/x.py", "src/other.py", "tests/test_x.py"]

    code = select_code(make_project(dict.fromkeys(files, "")))

    assert paths(code) == ["hello/data/table.csv", "hello/main.py", "hello/tests/x.py", "other.py"]
    assert code.left_out == ()


def test_without_src_what_is_no_code_is_left_out_and_told(make_project: MakeProject) -> None:
    code_files = [
        "hello/data/table.csv",
        "hello/main.py",
        "hello/tests/x.py",
        "outliers/x.py",
        "single.py",
        "table.json",
    ]
    others = [
        "tests/test_x.py",
        "data/in.tif",
        "out/x",
        "out2/x",
        "dist/x",
        "build/x",
        "README.md",
        "Dockerfile",
        "uv.lock",
    ]

    code = select_code(make_project(dict.fromkeys(code_files + others, "")))

    assert paths(code) == code_files
    assert left_out(code) == dict.fromkeys(
        ["Dockerfile", "README.md", "build", "data", "dist", "out", "out2", "pyproject.toml", "tests", "uv.lock"],
        "not code",
    )


def test_an_image_that_was_built_here_is_not_in_the_next_one(make_project: MakeProject) -> None:
    built = ["layout/oci-layout", "layout/index.json", "layout/blobs/sha256/0", "my-hook.tar"]

    assert paths(select_code(make_project(dict.fromkeys(["hello.py", *built], "")))) == ["hello.py"]


@pytest.mark.parametrize("name", ["data", "in", "input", "inputs", "out", "out-2", "output", "outputs", "expected"])
def test_data_of_runs_stays_out_but_for_a_package_of_that_name(make_project: MakeProject, name: str) -> None:
    data = select_code(make_project({"hello.py": "", f"{name}/table.csv": ""}))
    package = select_code(make_project({f"{name}/__init__.py": ""}))

    assert left_out(data) == {"pyproject.toml": "not code", name: "not code"}
    assert set(paths(package)) == {"hello.py", f"{name}/__init__.py", f"{name}/table.csv"}


def test_an_environment_is_no_code_whatever_its_name(make_project: MakeProject) -> None:
    code = select_code(make_project({"src/a.py": "", "src/env311/pyvenv.cfg": "", "src/env311/lib/x.py": ""}))

    assert paths(code) == ["a.py"]


@pytest.mark.parametrize("name", LITTER)
def test_caches_and_hidden_files_stay_out_without_a_word(make_project: MakeProject, name: str) -> None:
    code = select_code(make_project({"src/a.py": "", f"src/{name}": ""}))

    assert (paths(code), left_out(code)) == (["a.py"], {})


def test_programs_stay_programs(make_project: MakeProject) -> None:
    project = make_project({"src/a.py": "", "src/tool": ""})
    (project.root / "src/tool").chmod(0o700)

    assert {one.path: one.executable for one in select_code(project).files} == {"a.py": False, "tool": True}


def test_the_selection_is_sorted_by_path(make_project: MakeProject) -> None:
    names = ["src/b/x.py", "src/b.py", "src/a/y.py", "src/Z.py"]

    found = paths(select_code(make_project(dict.fromkeys(names, ""))))

    assert found == sorted(found)


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize("top", ["", "src/", "src/hello/", "hello/"])
@pytest.mark.parametrize("name", SECRETS)
def test_secrets_never_enter_a_layer_and_are_told(make_project: MakeProject, top: str, name: str) -> None:
    code = select_code(make_project({f"{top}{name}": SECRET, f"{top}main.py": ""}))

    assert not [one for one in code.files if SECRET in Path(str(one.source)).read_text()]
    assert left_out(code)[f"{top}{name}"] == "secret"


@pytest.mark.parametrize("top", ["", "src/", "src/hello/"])
def test_a_folder_of_secrets_never_enters_a_layer_but_a_package_may_be_called_so(
    make_project: MakeProject, top: str
) -> None:
    folder = select_code(make_project({f"{top}secrets/database": SECRET}))
    package = select_code(make_project({f"{top}secrets/__init__.py": ""}))

    assert left_out(folder)[f"{top}secrets"] == "secret"
    assert not any("database" in path for path in paths(folder))
    assert f"{top.removeprefix('src/')}secrets/__init__.py" in paths(package)


def test_a_module_may_be_called_credentials(make_project: MakeProject) -> None:
    files = ["src/credentials.py", "src/hello/secrets.py", "src/credentials/__init__.py"]

    assert len(paths(select_code(make_project(dict.fromkeys(files, ""))))) == 3


@pytest.mark.parametrize("target", [".env", "conf/server.pem", "src/.git/config"])
def test_a_link_with_a_harmless_name_brings_no_secret(make_project: MakeProject, target: str) -> None:
    project = make_project({target: SECRET, "src/a.py": ""})
    (project.root / "src/settings.txt").symlink_to(project.root / target)

    assert paths(select_code(project)) == ["a.py"]


# ---------------------------------------------------------------- links and oddities


def test_a_link_inside_the_project_is_followed(make_project: MakeProject) -> None:
    project = make_project({"data/table.csv": "1,2", "src/a.py": ""})
    (project.root / "src/tables").symlink_to("../data")

    code = select_code(project)

    assert paths(code) == ["a.py", "tables/table.csv"]
    assert code.left_out == ()


def test_a_link_out_of_the_project_is_left_out_and_told(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.py").write_text(SECRET)
    project = make_project({"src/a.py": ""})
    (project.root / "src/away").symlink_to(tmp_path / "elsewhere")
    (project.root / "src/x.py").symlink_to(tmp_path / "elsewhere/x.py")

    code = select_code(project)

    assert paths(code) == ["a.py"]
    assert left_out(code) == {"src/away": "link", "src/x.py": "link"}
    assert "leads out of the project" in str(code.left_out[0])


def test_links_that_lead_nowhere_or_in_a_circle_are_left_out(make_project: MakeProject) -> None:
    project = make_project({"src/a.py": "", "src/b/c.py": ""})
    (project.root / "src/b/circle").symlink_to("..")
    (project.root / "src/b/itself").symlink_to("itself")
    (project.root / "src/gone").symlink_to("nowhere")

    code = select_code(project)

    assert paths(code) == ["a.py", "b/c.py"]
    assert left_out(code) == {"src/b/circle": "link", "src/b/itself": "link", "src/gone": "link"}


def test_a_pipe_is_left_out_and_nobody_waits_for_it(make_project: MakeProject) -> None:
    project = make_project({"src/a.py": ""})
    os.mkfifo(project.root / "src/pipe")

    assert left_out(select_code(project)) == {"src/pipe": "unreadable"}


@given(st.text("ab*?[].", max_size=6), st.lists(st.text("ab*?[].", min_size=1, max_size=5), max_size=4).map(tuple))
def test_names_match_patterns_as_the_shells_do(name: str, patterns: tuple[str, ...]) -> None:
    assert _matches(name, patterns) is any(fnmatchcase(name, pattern) for pattern in patterns)
