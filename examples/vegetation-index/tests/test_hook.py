"""`hookkit test` runs the hook as the platform does, and compares what it writes with `expected/`."""

from pathlib import Path

from vegetation_index.main import Index

from hookkit.testing import RunHook

EXAMPLE = Path(__file__).parent.parent
BANDS = {"red": EXAMPLE / "input" / "red", "near_infrared": EXAMPLE / "input" / "near_infrared"}


def test_two_bands_give_the_index_and_the_mask(run_hook: RunHook) -> None:
    run_hook(**BANDS).assert_golden("../expected/output")


def test_a_config_file_gives_the_options(run_hook: RunHook) -> None:
    report = run_hook(**BANDS, config_file=EXAMPLE / "options.toml")

    report.assert_golden("../expected/output-with-options")


def test_options_are_values_of_python(run_hook: RunHook) -> None:
    report = run_hook(**BANDS, index=Index.EVI2, scale=10000, threshold=0.25, decimals=2)

    report.assert_golden("../expected/output-with-options")
