"""Links in an output become violations where they lead out of it: such a product does not arrive on the platform."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hookkit.local.outputs.measuring import files_below
from hookkit.local.rules import WRITES
from hookkit.report import Violation

#: As many links as Linux follows for one path; more than these lead round in circles.
_HOPS: Final = 40
_REMEDY: Final = "copy what it leads to into the output, or link inside it with a relative path"


def links_outside(folders: Mapping[str, Path]) -> tuple[Violation, ...]:
    """A violation for each link in an output folder that leads out of it, in the order of the report."""
    found = {name: dict(_links(folder)) for name, folder in folders.items()}
    return tuple(
        Violation(WRITES.name, f"the link {path} in {name} leads out of it, to {target}", remedy=_REMEDY)
        for name, links in found.items()
        for path, target in links.items()
        if leads_outside(path, links)
    )


def _links(folder: Path) -> Iterator[tuple[str, str]]:
    for path, entry in files_below(folder):
        if entry.is_symlink():
            try:
                yield path, os.readlink(entry.path)  # noqa: PTH115 - a Path would tidy nothing up
            except OSError:  # it has gone
                continue


def leads_outside(path: str, links: Mapping[str, str]) -> bool:
    """Whether a path in a folder leads out of it, given the folder's links by path.

    An absolute link always does: the folder lies elsewhere on the platform. One that leads in a circle never does.
    """
    reached: list[str] = []
    ahead, hops = path.split("/")[::-1], 0
    while ahead:
        match ahead.pop():
            case "" | ".":
                continue
            case "..":
                if not reached:
                    return True
                reached.pop()
            case name if target := links.get("/".join([*reached, name])):
                hops += 1
                if target.startswith("/") or hops > _HOPS:
                    return target.startswith("/")
                ahead += target.split("/")[::-1]
            case name:
                reached.append(name)
    return False
