from pathlib import Path
from typing import Any

import pytest

from hookkit.installation import requirement_from, running_requirement

COMMIT = "4f3e5a0c9d1b2a7788990011223344556677abcd"

RECORDS: dict[str, tuple[dict[str, Any], str]] = {
    "an editable checkout": (
        {"url": "file:///src/hookkit", "dir_info": {"editable": True}},
        "file:///src/hookkit",
    ),
    "a folder": ({"url": "file:///src/my%20hookkit", "dir_info": {}}, "file:///src/my%20hookkit"),
    "a wheel": (
        {"url": "file:///dist/hookkit-0.1.0-py3-none-any.whl", "archive_info": {"hash": "sha256=00"}},
        "file:///dist/hookkit-0.1.0-py3-none-any.whl",
    ),
    "an archive elsewhere": (
        {"url": "https://example.org/hookkit-0.1.0.tar.gz", "archive_info": {}, "subdirectory": "python"},
        "https://example.org/hookkit-0.1.0.tar.gz#subdirectory=python",
    ),
    "a repository": (
        {
            "url": "https://example.org/hookkit.git",
            "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT},
        },
        f"git+https://example.org/hookkit.git@{COMMIT}",
    ),
    "a folder of a repository": (
        {
            "url": "https://example.org/all.git",
            "vcs_info": {"vcs": "git", "commit_id": COMMIT},
            "subdirectory": "hookkit",
        },
        f"git+https://example.org/all.git@{COMMIT}#subdirectory=hookkit",
    ),
    "a repository behind a password": (
        {
            "url": "https://me:secret@example.org:8443/hookkit.git",
            "vcs_info": {"vcs": "git", "commit_id": COMMIT},
        },
        f"git+https://example.org:8443/hookkit.git@{COMMIT}",
    ),
    "a repository behind ssh, which needs its user": (
        {"url": "ssh://git:secret@example.org/hookkit.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        f"git+ssh://git@example.org/hookkit.git@{COMMIT}",
    ),
}


@pytest.mark.parametrize(("record", "address"), RECORDS.values(), ids=RECORDS)
def test_the_installers_record_becomes_a_direct_reference(record: dict[str, Any], address: str) -> None:
    assert requirement_from(record) == f"hookkit[cli] @ {address}"


def test_a_checkout_is_its_own_source_whatever_else_is_installed(tmp_path: Path) -> None:
    folder = tmp_path / "my hookkit"

    assert running_requirement(folder) == f"hookkit[cli] @ {tmp_path.as_uri()}/my%20hookkit"


@pytest.mark.parametrize(
    ("record", "requirement"),
    [('{"url": "file:///x.whl", "archive_info": {}}', "hookkit[cli] @ file:///x.whl"), (None, "")],
    ids=["on record", "not on record"],
)
def test_an_installed_hookkit_is_found_in_its_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str | None, requirement: str
) -> None:
    metadata = tmp_path / "hookkit-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hookkit\nVersion: 0.1.0\n")
    if record:
        (metadata / "direct_url.json").write_text(record)
    monkeypatch.syspath_prepend(tmp_path)

    assert running_requirement(None) == requirement
