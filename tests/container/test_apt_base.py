"""A base that is assembled from the packages of this machine's own distribution, run by a real engine."""

import os
import shutil
import subprocess
import tarfile
import tempfile
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from docker import DockerClient

from hookkit.cache import Cache
from hookkit.contract import IMAGE_USER
from hookkit.image.base.apt.assemble import PackageStore, assemble_base
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.base.apt.resolve import resolve_packages
from hookkit.image.base.facts import read_facts
from hookkit.image.base.listing import list_image
from hookkit.image.base.sonames import Needs, missing_libraries, needed_sonames
from hookkit.image.oci.compression import NONE, best_gzip
from hookkit.image.oci.model import Image
from hookkit.image.platform import Platform

pytestmark = pytest.mark.slow

PYTHON = Path("/usr/bin/python3")
NOBODY = 65534
ARCHITECTURE = Platform.of_this_machine().architecture
#: Modules that need libraries or data of the system, and what a hook may ask of it.
PROGRAM = f"""
import bz2, ctypes, curses, decimal, hashlib, lzma, os, pwd, readline, socket, sqlite3, ssl, subprocess, tempfile, uuid
import xml.parsers.expat, zlib, zoneinfo
assert os.getuid() == 12345
assert zoneinfo.ZoneInfo("Europe/Paris")
assert len(ssl.create_default_context().get_ca_certs()) > 50
assert pwd.getpwuid({IMAGE_USER}).pw_name == "hook"
assert sqlite3.connect(":memory:").execute("select 6 * 7").fetchone() == (42,)
assert socket.getservbyname("https") == 443
assert subprocess.run("echo hello", shell=True, capture_output=True).stdout == b"hello\\n"
for name in ("libstdc++.so.6", "libgcc_s.so.1", "libz.so.1", "libexpat.so.1", "libm.so.6"):
    ctypes.CDLL(name)
print("all there")
"""
LAPACK = """
import ctypes
ctypes.CDLL("libblas.so.3").ddot_
ctypes.CDLL("liblapack.so.3").dgesv_
print("all there")
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    if shutil.which("apt-get") is None:
        pytest.skip("no apt here: a base is assembled on a Debian or Ubuntu")
    return Cache(tmp_path_factory.mktemp("cache"))


Resolve = Callable[..., tuple[AptRequest, tuple[DebPackage, ...]]]
Run = Callable[[Image, str], str]


@pytest.fixture(scope="module")
def resolve(cache: Cache) -> Resolve:
    """What this machine's archive has for a base with some more packages; asked once for the same."""

    @lru_cache
    def resolved(*names: str, architecture: str = ARCHITECTURE) -> tuple[AptRequest, tuple[DebPackage, ...]]:
        request = AptRequest(architecture, names)
        return request, resolve_packages(request, cache)

    return resolved


@pytest.fixture
def run(engine: DockerClient) -> Iterator[Run]:
    """Run a program with an image's Python, as the platform would: nothing to write to, no network, some user."""
    name = f"hookkit-apt-{uuid.uuid4().hex[:12]}:test"

    def run_in(image: Image, program: str) -> str:
        repository, _, tag = name.partition(":")
        engine.api.import_image_from_file(str(image.layers[0].fetch()), repository=repository, tag=tag)
        answer: bytes = engine.containers.run(
            name,
            ["/usr/bin/python3", "-c", program],
            read_only=True,
            network_mode="none",
            user="12345:12345",
            remove=True,
        )
        return answer.decode()

    yield run_in
    engine.images.remove(name, force=True)


def test_the_assembled_base_runs_python_as_the_platform_would(cache: Cache, resolve: Resolve, run: Run) -> None:
    request, packages = resolve()

    image = assemble_base(packages, request, PackageStore(cache, NONE))

    assert run(image, PROGRAM) == "all there\n"


def test_libraries_that_scripts_would_have_linked_are_loaded(cache: Cache, resolve: Resolve, run: Run) -> None:
    request, packages = resolve("liblapack3")

    image = assemble_base(packages, request, PackageStore(cache, NONE))

    assert run(image, LAPACK) == "all there\n"


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_the_base_of_every_architecture_is_small_and_whole(cache: Cache, resolve: Resolve, architecture: str) -> None:
    request, packages = resolve(architecture=architecture)

    image = assemble_base(packages, request, PackageStore(cache, best_gzip()))

    assert {package.architecture for package in packages} == {architecture, "all"}
    assert image.layers[0].descriptor.size < 17e6
    facts = read_facts(list_image(image.layers, cache, "apt:"), {})
    assert facts.python == f"/usr/bin/python{facts.minor}"
    assert facts.standard_library == f"/usr/lib/python{facts.minor}"
    assert facts.glibc is not None
    assert facts.glibc >= (2, 31)
    assert missing_libraries(_needs(image), facts.libraries) == ()


def _needs(image: Image) -> list[Needs]:
    with tarfile.open(image.layers[0].fetch()) as tar:
        programs = [one for one in tar if one.isreg() and (".so" in one.name or one.mode & 0o100)]
        files = ((one.name, tar.extractfile(one)) for one in programs)
        return [Needs("base", name, needed_sonames(file.read())) for name, file in files if file]


def test_a_plain_user_with_another_umask_gets_the_same_bytes(cache: Cache, resolve: Resolve, repository: Path) -> None:
    if os.getuid() or not PYTHON.exists():
        pytest.skip("only root can become a plain user, who needs a Python that he may read")
    request, packages = resolve()
    image = assemble_base(packages, request, PackageStore(cache, NONE))
    script = SCRIPT.format(packages=[package.to_json() for package in packages], architecture=ARCHITECTURE)

    with tempfile.TemporaryDirectory() as name:
        done = _run_as_nobody(Path(name), repository, script)

    assert (done.stderr, done.stdout.strip()) == ("", image.layers[0].diff_id)


def _run_as_nobody(folder: Path, repository: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a user who owns a home and nothing else, with a copy of hookkit that he can read."""
    folder.chmod(0o755)
    shutil.copytree(repository / "hookkit", folder / "hookkit", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "home").mkdir()
    os.chown(folder / "home", NOBODY, NOBODY)
    environment = {"PYTHONPATH": str(folder), "HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [PYTHON, "-c", script],
        env=environment,
        cwd=folder / "home",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )


#: What is asserted of root's build, done by somebody else, who has nothing of it but the lock.
SCRIPT = """
from pathlib import Path
from hookkit.cache import Cache
from hookkit.image.base.apt.assemble import PackageStore, assemble_base
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.oci.compression import NONE
packages = [DebPackage.from_json(one) for one in {packages}]
store = PackageStore(Cache(Path.home() / "cache"), NONE)
print(assemble_base(packages, AptRequest({architecture!r}, ()), store).layers[0].diff_id)
"""
