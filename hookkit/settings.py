"""`[tool.hookkit]` becomes Settings: a wrong key or value is a line with the key's path."""

import re
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, StringConstraints

from hookkit.argo import ArgoSettings
from hookkit.errors import shown
from hookkit.reference import ImagePlace
from hookkit.table import Table, read_table

_HOOK: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*)?")


def _hook(text: str) -> str:
    if not _HOOK.fullmatch(text):
        msg = f"{shown(text)} is no hook's name; write package.module:function"
        raise ValueError(msg)
    return text


def _image(text: str) -> str:
    ImagePlace.parse(text)
    return text


class TemplateStamp(Table):
    """Which template a project came from, and the version of hookkit that rendered it."""

    name: str
    version: str


class AptTable(Table):
    """The table `[tool.hookkit.apt]`: an archive of packages instead of those that this machine's apt uses.

    Attributes:
        mirror: its address.
        suite: its release, such as `bookworm`; several with spaces between.
        components: parts of the archive.
        keyring: the file of the keys that it is signed with, relative to the project; default: those that this
            machine trusts.

    """

    mirror: Annotated[str, StringConstraints(pattern=r"^(https?|file)://?\S+$")]
    suite: Annotated[str, StringConstraints(min_length=1)]
    components: list[str] = ["main"]
    keyring: str | None = None


class Settings(Table):
    """The table `[tool.hookkit]`; its keys are written with dashes.

    Attributes:
        hook: `package.module:function`, or the module alone where it has one hook.
        python: the interpreter that runs the hook, relative to the project; default: `.venv`, else hookkit's own.
        base_image: what the image is built on: an image's name, `oci:DIR`, `tar:FILE`, `docker:NAME`, or `apt:` for one
            that is assembled from the distribution's packages.
        system_packages: packages of the distribution that the image gets beside.
        apt: where packages come from: `[tool.hookkit.apt]`; default: as this machine's own apt has it.
        template: the stamp of `hookkit new`.
        argo: where the hook runs: `[tool.hookkit.argo]`.

    """

    hook: Annotated[str, AfterValidator(_hook)] | None = None
    python: Annotated[str, StringConstraints(min_length=1)] | None = None
    base_image: Annotated[str, AfterValidator(_image)] | None = None
    system_packages: list[str] = []
    apt: AptTable | None = None
    template: TemplateStamp | None = None
    argo: ArgoSettings = ArgoSettings()


def read_settings(file: Path, table: Any) -> Settings:
    """Validate the table `[tool.hookkit]` of a pyproject.toml.

    Raises:
        ProjectError: every wrong key and value, by its path.

    """
    return read_table(Settings, file, "tool.hookkit", table)
