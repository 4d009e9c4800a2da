"""The name of a module becomes a call of the hook in it: one image holds all hooks of the corpus."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Input, Option, Output, hook


@hook
def dispatch(
    output: Annotated[Path, Output()],
    module: Annotated[str, Option()],
    scene: Annotated[dict[str, str], Option()],
    context: HookContext,
    input: Annotated[Path | None, Input()] = None,  # noqa: A002 - the platform's name
) -> None:
    """Call the hook of a module."""
    job = import_module(module).job
    given = {"output": output, "scene": scene, "context": context, "input": input}
    wanted = job.__code__.co_varnames[: job.__code__.co_argcount]
    job(**{name: given[name] for name in wanted})
