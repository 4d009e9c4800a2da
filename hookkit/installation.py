"""Where the running hookkit was installed from becomes the requirement that installs the same one elsewhere.

hookkit is on no package index, so a project names its source. The installer's record of it is
`direct_url.json` (PEP 610); the requirement is a direct reference (PEP 508).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

_REQUIREMENT: Final = "hookkit[cli] @ {}"
_FOLDER: Final = Path(__file__).resolve().parent.parent


def checkout() -> Path | None:
    """The checkout that the running hookkit lies in, None where it was installed as a package."""
    signs = (_FOLDER / "pyproject.toml", _FOLDER / "templates" / "copier.yml")
    return _FOLDER if all(sign.is_file() for sign in signs) else None


def running_requirement(checkout: Path | None) -> str:
    """The requirement for the hookkit that runs, "" where nobody can tell where it came from.

    A checkout wins over the record: with PYTHONPATH another hookkit than the one on record may run.
    """
    if checkout is not None:
        return _REQUIREMENT.format(checkout.as_uri())
    record = _direct_url()
    return requirement_from(json.loads(record)) if record else ""


def requirement_from(direct_url: Mapping[str, Any]) -> str:
    """The requirement that a record of PEP 610 stands for: a folder, an archive or a commit of a repository."""
    url = _without_credentials(direct_url["url"])
    if vcs := direct_url.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    if subdirectory := direct_url.get("subdirectory"):
        url = f"{url}#subdirectory={subdirectory}"
    return _REQUIREMENT.format(url)


def _direct_url() -> str | None:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution("hookkit").read_text("direct_url.json")
    except PackageNotFoundError:
        return None


def _without_credentials(url: str) -> str:
    """The address without user and password, which would land in a file of the project; ssh needs its user."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if parts.scheme == "ssh":
        host = f"{user.partition(':')[0]}{at}{host}"
    return urlunsplit(parts._replace(netloc=host))
