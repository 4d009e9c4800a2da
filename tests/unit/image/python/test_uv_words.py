from pathlib import Path

import pytest

from hookkit.image.python.uv_words import dependency_error

NO_SOURCES = "error: Building source distributions is disabled, but attempted to build `library`"


def line(words: str) -> str:
    return str(dependency_error(words, source=Path("pyproject.toml"), target="linux/amd64, Python 3.12"))


@pytest.mark.parametrize("broken", [NO_SOURCES, NO_SOURCES.replace(" to build", "\n      to build")])
def test_words_mean_the_same_wherever_uv_breaks_its_lines(broken: str) -> None:
    assert line(broken).startswith("pyproject.toml: library has no wheel, only sources; ")


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (
            "Because all versions of docopt have no usable wheels and you require docopt",
            "docopt has no wheel for linux",
        ),
        ("Because rasterio==1.0.0 has no usable wheels and you require it", "rasterio has no wheel for linux/amd64"),
        ("hint: Wheels are required for `x.y-z` because building is disabled", "x.y-z has no wheel for linux/amd64"),
        ("Because foo was not found in the package registry", "foo is no package of the index"),
        ("cause: HTTP status client error (401 Unauthorized) for url (...)", "refuses these credentials"),
        ("cause: dns error\n  cause: failed to lookup address", "the package index can't be reached"),
        ("cause: Hash mismatch for `a.b-c==1.0`\n\nExpected: sha256:1", "a.b-c is another file than the one that was"),
        ("error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.", "is stale"),
    ],
)
def test_what_uv_says_has_a_meaning(words: str, meaning: str) -> None:
    assert meaning in line(words)


def test_what_nobody_foresaw_is_told_in_uvs_words_without_hints() -> None:
    assert line("error: Something\n  cause: new\n\nhint: Try it.") == (
        "pyproject.toml: Something cause: new; mend the project's dependencies"
    )


def test_a_very_long_word_of_uv_is_cut() -> None:
    assert len(line("error: " + "x " * 1000)) < 500


def test_silence_is_told() -> None:
    assert "uv failed and said nothing" in line("")
