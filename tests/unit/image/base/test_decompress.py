"""Files of every compression give back what went in, or say that they are damaged."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.archive import COMPRESSIONS

from hookkit.image.base.decompress import DamagedError, decompressed


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(content=st.binary(max_size=300).map(lambda data: b"start" + data))
def test_what_went_in_comes_out(compression: str, content: bytes) -> None:
    with decompressed(io.BytesIO(COMPRESSIONS[compression](content))) as file:
        assert file.read() == content


@pytest.mark.parametrize("compression", [name for name in COMPRESSIONS if name])
@given(data=st.data())
def test_what_ends_early_is_damaged(compression: str, data: st.DataObject) -> None:
    whole = COMPRESSIONS[compression](bytes(range(256)) * 20)
    cut = whole[: data.draw(st.integers(6, len(whole) - 1))]

    with pytest.raises(DamagedError), decompressed(io.BytesIO(cut)) as file:
        file.read()


def test_an_error_of_whoever_reads_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), decompressed(io.BytesIO(COMPRESSIONS[".gz"](b"x"))) as file:
        file.seek(1 // 0)
