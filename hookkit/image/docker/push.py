"""An image in the Docker engine becomes one in a registry, known by its digest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from hookkit.errors import EngineError, HookkitError, Problem
from hookkit.image.builder import BuiltImage, Progress, Watcher, unwatched
from hookkit.image.docker.engine import engine_answers
from hookkit.image.words import Meaning, meaning_of
from hookkit.reference import ImageReference

if TYPE_CHECKING:
    from docker import DockerClient

#: What the engine says, `{words}`, and what it means. The first that fits counts.
_REFUSALS: Final = (
    Meaning(
        r"unauthorized|no basic auth|authentication|denied|forbidden|401|403",
        "refuses the push: {words}",
        "log in with `{login}`, and see that you may push to this repository",
    ),
    Meaning(
        r"HTTP response to HTTPS client",
        "speaks plain HTTP, which the engine does not",
        "name it under insecure-registries in the engine's daemon.json, or give it a certificate",
    ),
    Meaning(
        r"dial tcp|no such host|refused|[Tt]imeout|EOF|x509|TLS",
        "can't be reached from the engine: {words}",
        "check the registry's name and the engine's network",
    ),
)


def push_image(
    client: "DockerClient", image: BuiltImage, target: ImageReference, watch: Watcher = unwatched
) -> ImageReference:
    """Push an image with the credentials of Docker's own configuration (`docker login`).

    Args:
        client: of the engine that has the image.
        image: what a builder built.
        target: where to; without a tag it gets the image's own.
        watch: hears of each layer and its bytes.

    Returns:
        The target with its tag and the digest that the registry gave.

    Raises:
        EngineError: the registry refuses, or can't be reached; the target's name in the engine is then as before.

    """
    target = target.with_tag(target.tag or image.reference.tag or "latest")
    with engine_answers(), _tagged(client, image, target):
        return target.with_digest(_push(client, target, watch))


@contextmanager
def _tagged(client: "DockerClient", image: BuiltImage, target: ImageReference) -> Iterator[None]:
    """Give the image the target's name, as a push needs it; where that fails, give it back to whom it named before."""
    before = [one["Id"] for one in client.api.images(str(target))]
    client.api.tag(image.image_id, target.name, target.tag)
    try:
        yield
    except BaseException:
        with suppress(HookkitError), engine_answers():
            for earlier in before:
                client.api.tag(earlier, target.name, target.tag)
            if not before:
                client.api.remove_image(str(target))
        raise


def _push(client: "DockerClient", target: ImageReference, watch: Watcher) -> str:
    digest = ""
    for event in client.api.push(target.name, tag=target.tag, stream=True, decode=True):
        # Errors are part of the stream: the SDK raises nothing for them.
        if "error" in event:
            raise EngineError(_refusal(target, str(event["error"])))
        digest = (event.get("aux") or {}).get("Digest", digest)
        watch(_progress(event))
    if not digest:
        raise EngineError(Problem(str(target), "was pushed, but the engine names no digest", "push once more"))
    return digest


def _progress(event: Mapping[str, Any]) -> Progress:
    detail = event.get("progressDetail") or {}
    text = " ".join(str(event[key]) for key in ("status", "id") if key in event)
    return Progress(text, done=detail.get("current", 0), total=detail.get("total", 0))


def _refusal(target: ImageReference, words: str) -> Problem:
    if found := meaning_of(words, _REFUSALS):
        meaning, _ = found
        login = f"docker login {target.registry}".rstrip()
        return Problem(str(target), meaning.what.format(words=words), meaning.remedy.format(login=login))
    return Problem(str(target), f"was not pushed: {words}", "see what the registry says about it")
