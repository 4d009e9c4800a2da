"""The hooks of tests/golden, each a folder with its spec and the descriptions that are expected of it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if (folder / "spec.json").is_file())


def read_spec(case: str) -> HookSpec:
    return HookSpec.from_json(json.loads((GOLDEN / case / "spec.json").read_text(encoding="utf-8")))


@pytest.fixture
def golden_folder() -> Path:
    return GOLDEN


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spec(case: str) -> HookSpec:
    return read_spec(case)


@pytest.fixture
def hello_world() -> HookSpec:
    return read_spec("hello-world")


@pytest.fixture
def every_type() -> HookSpec:
    return read_spec("every-type")


@pytest.fixture
def several() -> HookSpec:
    return read_spec("several-inputs-and-outputs")


@pytest.fixture
def depth() -> HookSpec:
    return read_spec("contract-in-depth")


@pytest.fixture
def no_arguments() -> HookSpec:
    return read_spec("no-arguments")


@pytest.fixture
def image() -> ImageReference:
    return ImageReference.parse(f"registry.example.org/acme/hook:1.0.0@sha256:{'0' * 64}")


@pytest.fixture
def compare_golden() -> Callable[[Path, str], None]:
    """Compare a text with a golden file; with UPDATE_GOLDEN=1 in the environment write the file instead."""

    def compare(file: Path, text: str) -> None:
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), f"no {file.name}: run once with UPDATE_GOLDEN=1"
        assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites the golden files"

    return compare
