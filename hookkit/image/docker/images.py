"""Images go into a Docker engine and come out of it, by `docker load` and `docker save`."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hookkit.cache import Cache
from hookkit.errors import EngineError, Problem
from hookkit.image.builder import LayerSize, Progress, Watcher, unwatched
from hookkit.image.docker.engine import engine_answers
from hookkit.image.layer import chunks
from hookkit.image.oci.archive import ArchiveSource, write_archive
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.model import Image
from hookkit.image.words import in_short
from hookkit.reference import ImageReference

if TYPE_CHECKING:
    from docker import DockerClient

_FILE: Final = "image.tar"
#: What an engine's history puts around the words of an instruction.
_AROUND: Final = re.compile(r"^/bin/sh -c (#\(nop\)\s+)?|\b(dir|file|multi):[0-9a-f]{64} in |\s*(# buildkit)?\s*$")
_MOST_WORDS: Final = 48


# ---------------------------------------------------------------- out of the engine


def saved_image(client: "DockerClient", name: str, cache: Cache) -> ArchiveSource:
    """What `docker save` gives for an image, kept in the cache under the engine's ID of it.

    Raises:
        EngineError: there is no such image, or the engine fails.

    """
    found = image_id(client, name)
    with engine_answers():
        folder = cache.folder("saved", found, lambda folder: _save(client, found, folder))
    return ArchiveSource(folder / _FILE)


def image_id(client: "DockerClient", name: str) -> str:
    """The engine's ID of an image.

    Raises:
        EngineError: there is no such image, or the engine fails.

    """
    from docker.errors import ImageNotFound

    with engine_answers():
        try:
            return str(client.images.get(name).id)
        except ImageNotFound:
            problem = Problem(f"docker:{name}", "is no image of the engine", f"`docker pull {name}`, or mend its name")
            raise EngineError(problem) from None


def _save(client: "DockerClient", image: str, folder: Path) -> None:
    with (folder / _FILE).open("wb") as file:
        for chunk in client.images.get(image).save():
            file.write(chunk)


def layer_sizes(client: "DockerClient", image: str) -> tuple[LayerSize, ...]:
    """The layers of an image that hold something, from the bottom up, each called by the instruction that made it.

    Raises:
        EngineError: there is no such image, or the engine fails.

    """
    with engine_answers():
        history = client.api.history(image)  # type: ignore[no-untyped-call]  # the stubs have no types
    return tuple(LayerSize(_made_by(one["CreatedBy"]), one["Size"]) for one in reversed(history) if one["Size"])


def _made_by(words: str) -> str:
    return in_short(_AROUND.sub("", words), _MOST_WORDS) or "base"


# ---------------------------------------------------------------- into the engine


def load_image(
    client: "DockerClient", image: Image, reference: ImageReference, watch: Watcher = unwatched
) -> ImageReference:
    """Put an image into the engine; layers that it has already are not sent again.

    Raises:
        EngineError: the engine refuses it.

    """
    reference = reference.with_tag(reference.tag or "latest")
    with engine_answers():
        if _has(client, image, reference):
            return reference
        watch(Progress(f"loading {reference} into the engine"))
        known = _known_layers(client, image, reference)
        try:
            _load(client, image, reference, known)
        except EngineError:
            if not known:
                raise
            # containerd's store wants all of it; and what was known may be gone by now.
            _load(client, image, reference, frozenset())
    return reference


def _has(client: "DockerClient", image: Image, reference: ImageReference) -> bool:
    from docker.errors import ImageNotFound

    try:
        found = client.images.get(str(reference))
    except ImageNotFound:
        return False
    return str(found.id) == image.config_descriptor.digest


def _known_layers(client: "DockerClient", image: Image, reference: ImageReference) -> frozenset[str]:
    """Digests of the layers that an earlier image of this name has in common with it, from the bottom up."""
    wanted = [layer.diff_id for layer in image.layers]
    known = max((_common(wanted, earlier) for earlier in _earlier(client, reference)), default=0)
    return frozenset(layer.descriptor.digest for layer in image.layers[:known])


def _earlier(client: "DockerClient", reference: ImageReference) -> Iterator[list[str]]:
    for one in client.images.list(name=reference.name):
        yield one.attrs.get("RootFS", {}).get("Layers") or []


def _common(wanted: list[str], earlier: list[str]) -> int:
    return next((n for n, pair in enumerate(zip(wanted, earlier, strict=False)) if pair[0] != pair[1]), len(earlier))


def _load(client: "DockerClient", image: Image, reference: ImageReference, known: frozenset[str]) -> None:
    """Stream the archive through a pipe: what is larger than memory is never all in it, nor on the disk twice."""
    source, sink = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_write, sink, image, reference, known)
        with os.fdopen(source, "rb") as pipe:
            answer = client.api.load_image(chunks(pipe))  # type: ignore[no-untyped-call]  # the stubs have no types
            events = list(answer)
        _raise_for(events, writing, reference)


def _write(sink: int, image: Image, reference: ImageReference, known: frozenset[str]) -> None:
    with closing(os.fdopen(sink, "wb")) as pipe:
        write_archive(pipe, (image,), reference, without=known)


def _raise_for(events: list[dict[str, Any]], writing: "Future[None]", reference: ImageReference) -> None:
    if isinstance(broken := writing.exception(), DamagedBlobError):  # the engine only saw that the rest is missing
        raise broken
    # The engine's own word comes first: a pipe that broke is only what its refusal looks like from here.
    refused = [str(event["error"]) for event in events if "error" in event]
    if refused:
        remedy = "see that it has room on its disk, and look into its log"
        raise EngineError(Problem(str(reference), f"was not loaded into the engine: {refused[-1]}", remedy))
    writing.result()
