"""What uv says when it fails becomes one clear line: the package, what is wrong with it, and what to do."""

from pathlib import Path
from typing import Final

from hookkit.errors import DependencyError, Problem
from hookkit.image.words import Meaning, in_short, meaning_of, without_passwords

_LONGEST: Final = 400
_PACKAGE: Final = r"(?P<package>[A-Za-z0-9][\w.-]*)"
_OTHER_WHEEL: Final = "choose a version that has one, or build one (`pip wheel`) and set UV_FIND_LINKS to its folder"

#: The first that fits counts; `{target}` is whom the wheels are for.
_MEANINGS: Final = (
    Meaning(
        r"lockfile.*needs to be updated", "is stale: it does not fit pyproject.toml", "run `uv lock`, then build again"
    ),
    Meaning(r"Failed to parse `uv\.lock`", "can't be read as a lock", "run `uv lock`, or restore it from git"),
    Meaning(
        rf"Hash mismatch for `{_PACKAGE}",
        "{package} is another file than the one that was locked",
        "find out why; if it's right, lock it anew (`hookkit lock --upgrade`, or `uv lock --upgrade`)",
    ),
    Meaning(
        r"(401 Unauthorized|403 Forbidden)",
        "the package index refuses these credentials",
        "give uv the right ones (UV_INDEX_<NAME>_USERNAME and _PASSWORD, or netrc)",
    ),
    Meaning(
        r"(error sending request|dns error|tcp connect|[Cc]onnection refused|timed out|network was disabled)",
        "the package index can't be reached",
        "check the network, or name an index that answers with UV_DEFAULT_INDEX",
    ),
    Meaning(rf"Wheels are required for `{_PACKAGE}`", "{package} has no wheel for {target}", _OTHER_WHEEL),
    Meaning(
        rf"{_PACKAGE}(?:[<>=!]=?\S+)? (?:has|have) no (?:usable )?wheels",
        "{package} has no wheel for {target}",
        _OTHER_WHEEL,
    ),
    Meaning(rf"attempted to build `{_PACKAGE}", "{package} has no wheel, only sources", _OTHER_WHEEL),
    Meaning(
        rf"{_PACKAGE} was not found in the",
        "{package} is no package of the index",
        "mend its name under [project] dependencies, or name the index that has it with UV_INDEX",
    ),
)


def dependency_error(words: str, *, source: Path, target: str) -> DependencyError:
    """The error that uv's own words mean; where they are not known, they are the line."""
    words = " ".join(without_passwords(words).split())  # uv breaks lines where the terminal would end
    if found := meaning_of(words, _MEANINGS):
        meaning, facts = found
        return DependencyError(Problem(str(source), meaning.what.format(target=target, **facts), meaning.remedy))
    said = words.partition(" hint: ")[0].removeprefix("error: ") or "uv failed and said nothing"
    return DependencyError(Problem(str(source), in_short(said, _LONGEST), "mend the project's dependencies"))
