from typing import Any

import pytest

from hookkit.errors import BuildError
from hookkit.image.builder import Progress, unwatched
from hookkit.image.docker.build_log import BuildLog, CacheLostError


def log_of(*events: dict[str, Any], seen: list[Progress] | None = None) -> BuildLog:
    log = BuildLog(unwatched if seen is None else seen.append)
    for event in events:
        log.read(event)
    log.finish()
    return log


def failure(*events: dict[str, Any]) -> str:
    with pytest.raises(BuildError) as caught:
        log_of(*events)
    return str(caught.value)


def line(text: str) -> dict[str, str]:
    return {"stream": text}


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("pull access denied for acme/x, repository does not exist", "its registry has none or wants a login"),
        ('Get "https://r.example.org/v2/": dial tcp: lookup r.example.org: no such host', "can't be reached"),
        ("manifest for acme/x:1 not found: manifest unknown", "and its registry has none"),
        ("no matching manifest for linux/arm64 in the manifest list entries", "and its registry has none"),
        ("something new", "something new"),
    ],
)
@pytest.mark.parametrize("step", ["FROM acme/x:1", "FROM --platform=linux/arm64 acme/x:1 AS final"])
def test_a_missing_base_is_named_and_why(step: str, words: str, meaning: str) -> None:
    message = failure(line(f"Step 1/3 : {step}"), line("\n"), {"error": words})

    assert message.startswith("base image acme/x:1: ")
    assert meaning in message
    assert "--base-image" in message


def test_bytes_of_a_base_that_is_pulled_are_reported() -> None:
    seen: list[Progress] = []

    log_of(
        line("Step 1/2 : FROM x"),
        {"status": "Downloading", "progressDetail": {"current": 5, "total": 10}, "id": "abc"},
        seen=seen,
    )

    assert seen[-1] == Progress("Downloading", step=1, steps=2, done=5, total=10)


def test_only_images_that_this_build_made_count_as_made() -> None:
    log = log_of(
        line("Step 1/3 : FROM x"),
        line(" ---> 0123456789ab\n"),
        line("Step 2/3 : ENV A=1"),
        line(" ---> Using cache\n"),
        line(" ---> 111111111111\n"),
        line("Step 3/3 : ENV B=1"),
        line(" ---> Running in 999999999999\n"),
        line("Removing intermediate container 999999999999\n"),
        line(" ---> 222222222222\n"),
        {"aux": {"ID": "sha256:222"}},
    )

    assert log.made == ["222222222222"]
    assert log.image_id == "sha256:222"
    assert [one.step for one in log.durations] == ["FROM x", "ENV A=1", "ENV B=1"]


def test_the_last_words_of_a_step_are_told_without_colours() -> None:
    message = failure(
        line("Step 2/2 : RUN make"),
        line(" ---> Running in 999999999999\n"),
        line("\x1b[91mcc: no input\nfiles\n\x1b[0m"),
        line("Removing intermediate container 999999999999\n"),
        {"error": "The command 'make' returned a non-zero code: 2"},
    )

    assert message == "step 2/2, RUN make: cc: no input files"


def test_a_step_that_said_nothing_is_told_in_the_engines_words() -> None:
    assert failure(line("Step 2/2 : COPY a /b/"), {"error": "COPY failed: x"}) == "step 2/2, COPY a /b/: COPY failed: x"


def test_long_steps_are_shown_in_short() -> None:
    log = log_of(line("Step 1/1 : LABEL " + "x" * 1000))

    assert len(log.text) == 100


@pytest.mark.parametrize(
    "words",
    [
        "failed to set parent sha256:1: unknown parent image ID sha256:1",
        "failed to get digest sha256:1: open /engine/imagedb/content/sha256/1: no such file or directory",
        "No such image: sha256:1",
    ],
)
def test_a_cache_that_others_removed_is_another_error_than_a_step_that_fails(words: str) -> None:
    with pytest.raises(CacheLostError, match=r"step 2/2, ENV A=1: .*; build once more"):
        log_of(line("Step 2/2 : ENV A=1"), {"error": words})
