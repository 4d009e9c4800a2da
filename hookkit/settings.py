"""`[tool.hookkit]` becomes Settings: a wrong key or value is a line with the key's path.

What was read once needs no validation: the same text gives the same settings, and pydantic stays closed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self

from hookkit.errors import Problem, ProjectError, shown
from hookkit.reference import ImagePlace

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from hookkit.argo import ArgoSettings

_HOOK: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*)?")
_MIRROR: Final = re.compile(r"(https?://|file:/)\S+")


@dataclass(frozen=True)
class _Checked:
    """Marks a text that has to pass a check, which raises ValueError; pydantic is imported when it reads the mark."""

    check: Callable[[str], object]

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self._checked, handler(source))

    def _checked(self, text: str) -> str:
        self.check(text)
        return text


def _check_hook(text: str) -> None:
    if not _HOOK.fullmatch(text):
        raise ValueError(f"{shown(text)} is no hook's name; write package.module:function")


def _check_mirror(text: str) -> None:
    if not _MIRROR.fullmatch(text):
        raise ValueError(f"{shown(text)} is no archive's address; write http://…, https://… or file:/…")


def _check_given(text: str) -> None:
    if not text.strip():
        raise ValueError("is empty; leave the key out, or write a value")


#: Keys are written with dashes, and unknown ones are mistakes.
_TABLE: Final = {
    "extra": "forbid",
    "alias_generator": lambda name: name.removesuffix("_table").replace("_", "-"),
}


@dataclass(frozen=True)
class TemplateStamp:
    """Which template a project came from, and the version of hookkit that rendered it."""

    __pydantic_config__: ClassVar = _TABLE

    name: str
    version: str


@dataclass(frozen=True)
class AptArchive:
    """The table `[tool.hookkit.apt]`: an archive of packages instead of those that this machine's apt uses.

    Attributes:
        mirror: its address.
        suite: its release, such as `bookworm`; several with spaces between.
        components: parts of the archive.
        keyring: the file of the keys that it is signed with, relative to the project; default: those that this
            machine trusts.

    """

    __pydantic_config__: ClassVar = _TABLE

    mirror: Annotated[str, _Checked(_check_mirror)]
    suite: Annotated[str, _Checked(_check_given)]
    components: list[str] = field(default_factory=lambda: ["main"])
    keyring: str | None = None


@dataclass(frozen=True)
class Settings:
    """The table `[tool.hookkit]`; its keys are written with dashes.

    Attributes:
        hook: `package.module:function`, or the module alone where it has one hook.
        python: the interpreter that runs the hook, relative to the project; default: `.venv`, else hookkit's own.
        base_image: what the image is built on: an image's name, `oci:DIR`, `tar:FILE`, `docker:NAME`, or `apt:` for one
            that is assembled from the distribution's packages.
        system_packages: packages of the distribution that the image gets beside.
        apt: where packages come from: `[tool.hookkit.apt]`; default: as this machine's own apt has it.
        template: the stamp of `hookkit new`.
        argo_table: `[tool.hookkit.argo]` as it's written.

    """

    __pydantic_config__: ClassVar = _TABLE

    hook: Annotated[str, _Checked(_check_hook)] | None = None
    python: Annotated[str, _Checked(_check_given)] | None = None
    base_image: Annotated[str, _Checked(ImagePlace.parse)] | None = None
    system_packages: list[str] = field(default_factory=list)
    apt: AptArchive | None = None
    template: TemplateStamp | None = None
    argo_table: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def argo(self) -> "ArgoSettings":
        """Where the hook runs: `[tool.hookkit.argo]`."""
        from hookkit.argo import ArgoSettings

        return ArgoSettings.model_validate(self.argo_table)

    def to_json(self) -> dict[str, Any]:
        """In JSON's terms; `from_json` gives equal ones back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Settings that were read before; KeyError or TypeError where it's something else."""
        apt, template = data["apt"], data["template"]
        parts = {"apt": apt and AptArchive(**apt), "template": template and TemplateStamp(**template)}
        return cls(**{**data, **parts})


def read_settings(file: Path, table: Any) -> Settings:
    """Validate the table `[tool.hookkit]` of a pyproject.toml.

    Raises:
        ProjectError: every wrong key and value, by its path.

    """
    from hookkit.table import read_table

    try:
        settings = read_table(Settings, file, "tool.hookkit", table)
    except ProjectError as error:
        raise ProjectError(*error.problems, *_problems_of_argo(file, table)) from None
    if problems := _problems_of_argo(file, table):
        raise ProjectError(*problems)
    return settings


def _problems_of_argo(file: Path, table: Any) -> tuple[Problem, ...]:
    from hookkit.argo import ArgoSettings
    from hookkit.table import read_table

    site = table.get("argo") if isinstance(table, dict) else None
    if isinstance(site, dict):  # another value is a mistake of the table above
        try:
            read_table(ArgoSettings, file, "tool.hookkit.argo", site)
        except ProjectError as error:
            return error.problems
    return ()
