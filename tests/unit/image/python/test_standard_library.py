"""A standard library without bytecode gets it once for a base; one that has it is left alone."""

import shutil
import sys
from dataclasses import replace

import pytest
from realparts.fake_bases import FakeBase
from realparts.layouts import files_of

from hookkit.cache import Cache
from hookkit.image.base.opening import base_facts
from hookkit.image.layer import Layer, LayerFile
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.model import Image, ImageLayer
from hookkit.image.oci.pack import pack_layer
from hookkit.image.python.interpreter import Interpreter
from hookkit.image.python.standard_library import standard_library_layer

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
LIBRARY = f"usr/local/lib/python{MINOR}"
TAG = str(sys.implementation.cache_tag)


@pytest.fixture
def base(cache: Cache) -> Image:
    return FakeBase(python=MINOR, modules=("json/__init__", "site-packages/pip/__init__")).image(cache)


def compiled(base: Image, cache: Cache, interpreter: Interpreter) -> ImageLayer | None:
    return standard_library_layer(base, base_facts(base, cache, "base"), interpreter, cache, best_gzip())


def with_layer(base: Image, cache: Cache, *files: LayerFile) -> Image:
    added = pack_layer(cache, Layer("more", "more", f"/{LIBRARY}", files), best_gzip())
    return replace(base, layers=(*base.layers, added))


def modules_in(layer: ImageLayer | None, base: Image) -> list[str]:
    assert layer
    return sorted(files_of(replace(base, layers=(layer,))))


def test_modules_are_compiled_but_for_those_of_installed_packages(
    base: Image, cache: Cache, interpreter: Interpreter
) -> None:
    found = modules_in(compiled(base, cache, interpreter), base)

    assert found == [f"{LIBRARY}/__pycache__/os.{TAG}.pyc", f"{LIBRARY}/json/__pycache__/__init__.{TAG}.pyc"]


def test_an_upper_layer_hides_what_is_below(base: Image, cache: Cache, interpreter: Interpreter) -> None:
    changed = with_layer(base, cache, LayerFile("os.py", b"changed = 2\n"))

    plain, over = (compiled(one, cache, interpreter) for one in (base, changed))

    name = f"{LIBRARY}/__pycache__/os.{TAG}.pyc"
    assert plain
    assert over
    contents = [files_of(replace(base, layers=(one,)))[name] for one in (plain, over)]
    assert b"changed" not in contents[0]
    assert b"changed" in contents[1]


def test_a_library_with_bytecode_is_left_alone(base: Image, cache: Cache, interpreter: Interpreter) -> None:
    shipped = with_layer(base, cache, LayerFile(f"__pycache__/os.{TAG}.pyc", b""))

    assert compiled(shipped, cache, interpreter) is None


def test_it_is_compiled_once_for_a_base(base: Image, cache: Cache, interpreter: Interpreter) -> None:
    first = compiled(base, cache, interpreter)
    shutil.rmtree(cache.root / "folders", ignore_errors=True)
    base.layers[0].fetch().unlink()

    assert compiled(base, cache, interpreter) == first


def test_a_layer_that_was_damaged_in_the_cache_is_named_to_be_made_anew(
    base: Image, cache: Cache, interpreter: Interpreter
) -> None:
    about = base_facts(base, cache, "base")
    blob = base.layers[0].fetch()
    for damage in (bytes(blob.stat().st_size), blob.read_bytes()[:-40] + bytes(40)):
        blob.write_bytes(damage)
        with pytest.raises(DamagedBlobError) as caught:
            standard_library_layer(base, about, interpreter, cache, best_gzip())
        assert caught.value.digest == base.layers[0].descriptor.digest
