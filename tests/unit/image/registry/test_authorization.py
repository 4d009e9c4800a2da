"""Who asks is shown to the registry and to its token service alone, in the ways that they ask for."""

import base64
import json
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from realparts import certificates
from realparts.misbehaving_registry import MANIFEST, Act, Failure, Registry, RegistryHandler, misbehave, says
from realparts.opaque_images import image_of

from hookkit.errors import RegistryError
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.source import RegistrySource
from hookkit.reference import ImageReference

IMAGE = image_of()
#: That of `log_in`.
PASSWORD = "hush-hush:ß€"
BASIC = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()

LogIn = Callable[..., None]


def wants(expected: str, challenge: str) -> Act:
    """Answer 401 with a challenge until `Authorization` is as expected; `{}` in it is the registry's address."""

    def act(handler: RegistryHandler) -> None:
        if handler.headers.get("Authorization", "") == expected:
            handler.answer(200, IMAGE.manifest_bytes, Content_Type=MANIFEST)
        else:
            handler.answer(401, WWW_Authenticate=challenge.format(handler.registry.address))

    return act


def gives(expected: str, content: bytes) -> Act:
    """A token service that gives something to whom it knows."""

    def act(handler: RegistryHandler) -> None:
        known = handler.headers.get("Authorization", "") == expected
        handler.answer(200 if known else 401, content if known else b"")

    return act


BEARER = 'Bearer realm="http://{}/token?account=x",service="a service"'


def token(text: str, **more: object) -> bytes:
    return json.dumps({"token": text, **more}).encode()


def ask(registry: Registry, patience: Patience) -> bytes:
    """The manifest of `team/base:1`, as a registry gives it."""
    with RegistrySource(ImageReference.parse(f"{registry.address}/team/base:1"), patience) as source:
        return source.root()[1]


def refused(registry: Registry, patience: Patience) -> str:
    with pytest.raises(RegistryError) as raised:
        ask(registry, patience)
    said = str(raised.value)
    assert len(said.splitlines()) == 1
    assert PASSWORD not in said
    return said


# ---------------------------------------------------------------- ways to be let in


def test_a_user_and_a_password_are_shown_to_who_wants_them(quick: Patience, log_in: LogIn) -> None:
    with misbehave(Failure("GET", "manifests", wants(BASIC, 'Basic realm="x"'))) as registry:
        log_in(registry.address)

        assert ask(registry, quick) == IMAGE.manifest_bytes
        assert [one.authorization for one in registry.seen] == ["", BASIC]


@pytest.mark.parametrize("key", ["token", "access_token"])
def test_a_token_is_had_for_user_and_password(quick: Patience, log_in: LogIn, key: str) -> None:
    with misbehave(
        Failure("GET", "manifests", wants("Bearer abc", BEARER)),
        Failure("GET", "/token", gives(BASIC, json.dumps({key: "abc"}).encode())),
    ) as registry:
        log_in(registry.address)

        assert ask(registry, quick) == IMAGE.manifest_bytes

        [asked] = registry.asked("GET", "^/token")
        query = {"account": ["x"], "service": ["a service"], "scope": ["repository:team/base:pull"]}
        assert parse_qs(urlsplit(asked).query) == query


def test_anybody_may_get_a_token(quick: Patience) -> None:
    with misbehave(
        Failure("GET", "manifests", wants("Bearer abc", BEARER)), Failure("GET", "/token", gives("", token("abc")))
    ) as registry:
        assert ask(registry, quick) == IMAGE.manifest_bytes


def test_an_identity_token_is_exchanged(quick: Patience, log_in: LogIn) -> None:
    forms: list[dict[str, list[str]]] = []

    def exchange(handler: RegistryHandler) -> None:
        forms.append(parse_qs(handler.body().decode()))
        handler.answer(200, token("abc"))

    with misbehave(
        Failure("GET", "manifests", wants("Bearer abc", BEARER)), Failure("POST", "/token", exchange)
    ) as registry:
        log_in(registry.address, identitytoken=PASSWORD)

        assert ask(registry, quick) == IMAGE.manifest_bytes
        [form] = forms
        assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], [PASSWORD])
        assert not [one for one in registry.seen if PASSWORD in one.path]


def test_a_registry_token_is_shown_as_it_is(quick: Patience, log_in: LogIn) -> None:
    with misbehave(Failure("GET", "manifests", wants("Bearer registry-token", BEARER))) as registry:
        log_in(registry.address, registrytoken="registry-token")

        assert ask(registry, quick) == IMAGE.manifest_bytes


def test_a_token_service_that_is_in_trouble_is_asked_again(quick: Patience) -> None:
    with misbehave(
        Failure("GET", "/token", says(503), times=2),
        Failure("GET", "manifests", wants("Bearer abc", BEARER)),
        Failure("GET", "/token", gives("", token("abc"))),
    ) as registry:
        assert ask(registry, quick) == IMAGE.manifest_bytes


@pytest.mark.parametrize(("seconds", "asked"), [(300, 1), (0.0001, 2)])
def test_a_token_is_kept_as_long_as_it_lasts(quick: Patience, seconds: float, asked: int) -> None:
    with misbehave(
        Failure("GET", "manifests", wants("Bearer abc", BEARER)),
        Failure("GET", "/token", gives("", token("abc", expires_in=seconds))),
    ) as registry:
        with RegistrySource(ImageReference.parse(f"{registry.address}/team/base:1"), quick) as source:
            source.root()
            source.root()

        assert len(registry.asked("GET", "^/token")) == asked


def test_a_token_that_is_not_taken_any_more_is_renewed(quick: Patience) -> None:
    with misbehave(
        Failure("GET", "manifests", wants("Bearer old", BEARER), times=2),
        Failure("GET", "manifests", wants("Bearer new", BEARER)),
        Failure("GET", "/token", gives("", token("old")), times=1),
        Failure("GET", "/token", gives("", token("new"))),
    ) as registry:
        with RegistrySource(ImageReference.parse(f"{registry.address}/team/base:1"), quick) as source:
            assert source.root() == source.root()

        assert [one.authorization for one in registry.seen if "manifests" in one.path] == [
            "",
            "Bearer old",
            "Bearer old",
            "Bearer new",
        ]


# ---------------------------------------------------------------- ways to be kept out


def test_wrong_credentials_are_a_line_that_says_where_they_stand(quick: Patience, log_in: LogIn, home: Path) -> None:
    with misbehave(Failure("GET", "manifests", says(401, WWW_Authenticate="Basic"))) as registry:
        log_in(registry.address)

        said = refused(registry, quick)

        assert f"does not take the credentials of {home / '.docker/config.json'} (401)" in said
        assert f"log in with `docker login {registry.address}`" in said
        assert len(registry.seen) == 2


def test_without_credentials_the_line_says_how_to_get_some(quick: Patience) -> None:
    with misbehave(Failure("GET", "manifests", says(401, WWW_Authenticate="Basic"))) as registry:
        said = refused(registry, quick)

        assert "wants to know who asks, and there are no credentials for it (401); log in with `docker login" in said


TOKENS = {
    "401": (says(401), "(401)"),
    "words that hold a secret": (
        says(403, json.dumps({"errors": [{"message": f"{PASSWORD} is wrong"}]}).encode()),
        "(403: *** is wrong)",
    ),
    "500": (says(500), "is in trouble (500)"),
    "a redirect": (says(307, Location="http://127.0.0.1:9/"), "answers with a status that does not fit (307)"),
    "a page": (says(200, b"<html>"), "gives no token but something else"),
    "none": (says(200, b"{}"), "gives no token but something else"),
    "a list": (says(200, b"[]"), "gives no token but something else"),
    "two lines": (says(200, b'{"token": "a\\r\\nX-Evil: 1"}'), "gives no token but something else"),
    "no time": (says(200, b'{"token": "a", "expires_in": "soon"}'), "gives no token but something else"),
}


@pytest.mark.parametrize("kind", TOKENS)
def test_no_token_is_a_line(quick: Patience, log_in: LogIn, kind: str) -> None:
    act, words = TOKENS[kind]
    with misbehave(Failure("GET", "manifests", wants("Bearer abc", BEARER)), Failure("GET", "/token", act)) as registry:
        log_in(registry.address)

        assert words in refused(registry, quick)


def test_a_token_that_is_not_taken_is_a_line_and_no_circle(quick: Patience) -> None:
    with misbehave(
        Failure("GET", "manifests", wants("Bearer abc", BEARER)), Failure("GET", "/token", gives("", token("other")))
    ) as registry:
        assert "(401)" in refused(registry, quick)
        assert len(registry.asked("GET", "manifests")) == 2


@pytest.mark.parametrize(
    "realm", ["http://auth.example/token", "ftp://auth.example/", "/token", "http://[", "file:///x"]
)
def test_credentials_go_to_no_realm_that_others_read_along_at(quick: Patience, log_in: LogIn, realm: str) -> None:
    challenge = f'Bearer realm="{realm}",service="s"'
    with misbehave(Failure("GET", "manifests", says(401, WWW_Authenticate=challenge))) as registry:
        log_in(registry.address)

        assert "wants credentials sent to an address that is not https; ask who runs it" in refused(registry, quick)


def test_a_registry_with_a_certificate_has_no_realm_without_one(
    quick: Patience, log_in: LogIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = certificates.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    with misbehave() as plain, misbehave(pair=pair) as registry:
        challenge = f'Bearer realm="http://{plain.address}/token"'
        registry.failures.append(Failure("GET", "manifests", says(401, WWW_Authenticate=challenge)))
        log_in(registry.address)

        assert "not https" in refused(registry, quick)
        assert plain.seen == []


def test_no_log_holds_who_asks(quick: Patience, log_in: LogIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with misbehave(
        Failure("GET", "manifests", wants("Bearer token-of-me", BEARER)),
        Failure("GET", "/token", gives(BASIC, token("token-of-me"))),
    ) as registry:
        log_in(registry.address)

        ask(registry, quick)

    assert "GET /token" in caplog.text
    assert not [one for one in (PASSWORD, BASIC.split()[1], "token-of-me") if one in caplog.text]


def test_who_asks_is_not_shown_where_the_registry_sends_us(quick: Patience, log_in: LogIn) -> None:
    with misbehave() as storage, misbehave() as registry:
        storage.manifests["team/base", "1"] = (MANIFEST, IMAGE.manifest_bytes)

        def leads_away(handler: RegistryHandler) -> None:
            handler.answer(307, Location=f"http://{storage.address}{handler.path}")

        registry.failures.append(Failure("GET", "manifests", says(401, WWW_Authenticate="Basic"), times=1))
        registry.failures.append(Failure("GET", "manifests", leads_away))
        log_in(registry.address)

        assert ask(registry, quick) == IMAGE.manifest_bytes
        assert [one.authorization for one in registry.seen] == ["", BASIC]
        assert [one.authorization for one in storage.seen] == [""]


def test_a_storage_that_asks_who_asks_is_not_told(quick: Patience, log_in: LogIn) -> None:
    with misbehave(Failure("GET", ".", says(401, WWW_Authenticate="Basic"))) as storage, misbehave() as registry:
        registry.failures.append(Failure("GET", ".", says(307, Location=f"http://{storage.address}/x")))
        log_in(registry.address)

        assert storage.address in refused(registry, quick)
        assert [one.authorization for one in storage.seen] == [""]
