"""The name of an image is parsed once, and written as it was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.reference import ImagePlace, ImageReference

DIGEST = f"sha256:{'0a' * 32}"

READ = {
    "hook": ImageReference("hook"),
    "hook:1.0.0": ImageReference("hook", tag="1.0.0"),
    "acme/hook": ImageReference("acme/hook"),
    "localhost/hook": ImageReference("hook", registry="localhost"),
    "localhost:5000/hook:1": ImageReference("hook", registry="localhost:5000", tag="1"),
    "registry:5000/a/b/c": ImageReference("a/b/c", registry="registry:5000"),
    "registry.example.org/acme/hook": ImageReference("acme/hook", registry="registry.example.org"),
    "Registry.Example.org/hook": ImageReference("hook", registry="Registry.Example.org"),
    "127.0.0.1:5000/hook": ImageReference("hook", registry="127.0.0.1:5000"),
    "[::1]:5000/hook": ImageReference("hook", registry="[::1]:5000"),
    f"hook@{DIGEST}": ImageReference("hook", digest=DIGEST),
    f"example.org/a/hook:1_0-rc.1@{DIGEST}": ImageReference("a/hook", "example.org", "1_0-rc.1", DIGEST),
    "a/b__c/d-e.f_g": ImageReference("a/b__c/d-e.f_g"),
}


@pytest.mark.parametrize(("text", "reference"), READ.items(), ids=READ)
def test_a_name_is_read_into_its_parts_and_written_back(text: str, reference: ImageReference) -> None:
    assert ImageReference.parse(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "Hook", "acme/Hook", "hook:", "hook:a b", "hook@", "hook@sha256:abc", f"hook@{DIGEST.upper()}"),
        *("/hook", "hook/", "a//b", "hook\n", ":1", "-hook", "hook-", "https://example.org/hook", "hook:-1"),
        f"hook:{'t' * 129}",
    ],
)
def test_what_no_registry_takes_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="is not an image's name; write") as caught:
        ImageReference.parse(text)

    assert len(str(caught.value).splitlines()) == 1


# No dot: the first component of a repository without a registry has none, or it would be one.
component = st.from_regex(r"[a-z0-9]+([_-][a-z0-9]+)?", fullmatch=True)


@given(
    st.lists(component, min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "localhost", "example.org", "localhost:5000"]),
    st.from_regex(r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,20})?", fullmatch=True),
    st.sampled_from(["", DIGEST]),
)
def test_every_reference_comes_back_from_its_text(repository: str, registry: str, tag: str, digest: str) -> None:
    reference = ImageReference(repository, registry, tag, digest)

    assert ImageReference.parse(str(reference)) == reference


def test_a_new_tag_drops_the_digest_and_a_digest_keeps_the_tag() -> None:
    reference = ImageReference.parse(f"example.org/hook:1@{DIGEST}")

    assert str(reference.with_tag("2")) == "example.org/hook:2"
    assert str(reference.with_tag("2").with_digest(DIGEST)) == f"example.org/hook:2@{DIGEST}"
    assert reference.name == "example.org/hook"


# ---------------------------------------------------------------- places

PLACES = {
    "oci:dist/image": ImagePlace("oci", "dist/image"),
    "oci:/a:b/c": ImagePlace("oci", "/a:b/c"),
    "tar:image.tar": ImagePlace("tar", "image.tar"),
    "docker:": ImagePlace("docker"),
    "docker:acme/hook:1": ImagePlace("docker", "acme/hook:1"),
    "apt:": ImagePlace("apt"),
    "python:3.12-slim": ImagePlace("registry", "python:3.12-slim"),
    "localhost:5000/hook": ImagePlace("registry", "localhost:5000/hook"),
    "oci": ImagePlace("registry", "oci"),
    f"example.org/a/hook:1@{DIGEST}": ImagePlace("registry", f"example.org/a/hook:1@{DIGEST}"),
}


@pytest.mark.parametrize(("text", "place"), PLACES.items(), ids=PLACES)
def test_a_place_is_read_into_transport_and_name_and_written_back(text: str, place: ImagePlace) -> None:
    assert ImagePlace.parse(text) == place
    assert str(place) == text


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "oci:": "is no place of an image; write oci:DIR",
        "tar:": "is no place of an image; write tar:FILE",
        "apt:bookworm": "is no place of an image; write apt:",
        "docker:UPPER": "'UPPER' is not an image's name",
        "http://example.org/hook": "is not an image's name",
        "": "is not an image's name",
    }.items(),
)
def test_what_is_no_place_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        ImagePlace.parse(text)

    assert len(str(caught.value).splitlines()) == 1


def test_a_place_in_a_registry_or_an_engine_has_a_reference() -> None:
    assert ImagePlace.parse("example.org/hook:1").reference == ImageReference("hook", "example.org", "1")
    assert ImagePlace.parse("docker:hook:1").reference == ImageReference("hook", tag="1")
