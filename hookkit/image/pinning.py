"""What a project wants to be built on becomes a Base for each platform, pinned by the lock."""

import platform as machine
import re
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from hookkit.cache import Cache
from hookkit.image.base.apt.assemble import check_release
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest, AptSettings
from hookkit.image.base.opening import bare_base, base_digest, base_facts
from hookkit.image.builder import Watcher, unwatched
from hookkit.image.lock import Lock, LockedBase, LockedPackages
from hookkit.image.locking import LockRequest, Resolvers
from hookkit.image.plan import Base
from hookkit.image.platform import Platform
from hookkit.project import Project
from hookkit.reference import APT, REGISTRY, ImagePlace

#: The package that has the interpreter itself, by its minor version.
_PYTHON: Final = re.compile(r"python(3\.\d+)-minimal")


@dataclass(frozen=True)
class Pinning:
    """Pins the base of a project's image.

    Attributes:
        python: the minor version of Python that the base must have.
        platforms: what images are built for.
        base: asked for, instead of what the settings say.
        embedded: whether hookkit itself builds, and so reads the base; an engine pulls it by its name.

    """

    project: Project
    python: str
    platforms: tuple[Platform, ...]
    cache: Cache
    base: ImagePlace | None = None
    embedded: bool = True
    watch: Watcher = unwatched
    _resolved: dict[tuple[str, tuple[str, ...]], LockedPackages] = field(default_factory=dict, compare=False)

    @cached_property
    def place(self) -> ImagePlace:
        """Where the base comes from: as asked, as the settings say, or as fits best.

        That is a base that is assembled from packages, where apt is at hand and has the hook's Python; else Docker's
        official image of Python.
        """
        if self.base:
            return self.base
        if self.project.settings.base_image:
            return ImagePlace.parse(self.project.settings.base_image).written_in(self.project.root)
        if self.embedded and shutil.which("apt-get") and self._python_of_apt() == self.python:
            return ImagePlace(APT)
        return ImagePlace(REGISTRY, f"python:{self.python}-slim")

    @property
    def apt(self) -> AptSettings:
        """Where packages come from."""
        table = self.project.settings.apt
        if table is None:
            return AptSettings()
        keyring = self.project.root / table.keyring if table.keyring else None
        return AptSettings(table.mirror, table.suite, tuple(table.components), keyring)

    # ------------------------------------------------------------ the lock

    @property
    def request(self) -> LockRequest:
        """What the lock has to hold."""
        names = tuple(sorted(self.project.settings.system_packages))
        has_packages = bool(names) or self.place.transport == APT
        is_pinned = self.embedded and self.place.transport == REGISTRY and not self.place.reference.digest
        return LockRequest(
            python=self.python,
            packages={self._archive(platform): names for platform in self.platforms} if has_packages else {},
            bases=tuple(self._base_key(platform) for platform in self.platforms) if is_pinned else (),
        )

    @property
    def resolvers(self) -> Resolvers:
        """Who finds out what the lock does not hold yet."""
        return Resolvers(packages=self._resolve, base=lambda _: LockedBase(base_digest(self.place, self.cache)))

    def _archive(self, platform: Platform, *, place: ImagePlace | None = None) -> str:
        """`debian:bookworm:amd64`; with the base's name where packages are added to one that has some already."""
        release = machine.freedesktop_os_release()
        system, suite = release.get("ID", "linux"), release.get("VERSION_CODENAME", "")
        if self.apt.mirror:
            system, suite = "archive", self.apt.suite.replace(" ", "+")
        beside = place or self.place
        written = self.base or self.project.settings.base_image or beside  # the same from wherever it's locked
        added_to = "" if beside.transport == APT else f":{written}"
        return f"{system}:{suite}:{platform.architecture}{added_to}"

    def _base_key(self, platform: Platform) -> str:
        return f"{self.place}:{platform}"

    def _resolve(self, archive: str, names: tuple[str, ...]) -> LockedPackages:
        platform = next(one for one in self.platforms if archive == self._archive(one))
        return self._packages(platform, names, self.place)

    def _packages(self, platform: Platform, names: tuple[str, ...], place: ImagePlace) -> LockedPackages:
        from hookkit.image.base.apt.resolve import resolve_packages  # what is locked already needs none of it

        key = (str(platform), names)
        if key not in self._resolved:
            installed = b"" if place.transport == APT else self._installed(platform, place)
            request = AptRequest(platform.architecture, names, self.apt, installed)
            self._resolved[key] = LockedPackages(names, resolve_packages(request, self.cache, self.watch))
        return self._resolved[key]

    def _installed(self, platform: Platform, place: ImagePlace) -> bytes:
        image = bare_base(Base(place), platform, self.cache)
        _, facts = base_facts(image, self.cache, str(place))
        check_release(facts, self.apt, str(place))
        return facts.dpkg_status

    def _python_of_apt(self) -> str:
        """The minor version of the distribution's Python; asked once for a release."""
        place = ImagePlace(APT)
        key = self._archive(self.platforms[0], place=place)
        known = self.cache.fact("apt-python", key)
        if isinstance(known, str):
            return known
        names = tuple(sorted(self.project.settings.system_packages))
        minor = _python_among(self._packages(self.platforms[0], names, place).packages)
        self.cache.remember("apt-python", key, minor)
        return minor

    # ------------------------------------------------------------ the base

    def base_for(self, platform: Platform, lock: Lock) -> Base:
        """The base of a platform, as the lock pins it.

        Raises:
            BuildError: it is no image.
            HookkitError: it can't be had.

        """
        locked = lock.apt.get(self._archive(platform))
        packages = locked.packages if locked and self.request.packages else ()
        return Base(self.place, self._digest(platform, lock), packages, self.apt)

    def _digest(self, platform: Platform, lock: Lock) -> str:
        match self.place.transport:
            case "apt":
                return ""
            case transport if transport == REGISTRY:
                pinned = lock.base.get(self._base_key(platform))
                return self.place.reference.digest or (pinned.digest if pinned else "")
            case _:
                return base_digest(self.place, self.cache)


def _python_among(packages: tuple[DebPackage, ...]) -> str:
    found = (_PYTHON.fullmatch(one.name) for one in packages)
    return next((match[1] for match in found if match), "")
