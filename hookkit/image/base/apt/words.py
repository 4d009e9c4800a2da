"""What apt says when it fails becomes one clear line a mistake: where, what is wrong, and what to do."""

import re
from typing import Final

from hookkit.errors import BuildError, Problem
from hookkit.image.words import Meaning, in_short, meaning_of, without_passwords

_LONGEST: Final = 300
_SAID: Final = re.compile(r"^[EW]: (.*)$", re.MULTILINE)
_OTHER_ARCHIVE: Final = "mend apt's sources, or name an archive under [tool.hookkit.apt]"


class DamagedIndexError(BuildError):
    """What apt keeps of an archive can't be read; it may be had anew."""


_DAMAGED: Final = Meaning(
    r"could not be parsed or opened|Problem with MergeList|section with no Package|LZ4F: .*[Rr]ead error",
    "the index of packages is damaged in the cache",
    "run `hookkit cache prune`, then build again",
)
#: The first that fits counts.
_MEANINGS: Final = (
    Meaning(
        r"No space left on device|don't have enough free space",
        "there is no space left for packages",
        "free some space, run `hookkit cache prune`, or set XDG_CACHE_HOME to a folder with more",
    ),
    _DAMAGED,
    Meaning(r"401 +\S*Unauthorized|403 +Forbidden", "the archive refuses", "give apt its credentials (auth.conf)"),
    Meaning(
        r"Could not resolve|Temporary failure|Could not connect|Unable to connect|Connection (?:failed|refused|timed)|"
        r"Network is unreachable|Connection reset|Could not wait for server|[Cc]ertificate verification",
        "the archive can't be reached",
        f"check the network and apt's proxy; or {_OTHER_ARCHIVE}",
    ),
    Meaning(
        r"Undetermined Error|closed the connection|Connection closed|\b50\d +\w",
        "the archive fails",
        "try again later, or choose another mirror",
    ),
    Meaning(
        r"Release file for \S+ (?:is expired|is not valid yet)",
        "the archive's index is out of date: somebody may be holding back updates",
        "check this machine's clock, or choose a mirror that is up to date",
    ),
    Meaning(
        r"NO_PUBKEY|couldn't be verified|not signed|BADSIG|EXPKEYSIG|EXPSIG|REVKEYSIG|KEYEXPIRED|NODATA|"
        r"[Mm]issing key|signature verification|(?:Policy|At least one invalid signature) (?:rejected|was)",
        "the archive's signature is missing, expired or of another key",
        "install its keyring, or name the right one under [tool.hookkit.apt]",
    ),
    Meaning(
        r"Hash Sum mismatch|has unexpected size|Hashes of (?:received|expected) file",
        "the archive sent something else than its index promises",
        "try again later, or choose another mirror",
    ),
    Meaning(
        r"does not have a Release file|no longer has a Release file|404 +Not Found",
        "there is no such suite, or a package that its index names is gone",
        _OTHER_ARCHIVE,
    ),
    Meaning(r"Malformed|list of sources could not be read|Type '.*' is not known", "can't be read", _OTHER_ARCHIVE),
    Meaning(
        r"Package '?(?P<package>[\w.+:-]+)'? has no installation candidate",
        "{package} is no longer a package of the archive",
        "name the package that replaces it under `system-packages`",
    ),
    Meaning(
        r"^ ?(?P<package>[\w.+:-]+) : (?P<relation>(?:Pre)?Depends|Conflicts|Breaks): (?P<other>.*?)"
        r"(?: but (?P<but>.*?))?$",
        "{package} can't be had: it has {relation}: {other}, but {but}",
        "take it out of `system-packages`, or build on an image that has what it needs",
    ),
)


def apt_error(words: str, source: str) -> BuildError:
    """The error that apt's own words mean; where they are not known, they are the line.

    Args:
        words: all that apt printed.
        source: the archive, for the line.

    """
    words = without_passwords(words)
    if found := meaning_of(words, _MEANINGS):
        meaning, groups = found
        facts = {name: value or "nothing satisfies it" for name, value in groups.items()}
        kind = DamagedIndexError if meaning is _DAMAGED else BuildError
        return kind(Problem(source, _with_address(meaning.what.format(**facts), words), meaning.remedy))
    said = "; ".join(_SAID.findall(words)) or words.strip() or "apt failed and said nothing"
    return BuildError(Problem(source, in_short(said, _LONGEST), "mend apt's configuration, or set `base-image`"))


def _with_address(what: str, words: str) -> str:
    """Which archive it is about, where apt says so: a machine may have many."""
    match = re.search(r"^[EW]: .*?(?P<address>\w+:/+[^\s']+)", words, re.MULTILINE)
    return f"{what} ({match['address']})" if match else what
