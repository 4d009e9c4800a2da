"""The ground that container tests stand on holds: the stand-in for Python's image, and the registry."""

import io
import tarfile
import urllib.request

from docker import DockerClient
from realparts import python_image

#: What hookkit's runtime, and hooks that read and write files, import.
IMPORTS = "import asyncio, ctypes, decimal, hashlib, json, logging, lzma, sqlite3, ssl, tomllib, uuid, venv, zlib"


def run(engine: DockerClient, image: str, script: str) -> str:
    command = ["python3", "-c", script]
    output: bytes = engine.containers.run(image, command, remove=True, network_mode="none", user="10001")
    return output.decode().strip()


def empty_tar() -> bytes:
    content = io.BytesIO()
    tarfile.open(fileobj=content, mode="w").close()
    return content.getvalue()


def test_base_image_runs_the_standard_library_from_usr_local(engine: DockerClient, base_image: str) -> None:
    assert run(engine, base_image, f"{IMPORTS}; import sys; print(sys.prefix, sys.executable)") == (
        "/usr/local /usr/local/bin/python3"
    )


def test_base_image_loads_what_wheels_expect_of_a_system(engine: DockerClient, base_image: str) -> None:
    script = "import ctypes; [ctypes.CDLL(f'lib{n}') for n in ('stdc++.so.6', 'gcc_s.so.1', 'z.so.1')]; print('loaded')"

    assert run(engine, base_image, script) == "loaded"


def test_base_image_makes_virtual_environments(engine: DockerClient, base_image: str) -> None:
    script = (
        "import subprocess as s; s.run(['python3', '-m', 'venv', '--without-pip', '--symlinks', '/tmp/x'], check=True);"
        "s.run(['/tmp/x/bin/python', '-c', 'import sys; print(sys.prefix, sys.base_prefix)'], check=True)"
    )

    assert run(engine, base_image, script) == "/tmp/x /usr/local"


def test_base_image_is_imported_once(engine: DockerClient, base_image: str) -> None:
    before = engine.images.get(base_image).id

    python_image.ensure(engine)

    assert engine.images.get(base_image).id == before


def test_an_image_that_somebody_pulled_under_the_name_stays(engine: DockerClient, image_name: str) -> None:
    pulled = f"{image_name}:slim"
    engine.api.import_image_from_data(empty_tar(), repository=image_name, tag="slim")
    before = engine.images.get(pulled).id

    python_image.ensure(engine, pulled)

    assert engine.images.get(pulled).id == before


def test_an_image_that_was_made_from_something_else_is_made_anew(engine: DockerClient, image_name: str) -> None:
    old = f"{image_name}:slim"
    label = ["LABEL io.hookkit.stand-in=made-from-an-older-python"]
    engine.api.import_image_from_data(empty_tar(), repository=image_name, tag="slim", changes=label)

    python_image.ensure(engine, old)

    assert run(engine, old, "print('runs')") == "runs"


def test_registry_takes_an_image_and_gives_its_digest(
    engine: DockerClient, base_image: str, registry: str, image_name: str
) -> None:
    repository = f"{registry}/{image_name}"
    engine.images.get(base_image).tag(repository, "1")
    try:
        engine.images.push(repository, tag="1")
        digests = engine.images.get(f"{repository}:1").attrs["RepoDigests"]
    finally:
        engine.images.remove(f"{repository}:1")

    [digest] = [digest for digest in digests if digest.startswith(repository)]
    url = f"http://{registry}/v2/{image_name}/manifests/{digest.partition('@')[2]}"
    with urllib.request.urlopen(url) as answer:
        assert answer.status == 200
