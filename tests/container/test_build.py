"""A project becomes an image in a real engine, runs there under the platform's rules, and reaches a real registry."""

import base64
import hashlib
import json
import re
import shutil
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from hookkit.cache import Cache
from hookkit.contract import IMAGE_PYTHON, IMAGE_USER, LABEL_SPEC, ExitCode
from hookkit.errors import BuildError, EngineError, Problem
from hookkit.image.builder import BuiltImage, Progress
from hookkit.image.docker.build_log import CacheLostError
from hookkit.image.docker.builder import DockerBuilder
from hookkit.image.docker.dockerfile import render_dockerfile
from hookkit.image.docker.engine import engine_platform
from hookkit.image.docker.events import BuildEvents, by_buildx, by_program, by_sdk, has_buildx
from hookkit.image.docker.push import push_image
from hookkit.image.pinning import Pinning
from hookkit.image.plan import Base, ImagePlan
from hookkit.image.platform import Platform
from hookkit.image.prepare import prepare_images
from hookkit.project import Project, describe, find_project
from hookkit.reference import ImagePlace, ImageReference
from hookkit.spec import HookSpec

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
HOOK = '''\
from pathlib import Path
from typing import Annotated

from hookkit import Input, Option, Output, hook


@hook(version="1.0.0", title="It's $HOME \\\\ \\"quoted\\" ${X}")
def shout(
    input: Annotated[Path, Input("Folder that holds example.data")],
    output: Annotated[Path, Output("Folder for the product")],
    mark: Annotated[str, Option("Costs $5, it's a \\"bargain\\"", pattern=r"^[\\w!]*$")] = "!",
) -> None:
    """Write the text in upper case.

    And a mark.
    """
    text = (input / "example.data").read_text().upper()
    (output / "result.data").write_text(text + mark)
'''
#: The same, with a module and a script that a dependency brings.
HOOK_WITH_DEPENDENCY = HOOK.replace(
    "    text = ", "    import subprocess\n\n    import greeting\n\n    text = "
).replace("text + mark", 'text + greeting.TEXT + subprocess.check_output(["greeting"], text=True)')


def write_project(root: Path, source: str, dependencies: tuple[str, ...] = ()) -> Project:
    (root / "src").mkdir(parents=True)
    (root / "src/shout.py").write_text(source)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "shout"\nversion = "1.0.0"\ndependencies = {json.dumps(list(dependencies))}\n'
        '[tool.hookkit]\nhook = "shout:shout"\n'
    )
    return find_project(root)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return write_project(tmp_path / "project", HOOK)


@pytest.fixture
def spec(project: Project) -> HookSpec:
    return describe(project)


@pytest.fixture
def reference(image_name: str) -> ImageReference:
    return ImageReference(image_name, tag="1.0.0")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


MakePlan = Callable[[Project], ImagePlan]


@pytest.fixture
def make_plan(engine: DockerClient, base_image: str, cache: Cache) -> MakePlan:
    """The plan of a project's image on the stand-in of `python:<minor>-slim`, for the engine."""

    def make(project: Project) -> ImagePlan:
        platforms, base = (engine_platform(engine),), ImagePlace.parse(base_image)
        pinning = Pinning(project, PYTHON, platforms, cache, base, embedded=False)
        return prepare_images(describe(project), pinning).plans[0]

    return make


@pytest.fixture
def plan(project: Project, make_plan: MakePlan) -> ImagePlan:
    return make_plan(project)


PROGRAM = shutil.which("docker") or ""
#: The ways that this machine has to ask an engine for a build.
WAYS: dict[str, Callable[[DockerClient], BuildEvents]] = {
    "SDK": by_sdk,
    **({"docker build": lambda _: by_program(PROGRAM)} if PROGRAM else {}),
    **({"docker buildx": lambda _: by_buildx(PROGRAM)} if PROGRAM and has_buildx(PROGRAM) else {}),
}
Build = Callable[..., BuiltImage]


@pytest.fixture
def build(engine: DockerClient, project: Project, cache: Cache, reference: ImageReference) -> Build:
    """Build a plan, with settings of the builder's; the image has `reference` for its name."""

    def run_builder(plan: ImagePlan, **settings: Any) -> BuiltImage:
        return DockerBuilder(engine, project, cache, **settings).build(plan, reference)

    return run_builder


@pytest.fixture(params=list(WAYS))
def build_by(request: pytest.FixtureRequest, engine: DockerClient, build: Build) -> Build:
    """The same, in each way to ask the engine for it."""
    return partial(build, events=WAYS[request.param](engine))


def marked(plan: ImagePlan, reference: ImageReference, *instructions: str) -> str:
    """A Dockerfile all of whose images and containers can be told from those of others who use the engine."""
    return "\n".join([f"FROM {plan.base}", f"LABEL test={reference.repository}", *instructions, ""])


def leftovers(engine: DockerClient, reference: ImageReference) -> list[str]:
    """The containers and the images without a name that a `marked` build has left."""
    mark = f"test={reference.repository}"
    images = engine.images.list(filters={"dangling": True, "label": mark})
    containers = engine.containers.list(all=True, filters={"label": mark})
    return [str(one.id) for one in (*images, *containers)]


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A volume as the platform mounts it, with a product to read."""
    folder = tmp_path / "volume"
    (folder / "input").mkdir(parents=True)
    (folder / "output").mkdir()
    (folder / "output").chmod(0o777)
    (folder / "input/example.data").write_text("ice on the baltic sea")
    return folder


def run(engine: DockerClient, image: str, volume: Path) -> str:
    """Run a hook with nothing that the platform does not promise; its log."""
    log: bytes = engine.containers.run(
        image,
        ["--input=/mnt/vol/input", "--output=/mnt/vol/output"],
        volumes={str(volume): {"bind": "/mnt/vol"}},
        read_only=True,
        network_mode="none",
        cap_drop=["ALL"],
        remove=True,
        stderr=True,
    )
    return log.decode()


# ---------------------------------------------------------------- what is built


def test_the_image_runs_the_hook_read_only_offline_and_as_nobody_special(
    engine: DockerClient, build_by: Build, plan: ImagePlan, volume: Path
) -> None:
    image = build_by(plan)

    run(engine, str(image.reference), volume)

    result = volume / "output/result.data"
    assert result.read_text() == "ICE ON THE BALTIC SEA!"
    assert result.stat().st_uid == IMAGE_USER


def test_the_labels_say_what_the_hook_declares(
    engine: DockerClient, build: Build, plan: ImagePlan, spec: HookSpec
) -> None:
    labels = engine.images.get(build(plan).image_id).labels

    assert HookSpec.from_json(json.loads(labels[LABEL_SPEC])) == spec
    assert labels["org.opencontainers.image.title"] == spec.title
    assert labels.items() >= plan.labels.items()


def test_the_configuration_is_the_plans(engine: DockerClient, build: Build, plan: ImagePlan, base_image: str) -> None:
    config = engine.images.get(build(plan).image_id).attrs["Config"]

    assert config["Entrypoint"] == [IMAGE_PYTHON, "-m", "hookkit.runtime", "shout:shout"]
    assert config["Cmd"] is None
    assert config["User"] == f"{IMAGE_USER}:{IMAGE_USER}"
    environment = dict(one.split("=", 1) for one in config["Env"])
    base = dict(one.split("=", 1) for one in engine.images.get(base_image).attrs["Config"]["Env"])
    assert environment["PATH"] == f"/opt/hook/bin:{base['PATH']}"
    assert environment["PYTHONPATH"] == "/opt/hookkit:/opt/hook/code"


def test_the_hooks_user_may_write_to_nothing_of_the_image(engine: DockerClient, build: Build, plan: ImagePlan) -> None:
    script = (
        "import os; print([os.path.join(top, name) for top, folders, files in os.walk('/opt') "
        "for name in (*folders, *files) if os.access(os.path.join(top, name), os.W_OK) "
        "and not os.path.islink(os.path.join(top, name))])"
    )
    image = str(build(plan).reference)

    told = engine.containers.run(image, ["-c", script], entrypoint=[IMAGE_PYTHON], remove=True, network_mode="none")

    assert told.decode().strip() == "[]"


def test_a_dependency_is_imported_and_its_script_runs_in_the_image(
    engine: DockerClient, build: Build, make_plan: MakePlan, project_with_dependency: Project, volume: Path
) -> None:
    image = build(make_plan(project_with_dependency))

    run(engine, str(image.reference), volume)

    assert (volume / "output/result.data").read_text() == "ICE ON THE BALTIC SEA hello hello from a script\n"


@pytest.fixture
def project_with_dependency(tmp_path: Path, wheel_of_greeting: Path) -> Project:
    wheel = f"greeting @ file://{wheel_of_greeting}"
    return write_project(tmp_path / "with-dependency", HOOK_WITH_DEPENDENCY, (wheel,))


@pytest.fixture
def wheel_of_greeting(tmp_path: Path) -> Path:
    """A wheel of one module and one script, made on the spot."""
    files = {
        "greeting.py": 'TEXT = " hello"\n\n\ndef main() -> None:\n    print(" hello from a script")\n',
        "greeting-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
        "greeting-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "greeting-1.0.dist-info/entry_points.txt": "[console_scripts]\ngreeting = greeting:main\n",
    }
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for name, text in files.items()}
    rows = [f"{name},sha256={digest.rstrip(b'=').decode()}," for name, digest in digests.items()]
    path = tmp_path / "greeting-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("greeting-1.0.dist-info/RECORD", "\n".join([*rows, "greeting-1.0.dist-info/RECORD,,", ""]))
    return path


def test_whoever_watches_hears_of_each_step_and_how_long_it_took(build_by: Build, plan: ImagePlan) -> None:
    seen: list[Progress] = []

    image = build_by(plan, watch=seen.append)

    steps = {one.step: one.text for one in seen if one.step}
    assert list(steps) == list(range(1, seen[-1].steps + 1))
    assert [one.step for one in image.durations] == list(steps.values())
    assert steps[1] == f"FROM {plan.base}"


def test_what_did_not_change_gives_the_same_image(build_by: Build, plan: ImagePlan) -> None:
    first, second = (build_by(plan) for _ in range(2))

    assert first.image_id == second.image_id
    assert first.size > 0


def test_the_layers_that_hold_something_are_told_with_what_made_them(build_by: Build, plan: ImagePlan) -> None:
    image = build_by(plan)

    assert sum(layer.size for layer in image.layers) == image.size
    assert all(layer.size for layer in image.layers)
    names = [layer.name for layer in image.layers]
    assert names[0] == "base"
    assert any(name.endswith("python3 -m venv --without-pip /opt/hook") for name in names)
    assert "/opt/hookkit/" in names[-2]
    assert "/opt/hook/code/" in names[-1]
    assert not any("nop" in name or "sha256" in name for name in names)


def test_a_projects_own_dockerfile_is_used_and_gets_current_labels(
    engine: DockerClient, build: Build, plan: ImagePlan, volume: Path, spec: HookSpec
) -> None:
    own = render_dockerfile(plan, owned=True) + 'ENV EXTRA="mine"'

    image = engine.images.get(build(plan, dockerfile=own).image_id)

    assert "EXTRA=mine" in image.attrs["Config"]["Env"]
    assert HookSpec.from_json(json.loads(image.labels[LABEL_SPEC])) == spec
    run(engine, str(image.id), volume)
    assert (volume / "output/result.data").is_file()


# ---------------------------------------------------------------- what can go wrong


def failure(build: Build, plan: ImagePlan, dockerfile: str | None = None) -> str:
    with pytest.raises(BuildError) as caught:
        build(plan, dockerfile=dockerfile)
    assert caught.value.exit_code == ExitCode.HOOK_FAILED
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_step_that_fails_is_named_with_its_own_last_words(build_by: Build, plan: ImagePlan) -> None:
    own = f'FROM {plan.base}\nRUN ["python3", "-c", "import sys; sys.exit(\'no such luck\')"]\n'

    message = failure(build_by, plan, own)

    assert re.match(r"step 2/\d, RUN \[", message)
    assert message.endswith(": no such luck")


def test_a_failure_leaves_nothing_behind_and_the_earlier_image_keeps_its_name(
    engine: DockerClient, build_by: Build, plan: ImagePlan, reference: ImageReference
) -> None:
    earlier = build_by(plan)

    message = failure(build_by, plan, marked(plan, reference, "COPY code/ /somewhere/", "ENV A=1", "COPY missing/ /x/"))

    assert re.match(r"step (\d)/\d, COPY missing/ /x/: .*not found", message)
    assert engine.images.get(str(reference)).id == earlier.image_id
    assert leftovers(engine, reference) == []


def test_a_cache_that_others_removed_meanwhile_is_made_again(
    engine: DockerClient, build: Build, plan: ImagePlan, reference: ImageReference
) -> None:
    lost = [CacheLostError(Problem("step", "unknown parent image"))]

    def lose_once(progress: Progress) -> None:
        if progress.step == 3 and lost:
            raise lost.pop()

    image = build(plan, watch=lose_once)

    assert not lost
    assert engine.images.get(str(reference)).id == image.image_id


def test_a_command_that_fails_leaves_no_container_behind(
    engine: DockerClient, build_by: Build, plan: ImagePlan, reference: ImageReference
) -> None:
    failure(build_by, plan, marked(plan, reference, 'RUN ["python3", "-c", "1/0"]'))

    assert leftovers(engine, reference) == []


def test_a_build_that_is_interrupted_names_nothing(
    engine: DockerClient, build_by: Build, plan: ImagePlan, reference: ImageReference
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.step and progress.step == progress.steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_by(plan, watch=interrupt)

    with pytest.raises(ImageNotFound):
        engine.images.get(str(reference))


def test_a_dockerfile_that_is_none_is_told_in_a_line(build_by: Build, plan: ImagePlan) -> None:
    message = failure(build_by, plan, "FRUM x\n")

    assert message.startswith("Dockerfile: ")
    assert "unknown instruction: FRUM" in message


def test_a_base_with_another_python_is_told_and_what_to_do(build: Build, plan: ImagePlan) -> None:
    message = failure(build, replace(plan, python="3.99"))

    assert f"the base image {plan.base} has Python {PYTHON}, the hook is for 3.99: choose another" in message


def test_a_base_without_python_is_told(build_by: Build, plan: ImagePlan) -> None:
    own = f'FROM {plan.base}\nENV PATH=/nowhere\nRUN ["python3", "-c", ""]\n'

    assert "the base image has no python3 on its PATH; name another with --base-image" in failure(build_by, plan, own)


def test_a_base_that_is_nowhere_is_named_with_the_remedies(build_by: Build, plan: ImagePlan, registry: str) -> None:
    missing = f"{registry}/no/such:1"

    message = failure(build_by, replace(plan, base=Base(ImagePlace.parse(missing))))

    assert message == (
        f"base image {missing}: is not in the engine, and its registry has none; "
        f"`docker pull {missing}` where there is a network, or name another with --base-image"
    )


def test_a_base_whose_registry_does_not_answer_is_named(build_by: Build, plan: ImagePlan) -> None:
    message = failure(build_by, replace(plan, base=Base(ImagePlace.parse("127.0.0.1:1/no/such:1"))))

    assert message.startswith(
        "base image 127.0.0.1:1/no/such:1: is not in the engine, and its registry can't be reached"
    )


@pytest.mark.parametrize("instruction", ["COPY runtime/ /x/", "ENV A=1"])
def test_a_base_of_another_platform_is_refused_and_leaves_nothing(
    engine: DockerClient, build_by: Build, plan: ImagePlan, instruction: str, reference: ImageReference
) -> None:
    [other] = {Platform("linux", "amd64"), Platform("linux", "arm64")} - {plan.platform}

    message = failure(build_by, replace(plan, platform=other), marked(plan, reference, instruction))

    wrong = f"is for {plan.platform}, not for {other}; `docker pull --platform {other} {plan.base}`"
    lacking = "is not in the engine, and its registry can't be reached; "  # BuildKit wants no other one
    assert message.startswith((f"base image {plan.base}: {wrong}", f"base image {plan.base}: {lacking}"))
    assert leftovers(engine, reference) == []
    with pytest.raises(ImageNotFound):
        engine.images.get(str(reference))


# ---------------------------------------------------------------- to a registry


def test_a_pushed_image_is_known_by_the_digest_that_the_registry_has(
    engine: DockerClient, build: Build, plan: ImagePlan, registry: str
) -> None:
    image = build(plan)
    seen: list[Progress] = []

    pushed = push_image(engine, image, ImageReference.parse(f"{registry}/me/shout"), seen.append)

    try:
        assert str(pushed.with_digest("")) == f"{registry}/me/shout:1.0.0"
        with urllib.request.urlopen(f"http://{registry}/v2/me/shout/manifests/{pushed.digest}") as answer:
            manifest = answer.read()
        assert pushed.digest == f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        assert any(one.total for one in seen)
    finally:
        engine.images.remove(f"{registry}/me/shout:1.0.0")


def test_a_registry_that_does_not_answer_is_told_and_no_name_is_left(
    engine: DockerClient, build: Build, plan: ImagePlan
) -> None:
    image = build(plan)
    target = ImageReference.parse("127.0.0.1:1/me/shout:7")

    with pytest.raises(
        EngineError, match=r"^127.0.0.1:1/me/shout:7: can't be reached from the engine: .*refused.*; check"
    ):
        push_image(engine, image, target)

    with pytest.raises(ImageNotFound):
        engine.images.get(str(target))


class _Refusing(BaseHTTPRequestHandler):
    """A registry that knows nobody."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="here"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing_registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_registry_that_wants_a_login_is_told_with_the_command_for_it(
    engine: DockerClient, build: Build, plan: ImagePlan, refusing_registry: str
) -> None:
    image = build(plan)
    target = ImageReference.parse(f"{refusing_registry}/me/shout:7")

    with pytest.raises(EngineError) as caught:
        push_image(engine, image, target)

    assert str(caught.value).startswith(f"{target}: refuses the push: ")
    assert f"log in with `docker login {refusing_registry}`" in str(caught.value)
    with pytest.raises(ImageNotFound):
        engine.images.get(str(target))


def test_a_push_that_fails_gives_the_name_back_to_the_image_that_had_it(
    engine: DockerClient, build: Build, plan: ImagePlan, base_image: str, image_name: str
) -> None:
    target = ImageReference.parse(f"127.0.0.1:1/{image_name}:8")
    earlier = engine.images.get(base_image)
    earlier.tag(target.name, target.tag)
    image = build(plan)

    with pytest.raises(EngineError):
        push_image(engine, image, target)

    assert engine.images.get(str(target)).id == earlier.id
    engine.images.remove(str(target))
