"""A few empty files become a base image that tells what a real one would: a Python, a C library, a release."""

from dataclasses import dataclass
from pathlib import Path

from hookkit.cache import Cache
from hookkit.image.layer import Layer, LayerEntry, LayerFile, LayerLink
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.layout import write_layout
from hookkit.image.oci.model import Image, json_bytes
from hookkit.image.oci.pack import pack_layer
from hookkit.image.platform import Platform
from hookkit.reference import ImagePlace, ImageReference

AMD64 = Platform("linux", "amd64")


@dataclass(frozen=True)
class FakeBase:
    """What a base has.

    Attributes:
        python: the minor version; "" for none.
        glibc: its version; "" for another C library.
        codename: of a Debian; "" for a system without packages.
        modules: of the standard library, beside `os`.

    """

    python: str = "3.12"
    glibc: str = "2.36"
    codename: str = "bookworm"
    modules: tuple[str, ...] = ()

    def image(self, cache: Cache, platform: Platform = AMD64) -> Image:
        """The image, of one layer in the cache."""
        layer = pack_layer(cache, Layer("base", "base", "/", tuple(self._entries())), best_gzip())
        config = {
            "architecture": platform.architecture,
            "os": platform.os,
            "config": {"Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8"], "Cmd": ["python3"], "WorkingDir": "/"},
            "history": [{"created_by": "the tests"}],
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id]},
        }
        return Image(json_bytes(config), (layer,))

    def layout(self, folder: Path, *platforms: Platform) -> ImagePlace:
        """The image in a layout, for these platforms."""
        cache = Cache(folder.with_name(f"{folder.name} cache"))
        images = tuple(self.image(cache, platform) for platform in platforms or (AMD64,))
        write_layout(folder, images, ImageReference("base", tag="1"))
        return ImagePlace("oci", str(folder))

    def _entries(self) -> list[LayerEntry]:
        found: list[LayerEntry] = [LayerFile("usr/bin/true", b"", executable=True)]
        if self.python:
            library = f"usr/local/lib/python{self.python}"
            found += [
                LayerLink("usr/local/bin/python3", f"python{self.python}"),
                LayerFile(f"usr/local/bin/python{self.python}", b"", executable=True),
                *(LayerFile(f"{library}/{name}.py", b"x = 1\n") for name in ("os", *self.modules)),
            ]
        if self.glibc:
            words = f"GNU C Library (Debian GLIBC {self.glibc}-9) stable release version {self.glibc}.\n"
            found.append(LayerFile("usr/lib/x86_64-linux-gnu/libc.so.6", words.encode()))
        if self.codename:
            found.append(LayerFile("etc/os-release", f"ID=debian\nVERSION_CODENAME={self.codename}\n".encode()))
            status = b"Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nArchitecture: amd64\n"
            found.append(LayerFile("var/lib/dpkg/status", status))
        return sorted(found, key=lambda entry: entry.path)
