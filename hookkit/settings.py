"""`[tool.hookkit]` becomes Settings: a wrong key or value is a line with the key's path."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, ProjectError, shown
from hookkit.reference import ImageReference


def _image(text: str) -> str:
    ImageReference.parse(text)
    return text


class _Table(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=lambda name: name.replace("_", "-")
    )


class TemplateStamp(_Table):
    """Which template a project came from, and the version of hookkit that rendered it."""

    name: str
    version: str


_MODULE = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*)?"


class Settings(_Table):
    """The table `[tool.hookkit]`; its keys are written with dashes.

    Attributes:
        hook: `package.module:function`, or the module alone where it has one hook.
        python: the interpreter that runs the hook, relative to the project; default: `.venv`, else hookkit's own.
        base_image: what the image is built on; default: `python:<minor of the hook's Python>-slim`.
        template: the stamp of `hookkit new`.

    """

    hook: Annotated[str, StringConstraints(pattern=rf"^{_MODULE}$")] | None = None
    python: Annotated[str, StringConstraints(min_length=1)] | None = None
    base_image: Annotated[str, AfterValidator(_image)] | None = None
    template: TemplateStamp | None = None


def read_settings(file: Path, table: Any) -> Settings:
    """Validate the table `[tool.hookkit]` of a pyproject.toml.

    Raises:
        ProjectError: every wrong key and value, by its path.

    """
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        raise ProjectError(*(_problem(file, dict(one)) for one in error.errors(include_url=False))) from None


def _problem(file: Path, error: Mapping[str, Any]) -> Problem:
    path = ".".join(str(part) for part in ("tool.hookkit", *error["loc"]))
    where = f"{file}: {path}"
    words = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "it should")
    if error["type"] == "extra_forbidden":
        return Problem(where, "no such key", _known_keys(error["loc"]))
    if error["type"] == "model_type":
        return Problem(where, "is not a table", f"write [{path}]")
    if error["type"] == "value_error":  # our own words, which name the value
        return Problem(where, words)
    if error["type"] == "string_pattern_mismatch":
        return Problem(where, f"{shown(error['input'])} is no hook's name", "write package.module:function")
    if error["type"] == "missing":
        return Problem(where, "is missing", "write it")
    return Problem(where, f"{shown(error['input'])} is wrong: {words}", "mend the value")


def _known_keys(path: tuple[str, ...]) -> str:
    """What may stand in the table of an unknown key: the one that is meant, or all."""
    table = TemplateStamp if path[:-1] == ("template",) else Settings
    known = [field.alias or name for name, field in table.model_fields.items()]
    return did_you_mean(path[-1], known).removeprefix("; ") or f"there are {', '.join(known)}"
