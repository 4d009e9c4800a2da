"""The work as a model of cog's, which knows no dates and takes choices for text alone."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: ARG002, FBT001, PLR0913, PLR0917 - ten inputs are given and read; that costs what is measured

from pathlib import Path

from cog import BaseRunner, Input


class Runner(BaseRunner):
    """Answers a prediction with the result's path."""

    def run(
        self,
        source: str,
        target: str,
        title: str,
        quick: bool,
        day: str,
        tags: list[str],
        mask: str,
        level: int = Input(ge=1, le=9),
        share: float = Input(ge=0, le=1),
        method: str = Input(choices=["nearest", "bilinear"]),
        band: str = Input(choices=["B04", "B08"]),
        limit: int | None = Input(default=None),
    ) -> str:
        """Write the text of example.data in upper case."""
        result = Path(target, "result.data")
        result.write_text(Path(source, "example.data").read_text().upper())
        return str(result)
