"""Images reach a registry whole, with no byte too many, or the tag stays what it was and it's said why."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from realparts.misbehaving_registry import (
    Act,
    Failure,
    Registry,
    RegistryHandler,
    digest_of,
    error,
    hangs_up,
    hangs_up_after,
    misbehave,
    says,
    says_nothing,
)
from realparts.opaque_images import image_of, layer_at, layer_of

from hookkit.cache import Cache
from hookkit.errors import HookkitError, RegistryError
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.model import INDEX, Image, index_bytes
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.target import RegistryTarget
from hookkit.reference import ImageReference

if TYPE_CHECKING:
    from hookkit.image.builder import Progress

LAYER = bytes(range(256)) * 16384  # several pieces of a megabyte
UPLOAD = "blobs/uploads/"


def name_in(registry: Registry, rest: str = ":1") -> ImageReference:
    return ImageReference.parse(f"{registry.address}/team/hook{rest}")


@pytest.fixture
def image(cache: Cache) -> Image:
    return image_of(layer_of(cache, LAYER), layer_of(cache, b"code"))


@pytest.fixture
def target(cache: Cache, quick: Patience) -> RegistryTarget:
    return RegistryTarget(cache, quick)


def kept(registry: Registry, image: Image, name: str = "1") -> bool:
    """Whether the registry has all of an image under a name."""
    digests = [image.config_descriptor.digest, *(layer.descriptor.digest for layer in image.layers)]
    has_blobs = all(digest_of(registry.blobs.get(("team/hook", digest), b"")) == digest for digest in digests)
    return has_blobs and registry.manifests.get(("team/hook", name), ("", b""))[1] == image.manifest_bytes


def refused(target: RegistryTarget, image: Image, registry: Registry) -> str:
    """What is said where the image is not taken; no tag comes of it."""
    with pytest.raises(HookkitError) as raised:
        target.put((image,), name_in(registry))
    assert registry.manifests == {}
    assert len(str(raised.value).splitlines()) == 1
    assert str(raised.value).startswith((str(name_in(registry)), registry.address))
    return str(raised.value)


# ---------------------------------------------------------------- what works


def test_an_image_arrives_and_is_known_by_tag_and_digest(target: RegistryTarget, image: Image) -> None:
    with misbehave() as registry:
        reference = target.put((image,), name_in(registry))

        assert reference == name_in(registry).with_digest(image.descriptor.digest)
        assert kept(registry, image)


def test_without_a_tag_it_is_the_latest(target: RegistryTarget, image: Image) -> None:
    with misbehave() as registry:
        assert target.put((image,), name_in(registry, "")).tag == "latest"
        assert kept(registry, image, "latest")


def test_nothing_is_sent_of_an_image_that_the_tag_names_already(target: RegistryTarget, image: Image) -> None:
    with misbehave() as registry:
        target.put((image,), name_in(registry))
        registry.seen.clear()

        target.put((image,), name_in(registry))

        assert [one.method for one in registry.seen] == ["HEAD"]


def test_blobs_that_are_there_are_not_sent_again(target: RegistryTarget, image: Image, cache: Cache) -> None:
    changed = image_of(image.layers[0], layer_of(cache, b"new code"))
    with misbehave() as registry:
        target.put((image,), name_in(registry))
        registry.seen.clear()

        target.put((changed,), name_in(registry))

        assert len(registry.asked("PUT", UPLOAD)) == 2  # the code and the configuration
        assert kept(registry, changed)


def test_the_manifest_comes_last(target: RegistryTarget, image: Image) -> None:
    with misbehave() as registry:
        target.put((image,), name_in(registry))

        assert registry.seen[-1].path.endswith("/team/hook/manifests/1")
        assert len(registry.asked("PUT", "manifests/")) == 1


def test_several_platforms_are_put_by_digest_and_then_named_together(
    target: RegistryTarget, image: Image, cache: Cache
) -> None:
    other = image_of(image.layers[0], layer_of(cache, b"other code"), architecture="arm64")
    with misbehave() as registry:
        reference = target.put((image, other), name_in(registry))

        puts = [path.rpartition("/")[2] for path in registry.asked("PUT", "manifests/")]
        assert puts == [image.descriptor.digest, other.descriptor.digest, "1"]
        assert registry.manifests["team/hook", "1"] == (INDEX, index_bytes((image, other)))
        assert reference.digest == digest_of(index_bytes((image, other)))
        assert len(registry.asked("POST", UPLOAD)) == 5  # the common layer once


def test_progress_grows_up_to_all_bytes(target: RegistryTarget, image: Image) -> None:
    seen: list[Progress] = []
    with misbehave() as registry:
        target.put((image,), name_in(registry), seen.append)

    total = len(LAYER) + len(b"code") + len(image.config_bytes)
    assert {one.total for one in seen} == {total}
    assert seen[-1].done == total
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert len(seen) > 4


def test_no_image_is_a_mistake_of_the_caller(target: RegistryTarget) -> None:
    with pytest.raises(ValueError, match="no image"):
        target.put((), ImageReference("a"))


# ---------------------------------------------------------------- layers of other repositories


def not_here() -> Path:
    pytest.fail("downloaded a layer that the registry has")


def test_a_layer_that_the_registry_has_elsewhere_is_mounted_and_never_downloaded(target: RegistryTarget) -> None:
    with misbehave() as registry:
        base = ImageReference.parse(f"{registry.address}/team/base:1")
        registry.blobs["team/base", digest_of(LAYER)] = LAYER
        image = image_of(layer_at(digest_of(LAYER), len(LAYER), not_here, base))

        target.put((image,), name_in(registry))

        assert kept(registry, image)
        assert len(registry.asked("PUT", UPLOAD)) == 1  # the configuration


@pytest.mark.parametrize("status", [202, 400, 401, 403, 404, 405])
def test_where_mounting_is_refused_the_layer_is_sent(target: RegistryTarget, cache: Cache, status: int) -> None:
    refusal = says(status, Location="/v2/team/hook/blobs/uploads/unused", WWW_Authenticate="Basic")
    with misbehave(Failure("POST", "mount=", refusal)) as registry:
        image = image_of(layer_of(cache, LAYER, ImageReference.parse(f"{registry.address}/team/base")))

        target.put((image,), name_in(registry))

        assert kept(registry, image)
        assert registry.asked("DELETE") == (["/v2/team/hook/blobs/uploads/unused"] if status == 202 else [])


@pytest.mark.parametrize("origin", ["other.example/team/base", "{}/team/hook"])
def test_layers_of_other_registries_and_of_the_repository_itself_are_not_mounted(
    target: RegistryTarget, cache: Cache, origin: str
) -> None:
    with misbehave() as registry:
        image = image_of(layer_of(cache, LAYER, ImageReference.parse(origin.format(registry.address))))

        target.put((image,), name_in(registry))

        assert registry.asked("POST", "mount=") == []
        assert kept(registry, image)


# ---------------------------------------------------------------- what passes

STEPS = {
    "asking for the tag": ("HEAD", "manifests/"),
    "asking for a blob": ("HEAD", "blobs/"),
    "opening an upload": ("POST", UPLOAD),
    "sending": ("PUT", UPLOAD),
    "the manifest": ("PUT", "manifests/"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("act", [says(500), says(429, Retry_After="0"), hangs_up], ids=["500", "429", "reset"])
def test_what_fails_twice_is_tried_a_third_time(target: RegistryTarget, image: Image, step: str, act: Act) -> None:
    with misbehave(Failure(*STEPS[step], act, times=2)) as registry:
        target.put((image,), name_in(registry))

        assert kept(registry, image)


def test_an_upload_that_breaks_off_starts_anew(target: RegistryTarget, image: Image) -> None:
    seen: list[Progress] = []
    with misbehave(Failure("PUT", digest_of(LAYER).partition(":")[2], hangs_up_after(2 << 20), times=2)) as registry:
        target.put((image,), name_in(registry), seen.append)

        assert kept(registry, image)
    assert seen[-1].done == seen[-1].total


def test_an_upload_that_is_asked_who_sends_it_is_sent_again_from_its_start(
    target: RegistryTarget, image: Image, log_in: Callable[[str], None]
) -> None:
    with misbehave(Failure("PUT", UPLOAD, says(401, WWW_Authenticate="Basic"), times=1)) as registry:
        log_in(registry.address)

        target.put((image,), name_in(registry))

        assert kept(registry, image)


def test_an_upload_that_the_registry_forgot_starts_anew(target: RegistryTarget, image: Image) -> None:
    with misbehave(Failure("PUT", UPLOAD, says(404), times=2)) as registry:
        target.put((image,), name_in(registry))

        assert kept(registry, image)


def test_two_pushes_at_once_both_arrive(target: RegistryTarget, image: Image, cache: Cache) -> None:
    other = image_of(image.layers[0], layer_of(cache, b"other"))
    with misbehave() as registry:
        pushes = [
            threading.Thread(target=target.put, args=((one,), name_in(registry, f":{tag}")))
            for one, tag in ((image, "1"), (other, "2"))
        ]
        for push in pushes:
            push.start()
        for push in pushes:
            push.join()

        assert kept(registry, image, "1")
        assert kept(registry, other, "2")


# ---------------------------------------------------------------- what does not

REFUSALS = {
    "401": (("POST", UPLOAD, says(401, WWW_Authenticate="Basic")), "and there are no credentials for it (401)"),
    "403": (("POST", UPLOAD, says(403, error("DENIED", "not for you"))), "does not allow it (403: not for you)"),
    "404": (("POST", UPLOAD, says(404)), "some want repositories made first"),
    "413": (("PUT", UPLOAD, says(413)), "does not take blobs of this size (413)"),
    "500": (("PUT", UPLOAD, says(500)), "is in trouble (500)"),
    "reset": (("PUT", UPLOAD, hangs_up), "broke off the connection"),
    "silence": (("PUT", UPLOAD, says_nothing), "is too slow"),
    "no place to send to": (("POST", UPLOAD, says(202)), "leads on without saying where"),
    "a manifest refused": (("PUT", "manifests/", says(400, error("X", "unknown blob"))), "unknown blob"),
    "another digest": (
        ("PUT", "manifests/", says(201, Docker_Content_Digest=digest_of(b""))),
        "keeps the manifest under another digest",
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_an_image_that_is_not_taken_is_a_line_and_no_tag(cache: Cache, image: Image, kind: str) -> None:
    (method, path, act), words = REFUSALS[kind]
    patient = RegistryTarget(cache, Patience(attempts=2, pause=0.001, answer=0.5))
    with misbehave(Failure(method, path, act)) as registry:
        assert words in refused(patient, image, registry)


def test_a_registry_that_takes_no_more_bytes_is_a_line(cache: Cache) -> None:
    large = image_of(layer_of(cache, LAYER * 8))  # more than the kernel keeps for both sides
    hasty = RegistryTarget(cache, Patience(attempts=2, pause=0.001, connect=0.2, answer=0.2))
    [digest] = [layer.descriptor.digest.partition(":")[2] for layer in large.layers]
    with misbehave(Failure("PUT", digest, says_nothing)) as registry:
        said = refused(hasty, large, registry)

        assert "takes what is sent too slowly; try later" in said


def test_a_push_that_fails_leaves_the_tag_as_it_was(target: RegistryTarget, image: Image, cache: Cache) -> None:
    changed = image_of(layer_of(cache, b"another"))
    with misbehave() as registry:
        target.put((image,), name_in(registry))
        registry.failures.append(Failure("PUT", digest_of(b"another").partition(":")[2], says(403)))

        with pytest.raises(RegistryError):
            target.put((changed,), name_in(registry))

        assert kept(registry, image)


# ---------------------------------------------------------------- a damaged cache


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_damaged_layer_never_reaches_a_registry_and_is_dropped(
    target: RegistryTarget, image: Image, cache: Cache
) -> None:
    damage(image.layers[0].fetch())
    with misbehave() as registry:
        with pytest.raises(DamagedBlobError, match="was damaged in the cache; build again"):
            target.put((image,), name_in(registry))

        assert ("team/hook", digest_of(LAYER)) not in registry.blobs
        assert registry.manifests == {}
    assert cache.blob(digest_of(LAYER), len(LAYER)) is None


@pytest.mark.parametrize("wrong", [b"", LAYER[:-1], b"x" + LAYER], ids=["empty", "too short", "too long"])
def test_a_layer_of_another_size_never_reaches_a_registry(target: RegistryTarget, image: Image, wrong: bytes) -> None:
    image.layers[0].fetch().write_bytes(wrong)

    with misbehave() as registry:
        with pytest.raises(DamagedBlobError):
            target.put((image,), name_in(registry))

        assert ("team/hook", digest_of(LAYER)) not in registry.blobs


def test_a_layer_that_the_disk_does_not_give_is_dropped_and_not_taken_for_a_broken_connection(
    target: RegistryTarget, image: Image
) -> None:
    path = image.layers[0].fetch()
    path.unlink()
    path.symlink_to("/proc/self/mem")  # its first bytes are those of no memory: EIO

    with misbehave() as registry, pytest.raises(DamagedBlobError):
        target.put((image,), name_in(registry))

    assert not path.is_symlink()


def test_a_damaged_layer_that_can_be_had_anew_is_had_anew(target: RegistryTarget, cache: Cache) -> None:
    def fetch() -> Path:
        return layer_of(cache, LAYER).fetch() if cache.blob(digest_of(LAYER), len(LAYER)) is None else path

    path = layer_of(cache, LAYER).fetch()
    damage(path)
    image = image_of(layer_at(digest_of(LAYER), len(LAYER), fetch))
    with misbehave() as registry:
        target.put((image,), name_in(registry))

        assert kept(registry, image)


# ---------------------------------------------------------------- who hears what


def test_uploads_may_go_elsewhere_but_not_who_sends_them(
    target: RegistryTarget, image: Image, log_in: Callable[[str], None]
) -> None:
    with misbehave() as storage, misbehave() as registry:
        log_in(registry.address)

        def leads_away(handler: RegistryHandler) -> None:
            handler.answer(202, Location=f"http://{storage.address}{handler.path}1?state=kept")

        def wants_login(handler: RegistryHandler) -> None:
            handler.answer(401, WWW_Authenticate='Basic realm="x"')

        registry.failures.append(Failure("HEAD", "manifests/", wants_login, times=1))
        registry.failures.append(Failure("POST", UPLOAD, leads_away))

        target.put((image,), name_in(registry))

        assert {digest for _, digest in storage.blobs} >= {digest_of(LAYER)}
        assert {one.authorization for one in storage.seen} == {""}
        assert all(one.authorization.startswith("Basic ") for one in registry.seen[1:])
