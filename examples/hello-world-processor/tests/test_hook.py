"""`hookkit test` runs the hook as the platform does, and compares what it writes with `expected/output`."""

from pathlib import Path

from hookkit.testing import RunHook

INPUT = Path(__file__).parent.parent / "input"


def test_the_input_gives_what_is_expected(run_hook: RunHook) -> None:
    run_hook(input=INPUT).assert_golden("../expected/output")
