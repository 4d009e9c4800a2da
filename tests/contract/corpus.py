"""A module of the corpus becomes a Planted: which rule its hook breaks, and what a report has to say of that."""

import ast
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_MARK = "# refused"


@dataclass(frozen=True)
class Planted:
    """A hook of the corpus.

    Attributes:
        name: of its module.
        folder: `bad` or `good`.
        rule: the one that it breaks; "" for a good one.
        also: another rule that the report may name as well; "" where there is none.
        named: what the report has to name, with the names of the scene in braces; "" where nobody can know.
        line: the number of the line that is refused; 0 where nobody can know.
        told: whether the report has to say anything: not where nothing fails, or as it would fail on the platform.
        needs: a library that its Python has to have.
        slow: whether it takes more than a second or two.
        plain: whether it means something for a plain user alone.
        in_image: whether it means something in an image, too.
        programs: whether it runs programs beside Python, which not every image has.
        talks: whether processes of it talk to each other.
        loopback: `tcp` or `udp`, where it needs a loopback for that; else "".

    """

    name: str
    folder: str
    rule: str
    also: str
    named: str
    line: int
    told: bool
    needs: str
    slow: bool
    plain: bool
    in_image: bool
    programs: bool
    talks: bool
    loopback: str

    @property
    def file(self) -> Path:
        return HERE / self.folder / f"{self.name}.py"


def planted(folder: str) -> list[Planted]:
    """All hooks of a folder that can run on this machine's processor."""
    found = (_read(file) for file in sorted((HERE / folder).glob("*.py")))
    return [hook for hook, machine in found if machine in {"", platform.machine()}]


def _read(file: Path) -> tuple[Planted, str]:
    text = file.read_text()
    said = _constants(ast.parse(text))
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(_MARK)]
    hook = Planted(
        name=file.stem,
        folder=file.parent.name,
        rule=said.get("RULE", ""),
        also=said.get("ALSO", ""),
        named=said.get("NAMED", ""),
        line=lines[0] if lines else 0,
        told=said.get("TOLD", True),
        needs=said.get("NEEDS", ""),
        slow=said.get("SLOW", False),
        plain=said.get("PLAIN", False),
        in_image=said.get("IN_IMAGE", True),
        programs=any(word in text for word in ("subprocess", "run_command", "exec(", "execlp", "spawnlp")),
        talks=any(word in text for word in ("socket", "asyncio", "multiprocessing", "concurrent")),
        loopback=said.get("LOOPBACK", ""),
    )
    return hook, said.get("MACHINE", "")


def _constants(module: ast.Module) -> dict[str, Any]:
    return {
        one.targets[0].id: one.value.value
        for one in module.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Constant)
    }
