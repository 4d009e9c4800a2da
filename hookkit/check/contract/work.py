"""What comes of a hook's work: its products, its input, what was there before, its log."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from hookkit.check.contract.answer import parse_record
from hookkit.check.contract.bench import Bench, Files, Tried, staging_left
from hookkit.check.contract.trial import Judgement, failed, passed, skipped, warning
from hookkit.contract import ERROR_FILE, ExitCode
from hookkit.runtime.command_line import folder_flag

#: What an earlier run of something else left in an output folder.
_EARLIER: Final = Path("earlier-product", "result.data")
_EARLIER_BYTES: Final = b"a product that is none of this hook's\n"
_IN_THE_FOLDER: Final = "write into the folder that the output's parameter names, and nowhere beside it"
#: Names that are listed before the rest is counted.
_LISTED: Final = 3


def listed(names: list[str]) -> str:
    """`a, b, c and 4 more`."""
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest:,} more" if rest > 0 else "")


def how_it_ended(tried: Tried) -> str:
    """The end of a hook in a few words."""
    if tried.stopped == "late":
        return "it took too long, and was stopped"
    return f"exit code {tried.report.exit_code}: {tried.report.message or tried.report.status}"


def did_not_work(tried: Tried, remedy: str) -> Judgement | None:
    """The judgement over a run that did not come to its good end; None where it did."""
    if tried.done:
        return None
    violation = next(iter(tried.report.violations), None)
    broken = f" ({violation.line + ': ' if violation.line else ''}{violation.what})" if violation else ""
    return failed(how_it_ended(tried) + broken, violation.remedy if violation and violation.remedy else remedy)


# ---------------------------------------------------------------- trials


def give_good_input(bench: Bench) -> Judgement:
    """The work itself, into folders that are there."""
    outputs = bench.outputs("good-input")
    for folder in outputs.values():
        folder.mkdir(parents=True)
    tried = bench.runs["good-input"] = bench.run(outputs)
    problem = did_not_work(tried, "see its log: `hookkit run` with the same input") or _untidy(bench, tried)
    if problem:
        return problem
    if tried.report.violations:
        first = tried.report.violations[0]
        return warning(f"exit code 0, but a rule was broken: {first.line} {first.what}", first.remedy)
    return passed(f"exit code 0, {_count(tried.products)}")


def _count(products: Files) -> str:
    number = sum(map(len, products.values()))
    return f"{number:,} file{'' if number == 1 else 's'} in place"


def _untidy(bench: Bench, tried: Tried) -> Judgement | None:
    """What a run that ended well should not have left, or should have."""
    empty = [
        folder_flag(bench.spec, part) for part in bench.spec.outputs if not (part.optional or tried.products[part.name])
    ]
    if empty:
        return failed(f"exit code 0, but nothing is in {', '.join(empty)}", _IN_THE_FOLDER)
    if any((folder / ERROR_FILE).exists() for folder in tried.outputs.values()):
        return failed(f"exit code 0, but there is an {ERROR_FILE}", "leave that name to hookkit")
    if left := staging_left(tried.outputs):
        return failed(f"{left[0].name} is left in the output", "change no modes of the folders that hookkit made")
    return None


def keep_input(bench: Bench) -> Judgement:
    """The work on an input that nobody may write."""
    if not bench.spec.inputs:
        return skipped("the hook takes no input")
    with bench.read_only_inputs():
        tried = bench.run(bench.outputs("input-read-only"))
    remedy = "open the input for reading, and write temporary files into context.work_dir"
    if problem := did_not_work(tried, remedy):
        return problem
    if changed := _changed_inputs(bench):
        return failed(f"the input was changed: {listed(changed)}", remedy)
    return passed("exit code 0, the input's bytes are as before")


def _changed_inputs(bench: Bench) -> list[str]:
    """Files of the input that are no longer as they were before all trials, are new or are gone."""
    before, now = bench.original_inputs, bench.measure_inputs()
    return sorted({file.path for name in before for file in {*before[name]} ^ {*now[name]}})


def make_output(bench: Bench) -> Judgement:
    """The work, into folders that are not there."""
    if not bench.spec.outputs:
        return skipped("the hook has no output")
    tried = bench.runs["output-missing"] = bench.run(bench.outputs("output-missing"))
    remedy = "write into the folder that the output's parameter names: hookkit has made it"
    return did_not_work(tried, remedy) or _untidy(bench, tried) or passed("exit code 0, the output was made")


def compare_bytes(bench: Bench) -> Judgement:
    """Two runs on the same input."""
    first, second = bench.runs["good-input"], bench.runs.get("output-missing")
    if second is None or not second.done:
        return skipped("there is no second run to compare")
    differing = _differing(first.products, second.products)
    if differing:
        remedy = "fix seeds, sort what is listed, and leave times and temporary paths out of products"
        return warning(f"two runs differ in {listed(differing)}", remedy)
    return passed("two runs gave the same bytes")


def _differing(first: Files, second: Files) -> list[str]:
    return sorted({file.path for name in first for file in {*first[name]} ^ {*second[name]}})


def read_log(bench: Bench) -> Judgement:
    """The log of the work."""
    lines = [line for line in bench.runs["good-input"].report.log if line.strip()]
    plain = [line for line in lines if not {"@timestamp", "log.level", "message"} <= {*parse_record(line)}]
    if plain:
        what = f"{len(plain):,} of {len(lines):,} lines are no ECS JSON: {plain[0][:60]!r}"
        return warning(what, "log or print in Python; run programs with hookkit.run_command, which passes lines on")
    return passed(f"{len(lines):,} line{'' if len(lines) == 1 else 's'}, all of them ECS JSON")


# ---------------------------------------------------------------- over an earlier output


def run_again(bench: Bench) -> Judgement:
    """The work, into the folders of the first run, with somebody else's product beside."""
    if not bench.spec.outputs:
        return skipped("the hook has no output")
    first = bench.runs["good-input"]
    for folder in first.outputs.values():
        (folder / _EARLIER).parent.mkdir(exist_ok=True)
        (folder / _EARLIER).write_bytes(_EARLIER_BYTES)
    before = _identities(first.outputs)
    tried = bench.run(first.outputs)
    if any(part.existing == "refuse" for part in bench.spec.outputs):
        return _refused(tried, before)
    if problem := did_not_work(tried, "do not look for what an earlier run left"):
        return problem
    return (
        _kept(first, tried, before) or _untidy(bench, tried) or passed("exit code 0, the same products, nothing lost")
    )


def _refused(tried: Tried, before: Mapping[Path, int]) -> Judgement:
    """The judgement over a hook that declares to replace no earlier output."""
    if tried.report.exit_code != ExitCode.WRONG_INPUT:
        return failed(f"{how_it_ended(tried)}, instead of exit code 2", "leave it to hookkit to refuse")
    if lost := [file.name for file in before if not file.exists()]:
        return failed(f"it refused to run, but {listed(lost)} is gone", "remove nothing from the output folder")
    return passed("exit code 2: it replaces no earlier output, as declared")


def _kept(first: Tried, tried: Tried, before: Mapping[Path, int]) -> Judgement | None:
    """What is wrong with the products of a second run, compared with those of the first."""
    if lost := sorted((_names(first) | {str(_EARLIER)}) - _names(tried)):
        return failed(f"lost: {listed(lost)}", "remove nothing from the output folder")
    if new := sorted(_names(tried) - _names(first) - {str(_EARLIER)}):
        return failed(f"other products than before: {listed(new)}", "name products by the input, not by time or chance")
    if written := sorted(_written_in_place(tried, first, before)):
        return failed(f"changed where it was, not replaced: {listed(written)}", _IN_THE_FOLDER)
    return None


def _names(tried: Tried) -> set[str]:
    return {file.path for files in tried.products.values() for file in files}


def _written_in_place(tried: Tried, first: Tried, before: Mapping[Path, int]) -> Iterator[str]:
    """Files that are the very ones of before, with other bytes: whatever fails half-way spoils those."""
    known = {(name, file.path): file.sha256 for name, files in first.products.items() for file in files}
    known |= {(name, str(_EARLIER)): sha256(_EARLIER_BYTES).hexdigest() for name in tried.outputs}
    for name, files in tried.products.items():
        for file in files:
            place = tried.outputs[name] / file.path
            if before.get(place) == place.lstat().st_ino and file.sha256 != known.get((name, file.path), file.sha256):
                yield file.path


def _identities(outputs: Mapping[str, Path]) -> dict[Path, int]:
    """The inode of each file: one that is replaced gets another."""
    files = (file for folder in outputs.values() for file in folder.rglob("*") if not file.is_dir())
    return {file: file.lstat().st_ino for file in files}
