"""The work as a component of kfp, which knows no bounds, choices, dates or paths."""
# ruff: noqa: ARG001, FBT001, PLR0913, PLR0917 - ten parameters are given and read; that costs what is measured

from pathlib import Path


def shout(
    source: str,
    target: str,
    title: str,
    level: int,
    share: float,
    quick: bool,
    method: str,
    band: str,
    day: str,
    tags: list[str],
    limit: int | None,
    mask: str,
) -> None:
    """Write the text of example.data in upper case."""
    Path(target, "result.data").write_text(Path(source, "example.data").read_text().upper())
