"""Project, HookSpec and request become a plan that is ready to be built: code chosen, dependencies at hand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hookkit.image.builder import Duration
from hookkit.image.code import LeftOut, select_code
from hookkit.image.dependencies import install_dependencies
from hookkit.image.plan import ImagePlan, ImageRequest, plan_image
from hookkit.project import Project
from hookkit.spec import HookSpec


@dataclass(frozen=True)
class PreparedImage:
    """A plan, what of the author's files is not in it, and how long the dependencies took."""

    plan: ImagePlan
    left_out: tuple[LeftOut, ...]
    durations: tuple[Duration, ...]


@contextmanager
def prepared_image(project: Project, spec: HookSpec, request: ImageRequest) -> Iterator[PreparedImage]:
    """Prepare an image; its dependencies lie in a temporary folder, so build it before the block ends.

    Raises:
        DependencyError: the dependencies can't be had.

    """
    with TemporaryDirectory(prefix="hookkit-") as folder:
        code = select_code(project)
        started = time.monotonic()
        dependencies = install_dependencies(project, request.platform, request.python, Path(folder))
        took = Duration("dependencies", time.monotonic() - started)
        plan = plan_image(project, spec, request, code=code.files, dependencies=dependencies)
        yield PreparedImage(plan, code.left_out, (took,))
