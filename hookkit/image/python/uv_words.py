"""What uv says when it fails becomes one clear line: the package, what is wrong with it, and what to do."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from hookkit.errors import DependencyError, Problem

_LONGEST: Final = 400
_PASSWORD: Final = re.compile(r"(?<=://)[^\s/@]+@")


class _Meaning(NamedTuple):
    """What a text of uv means; `package` in the pattern names whom it's about, `{target}` whom the wheels are for."""

    pattern: re.Pattern[str]
    what: str
    remedy: str


def _meaning(pattern: str, what: str, remedy: str) -> _Meaning:
    return _Meaning(re.compile(pattern), what, remedy)


_PACKAGE: Final = r"(?P<package>[A-Za-z0-9][\w.-]*)"
_OTHER_WHEEL: Final = "choose a version that has one, or build one (`pip wheel`) and set UV_FIND_LINKS to its folder"

#: The first that fits counts.
_MEANINGS: Final = (
    _meaning(
        r"lockfile.*needs to be updated", "is stale: it does not fit pyproject.toml", "run `uv lock`, then build again"
    ),
    _meaning(r"Failed to parse `uv\.lock`", "can't be read as a lock", "run `uv lock`, or restore it from git"),
    _meaning(
        rf"Hash mismatch for `{_PACKAGE}",
        "{package} is another file than the one that was locked",
        "find out why; if it's right, lock it anew (`hookkit lock --upgrade`, or `uv lock --upgrade`)",
    ),
    _meaning(
        r"(401 Unauthorized|403 Forbidden)",
        "the package index refuses these credentials",
        "give uv the right ones (UV_INDEX_<NAME>_USERNAME and _PASSWORD, or netrc)",
    ),
    _meaning(
        r"(error sending request|dns error|tcp connect|[Cc]onnection refused|timed out|network was disabled)",
        "the package index can't be reached",
        "check the network, or name an index that answers with UV_DEFAULT_INDEX",
    ),
    _meaning(rf"Wheels are required for `{_PACKAGE}`", "{package} has no wheel for {target}", _OTHER_WHEEL),
    _meaning(
        rf"{_PACKAGE}(?:[<>=!]=?\S+)? (?:has|have) no (?:usable )?wheels",
        "{package} has no wheel for {target}",
        _OTHER_WHEEL,
    ),
    _meaning(rf"attempted to build `{_PACKAGE}", "{package} has no wheel, only sources", _OTHER_WHEEL),
    _meaning(
        rf"{_PACKAGE} was not found in the",
        "{package} is no package of the index",
        "mend its name under [project] dependencies, or name the index that has it with UV_INDEX",
    ),
)


def dependency_error(words: str, *, source: Path, target: str) -> DependencyError:
    """The error that uv's own words mean; where they are not known, they are the line."""
    words = " ".join(_PASSWORD.sub("***@", words).split())  # uv breaks lines where the terminal would end
    for meaning in _MEANINGS:
        if match := meaning.pattern.search(words):
            what = meaning.what.format(target=target, **match.groupdict())
            return DependencyError(Problem(str(source), what, meaning.remedy))
    return DependencyError(Problem(str(source), _in_short(words), "mend the project's dependencies"))


def _in_short(words: str) -> str:
    """What uv said, without its hints."""
    said = words.partition(" hint: ")[0].removeprefix("error: ") or "uv failed and said nothing"
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
