"""What `build` and `manifest` leave in a project's dist/: texts by file name, and the record of the last build."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from hookkit.errors import HookkitError, Problem, ProjectError
from hookkit.project import Project
from hookkit.reference import ImageReference
from hookkit.whole import write_whole

BUILD_RECORD: Final = "build.json"


@dataclass(frozen=True)
class BuildRecord:
    """The last image of a project.

    Attributes:
        image: its reference; with a digest once it is pushed, since a registry alone gives one.
        image_id: the digest (`sha256:…`) of its configuration: what engines call it.
        builder: `docker` or `oci`.
        platforms: what it is for: `linux/amd64`.
        outputs: where it went.
        size_bytes: all its layers, as they are stored.
        layers: each with its name and its bytes as they are stored, from the bottom up.
        packages: the largest, each with its name and its bytes: of wheels unpacked, of .debs as they come.
        durations_seconds: wall time by step.
        code: a digest of the code in it, as `image.code.code_digest` has it; "" where nobody noted it.

    """

    image: str
    digest: str
    image_id: str
    base_image: str
    size_bytes: int
    builder: str = "docker"
    platforms: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    layers: tuple[tuple[str, int], ...] = ()
    packages: tuple[tuple[str, int], ...] = ()
    durations_seconds: Mapping[str, float] = field(default_factory=dict)
    code: str = ""

    @property
    def reference(self) -> ImageReference:
        """The image's name, parsed."""
        return ImageReference.parse(self.image)


def check_dist(project: Project) -> None:
    """Refuse a project whose dist/ can't be written, before anything is made for it.

    Raises:
        HookkitError: it can't be.

    """
    folder = project.dist if project.dist.exists() else project.root
    if not os.access(folder, os.W_OK):
        raise _unwritable(project.dist, "you may not write there")


def write_texts(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write files into a folder; each is there whole, or as it was before.

    Raises:
        HookkitError: one can't be written.

    """
    files = {folder / name: text.encode() for name, text in texts.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_whole(file, content)
    except OSError as error:
        raise _unwritable(folder, str(error.strerror)) from None
    return list(files)


def _unwritable(folder: Path, words: str) -> HookkitError:
    return HookkitError(Problem(str(folder), f"can't be written: {words}", "mend its permissions, or the disk"))


def write_record(project: Project, record: BuildRecord) -> Path:
    """Write `dist/build.json`."""
    text = json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n"
    return write_texts(project.dist, {BUILD_RECORD: text})[0]


def read_record(project: Project) -> BuildRecord | None:
    """The record of the last build, None where there was none.

    Raises:
        ProjectError: the file is no such record.

    """
    file = project.dist / BUILD_RECORD
    try:
        record = BuildRecord(**_frozen(json.loads(file.read_text(encoding="utf-8"))))
        ImageReference.parse(record.image)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise ProjectError(Problem(str(file), f"is no record of a build: {error}", "run `hookkit build`")) from None
    return record


def _frozen(value: Any) -> Any:
    """What JSON gave, with tuples for lists."""
    if isinstance(value, dict):
        return {name: _frozen(one) for name, one in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
