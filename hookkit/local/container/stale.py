"""Containers of runs that were killed become nothing: each is labelled with its owner, and a later run looks for it."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hookkit.local.volume.owner import Owner, is_gone
from hookkit.local.volume.stale import remove_folders

if TYPE_CHECKING:
    from docker import APIClient

_USER: Final = "io.hookkit.run.user"
_OWNER: Final = "io.hookkit.run.owner"
_FOLDERS: Final = "io.hookkit.run.folders"


def owner_labels(folders: Iterable[Path]) -> dict[str, str]:
    """Labels of a container of this process, with the folders that have to go with it."""
    named = json.dumps([str(folder.absolute()) for folder in folders])
    return {_USER: str(os.getuid()), _OWNER: str(Owner.this() or ""), _FOLDERS: named}


def remove_stale(api: "APIClient") -> None:
    """Remove what this user's runs left that are no more, and can't clean up for themselves."""
    from docker.errors import APIError

    for container in api.containers(all=True, filters={"label": f"{_USER}={os.getuid()}"}):
        labels: dict[str, Any] = container["Labels"]
        if is_gone(labels.get(_OWNER, "")):
            with suppress(APIError):  # another run was quicker
                api.remove_container(container["Id"], force=True, v=True)
            with suppress(ValueError, TypeError):  # somebody else's label
                remove_folders(json.loads(labels.get(_FOLDERS, "")))
