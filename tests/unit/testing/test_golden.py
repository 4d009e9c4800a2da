"""All that differs between outputs and a golden folder is said at once, and the folder is rewritten whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hookkit.testing.golden import Compare, Golden, read_tree

Files = dict[str, str | bytes]


def write(folder: Path, files: Files) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path: file.read_bytes() for path, file in read_tree(folder).items()}


def complaint(tmp_path: Path, now: Files, before: Files | None, **compare: Compare) -> str:
    """What is said about outputs and a golden folder; "" where they are the same."""
    outputs = write(tmp_path / "outputs", now)
    if before is not None:
        write(tmp_path / "tests" / "golden", before)
    patterns = {f"*.{suffix}": function for suffix, function in compare.items()}
    try:
        Golden(tmp_path / "tests" / "test_it.py").check("golden", read_tree(outputs), patterns)
    except AssertionError as error:
        return str(error)
    return ""


def update(tmp_path: Path, **compare: Compare) -> list[str]:
    golden = Golden(tmp_path / "tests" / "test_it.py", update=True)
    patterns = {f"*.{suffix}": function for suffix, function in compare.items()}
    golden.check("golden", read_tree(tmp_path / "outputs"), patterns)
    return golden.said


# ---------------------------------------------------------------- comparing


def test_the_same_files_are_no_difference(tmp_path: Path) -> None:
    assert complaint(tmp_path, {"a/b": "x", "c": b"\0"}, {"c": b"\0", "a/b": "x"}) == ""


def test_every_difference_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    said = complaint(
        tmp_path,
        {"new/file": "x", "text": "one\ntwo\nthree\n", "binary": b"\0\1\2", "same": "s"},
        {"gone": "x", "text": "one\n2\nthree\n", "binary": b"\0\1", "same": "s"},
    )

    head, *lines = said.splitlines()
    assert head == ("the outputs differ from tests/golden: 2 changed, 1 new, 1 missing; --update-golden rewrites it")
    assert [line.strip() for line in lines] == [
        "changed: binary",
        "3 bytes, sha256 ae4b3280e56e2faf, golden: 2 bytes, sha256 b413f47d13ee2fe6",
        "missing: gone",
        "new: new/file",
        "changed: text",
        "--- golden",
        "+++ now",
        "@@ -1,3 +1,3 @@",
        "one",
        "-2",
        "+two",
        "three",
    ]


def test_a_golden_folder_that_is_not_there_yet_is_said_to_be_so(tmp_path: Path) -> None:
    assert ", which is not there yet: 1 new; --update-golden" in complaint(tmp_path, {"a": "x"}, None)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ("a\n", "a", "a (no newline at the end)"),
        ("a\r\n", "a\n", "+a\\r"),
        ("a\x1b[31m\n", "a\n", "+a\\x1b[31m"),
    ],
)
def test_what_the_eye_does_not_see_is_written_out(tmp_path: Path, now: str, before: str, words: str) -> None:
    assert words in complaint(tmp_path, {"a": now}, {"a": before})


def test_links_are_compared_by_where_they_lead_and_never_followed(tmp_path: Path) -> None:
    outputs, golden = write(tmp_path / "outputs", {}), write(tmp_path / "tests" / "golden", {})
    (outputs / "same").symlink_to("/nowhere")
    (golden / "same").symlink_to("/nowhere")
    (outputs / "other").symlink_to("/etc")
    (golden / "other").symlink_to("/usr")
    (outputs / "kind").symlink_to("same")

    said = complaint(tmp_path, {}, {"kind": "x"})

    assert "changed: other\n    it is a link to '/etc', golden: a link to '/usr'" in said
    assert "changed: kind\n    it is a link to 'same', golden: a file" in said
    assert "same\n  " not in said.replace("'same'", "")


def test_a_name_that_is_no_text_is_said_on_one_line(tmp_path: Path) -> None:
    outputs = write(tmp_path / "outputs", {})
    (outputs / os.fsdecode(b"a\nb\xff")).touch()

    assert "  new: a\\nb\\udcff" in complaint(tmp_path, {}, {}).splitlines()


def test_of_many_differences_the_first_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    many: Files = {f"{number:04}": "\n".join(map(str, range(number % 99))) for number in range(1200)}

    said = complaint(tmp_path, many, dict.fromkeys(many, "x\n"))

    assert "1,200 changed" in said
    assert said.splitlines()[-1] == "  and more"
    assert len(said.splitlines()) < 1600


def test_a_long_text_shows_its_first_lines_and_counts_the_others(tmp_path: Path) -> None:
    said = complaint(tmp_path, {"a": "y\n" * 1000}, {"a": "x\n" * 1000})

    assert len(said.splitlines()) < 50
    assert "lines more" in said


# ---------------------------------------------------------------- comparing in one's own way


def lengths(file: Path, golden: Path) -> None:
    assert file.stat().st_size == golden.stat().st_size, "other length"


def test_files_of_a_pattern_are_compared_by_the_function_for_it(tmp_path: Path) -> None:
    assert complaint(tmp_path, {"a/b.tif": "x", "c.txt": "y"}, {"a/b.tif": "z", "c.txt": "y"}, tif=lengths) == ""


def test_what_the_function_says_is_said(tmp_path: Path) -> None:
    said = complaint(tmp_path, {"b.tif": "xx", "b.txt": "x"}, {"b.tif": "z", "b.txt": "y"}, tif=lengths)

    assert "lengths: other length" in said
    assert "changed: b.txt" in said


def test_a_function_that_returns_false_is_not_taken_for_content(tmp_path: Path) -> None:
    def never(_file: Path, _golden: Path) -> bool:
        return False

    assert "never returned False" in complaint(tmp_path, {"b.tif": "x"}, {"b.tif": "y"}, tif=never)


def test_a_missing_file_is_missing_whatever_compares(tmp_path: Path) -> None:
    assert "missing: b.tif" in complaint(tmp_path, {}, {"b.tif": "y"}, tif=lengths)


# ---------------------------------------------------------------- rewriting


def test_the_folder_is_made_the_same_as_the_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    golden = write(tmp_path / "tests" / "golden", {"gone/x": "x", "changed": "old", "same": "s"})
    outputs = write(tmp_path / "outputs", {"new/x": "x", "changed": "now", "same": "s"})
    (outputs / "link").symlink_to("same")

    assert update(tmp_path) == ["tests/golden: 1 changed, 2 new, 1 missing"]

    assert content(golden) == content(outputs)
    assert (golden / "link").readlink() == Path("same")
    assert [path.name for path in golden.parent.iterdir()] == ["golden"], "litter was left"
    assert complaint(tmp_path, {}, None) == ""


def test_a_folder_that_is_the_same_is_not_touched(tmp_path: Path) -> None:
    golden = write(tmp_path / "tests" / "golden", {"a": "x"})
    write(tmp_path / "outputs", {"a": "x"})
    before = golden.stat().st_ino

    assert update(tmp_path) == []
    assert golden.stat().st_ino == before


def test_a_file_that_is_close_enough_keeps_its_golden_bytes(tmp_path: Path) -> None:
    golden = write(tmp_path / "tests" / "golden", {"a.tif": "old", "b": "old"})
    write(tmp_path / "outputs", {"a.tif": "now", "b": "now"})

    update(tmp_path, tif=lengths)

    assert content(golden) == {"a.tif": b"old", "b": b"now"}


def test_a_folder_that_cannot_be_rewritten_is_as_it_was_before(tmp_path: Path) -> None:
    golden = write(tmp_path / "tests" / "golden", {"a": "old"})
    outputs = write(tmp_path / "outputs", {"a": "now"})
    os.mkfifo(outputs / "b")

    with pytest.raises(OSError, match="is a named pipe"):
        update(tmp_path)

    assert content(golden) == {"a": b"old"}
    assert [path.name for path in golden.parent.iterdir()] == ["golden"]


@pytest.mark.parametrize("folder", [".", "..", "../tests", "/"])
def test_a_folder_that_holds_the_test_itself_is_refused(tmp_path: Path, folder: str) -> None:
    file = write(tmp_path / "tests", {"test_it.py": "x"}) / "test_it.py"

    with pytest.raises(ValueError, match="the test itself lies there"):
        Golden(file, update=True).check(folder, {}, {})

    assert file.read_text() == "x"


def test_several_workers_that_rewrite_one_folder_leave_it_whole(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from hookkit.testing.golden import Golden, read_tree
outputs = Path(sys.argv[1])
for _ in range(20):
    Golden(outputs.parent / "test_it.py", update=True).check("golden", read_tree(outputs), {})
"""
    trees = [write(tmp_path / str(number), {"a": f"{number}", f"{number}": "x"}) for number in range(4)]

    workers = [subprocess.Popen([sys.executable, "-c", program, str(tree)]) for tree in trees]

    assert [worker.wait(60) for worker in workers] == [0] * 4
    assert content(tmp_path / "golden") in [content(tree) for tree in trees]
    assert not list(tmp_path.glob(".*"))
