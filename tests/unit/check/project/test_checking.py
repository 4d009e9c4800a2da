"""What is looked at, in which order it's told, and what comments take away."""

from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.check.finding import Finding
from hookkit.check.project.checking import check_project
from hookkit.errors import ProjectError, TargetError
from hookkit.project import find_project

HEAD = """
from pathlib import Path
from typing import Annotated
from hookkit import Option, Output, Secret, hook
"""
GOOD = f"""{HEAD}
@hook(cpu=1, memory="1Gi")
def job(output: Annotated[Path, Output("A folder")]) -> None:
    (output / "a").write_text("a")
"""


def write(folder: Path, files: dict[str, str | bytes], settings: str = 'hook = "my_hook"') -> None:
    for name, text in {"pyproject.toml": f"[tool.hookkit]\n{settings}\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def check(folder: Path, target: str | None = None) -> list[Finding]:
    return list(check_project(find_project(folder), target, folder, Cache.of_user()).findings)


def codes(findings: list[Finding]) -> list[str]:
    return [one.rule.code for one in findings]


def body(*lines: str, head: str = HEAD, deco: str = '@hook(cpu=1, memory="1Gi")') -> str:
    text = "\n".join(f"    {line}" for line in (*lines, '(output / "a").write_text("a")'))
    return f'{head}\n{deco}\ndef job(output: Annotated[Path, Output("A folder")]) -> None:\n{text}\n'


# ---------------------------------------------------------------- what is looked at


def test_modules_that_the_hook_imports_are_looked_at_and_no_others(tmp_path: Path) -> None:
    mistake = 'def f():\n    open("/data/x", "w")\n'
    imports = "import one\nfrom pack.two import f\nfrom pack import three\n"
    files: dict[str, str | bytes] = {"my_hook.py": imports + GOOD, "other.py": mistake, "pack/__init__.py": ""}
    files |= dict.fromkeys(("one.py", "pack/two.py", "pack/three.py", "pack/four.py"), mistake)
    files["pack/two.py"] = f"from . import four\n{mistake}"
    write(tmp_path, files)

    assert sorted(one.place.file for one in check(tmp_path)) == [
        *("one.py", "pack/four.py", "pack/three.py", "pack/two.py"),
    ]


def test_without_a_hook_in_the_settings_all_hooks_of_the_project_are_looked_at(tmp_path: Path) -> None:
    bad = GOOD.replace('cpu=1, memory="1Gi"', "")
    write(tmp_path, {"src/a/one.py": bad, "src/a/__init__.py": "", "src/two.py": bad, "src/plain.py": "x = 1\n"}, "")

    assert [(one.place.file, one.rule.code) for one in check(tmp_path)] == [
        ("src/a/one.py", "RS101"),
        ("src/two.py", "RS101"),
    ]


def test_a_function_that_is_named_is_the_only_one_looked_at(tmp_path: Path) -> None:
    two = GOOD.replace("def job", "def other").replace('cpu=1, memory="1Gi"', "").replace(HEAD, "")
    write(tmp_path, {"my_hook.py": GOOD + two})

    assert codes(check(tmp_path)) == ["RS101"]
    assert codes(check(tmp_path, "my_hook:job")) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere", "there is no module 'nowhere'"),
        ("my_hook:jub", "no such hook; did you mean 'job'?"),
        ("plain", "has no hook; decorate a function with @hook"),
        ("../my_hook", "there is no module"),
    ],
)
def test_a_target_that_is_none_is_named(tmp_path: Path, target: str, words: str) -> None:
    write(tmp_path, {"my_hook.py": GOOD, "plain.py": ""})

    with pytest.raises(TargetError, match=words.replace("?", r"\?")):
        check(tmp_path, target)


def test_a_project_without_any_hook_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"plain.py": "x = 1\n"}, "")

    with pytest.raises(ProjectError, match="has no hook"):
        check(tmp_path)


def test_code_for_scripts_and_for_types_is_not_looked_at(tmp_path: Path) -> None:
    script = '\nif __name__ == "__main__":\n    import rasterio\n    open("/tmp/x", "w")\n'
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import rasterio\n"
    write(tmp_path, {"my_hook.py": types + GOOD + script})

    assert check(tmp_path) == []


def test_a_module_that_is_no_text_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": "import latin\n" + GOOD, "latin.py": b"\n\n# caf\xe9\n"})

    [finding] = check(tmp_path)

    assert (finding.rule.code, finding.place.file) == ("PY102", "latin.py")


def test_a_module_of_another_encoding_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + body('open("/data/x", "w")').encode()})

    assert codes(check(tmp_path)) == ["FS101"]


def test_a_syntax_that_only_the_hooks_python_knows_is_a_warning(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"my_hook.py": "import later\n" + GOOD, "later.py": "this is python 4\n"},
        'hook = "my_hook"\npython = "p"',
    )
    (tmp_path / "p").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "p").chmod(0o755)

    assert codes(check(tmp_path)) == ["PY103"]


def test_columns_are_counted_in_characters(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": body('é = "日本"; open("/data/x", "w")')})

    [finding] = check(tmp_path)

    assert finding.place.column == 20


def test_findings_of_a_file_come_by_line(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": body('open("/tmp/x")', 'open("/data/x", "w")', 'open("/tmp/y")')})

    assert codes(check(tmp_path)) == ["FS104", "FS101", "FS104"]


# ---------------------------------------------------------------- false alarms


@pytest.mark.parametrize(
    "lines",
    [
        ['path = "/api/v1"', "print(path)"],
        ['print(str(output).replace("/", "_"))'],
        ["def open(path, mode): ...", 'open("/data/x", "w")'],
        ["open = print", 'open("/data/x", "w")'],
        ['print("a / b".split("/"), __name__)'],
        ['(output / "a" / "/".join("bc")).parent.mkdir()'],
        ['Path("/usr/share/proj").exists()'],
        ["print(open(output / 'x', 'w'), open(f'{output}/x', 'w'))"],
        ["import os", "print(os.environ.get('GDAL_DATA'), os.path.join(output, 'tmp'))"],
        ["import os", "os.chdir(output)", "open('x', 'w').close()"],
        ["import sqlite3", "sqlite3.connect(':memory:')"],
        ["from multiprocessing import Pool", "with Pool(2) as pool:", "    pool.map(str, [1])"],
        ["import socket", "print(socket.gethostname())"],
        ['print("https://example.org", "/vsicurl/")'],
        ["try:", "    print(output)", "except BaseException:", "    print('no')", "    raise"],
        ["import sys", "sys.exit(0)"],
        ["import sys", "sys.exit('no scene')"],
        ["import sys", "sys.exit(1)"],
        ["try:", "    import rasterio", "except ImportError:", "    rasterio = None"],
        ["print(Path('/dev/shm'), Path('/dev/null').open('w'))"],
        ["with (output / 'x').open('w') as file:", "    file.write('/tmp/x')"],
        ["with open('list.txt', 'w') as file:", "    file.write('x')", "print(open('list.txt').read())"],
    ],
    ids=lambda lines: lines[-1][:40],
)
def test_good_code_is_good(tmp_path: Path, lines: list[str]) -> None:
    write(tmp_path, {"my_hook.py": body(*lines)})

    assert [str(one) for one in check(tmp_path)] == []


def test_a_hook_with_a_network_may_use_it(tmp_path: Path) -> None:
    text = body(
        "import urllib.request",
        'urllib.request.urlopen("https://example.org")',
        deco='@hook(cpu=1, memory="1Gi", network=True)',
    )
    write(tmp_path, {"my_hook.py": text})

    assert check(tmp_path) == []


def test_a_module_that_a_hook_with_a_network_shares_may_use_it(tmp_path: Path) -> None:
    with_network = GOOD.replace("def job", "def other").replace("cpu=1", "network=True, cpu=1").replace(HEAD, "")
    fetch = "import urllib.request\ndef f():\n    urllib.request.urlopen('https://example.org')\n"
    write(tmp_path, {"my_hook.py": f"from fetch import f\n{GOOD}{with_network}", "fetch.py": fetch})

    assert check(tmp_path) == []


def test_a_hook_that_never_returns_owes_no_output(tmp_path: Path) -> None:
    text = "from ends import end\n" + body('end("x")').replace('    (output / "a").write_text("a")\n', "")
    write(
        tmp_path,
        {"my_hook.py": text, "ends.py": "from typing import NoReturn\ndef end(x) -> NoReturn:\n    raise ValueError\n"},
    )

    assert check(tmp_path) == []


def test_a_constant_is_found_where_it_stands(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "my_hook.py": f'{HEAD}CACHE = Path("/scratch")\n'
            + body('(CACHE / "x").mkdir()', 'open(CACHE / "y", "w")', head="")
        },
    )

    assert [(one.rule.code, one.place.line) for one in check(tmp_path)] == [("FS101", 5)]


def test_no_finding_shows_a_secret(tmp_path: Path) -> None:
    secret = "s3cr3tw0rd"
    text = (
        body(f'print("ftp://me:{secret}@host/x")')
        .replace("Path, Output", "Path, Output")
        .replace("output: Annotated", f'api_key: str = "{secret}", *, output: Annotated')
    )
    write(tmp_path, {"my_hook.py": text, "Dockerfile": f"FROM a:1\nUSER 1\nENV DB_PASSWORD={secret}\n"})

    findings = check(tmp_path)

    assert {"SC101", "SC102", "DF106"} <= set(codes(findings))
    assert not any(secret in str(one) for one in findings)


# ---------------------------------------------------------------- sizes


def test_large_defaults_and_docstrings_are_told(tmp_path: Path) -> None:
    text = body("print(name)").replace("output: Annotated", 'name: str = "x" * 40_000, *, output: Annotated')
    text = text.replace("    print(name)", f'    """{"x " * 140_000}"""\n    print(name)')
    write(tmp_path, {"my_hook.py": text})

    assert sorted(codes(check(tmp_path))) == ["LI102", "LI103"]


def test_more_than_a_workflow_holds_is_told(tmp_path: Path) -> None:
    many = ", ".join(f'p{number}: str = "x" * 30_000' for number in range(60))
    write(
        tmp_path, {"my_hook.py": body("print(locals())").replace("output: Annotated", f"{many}, *, output: Annotated")}
    )

    assert codes(check(tmp_path)) == ["LI104"]


# ---------------------------------------------------------------- comments that ignore


def test_a_comment_ignores_what_it_names_on_its_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"my_hook.py": body('open("/tmp/x")  # hookkit: ignore[FS104] it is there', 'open("/tmp/y")')},
    )

    assert [(one.rule.code, one.place.line) for one in check(tmp_path)] == [("FS104", 9)]


def test_a_comment_on_a_line_of_its_own_is_about_the_next(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"my_hook.py": body("# hookkit: ignore[FS104, FS101]", "# because", 'open("/tmp/y"), open("/a", "w")')},
    )

    assert check(tmp_path) == []


def test_a_comment_in_a_text_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": body('open("/tmp/# hookkit: ignore[FS104]")')})

    assert codes(check(tmp_path)) == ["FS104"]


def test_comments_ignore_in_a_dockerfile(tmp_path: Path) -> None:
    dockerfile = '# hookkit: ignore[DF107]\nFROM python\nUSER 1\n# hookkit: ignore[DF103] not any more\nCMD ["a"]\n'
    write(tmp_path, {"my_hook.py": GOOD, "Dockerfile": dockerfile})

    assert [(one.rule.code, one.place.line) for one in check(tmp_path)] == [("IG101", 4)]


# ---------------------------------------------------------------- programs

STARTS = body(
    'run_command(["gdalwarp", "a", "b"])',
    'run_command(["gdalwarp", "b", "c"])',
    head=HEAD.replace("hook\n", "hook, run_command\n"),
)


def test_a_program_that_the_image_may_lack_is_warned_of_once(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": STARTS})

    assert codes(check(tmp_path)) == ["PG101"]


@pytest.mark.parametrize("chosen", ['system-packages = ["gdal-bin"]', 'base-image = "ghcr.io/osgeo/gdal"'])
def test_a_project_that_chose_what_its_image_has_is_not_asked_for_programs(tmp_path: Path, chosen: str) -> None:
    write(tmp_path, {"my_hook.py": STARTS}, f'hook = "my_hook"\n{chosen}')

    assert codes(check(tmp_path)) == []


def test_a_program_of_the_project_is_no_stranger(tmp_path: Path) -> None:
    write(tmp_path, {"my_hook.py": STARTS, "gdalwarp": "#!/bin/sh\n"})

    assert codes(check(tmp_path)) == []
