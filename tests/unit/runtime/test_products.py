"""An output folder gets its products whole or not at all, and nothing of ours stays in it."""

from pathlib import Path

import pytest
from realparts.hookprocess import AS_PLAIN_USER, HookProcess

from hookkit.errors import CallError, OutputError, shown
from hookkit.runtime.products import Staging, move_entries, refuse_missing


def tree(folder: Path) -> dict[str, str]:
    """Each file's text by its path."""
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def staged(output: Path, files: dict[str, str]) -> Staging:
    staging = Staging(output)
    staging.create("--output")
    write(staging.products, files)
    return staging


def test_products_are_out_of_sight_until_they_are_published(tmp_path: Path) -> None:
    staging = staged(tmp_path / "new/out", {"a/b.tif": "1"})

    assert [path.name.startswith(".hookkit-") for path in (tmp_path / "new/out").iterdir()] == [True]

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path / "new/out") == {"a/b.tif": "1"}


def test_nothing_of_ours_is_left_in_the_output_folder(tmp_path: Path) -> None:
    staging = staged(tmp_path, {"a": "1"})
    write(staging.work, {"temporary/file": "2"})

    staging.publish("--output")
    staging.remove()

    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_product_replaces_the_one_of_its_name_and_leaves_all_others(tmp_path: Path) -> None:
    write(tmp_path, {"a/old": "old", "b": "old", "other/x": "kept"})
    staging = staged(tmp_path, {"a/new": "new", "b": "new", "c": "new"})

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path) == {"a/new": "new", "b": "new", "c": "new", "other/x": "kept"}


@pytest.mark.parametrize("kind", ["a folder", "a file", "a dangling link"])
def test_a_product_replaces_whatever_has_its_name(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "a"
    if kind == "a folder":
        write(place, {"x": "old"})
    elif kind == "a file":
        place.write_text("old")
    else:
        place.symlink_to("nowhere")
    staging = staged(tmp_path, {"a": "new"})

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path) == {"a": "new"}
    assert not place.is_symlink()


def test_publishing_takes_the_error_of_an_earlier_run_away(tmp_path: Path) -> None:
    write(tmp_path, {"error.json": "{}"})
    staging = staged(tmp_path, {"a": "new"})

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path) == {"a": "new"}


def test_a_product_may_be_called_like_our_error_file(tmp_path: Path) -> None:
    write(tmp_path, {"error.json": "old"})
    staging = staged(tmp_path, {"error.json": "of the author"})

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path) == {"error.json": "of the author"}


def test_an_entry_that_can_not_be_moved_takes_those_before_it_back(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"a": "new", "b": "new", "c/x": "new", "d": "new"})
    target = write(tmp_path / "target", {"a": "old", "c/y": "old"})
    # `c` has to make room, and its place among the replaced is taken: rename refuses that.
    replaced = write(tmp_path / "replaced", {"c/z": "in the way"})

    with pytest.raises(OSError, match="Directory not empty"):
        move_entries(source, target, replaced)

    assert tree(source) == {"a": "new", "b": "new", "c/x": "new", "d": "new"}
    assert tree(target) == {"a": "old", "c/y": "old"}


def test_a_failed_publication_is_one_line_that_names_the_entry(tmp_path: Path) -> None:
    staging = staged(tmp_path, {"a": "new", "b/x": "new"})
    write(tmp_path, {"a": "old", "b/y": "old"})
    write(staging.root / "replaced", {"b/z": "in the way"})

    with pytest.raises(OutputError) as caught:
        staging.publish("--output")
    staging.remove()

    assert str(caught.value) == (
        f"--output: {shown(str(tmp_path / 'b'))} can't be put in place: Directory not empty; "
        f"see what {str(tmp_path)!r} holds"
    )
    assert tree(tmp_path) == {"a": "old", "b/y": "old"}


def test_an_earlier_product_that_may_not_be_moved_stays_and_so_does_all_else(job: HookProcess) -> None:
    earlier = write(job.folder / "out", {"a": "old", "b/y": "old"})
    (earlier / "b").chmod(0o555)
    job.write_function("(output / 'a').write_text('new'); (output / 'b').write_text('new')")

    ended = job.run("--output=out", prefix=AS_PLAIN_USER)
    (earlier / "b").chmod(0o755)

    assert ended.exit_code == 1
    assert "can't be put in place: Permission denied" in ended.error["message"]
    assert tree(earlier) == {"a": "old", "b/y": "old", "error.json": (earlier / "error.json").read_text()}


def test_an_output_that_may_not_be_written_is_wrong_input(job: HookProcess) -> None:
    (job.folder / "out").mkdir(mode=0o555)
    job.write_function("raise AssertionError")

    ended = job.run("--output=out", prefix=AS_PLAIN_USER)

    assert ended.exit_code == 2
    where = f"--output: {str(job.folder / 'out')!r}"
    assert ended.messages == [f"{where} can't be written: Permission denied; give a folder that you may write to"]
    assert ended.products == []


def test_an_output_below_a_file_is_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CallError, match="can't be written: Not a directory; give a folder that you may write to"):
        Staging(tmp_path / "file/out").create("--output")


@pytest.mark.parametrize("made", ["nothing", "no folder any more", "a file in its place"])
def test_an_output_that_was_not_written_is_named(tmp_path: Path, made: str) -> None:
    full, missing = staged(tmp_path / "full", {"a": "1"}), staged(tmp_path / "missing", {})
    if made != "nothing":
        missing.products.rmdir()
    if made == "a file in its place":
        missing.products.write_text("x")
    flags = {"full": "--full", "missing": "--missing"}

    with pytest.raises(OutputError) as caught:
        refuse_missing({"full": full, "missing": missing}, set(), flags)
    refuse_missing({"full": full, "missing": missing}, {"missing"}, flags)

    assert str(caught.value) == (
        "--missing (output 'missing'): the hook wrote nothing into it; "
        "write the product into the folder that the parameter 'missing' names"
    )


def test_an_optional_output_without_products_leaves_what_was_there(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    staging = staged(tmp_path, {})
    staging.products.rmdir()

    staging.publish("--output")
    staging.remove()

    assert tree(tmp_path) == {"a": "old"}


@pytest.mark.parametrize("name", ["error.json"])
def test_a_product_cannot_have_the_name_of_a_file_that_hookkit_writes(job: HookProcess, name: str) -> None:
    job.write_function(f"(output / {name!r}).touch()")

    ended = job.run("--output=out")

    assert ended.exit_code == 1
    assert ended.messages == [f"product {name!r}: has the name of a file that hookkit writes; call it something else"]


def test_two_outputs_cannot_go_to_one_folder(job: HookProcess) -> None:
    job.write("@hook\ndef run(a: Annotated[Path, Output()], b: Annotated[Path, Output()]) -> None: ...")

    ended = job.run("--a=out", "--b=out")

    assert ended.exit_code == 2
    assert ended.messages == ["--b: 'out' is the folder of --a, too; give another folder"]
