"""A project's dependencies become an installed tree for the image's platform, by uv and on this machine."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.image.environment import environment_files
from hookkit.image.plan import LayerFile
from hookkit.image.platform import Platform
from hookkit.image.uv_words import dependency_error
from hookkit.project import PYPROJECT, Project, find_python

LOCK: Final = "uv.lock"

#: Wheels for glibc 2.28 (manylinux_2_28) run on every base that is still maintained.
_UV_PLATFORMS: Final = {
    Platform("linux", "amd64"): "x86_64-manylinux_2_28",
    Platform("linux", "arm64"): "aarch64-manylinux_2_28",
}
_HOOKKIT: Final = re.compile(r"hookkit\s*([\[<>=!~;@(]|$)", re.IGNORECASE)
#: Nothing is dependable but what the image gets: this resolves a package to nothing (uv's documentation on overrides).
_WITHOUT_HOOKKIT: Final = "hookkit ; python_version < '0'\n"


@dataclass(frozen=True)
class InstallTarget:
    """Whom wheels are chosen for: the project that asks, the platform and the Python that get them."""

    project: Project
    platform: Platform
    python: str

    @property
    def source(self) -> Path:
        """The file that says what is needed: uv.lock where the project has one."""
        lock = self.project.root / LOCK
        return lock if lock.is_file() else self.project.root / PYPROJECT


def install_dependencies(project: Project, platform: Platform, python: str, folder: Path) -> tuple[LayerFile, ...]:
    """Resolve, download and unpack what the project depends on; without dependencies nothing is done.

    hookkit itself is left out: the image has its runtime.

    Args:
        project: a `uv.lock` beside its pyproject.toml is followed to the letter.
        platform: what the wheels are for; nothing is ever built from source.
        python: the minor version of Python that they are for.
        folder: an empty folder, which has to stay until the image is built.

    Returns:
        The files, by their path below a virtual environment.

    Raises:
        DependencyError: a package has no wheel or does not exist, the lock is stale, the index does not answer.

    """
    if not any(not _HOOKKIT.match(one) for one in project.dependencies):
        return ()
    target = InstallTarget(project, platform, python)
    requirements = lock_requirements(target, folder)
    if not requirements.strip():
        return ()
    _install(target, requirements, folder)
    return environment_files(folder / "tree", python)


def lock_requirements(target: InstallTarget, folder: Path) -> str:
    """Every package that is needed, pinned, one a line; with hashes where a uv.lock gives them."""
    if target.source.name == LOCK:
        return _export(target)
    return _compile(target, folder)


def _export(target: InstallTarget) -> str:
    # --locked: as --frozen it changes nothing, but it refuses a lock that no longer fits pyproject.toml.
    chosen = ["--no-dev", "--no-emit-project", "--no-editable", "--prune", "hookkit"]
    return _uv(target, "export", "--locked", *chosen, "--no-header", "--no-annotate")


def _compile(target: InstallTarget, folder: Path) -> str:
    overrides = folder / "overrides.txt"
    overrides.write_text(_WITHOUT_HOOKKIT, encoding="utf-8")
    dependencies = "\n".join(target.project.dependencies)
    options = [*_wheels(target), "--override", str(overrides), "--no-header", "--no-annotate"]
    return _uv(target, "pip", "compile", "-", *options, text=dependencies)


def _install(target: InstallTarget, requirements: str, folder: Path) -> None:
    # --prefix, not --target: that is the layout of a virtual environment, so what packages note about it stays true.
    place = ["--prefix", str(folder / "tree"), "--no-deps", "--requirements", "-"]
    _uv(target, "pip", "install", *_wheels(target), *place, "--link-mode", "hardlink", text=requirements)


def _wheels(target: InstallTarget) -> list[str]:
    wheels = ["--only-binary", ":all:"]
    return ["--python-platform", _UV_PLATFORMS[target.platform], "--python-version", target.python, *wheels]


def _uv(target: InstallTarget, *arguments: str, text: str = "") -> str:
    """Run uv in the project, so that the author's own settings for indexes count; its answer, or its error as ours."""
    from uv import find_uv_bin

    python = find_python(target.project).executable
    command = [find_uv_bin(), *arguments, "--python", str(python), "--quiet", "--no-progress", "--color", "never"]
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        command, input=text, cwd=target.project.root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise dependency_error(done.stderr, source=target.source, target=f"{target.platform}, Python {target.python}")
    return done.stdout
