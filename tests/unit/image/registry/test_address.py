import pytest

from hookkit.image.registry.address import Address, host_of, is_loopback, origin
from hookkit.reference import ImageReference

ADDRESSES = {
    "python": ("docker.io", "registry-1.docker.io", "library/python"),
    "python:3.12-slim": ("docker.io", "registry-1.docker.io", "library/python"),
    "someone/tool": ("docker.io", "registry-1.docker.io", "someone/tool"),
    "docker.io/python": ("docker.io", "registry-1.docker.io", "library/python"),
    "index.docker.io/someone/tool": ("docker.io", "registry-1.docker.io", "someone/tool"),
    "registry.example.org:5000/a/b": ("registry.example.org:5000", "registry.example.org:5000", "a/b"),
    "localhost/a": ("localhost", "localhost", "a"),
}


@pytest.mark.parametrize(("name", "expected"), ADDRESSES.items())
def test_an_image_is_looked_for_where_an_engine_would(name: str, expected: tuple[str, str, str]) -> None:
    assert Address.of(ImageReference.parse(name)) == Address(*expected)


@pytest.mark.parametrize(
    ("name", "login"),
    [("python", "docker login"), ("registry.example.org/a", "docker login registry.example.org")],
)
def test_the_command_that_logs_in_names_the_registry_unless_it_is_the_default(name: str, login: str) -> None:
    assert Address.of(ImageReference.parse(name)).login == login


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.9.1", "[::1]:5000", "[::1]"])
def test_this_machine_is_a_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.org", "registry.example.org:5000", "10.0.0.1", "[::2]", "0.0.0.0"])  # noqa: S104 - no socket is bound
def test_other_machines_are_none(host: str) -> None:
    assert not is_loopback(host)


def test_what_is_shown_of_an_address_is_no_secret() -> None:
    assert host_of("https://me:hush-hush@registry.example:5000/v2/?token=hush") == "registry.example:5000"


def test_an_origin_is_scheme_host_and_port_whether_the_port_is_written_or_not() -> None:
    assert origin("https://a.example/x") == origin("https://A.example:443/y?z")
    assert len({origin(f"{one}/") for one in ("https://a", "http://a", "https://b", "https://a:444")}) == 4
