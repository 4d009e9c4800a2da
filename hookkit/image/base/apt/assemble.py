"""Packages become a base image of one layer, or one more layer upon a base of the same release."""

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.contents import FORMAT
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest, AptSettings
from hookkit.image.base.facts import DEFAULT_PATH, BaseFacts
from hookkit.image.base.listing import Listing
from hookkit.image.builder import Watcher, unwatched
from hookkit.image.oci.compression import Compression
from hookkit.image.oci.model import NO_TIME, Image, ImageLayer, json_bytes
from hookkit.image.oci.pack import pack_once

_ENVIRONMENT: Final = (f"PATH={DEFAULT_PATH}", "LANG=C.UTF-8")


@dataclass(frozen=True)
class PackageStore:
    """Where packages come from and layers of them go.

    Attributes:
        cache: keeps the .debs and the layers.
        compression: how layers are stored.
        watch: hears of downloads.

    """

    cache: Cache
    compression: Compression
    watch: Watcher = unwatched


def assemble_base(packages: Sequence[DebPackage], request: AptRequest, store: PackageStore) -> Image:
    """A base image of one layer: a system with Python, without package manager; assembled once for the same packages.

    Args:
        packages: what `resolve_packages` gave for a request without `installed`, or a lock file.
        request: names the archive that has them, and the architecture.
        store: where they come from.

    Raises:
        BuildError: a package can't be had, or is not safe to use.
        CacheError: the cache can't be written.

    """
    layer = _layer(packages, request, store, None, "")
    config: dict[str, Any] = {
        "architecture": request.architecture,
        "config": {"Cmd": ["python3"], "Env": list(_ENVIRONMENT)},
        "created": NO_TIME,
        "history": [{"created": NO_TIME, "created_by": f"hookkit: {len(packages)} packages"}],
        "os": "linux",
        "rootfs": {"diff_ids": [layer.diff_id], "type": "layers"},
    }
    return Image(json_bytes(config), (layer,))


def layer_packages(
    packages: Sequence[DebPackage], request: AptRequest, store: PackageStore, base: Listing, base_key: str
) -> ImageLayer:
    """One more layer, with packages, upon a base.

    Args:
        packages: what `resolve_packages` gave for a request with what the base has installed.
        request: names the archive that has them, and the architecture.
        store: where they come from.
        base: what is there already.
        base_key: known to be another one whenever `base` is: the digest of its configuration, say.

    Raises:
        BuildError: a package can't be had, or is not safe to use.
        CacheError: the cache can't be written.

    """
    return _layer(packages, request, store, base, base_key)


def _layer(
    packages: Sequence[DebPackage], request: AptRequest, store: PackageStore, base: Listing | None, base_key: str
) -> ImageLayer:
    def fill(tar: Any) -> None:
        from hookkit.image.base.apt.fetch import fetch_packages  # what is assembled already needs none of it
        from hookkit.image.base.apt.layer import write_layer

        paths = fetch_packages(packages, request, store.cache, store.watch)
        write_layer(tar, list(zip(packages, paths, strict=True)), base=base.entries if base else None)

    key = json.dumps([FORMAT, base_key, sorted(package.sha256 for package in packages)])
    return pack_once(store.cache, f"packages\0{key}", store.compression.thorough, fill)


def check_release(facts: BaseFacts, settings: AptSettings, name: str) -> None:
    """Refuse to mix packages of one release into a base of another.

    Args:
        facts: of the base.
        settings: say which archive the packages are of.
        name: of the base, for the line.

    Raises:
        BuildError: the base is of another release than the packages, or knows nothing of packages.

    """
    if not facts.dpkg_status:
        remedy = "choose a base of Debian or Ubuntu, or `apt:`"
        raise BuildError(Problem(name, "has no packages of Debian or Ubuntu, which `system-packages` needs", remedy))
    if not _is_same(facts, settings):
        release = settings.suite or " ".join(_release_of_this_machine())
        remedy = "choose a base of that release, name its archive under [tool.hookkit.apt], or use `apt:`"
        what = f"is {facts.system} {facts.codename or '(unknown)'}, and the packages are of {release}"
        raise BuildError(Problem(name, what, remedy))


def _is_same(facts: BaseFacts, settings: AptSettings) -> bool:
    if settings.is_of_this_machine:
        return (facts.system, facts.codename) == _release_of_this_machine()
    suites = [suite.partition("-")[0] for suite in settings.suite.split()]
    return facts.codename in suites


def _release_of_this_machine() -> tuple[str, str]:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "", ""
    return release.get("ID", ""), release.get("VERSION_CODENAME", "")
