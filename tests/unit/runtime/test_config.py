"""A config file, JSON or TOML, becomes a mapping; what is none is named in a line."""

from pathlib import Path

import pytest

from hookkit.errors import CallError
from hookkit.runtime.config import load_config


@pytest.mark.parametrize(
    ("name", "content", "data"),
    [
        ("c.json", b'{"a": 1, "b": null}', {"a": 1, "b": None}),
        ("c", b'{"a": 1.5}', {"a": 1.5}),
        ("c.json", b'\xef\xbb\xbf{"a": "\xc3\xa9"}', {"a": "é"}),
        ("c.json", b"{}", {}),
        ("c.toml", b'a = 1\nb = "x"', {"a": 1, "b": "x"}),
        ("c.toml", b"", {}),
    ],
)
def test_a_config_file_is_read_by_its_suffix(tmp_path: Path, name: str, content: bytes, data: object) -> None:
    (tmp_path / name).write_bytes(content)

    assert load_config(tmp_path / name) == data


NOT_CONFIG = {
    "empty": ("c.json", b"", "is not JSON (TOML has the suffix .toml): "),
    "broken": ("c.json", b'{"a": ', "is not JSON (TOML has the suffix .toml): "),
    "broken TOML": ("c.toml", b"a = ", "is not TOML: "),
    "TOML without its suffix": ("c.json", b"a = 1", "is not JSON (TOML has the suffix .toml): "),
    "a list": ("c.json", b"[1]", 'holds no object; write {"option": value, ...}'),
    "null": ("c.json", b"null", 'holds no object; write {"option": value, ...}'),
    "NaN": ("c.json", b'{"a": NaN}', "is not JSON (TOML has the suffix .toml): NaN is no JSON; mend the file"),
    "infinite": (
        "c.json",
        b'{"a": -Infinity}',
        "is not JSON (TOML has the suffix .toml): -Infinity is no JSON; mend the file",
    ),
    "a key twice": (
        "c.json",
        b'{"a": 1, "b": 2, "a": 3}',
        "is not JSON (TOML has the suffix .toml): 'a' stands there more than once; mend the file",
    ),
    "a key twice, inside": (
        "c.json",
        b'{"b": {"a": 1, "a": 1}}',
        "is not JSON (TOML has the suffix .toml): 'a' stands there more",
    ),
    "a key twice in TOML": ("c.toml", b"a = 1\na = 2", "is not TOML: Cannot overwrite a value"),
    "not UTF-8": ("c.json", b'{"a": "\xff"}', "can't be read: it is not UTF-8; give a JSON or TOML file"),
    "too many digits": ("c.json", b'{"a": ' + b"9" * 5000 + b"}", "is not JSON (TOML has the suffix .toml): "),
}


@pytest.mark.parametrize(("name", "content", "words"), NOT_CONFIG.values(), ids=NOT_CONFIG)
def test_what_is_no_config_file_is_named_in_a_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CallError) as caught:
        load_config(tmp_path / name)

    assert str(caught.value).startswith(f"--config-file {tmp_path / name}: {words}")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.json", "No such file or directory"), (".", "Is a directory"), ("a" * 300, "File name too long")],
)
def test_a_config_file_that_can_not_be_read_is_named(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(CallError, match=f"can't be read: {words}; give a JSON or TOML file"):
        load_config(tmp_path / name)
