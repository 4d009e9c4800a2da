"""hookkit's registry client, Debian's docker-registry and the engine understand each other."""

import json
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from docker import DockerClient
from realparts import registry as container_registry
from realparts.images import small_image
from realparts.opaque_images import image_of, layer_at, layer_of
from realparts.token_server import TokenServer, serve_tokens

from hookkit.cache import Cache
from hookkit.errors import RegistryError
from hookkit.image.builder import Progress, Watcher, unwatched
from hookkit.image.oci.model import Image, digest_of
from hookkit.image.oci.source import ImageReader
from hookkit.image.platform import Platform
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.source import RegistrySource
from hookkit.image.registry.target import RegistryTarget
from hookkit.reference import ImageReference

QUICK = Patience(attempts=3, pause=0.01)
LAYER = bytes(range(256)) * 32768
USERS = {"me": "hush-hush"}
IDENTITIES = {"identity-of-me": "me"}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture(autouse=True)
def docker_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Docker's configuration of somebody who never logged in."""
    (tmp_path / "docker").mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    for variable in ("REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "docker/config.json"


def put(cache: Cache, image: Image, name: str, watch: Watcher = unwatched) -> ImageReference:
    return RegistryTarget(cache, QUICK).put((image,), ImageReference.parse(name), watch)


def read(cache: Cache, name: str, platform: Platform) -> Image:
    """The image as it's in a registry, with all of its layers."""
    reference = ImageReference.parse(name)
    fresh = Cache(cache.root.with_name("fresh"))
    with RegistrySource(reference, QUICK) as source:
        image = ImageReader(fresh, source, name).read(platform)
        for layer in image.layers:
            layer.fetch()
    return image


def digest_in(name: str) -> str:
    """The digest that a tag names."""
    with RegistrySource(ImageReference.parse(name), QUICK) as source:
        return digest_of(source.root()[1])


# ---------------------------------------------------------------- the engine


def test_the_engine_pulls_what_was_pushed(engine: DockerClient, registry: str, image_name: str, cache: Cache) -> None:
    image = small_image(cache, platform=Platform.of_this_machine())
    reference = put(cache, image, f"{registry}/{image_name}:1")

    pulled = engine.images.pull(reference.name, tag=reference.digest)
    try:
        assert pulled.id == image.config_descriptor.digest
        assert f"{reference.name}@{reference.digest}" in pulled.attrs["RepoDigests"]
    finally:
        engine.images.remove(f"{reference.name}@{reference.digest}")


def test_the_engine_pulls_its_own_of_several_platforms(
    engine: DockerClient, registry: str, image_name: str, cache: Cache
) -> None:
    images = tuple(small_image(cache, platform=Platform("linux", one)) for one in ("amd64", "arm64"))
    name = f"{registry}/{image_name}"
    RegistryTarget(cache, QUICK).put(images, ImageReference.parse(f"{name}:1"))

    pulled = engine.images.pull(name, tag="1")
    try:
        here = Platform.of_this_machine()
        assert pulled.id == next(one.config_descriptor.digest for one in images if one.platform == here)
    finally:
        engine.images.remove(f"{name}:1")
    assert [read(cache, f"{name}:1", one.platform) for one in images] == list(images)


def test_what_the_engine_pushed_is_read(
    engine: DockerClient, registry: str, image_name: str, base_image: str, cache: Cache
) -> None:
    name = f"{registry}/{image_name}"
    engine.images.get(base_image).tag(name, "1")
    try:
        engine.images.push(name, tag="1")
    finally:
        engine.images.remove(f"{name}:1")

    image = read(cache, f"{name}:1", Platform.of_this_machine())

    assert image.config_descriptor.digest == engine.images.get(base_image).id


# ---------------------------------------------------------------- tokens


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenServer]:
    with serve_tokens(tmp_path_factory.mktemp("tokens"), USERS, IDENTITIES) as server:
        yield server


@pytest.fixture(scope="module")
def guarded(tokens: TokenServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that wants tokens: anybody may read below `public/`, users may do everything."""
    if not container_registry.is_installed():
        pytest.skip("no docker-registry here: install Debian's package of that name")
    with container_registry.serve(tmp_path_factory.mktemp("guarded"), auth=tokens.auth) as address:
        yield address


def log_in(docker_config: Path, registry: str, **entry: str) -> None:
    docker_config.write_text(json.dumps({"auths": {registry: entry or {"username": "me", "password": "hush-hush"}}}))


def test_who_logged_in_pushes_and_anybody_reads_what_is_public(guarded: str, docker_config: Path, cache: Cache) -> None:
    image = small_image(cache)
    log_in(docker_config, guarded)
    reference = put(cache, image, f"{guarded}/public/hook:1")
    docker_config.unlink()

    assert read(cache, str(reference), image.platform) == image


def test_one_token_is_enough_for_a_push(guarded: str, tokens: TokenServer, docker_config: Path, cache: Cache) -> None:
    log_in(docker_config, guarded)
    tokens.asked.clear()

    put(cache, small_image(cache), f"{guarded}/team/one-token:1")

    assert tokens.asked == [("GET", "me", ["repository:team/one-token:pull,push"])]
    assert "hush" not in "".join(tokens.paths)


def test_an_identity_token_is_as_good_as_a_password(
    guarded: str, tokens: TokenServer, docker_config: Path, cache: Cache
) -> None:
    log_in(docker_config, guarded, identitytoken="identity-of-me")
    tokens.asked.clear()

    put(cache, small_image(cache), f"{guarded}/team/identity:1")

    assert [method for method, _, _ in tokens.asked] == ["POST"]


def test_a_token_that_is_over_is_renewed_during_a_push(
    guarded: str, tokens: TokenServer, docker_config: Path, cache: Cache
) -> None:
    log_in(docker_config, guarded)
    tokens.stale = 2
    image = small_image(cache)

    put(cache, image, f"{guarded}/public/stale:1")

    assert tokens.stale < 0
    assert read(cache, f"{guarded}/public/stale:1", image.platform) == image


def test_a_layer_is_mounted_across_repositories_with_one_token_for_both(
    guarded: str, tokens: TokenServer, docker_config: Path, cache: Cache
) -> None:
    log_in(docker_config, guarded)
    base = image_of(layer_of(cache, LAYER))
    origin = put(cache, base, f"{guarded}/team/base:1")
    layer = base.layers[0].descriptor

    def not_here() -> Path:
        pytest.fail("downloaded a layer that the registry has")

    tokens.asked.clear()
    image = image_of(layer_at(layer.digest, layer.size, not_here, origin), layer_of(cache, b"code"))
    put(cache, image, f"{guarded}/public/mounted:1")

    assert tokens.asked == [("GET", "me", ["repository:public/mounted:pull,push", "repository:team/base:pull"])]
    assert read(cache, f"{guarded}/public/mounted:1", image.platform) == image


def test_who_did_not_log_in_is_told_how(guarded: str, cache: Cache) -> None:
    with pytest.raises(RegistryError) as raised:
        put(cache, small_image(cache), f"{guarded}/public/nobody:1")

    assert f"{guarded}/public/nobody:1: {guarded} wants to know who asks" in str(raised.value)
    assert f"log in with `docker login {guarded}`" in str(raised.value)


def test_who_logged_in_with_a_wrong_password_is_told_so(guarded: str, docker_config: Path, cache: Cache) -> None:
    log_in(docker_config, guarded, username="me", password="hush-hush-wrong")

    with pytest.raises(RegistryError) as raised:
        put(cache, small_image(cache), f"{guarded}/public/nobody:1")

    assert f"does not take the credentials of {docker_config} (401: wrong password)" in str(raised.value)
    assert "hush" not in str(raised.value)


# ---------------------------------------------------------------- memory


def test_memory_does_not_grow_with_a_layer(registry: str, image_name: str, cache: Cache) -> None:
    name = f"{registry}/{image_name}:1"
    image = image_of(layer_of(cache, bytes(64 << 20)))
    tracemalloc.start()
    try:
        put(cache, image, name)
        read(cache, name, image.platform)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 << 20


# ---------------------------------------------------------------- what goes wrong


def test_two_pushes_at_once_both_arrive(registry: str, image_name: str, cache: Cache) -> None:
    images = [image_of(layer_of(cache, LAYER), layer_of(cache, text)) for text in (b"one", b"two")]
    names = [f"{registry}/{image_name}:{tag}" for tag in (1, 2)]

    pushes = [threading.Thread(target=put, args=(cache, *one)) for one in zip(images, names, strict=True)]
    for push in pushes:
        push.start()
    for push in pushes:
        push.join()

    assert [read(cache, name, images[0].platform) for name in names] == images


PUSHER = """
import sys, time
from pathlib import Path
from hookkit.cache import Cache
from hookkit.image.registry.target import RegistryTarget
from hookkit.reference import ImageReference
from realparts.opaque_images import image_of, layer_of

def watch(progress):
    if progress.done > 2 << 20:
        print("in the middle", flush=True)
        time.sleep(60)

cache = Cache(Path(sys.argv[1]))
image = image_of(layer_of(cache, bytes(range(256)) * 32768), layer_of(cache, b"new"))
RegistryTarget(cache).put((image,), ImageReference.parse(sys.argv[2]), watch)
"""


def test_a_push_that_is_killed_leaves_the_tag_and_the_next_one_goes_well(
    registry: str, image_name: str, cache: Cache, repository: Path
) -> None:
    name = f"{registry}/{image_name}:1"
    earlier = put(cache, image_of(layer_of(cache, b"earlier")), name)
    command = [sys.executable, "-c", PUSHER, str(cache.root), name]
    paths = {"PYTHONPATH": f"{repository}:{repository / 'tests'}", "HOME": str(cache.root.parent)}

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as push:
        assert push.stdout is not None
        assert push.stdout.readline() == "in the middle\n"
        push.kill()

    assert digest_in(name) == earlier.digest
    image = image_of(layer_of(cache, LAYER), layer_of(cache, b"new"))
    put(cache, image, name)
    assert read(cache, name, image.platform) == image


def test_a_registry_that_dies_in_the_middle_is_a_line_and_has_the_earlier_image_afterwards(
    tmp_path: Path, cache: Cache
) -> None:
    if not container_registry.is_installed():
        pytest.skip("no docker-registry here: install Debian's package of that name")
    image = image_of(layer_of(cache, LAYER), layer_of(cache, b"new"))
    with ExitStack() as running:
        address = running.enter_context(container_registry.serve(tmp_path / "registry"))
        name = f"{address}/team/hook:1"
        earlier = put(cache, image_of(layer_of(cache, b"earlier")), name)

        def die(progress: Progress) -> None:
            if progress.done > 2 << 20:
                running.close()

        with pytest.raises(RegistryError, match=f"{address}: "):
            put(cache, image, name, die)

    with container_registry.serve(tmp_path / "registry", address=address):
        assert digest_in(name) == earlier.digest
        put(cache, image, name)
        assert read(cache, name, image.platform) == image
