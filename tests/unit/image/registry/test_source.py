"""Images are had from a registry whole, or it is said why not."""

import json
import socket

import pytest
from realparts.misbehaving_registry import (
    MANIFEST,
    Act,
    Failure,
    Registry,
    RegistryHandler,
    cuts,
    digest_of,
    error,
    hangs_up,
    misbehave,
    says,
    says_nothing,
)
from realparts.opaque_images import image_of, layer_of

from hookkit.cache import Cache
from hookkit.errors import BuildError, HookkitError, RegistryError
from hookkit.image.oci.model import DOCKER_TYPES, INDEX, Image, index_bytes
from hookkit.image.oci.source import ImageReader
from hookkit.image.platform import Platform
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.source import RegistrySource
from hookkit.reference import ImageReference

AMD64 = Platform("linux", "amd64")
LAYER = bytes(range(256)) * 4096


def keep(registry: Registry, image: Image) -> None:
    """Put an image into a registry as `team/base:1`."""
    blobs = {image.config_descriptor.digest: image.config_bytes}
    blobs |= {layer.descriptor.digest: layer.fetch().read_bytes() for layer in image.layers}
    registry.blobs |= {("team/base", digest): content for digest, content in blobs.items()}
    for name in ("1", image.descriptor.digest):
        registry.manifests["team/base", name] = (MANIFEST, image.manifest_bytes)


def name_in(registry: Registry, rest: str = ":1") -> ImageReference:
    return ImageReference.parse(f"{registry.address}/team/base{rest}")


@pytest.fixture
def image(cache: Cache) -> Image:
    return image_of(layer_of(cache, LAYER), layer_of(cache, b"code"))


def pulled(registry: Registry, cache: Cache, patience: Patience, rest: str = ":1") -> Image:
    """The image with all of its layers, through a cache that has nothing of it yet."""
    fresh = Cache(cache.root.with_name("fresh"))
    with RegistrySource(name_in(registry, rest), patience) as source:
        image = ImageReader(fresh, source, str(name_in(registry, rest))).read(AMD64)
        for layer in image.layers:
            assert digest_of(layer.fetch().read_bytes()) == layer.descriptor.digest
    return image


def refused(registry: Registry, cache: Cache, patience: Patience, rest: str = ":1") -> str:
    """What is said where the image can't be had."""
    with pytest.raises(HookkitError) as raised:
        pulled(registry, cache, patience, rest)
    assert len(str(raised.value).splitlines()) == 1
    assert str(raised.value).startswith((str(name_in(registry, rest)), registry.address))
    assert not list(cache.root.with_name("fresh").glob("unfinished/*"))
    return str(raised.value)


# ---------------------------------------------------------------- what works


def test_an_image_is_had_by_its_tag_and_by_its_digest(image: Image, cache: Cache, quick: Patience) -> None:
    with misbehave() as registry:
        keep(registry, image)

        assert pulled(registry, cache, quick) == image
        assert pulled(registry, cache, quick, f"@{image.descriptor.digest}") == image
        assert pulled(registry, cache, quick, f":other@{image.descriptor.digest}") == image


def test_without_a_tag_the_latest_is_meant(image: Image, quick: Patience) -> None:
    with misbehave() as registry:
        registry.manifests["team/base", "latest"] = (MANIFEST, image.manifest_bytes)
        with RegistrySource(name_in(registry, ""), quick) as source:
            assert source.root() == (MANIFEST, image.manifest_bytes)


def test_types_of_docker_are_had_as_those_of_oci(image: Image, quick: Patience) -> None:
    with misbehave() as registry:
        for docker_type, oci_type in DOCKER_TYPES.items():
            registry.manifests["team/base", "1"] = (f"{docker_type}; charset=utf-8", image.manifest_bytes)
            with RegistrySource(name_in(registry), quick) as source:
                assert source.root()[0] == (oci_type if "manifest" in oci_type or "index" in oci_type else MANIFEST)


def test_one_platform_of_several_is_had(image: Image, cache: Cache, quick: Patience) -> None:
    other = image_of(layer_of(cache, b"other"), architecture="arm64")
    with misbehave() as registry:
        keep(registry, image)
        registry.manifests["team/base", "1"] = (INDEX, index_bytes((other, image)))

        assert pulled(registry, cache, quick) == image


def test_a_blob_is_had_from_where_the_registry_sends_us(image: Image, cache: Cache, quick: Patience) -> None:
    with misbehave() as storage, misbehave() as registry:
        keep(registry, image)
        keep(storage, image)
        away = says(307, Location=f"http://{storage.address}/v2/team/base/blobs/{image.layers[0].descriptor.digest}")
        registry.failures.append(Failure("GET", f"blobs/{image.layers[0].descriptor.digest}", away))

        assert pulled(registry, cache, quick) == image
        assert len(storage.asked("GET")) == 1


def test_a_layer_that_is_said_to_be_encoded_in_transit_is_taken_as_it_is(
    image: Image, cache: Cache, quick: Patience
) -> None:
    act = says(200, LAYER, Content_Encoding="gzip")
    with misbehave(Failure("GET", image.layers[0].descriptor.digest, act)) as registry:
        keep(registry, image)

        assert pulled(registry, cache, quick) == image


# ---------------------------------------------------------------- what passes


@pytest.mark.parametrize("path", ["manifests/", "blobs/"])
@pytest.mark.parametrize(
    "act",
    [says(500), says(503, Retry_After="0"), says(429, Retry_After="0"), hangs_up, cuts(LAYER, 0)],
    ids=["500", "503", "429", "reset", "cut off"],
)
def test_what_fails_twice_is_tried_a_third_time(
    image: Image, cache: Cache, quick: Patience, path: str, act: Act
) -> None:
    with misbehave(Failure("GET", path, act, times=2)) as registry:
        keep(registry, image)

        assert pulled(registry, cache, quick) == image


def test_a_download_that_breaks_off_goes_on_where_it_was(image: Image, cache: Cache, quick: Patience) -> None:
    layer = image.layers[0].descriptor
    ranges: list[str] = []

    def give_rest(handler: RegistryHandler) -> None:
        ranges.append(handler.headers["Range"])
        handler.answer(206, LAYER[int(ranges[0].removeprefix("bytes=").removesuffix("-")) :])

    with misbehave(
        Failure("GET", layer.digest, cuts(LAYER, len(LAYER) - 100_000), times=1),
        Failure("GET", layer.digest, give_rest),
    ) as registry:
        keep(registry, image)

        assert pulled(registry, cache, quick) == image
        assert ranges != ["bytes=0-"]


def test_a_download_goes_on_also_where_the_registry_gives_no_parts(image: Image, cache: Cache, quick: Patience) -> None:
    digest = image.layers[0].descriptor.digest
    with misbehave(Failure("GET", digest, cuts(LAYER, len(LAYER) - 100_000), times=2)) as registry:
        keep(registry, image)

        assert pulled(registry, cache, quick) == image


def test_a_registry_that_asks_for_a_day_is_not_waited_for(cache: Cache, quick: Patience) -> None:
    with misbehave(Failure("GET", "manifests", says(429, Retry_After="86400"))) as registry:
        assert "is asked too often (429)" in refused(registry, cache, quick)
        assert len(registry.asked("GET")) == 1


# ---------------------------------------------------------------- what does not

REFUSALS = {
    "401": (says(401, WWW_Authenticate='Basic realm="x"'), "there are no credentials for it (401)"),
    "401 without a way in": (says(401), "wants to know who asks"),
    "403": (says(403, error("DENIED", "not for you")), "does not allow it (403: not for you)"),
    "404": (says(404, error("MANIFEST_UNKNOWN", "manifest unknown")), "has no such image"),
    "418": (says(418), "answers with a status that does not fit (418)"),
    "429": (says(429, Retry_After="0"), "is asked too often (429)"),
    "429 for who knows how long": (says(429, Retry_After="soon"), "is asked too often (429)"),
    "500": (says(500, error("UNKNOWN", "out of\n\x1b[31mdisk")), "is in trouble (500: out of[31mdisk)"),
    "503": (says(503, b"<html>"), "is in trouble (503)"),
    "reset": (hangs_up, "broke off the connection: Remote end closed"),
    "cut off": (cuts(LAYER, 100), "broke off the connection"),
    "silence": (says_nothing, "is too slow: no answer within 0.2 s"),
    "a page": (says(200, b"<html>", Content_Type="text/html"), "answers with text/html in place of a manifest"),
    "a list": (says(200, b"[]", Content_Type="application/json"), "answers with application/json in place of"),
    "half JSON": (says(200, b'{"layers": [', Content_Type=MANIFEST), "is no image, or a damaged one"),
    "no manifest": (says(200, b"{}", Content_Type=MANIFEST), "is no image, or a damaged one"),
    "schema 1": (says(200, b'{"schemaVersion": 1}', Content_Type="application/json"), "of Docker's schema 1"),
    "another digest": (
        says(200, b"{}", Content_Type=MANIFEST, Docker_Content_Digest=digest_of(b"[]")),
        "gave a manifest with another digest",
    ),
    "a circle": (says(307, Location="?again"), "leads from one address to the next without end"),
    "nowhere": (says(307), "leads on without saying where"),
    "a strange place": (says(307, Location="ftp://a/b"), "leads on without saying where"),
    "a broken place": (says(307, Location="http://[::1/"), "leads on without saying where"),
    "too much": (says(200, b" " * (9 << 20), Content_Type=MANIFEST), "more than 8 MiB"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_manifest_that_can_not_be_had_is_a_line(image: Image, cache: Cache, kind: str) -> None:
    act, words = REFUSALS[kind]
    with misbehave(Failure("GET", "manifests/", act)) as registry:
        keep(registry, image)

        assert words in refused(registry, cache, Patience(attempts=2, pause=0.001, answer=0.2))


BLOB_REFUSALS = {
    "404": (says(404), "has no such image or repository (404)"),
    "500": (says(500), "is in trouble (500)"),
    "wrong bytes": (says(200, b"\0" * len(LAYER)), "its digest is sha256:"),
    "too few bytes": (says(200, LAYER[:100]), "a blob ends after 100 of"),
    "cut off": (cuts(LAYER, 0), "broke off the connection"),
    "silence": (says_nothing, "is too slow: no answer within 0.2 s"),
}


@pytest.mark.parametrize("kind", BLOB_REFUSALS)
def test_a_layer_that_can_not_be_had_is_a_line(image: Image, cache: Cache, kind: str) -> None:
    act, words = BLOB_REFUSALS[kind]
    with misbehave(Failure("GET", f"blobs/{image.layers[0].descriptor.digest}", act)) as registry:
        keep(registry, image)

        assert words in refused(registry, cache, Patience(attempts=2, pause=0.001, answer=0.2))


def test_a_manifest_with_another_digest_than_was_asked_for_is_refused(
    image: Image, cache: Cache, quick: Patience
) -> None:
    wanted = digest_of(b"another")
    with misbehave() as registry:
        registry.manifests["team/base", wanted] = (MANIFEST, image.manifest_bytes)
        registry.failures.append(Failure("GET", "manifests", says(200, image.manifest_bytes, Content_Type=MANIFEST)))

        assert "gave a manifest with another digest" in refused(registry, cache, quick, f"@{wanted}")


def test_where_nothing_listens_is_a_line(quick: Patience) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(RegistryError, match=f"{host}: nothing listens there; check the registry's name and port"):
        RegistrySource(ImageReference.parse(f"{host}/a"), quick).root()


def test_a_name_that_nobody_knows_is_a_line(quick: Patience) -> None:
    with pytest.raises(RegistryError, match=r"registry\.invalid: nobody knows this host"):
        RegistrySource(ImageReference.parse("registry.invalid/a"), quick).root()


def test_an_image_of_another_platform_is_a_line(image: Image, quick: Patience) -> None:
    with misbehave() as registry:
        keep(registry, image)
        with RegistrySource(name_in(registry), quick) as source, pytest.raises(BuildError, match="not for linux/arm64"):
            ImageReader(Cache.of_user(), source, "x").read(Platform("linux", "arm64"))


def test_the_errors_of_registries_are_read_as_far_as_they_make_sense(cache: Cache, quick: Patience) -> None:
    for content in (b'{"errors": 1}', b'{"errors": [1]}', b"[]", b"\xff", json.dumps({"errors": []}).encode()):
        with misbehave(Failure("GET", "manifests/", says(403, content))) as registry:
            assert "(403)" in refused(registry, cache, quick)
