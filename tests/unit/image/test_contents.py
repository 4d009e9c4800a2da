"""Installed packages become layers: large ones on their own, all others as one."""

import sys
from collections.abc import Callable
from pathlib import Path

from realparts.plans import small_plan

from hookkit.cache import Cache
from hookkit.image.contents import component_of, dependency_layers, grouped, own_layers
from hookkit.image.layer import DEPENDENCIES, Layer, LayerFile
from hookkit.image.prepare import USUAL_GLIBC
from hookkit.image.python.distributions import Distribution
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project
from hookkit.spec import HookSpec

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"


def package(name: str, size: int) -> Layer:
    return Layer(name, DEPENDENCIES, "/opt/hook", (LayerFile(f"lib/{name}.py", bytes(size)),), f"key of {name}")


def test_large_packages_are_layers_of_their_own_above_all_others() -> None:
    layers = grouped((package("a", 10), package("big", 2 << 20), package("c", 20), package("huge", 3 << 20)))

    assert [layer.name for layer in layers] == ["2 small packages", "big", "huge"]
    assert [entry.path for entry in layers[0].entries] == ["lib/a.py", "lib/c.py"]


def test_one_small_package_keeps_its_name_and_none_is_no_layer() -> None:
    assert [layer.name for layer in grouped((package("a", 10),))] == ["a"]
    assert grouped(()) == ()


def test_there_are_never_more_layers_than_engines_stack() -> None:
    layers = grouped(tuple(package(f"p{number:03}", (1 << 20) + number) for number in range(80)))

    assert len(layers) == 61
    assert layers[0].name == "20 small packages"
    assert layers[0].entries[0].path == "lib/p000.py"


def test_a_joined_layer_is_known_by_the_keys_of_its_packages() -> None:
    one, same, other = (grouped((package("a", 1), package(name, 1)))[0].key for name in ("b", "b", "c"))

    assert one == same != other


def test_what_a_package_tells_is_kept_for_reports() -> None:
    one = Distribution("numpy", "2.1.0", "key", (), 5, "BSD-3-Clause", ("sha256:0a",))

    component = component_of(one)

    assert (component.kind, component.name, component.version) == ("pypi", "numpy", "2.1.0")
    assert (component.licence, component.size, component.hashes) == ("BSD-3-Clause", 5, ("sha256:0a",))


# ---------------------------------------------------------------- with real wheels and a real Python


def test_bytecode_lies_beside_the_modules_of_all_parts(
    make_project: Callable[..., Project],
    make_wheel: Callable[..., Path],
    spec: HookSpec,
    interpreter: Interpreter,
    tmp_path: Path,
) -> None:
    wheel, cache, project = make_wheel("greeting"), Cache(tmp_path / "cache"), make_project()
    plan = small_plan(
        spec, code=(LayerFile("main.py", b"x = 1\n"),), requirements=f"greeting @ {wheel.as_uri()}\n", python=MINOR
    )
    assert plan.dependencies.glibc >= USUAL_GLIBC
    hashed = plan.dependencies.requirements.strip() + f" --hash=sha256:{_sha256(wheel)}\n"
    plan = small_plan(spec, code=plan.code, requirements=hashed, python=MINOR)

    compiled, distributions = dependency_layers(plan, project, cache, interpreter)
    bare, _ = dependency_layers(plan, project, cache, None)
    runtime, code = own_layers(plan, cache, interpreter)

    assert [one.name for one in distributions] == ["greeting"]
    assert [layer.name for layer in compiled] == ["greeting 1.0"]
    for layer in (*compiled, runtime, code):
        assert any(entry.path.endswith(".pyc") for entry in layer.entries), layer.name
        assert [entry.path for entry in layer.entries] == sorted(entry.path for entry in layer.entries)
    assert not any(entry.path.endswith(".pyc") for entry in bare[0].entries)
    assert len({compiled[0].key, bare[0].key}) == 2


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
