"""What Kubernetes' parser makes of a word without quotes; the pairs are those of go-yaml."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.check.manifest.scalars import scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("yes", True),
        ("y", True),
        ("Off", False),
        ("N", False),
        ("nO", "nO"),
        ("0", 0),
        ("-12", -12),
        ("+1", 1),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("0644", 420),
        ("0o644", 420),
        ("08", 8.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1E-2", -0.01),
        (".inf", float("inf")),
        ("-.Inf", float("-inf")),
        ("1:30", "1:30"),
        ("2026-01-31", "2026-01-31"),
        ("1.0.0", "1.0.0"),
        ("500m", "500m"),
        ("-", "-"),
        ("0x", "0x"),
        ("true story", "true story"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_plain_scalar_is_read_as_kubernetes_reads_it(text: str, value: Any) -> None:
    read = scalar(text)

    assert read == value
    assert type(read) is type(value)


@given(st.integers())
def test_a_whole_number_is_read_as_it_is_written(number: int) -> None:
    assert scalar(str(number)) == number


@given(st.text())
def test_every_text_is_read(text: str) -> None:
    assert scalar(text) is None or isinstance(scalar(text), bool | int | float | str)
