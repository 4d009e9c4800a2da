"""What native code and child programs say in their own words becomes Violations that claim no more than is known."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.contract import ExitCode
from hookkit.local import rules
from hookkit.local.violations.remedies import AS_INPUT, ELSEWHERE, REMEDIES, place_instead
from hookkit.local.violations.surroundings import Surroundings, authors_frame, is_below, line_of
from hookkit.local.violations.tracebacks import Raised
from hookkit.report import Violation
from hookkit.runtime.outcome import Outcome

if TYPE_CHECKING:
    from hookkit.local.sandbox.judge import Refusal

#: What programs and libraries of all kinds say when a file, or the network, was refused.
_FILE_WORDS: Final = re.compile(
    r"permission denied|read-only file system|operation not permitted|unable to open database file", re.IGNORECASE
)
_MISSING_WORDS: Final = re.compile(r"no such file|does not exist|not found", re.IGNORECASE)
_NETWORK_WORDS: Final = re.compile(
    r"network is unreachable|name resolution|(could not|couldn't) resolve|name or service not known|"
    r"failed to establish a new connection|nodename nor servname",
    re.IGNORECASE,
)
_PATH: Final = re.compile(r"(?<![\w./:])/[^\s\x00-\x1f:'\"`,;()<>]+")
_SHOWN_WORDS: Final = 200


def of_refusals(
    refusals: "Iterable[Refusal]", errors: tuple[Raised, ...], around: Surroundings, found: list[Violation]
) -> Iterator[Violation]:
    """Refusals that no error of Python's told of: of child programs and native code, or of a hook that went on."""
    for one in refusals:
        if not any(one.rule == known.rule and one.what in known.what for known in found):
            what = f"{one.program}: {one.what} was refused"
            yield _spoken(one.rule, what, REMEDIES.get(one.rule, ELSEWHERE), errors, around)


def of_words(
    outcome: Outcome, errors: tuple[Raised, ...], around: Surroundings, log: tuple[str, ...]
) -> Iterator[Violation]:
    """The last words that sound like a refusal; of a hook that is done only those that name a path of no rule's."""
    failed = outcome.exit_code != ExitCode.DONE
    for words in (outcome.message, *reversed(log)):
        said = _of_file(words, errors, around) or (_of_any(words, errors, around) if failed else None)
        if said is not None:
            yield said
            return


def _of_file(words: str, errors: tuple[Raised, ...], around: Surroundings) -> Violation | None:
    """A path that is named, and that the rules withhold."""
    for path in _PATH.findall(words):
        rule = _broken_by(path.rstrip("./"), words, around)
        if rule is rules.READS:
            return _spoken(rule.name, f"{path} is not in the container: {_short(words)}", AS_INPUT, errors, around)
        if rule is rules.WRITES:
            what = f"{path} may not be written: {_short(words)}"
            return _spoken(rule.name, what, place_instead(path, around), errors, around)
    return None


def _broken_by(path: str, words: str, around: Surroundings) -> rules.Rule | None:
    """Which rule keeps a program from a path that it complains about; None where none does."""
    if is_below(path, around.writable) or is_below(os.path.realpath(path), around.writable):
        return None
    there = os.path.lexists(path)
    if around.readable is None:
        if _FILE_WORDS.search(words):
            return rules.WRITES
        missing = _MISSING_WORDS.search(words) and Path(path).is_file() and not is_below(path, around.inputs)
        return rules.READS if missing else None
    if not _FILE_WORDS.search(words) or is_below(os.path.realpath(path), around.readable):
        return None
    return rules.READS if there else rules.WRITES


def _of_any(words: str, errors: tuple[Raised, ...], around: Surroundings) -> Violation | None:
    """What may be a refusal, and of what kind."""
    for pattern, rule in ((_NETWORK_WORDS, rules.NETWORK), (_FILE_WORDS, rules.WRITES)):
        if pattern.search(words):
            what = f"a rule may have refused something: {_short(words)}"
            return _spoken(rule.name, what, REMEDIES[rule.name], errors, around)
    return None


def _spoken(rule: str, what: str, remedy: str, errors: tuple[Raised, ...], around: Surroundings) -> Violation:
    frame = authors_frame(errors[-1].frames, around) if errors else None
    return Violation(rule, what, line_of(frame, around), frame.code if frame else "", remedy)


def _short(words: str) -> str:
    return words.strip()[:_SHOWN_WORDS]
