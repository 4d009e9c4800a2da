"""A project becomes an image in a real engine, runs there under the platform's rules, and reaches a real registry."""

import base64
import hashlib
import json
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound
from docker.models.images import Image

from hookkit.contract import IMAGE_PYTHON, IMAGE_USER, LABEL_SPEC, ExitCode
from hookkit.errors import BuildError, EngineError, Problem
from hookkit.image.build_log import CacheLostError
from hookkit.image.builder import Builder, Progress
from hookkit.image.docker import DockerBuilder
from hookkit.image.dockerfile import render_dockerfile
from hookkit.image.engine import engine_platform
from hookkit.image.plan import ImagePlan, ImageRequest
from hookkit.image.platform import Platform
from hookkit.image.prepare import prepared_image
from hookkit.image.push import push_image
from hookkit.project import Project, describe, find_project
from hookkit.reference import ImageReference
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
def image_request(engine: DockerClient, base_image: str, image_name: str) -> ImageRequest:
    return ImageRequest(
        python=PYTHON,
        platform=engine_platform(engine),
        base=ImageReference.parse(base_image),
        reference=ImageReference(image_name, tag="1.0.0"),
    )


@pytest.fixture
def plan(project: Project, spec: HookSpec, image_request: ImageRequest) -> Iterator[ImagePlan]:
    with prepared_image(project, spec, image_request) as prepared:
        yield prepared.plan


def marked(plan: ImagePlan, *instructions: str) -> str:
    """A Dockerfile all of whose images and containers can be told from those of others who use the engine."""
    return "\n".join([f"FROM {plan.base}", f"LABEL test={plan.reference.repository}", *instructions, ""])


def leftovers(engine: DockerClient, plan: ImagePlan) -> list[str]:
    """The containers and the images without a name that a `marked` build has left."""
    mark = f"test={plan.reference.repository}"
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


def built(engine: DockerClient, builder: Builder, plan: ImagePlan) -> Image:
    return engine.images.get(builder.build(plan).image_id)


# ---------------------------------------------------------------- what is built


def test_the_image_runs_the_hook_read_only_offline_and_as_nobody_special(
    engine: DockerClient, plan: ImagePlan, volume: Path
) -> None:
    image = DockerBuilder(engine).build(plan)

    run(engine, str(image.reference), volume)

    result = volume / "output/result.data"
    assert result.read_text() == "ICE ON THE BALTIC SEA!"
    assert result.stat().st_uid == IMAGE_USER


def test_the_labels_say_what_the_hook_declares(engine: DockerClient, plan: ImagePlan, spec: HookSpec) -> None:
    labels = built(engine, DockerBuilder(engine), plan).labels

    assert HookSpec.from_json(json.loads(labels[LABEL_SPEC])) == spec
    assert labels["org.opencontainers.image.title"] == spec.title
    assert labels.items() >= plan.labels.items()


def test_the_configuration_is_the_plans(engine: DockerClient, plan: ImagePlan, base_image: str) -> None:
    config = built(engine, DockerBuilder(engine), plan).attrs["Config"]

    assert config["Entrypoint"] == [IMAGE_PYTHON, "-m", "hookkit.runtime", "shout:shout"]
    assert config["Cmd"] is None
    assert config["User"] == f"{IMAGE_USER}:{IMAGE_USER}"
    environment = dict(one.split("=", 1) for one in config["Env"])
    base = dict(one.split("=", 1) for one in engine.images.get(base_image).attrs["Config"]["Env"])
    assert environment["PATH"] == f"/opt/hook/bin:{base['PATH']}"
    assert environment["PYTHONPATH"] == "/opt/hookkit:/opt/hook/code"


def test_the_hooks_user_may_write_to_nothing_of_the_image(engine: DockerClient, plan: ImagePlan) -> None:
    script = (
        "import os; print([os.path.join(top, name) for top, folders, files in os.walk('/opt') "
        "for name in (*folders, *files) if os.access(os.path.join(top, name), os.W_OK) "
        "and not os.path.islink(os.path.join(top, name))])"
    )
    image = str(DockerBuilder(engine).build(plan).reference)

    told = engine.containers.run(image, ["-c", script], entrypoint=[IMAGE_PYTHON], remove=True, network_mode="none")

    assert told.decode().strip() == "[]"


def test_a_dependency_is_imported_and_its_script_runs_in_the_image(
    engine: DockerClient, image_request: ImageRequest, project_with_dependency: Project, volume: Path
) -> None:
    spec = describe(project_with_dependency)

    with prepared_image(project_with_dependency, spec, image_request) as prepared:
        image = DockerBuilder(engine).build(prepared.plan)
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


def test_whoever_watches_hears_of_each_step_and_how_long_it_took(engine: DockerClient, plan: ImagePlan) -> None:
    seen: list[Progress] = []

    image = DockerBuilder(engine, seen.append).build(plan)

    steps = {one.step: one.text for one in seen}
    assert list(steps) == list(range(1, seen[0].steps + 1))
    assert [one.step for one in image.durations] == list(steps.values())
    assert steps[1] == f"FROM {plan.base}"


def test_what_did_not_change_gives_the_same_image(engine: DockerClient, plan: ImagePlan) -> None:
    first, second = (DockerBuilder(engine).build(plan) for _ in range(2))

    assert first.image_id == second.image_id
    assert first.size > 0


def test_a_projects_own_dockerfile_is_used_and_gets_current_labels(
    engine: DockerClient, plan: ImagePlan, volume: Path, spec: HookSpec
) -> None:
    own = render_dockerfile(plan, owned=True) + 'ENV EXTRA="mine"'

    image = built(engine, DockerBuilder(engine, dockerfile=own), plan)

    assert "EXTRA=mine" in image.attrs["Config"]["Env"]
    assert HookSpec.from_json(json.loads(image.labels[LABEL_SPEC])) == spec
    run(engine, str(plan.reference), volume)
    assert (volume / "output/result.data").is_file()


# ---------------------------------------------------------------- what can go wrong


def failure(engine: DockerClient, plan: ImagePlan, dockerfile: str | None = None) -> str:
    with pytest.raises(BuildError) as caught:
        DockerBuilder(engine, dockerfile=dockerfile).build(plan)
    assert caught.value.exit_code == ExitCode.HOOK_FAILED
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_step_that_fails_is_named_with_its_own_last_words(engine: DockerClient, plan: ImagePlan) -> None:
    own = f'FROM {plan.base}\nRUN ["python3", "-c", "import sys; sys.exit(\'no such luck\')"]\n'

    message = failure(engine, plan, own)

    assert message.startswith("step 2/3, RUN [")
    assert message.endswith(": no such luck")


def test_a_failure_leaves_nothing_behind_and_the_earlier_image_keeps_its_name(
    engine: DockerClient, plan: ImagePlan
) -> None:
    earlier = DockerBuilder(engine).build(plan)

    message = failure(engine, plan, marked(plan, "COPY code/ /somewhere/", "ENV A=1", "COPY missing/ /x/"))

    assert message.startswith("step 5/6, COPY missing/ /x/: ")
    assert "file not found in build context" in message
    assert engine.images.get(str(plan.reference)).id == earlier.image_id
    assert leftovers(engine, plan) == []


def test_a_cache_that_others_removed_meanwhile_is_made_again(engine: DockerClient, plan: ImagePlan) -> None:
    lost = [CacheLostError(Problem("step", "unknown parent image"))]

    def lose_once(progress: Progress) -> None:
        if progress.step == 3 and lost:
            raise lost.pop()

    image = DockerBuilder(engine, lose_once).build(plan)

    assert not lost
    assert engine.images.get(str(plan.reference)).id == image.image_id


def test_a_command_that_fails_leaves_no_container_behind(engine: DockerClient, plan: ImagePlan) -> None:
    failure(engine, plan, marked(plan, 'RUN ["python3", "-c", "1/0"]'))

    assert leftovers(engine, plan) == []


def test_a_build_that_is_interrupted_names_nothing(engine: DockerClient, plan: ImagePlan) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.step == progress.steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DockerBuilder(engine, interrupt).build(plan)

    with pytest.raises(ImageNotFound):
        engine.images.get(str(plan.reference))


def test_a_dockerfile_that_is_none_is_told_in_a_line(engine: DockerClient, plan: ImagePlan) -> None:
    message = failure(engine, plan, "FRUM x\n")

    assert message.startswith("Dockerfile: ")
    assert "unknown instruction: FRUM" in message


def test_a_base_with_another_python_is_told_and_what_to_do(engine: DockerClient, plan: ImagePlan) -> None:
    message = failure(engine, replace(plan, python="3.99"))

    assert f"the base image {plan.base} has Python {PYTHON}, the hook is for 3.99: choose another" in message


def test_a_base_without_python_is_told(engine: DockerClient, plan: ImagePlan) -> None:
    own = f'FROM {plan.base}\nENV PATH=/nowhere\nRUN ["python3", "-c", ""]\n'

    assert "the base image has no python3 on its PATH; name another with --base-image" in failure(engine, plan, own)


def test_a_base_that_is_nowhere_is_named_with_the_remedies(
    engine: DockerClient, plan: ImagePlan, registry: str
) -> None:
    missing = f"{registry}/no/such:1"

    message = failure(engine, replace(plan, base=ImageReference.parse(missing)))

    assert message == (
        f"base image {missing}: is not in the engine, and its registry has none; "
        f"`docker pull {missing}` where there is a network, or name another with --base-image"
    )


def test_a_base_whose_registry_does_not_answer_is_named(engine: DockerClient, plan: ImagePlan) -> None:
    message = failure(engine, replace(plan, base=ImageReference.parse("127.0.0.1:1/no/such:1")))

    assert message.startswith(
        "base image 127.0.0.1:1/no/such:1: is not in the engine, and its registry can't be reached"
    )


@pytest.mark.parametrize("instruction", ["COPY runtime/ /x/", "ENV A=1"])
def test_a_base_of_another_platform_is_refused_and_leaves_nothing(
    engine: DockerClient, plan: ImagePlan, instruction: str
) -> None:
    [other] = {Platform("linux", "amd64"), Platform("linux", "arm64")} - {plan.platform}

    message = failure(engine, replace(plan, platform=other), marked(plan, instruction))

    assert message == (
        f"base image {plan.base}: is for {plan.platform}, not for {other}; `docker pull --platform {other} {plan.base}`"
    )
    assert leftovers(engine, plan) == []
    with pytest.raises(ImageNotFound):
        engine.images.get(str(plan.reference))


# ---------------------------------------------------------------- to a registry


def test_a_pushed_image_is_known_by_the_digest_that_the_registry_has(
    engine: DockerClient, plan: ImagePlan, registry: str
) -> None:
    image = DockerBuilder(engine).build(plan)
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


def test_a_registry_that_does_not_answer_is_told_and_no_name_is_left(engine: DockerClient, plan: ImagePlan) -> None:
    image = DockerBuilder(engine).build(plan)
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
    engine: DockerClient, plan: ImagePlan, refusing_registry: str
) -> None:
    image = DockerBuilder(engine).build(plan)
    target = ImageReference.parse(f"{refusing_registry}/me/shout:7")

    with pytest.raises(EngineError) as caught:
        push_image(engine, image, target)

    assert str(caught.value).startswith(f"{target}: refuses the push: ")
    assert f"log in with `docker login {refusing_registry}`" in str(caught.value)
    with pytest.raises(ImageNotFound):
        engine.images.get(str(target))


def test_a_push_that_fails_gives_the_name_back_to_the_image_that_had_it(
    engine: DockerClient, plan: ImagePlan, base_image: str
) -> None:
    target = ImageReference.parse("127.0.0.1:1/me/shout:8")
    earlier = engine.images.get(base_image)
    earlier.tag(target.name, target.tag)
    image = DockerBuilder(engine).build(plan)

    with pytest.raises(EngineError):
        push_image(engine, image, target)

    assert engine.images.get(str(target)).id == earlier.id
    engine.images.remove(str(target))
