"""What `build` and `manifest` leave in a project's dist/: texts by file name, and the record of the last build."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from hookkit.errors import Problem, ProjectError
from hookkit.project import Project
from hookkit.reference import ImageReference

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
        packages: the largest, each with its name and its bytes.
        durations_seconds: wall time by step.

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

    @property
    def reference(self) -> ImageReference:
        """The image's name, parsed."""
        return ImageReference.parse(self.image)


def write_texts(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write files into a folder; each is there whole, or as it was before.

    Raises:
        OSError: one can't be written.

    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_whole(folder / name, text) for name, text in texts.items()]


def _write_whole(file: Path, text: str) -> Path:
    if file.is_file() and file.read_bytes() == text.encode():
        return file
    descriptor, fresh = tempfile.mkstemp(dir=file.parent, prefix=".new-", suffix=file.suffix)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as content:
            content.write(text)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(file)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    return file


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
