"""Certificates and proxies are those of the environment; nothing goes in the clear to another machine."""

from pathlib import Path

import pytest
from realparts import certificates
from realparts.certificates import KeyPair
from realparts.misbehaving_registry import MANIFEST, Failure, Registry, misbehave, says
from realparts.opaque_images import image_of
from realparts.proxy import proxy_to

from hookkit.errors import RegistryError
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.source import RegistrySource
from hookkit.reference import ImageReference

IMAGE = image_of()
ELSEWHERE = "registry.example"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return certificates.make(tmp_path_factory.mktemp("pair"), ELSEWHERE)


@pytest.fixture(autouse=True)
def no_authorities(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody is trusted but whom a test names."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


def ask(registry: str, patience: Patience) -> bytes:
    """The manifest of `team/base:1`, as a registry gives it."""
    with RegistrySource(ImageReference.parse(f"{registry}/team/base:1"), patience) as source:
        return source.root()[1]


def has_image(registry: Registry) -> None:
    registry.manifests["team/base", "1"] = (MANIFEST, IMAGE.manifest_bytes)


def refused(registry: str, patience: Patience) -> str:
    with pytest.raises(RegistryError) as raised:
        ask(registry, patience)
    assert len(str(raised.value).splitlines()) == 1
    return str(raised.value)


# ---------------------------------------------------------------- certificates


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_certificate_that_the_environment_names_is_trusted(
    pair: KeyPair, quick: Patience, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(pair.certificate))
    with misbehave(pair=pair) as registry:
        has_image(registry)

        assert ask(registry.address, quick) == IMAGE.manifest_bytes


def test_a_certificate_of_nobody_is_not_trusted_even_here(pair: KeyPair, quick: Patience) -> None:
    with misbehave(pair=pair) as registry:
        has_image(registry)

        said = refused(registry.address, quick)

        assert said.startswith(f"{registry.address}: its certificate is not trusted: self-signed certificate; name")
        assert "SSL_CERT_FILE" in said
        assert registry.seen == []


def test_certificates_that_can_not_be_read_are_named(
    pair: KeyPair, quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "nowhere.pem")
    with misbehave(pair=pair) as registry:
        assert "REQUESTS_CA_BUNDLE: can't be read as certificates" in refused(registry.address, quick)


def test_a_registry_with_a_certificate_does_not_lead_to_plain_http(
    pair: KeyPair, quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    with misbehave() as plain, misbehave(pair=pair) as registry:
        registry.failures.append(Failure("GET", "manifests", says(307, Location=f"http://{plain.address}/")))

        assert "leads from https to plain HTTP" in refused(registry.address, quick)
        assert plain.seen == []


# ---------------------------------------------------------------- other machines, by way of a proxy


def test_another_machine_is_asked_through_the_proxy(
    pair: KeyPair, quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    with misbehave(pair=pair) as registry, proxy_to(registry.address) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hush-hush@{proxy.address}")
        has_image(registry)

        assert ask(ELSEWHERE, quick) == IMAGE.manifest_bytes
        assert proxy.hosts == [f"{ELSEWHERE}:443"]
        assert proxy.authorizations == ["Basic bWU6aHVzaC1odXNo"]


def test_this_machine_is_not(quick: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehave() as registry, proxy_to(registry.address) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
        has_image(registry)

        assert ask(registry.address, quick) == IMAGE.manifest_bytes
        assert proxy.hosts == []


def test_a_host_without_proxy_is_not(quick: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehave() as registry, proxy_to(registry.address) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", ".invalid")

        assert "registry.invalid: nobody knows this host" in refused("registry.invalid", quick)
        assert proxy.hosts == []


def test_plain_http_elsewhere_is_refused(quick: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehave() as registry, proxy_to(registry.address) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")

        said = refused(ELSEWHERE, quick)

        assert said.startswith(f"{ELSEWHERE}: speaks plain HTTP, which only registries on this machine may; ")
        assert registry.seen == []


def test_a_certificate_for_another_name_is_not_trusted(
    pair: KeyPair, quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    with misbehave(pair=pair) as registry, proxy_to(registry.address) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")

        said = refused("other.example", quick)

        assert said.startswith("other.example: its certificate is not trusted: Hostname mismatch")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:none", "http://[:9"])
def test_a_proxy_that_is_none_is_a_line(quick: Patience, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    assert "check HTTPS_PROXY" in refused(ELSEWHERE, quick)


def test_a_proxy_that_is_not_there_is_a_line_without_its_password(
    quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehave() as registry:
        gone = registry.address
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hush-hush@{gone}")

    said = refused(ELSEWHERE, quick)

    assert "can't be reached through the proxy: Connection refused; check HTTPS_PROXY" in said
    assert "hush" not in said
