"""How layers are compressed: by zlib-ng, by Python's zlib where that is missing, or not at all."""

import zlib
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from hookkit.image.oci.model import LAYER, LAYER_GZIP

_GZIP_WINDOW: Final = 31  # 15 bits of window, in a gzip member: its header has no time and no name
#: zlib-ng at level 2 took a sixth of the time of zlib at 6, for a tenth more bytes.
_QUICK: Final = 2
#: For what is packed once for many images: a twelfth fewer bytes, in a third of a second for a whole base.
_THOROUGH: Final = 6


class Compressor(Protocol):
    """Bytes in, bytes out; what zlib's compressobj is."""

    def compress(self, data: Any, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Plain:
    def compress(self, data: Any, /) -> bytes:
        return bytes(data)

    def flush(self) -> bytes:
        return b""


@dataclass(frozen=True)
class Compression:
    """A way to store a layer.

    Attributes:
        program: with its version, since both shape the bytes; "" for none.
        level: of the program: more is smaller and slower.

    """

    program: str
    level: int = _QUICK

    @property
    def name(self) -> str:
        """All that shapes the bytes, and so a part of a layer's key."""
        return f"{self.program} level {self.level}" if self.program else "none"

    @property
    def media_type(self) -> str:
        """Of a layer that is stored so."""
        return LAYER_GZIP if self.program else LAYER

    @property
    def thorough(self) -> "Compression":
        """The same for what is packed once and used often; what isn't compressed stays so."""
        return replace(self, level=_THOROUGH) if self.program else self

    def compressor(self) -> Compressor:
        """A new one, for one layer."""
        if not self.program:
            return _Plain()
        if self.program.startswith("zlib-ng"):
            from zlib_ng import zlib_ng

            compressor: Compressor = zlib_ng.compressobj(self.level, zlib_ng.DEFLATED, _GZIP_WINDOW)
            return compressor
        return zlib.compressobj(self.level, zlib.DEFLATED, _GZIP_WINDOW)


NONE: Final = Compression("")


def best_gzip() -> Compression:
    """Gzip by the fastest program there is: zlib-ng gives the same bytes on every CPU."""
    try:
        from zlib_ng import zlib_ng
    except ImportError:  # no wheel for this machine
        return Compression(f"zlib {zlib.ZLIB_RUNTIME_VERSION}")
    return Compression(f"zlib-ng {zlib_ng.ZLIBNG_VERSION}")
