"""How layers are compressed: by zlib-ng, by Python's zlib where that is missing, or not at all."""

import zlib
from dataclasses import dataclass
from typing import Any, Final, Protocol

from hookkit.image.oci.model import LAYER, LAYER_GZIP

_GZIP_WINDOW: Final = 31  # 15 bits of window, in a gzip member: its header has no time and no name
#: zlib-ng at level 2 took a sixth of the time of zlib at 6, for a tenth more bytes.
_LEVEL_NG: Final = 2
_LEVEL: Final = 4


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
        name: the program, its version and level: all that shapes the bytes, and so part of a layer's key.
        media_type: of a layer that is stored so.

    """

    name: str
    media_type: str

    def compressor(self) -> Compressor:
        """A new one, for one layer."""
        if self.media_type == LAYER:
            return _Plain()
        if self.name.startswith("zlib-ng"):
            from zlib_ng import zlib_ng

            compressor: Compressor = zlib_ng.compressobj(_LEVEL_NG, zlib_ng.DEFLATED, _GZIP_WINDOW)
            return compressor
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)


NONE: Final = Compression("none", LAYER)


def best_gzip() -> Compression:
    """Gzip by the fastest program there is: zlib-ng gives the same bytes on every CPU."""
    try:
        from zlib_ng import zlib_ng
    except ImportError:  # no wheel for this machine
        return Compression(f"zlib {zlib.ZLIB_RUNTIME_VERSION} level {_LEVEL}", LAYER_GZIP)
    return Compression(f"zlib-ng {zlib_ng.ZLIBNG_VERSION} level {_LEVEL_NG}", LAYER_GZIP)
