"""A report of a run is JSON that has all of it."""

import pytest

from hookkit.report import OutputFile, RunReport


def report(exit_code: int = 0, **outputs: tuple[OutputFile, ...]) -> RunReport:
    return RunReport(
        hook="h",
        engine="process",
        exit_code=exit_code,
        duration_seconds=1.5,
        peak_memory_bytes=None,
        message="",
        results={"count": 3},
        outputs=outputs,
        log=("a", "b"),
    )


def test_the_json_has_these_keys_in_this_order() -> None:
    file = OutputFile("a/b", 3, "00")

    assert report(output=(file,)).to_json() == {
        "hook": "h",
        "status": "done",
        "engine": "process",
        "exit_code": 0,
        "duration_seconds": 1.5,
        "peak_memory_bytes": None,
        "message": "",
        "results": {"count": 3},
        "outputs": {"output": [{"path": "a/b", "size": 3, "sha256": "00"}]},
        "log": ("a", "b"),
        "enforcement": [],
        "violations": [],
    }
    assert list(report().to_json()) == [
        "hook",
        "status",
        "engine",
        "exit_code",
        "duration_seconds",
        "peak_memory_bytes",
        "message",
        "results",
        "outputs",
        "log",
        "enforcement",
        "violations",
    ]


@pytest.mark.parametrize(
    ("exit_code", "status"),
    [
        (0, "done"),
        (1, "failed"),
        (2, "wrong input"),
        (75, "try again"),
        (100, "failed"),
        (130, "interrupted"),
        (137, "killed"),
        (143, "stopped"),
    ],
)
def test_the_status_is_the_exit_code_in_a_word(exit_code: int, status: str) -> None:
    assert report(exit_code).status == status
