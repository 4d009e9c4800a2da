"""The container engine becomes facts: whether it answers this user, what it can hold a container to, how it builds."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.doctor.addresses import shown_address
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, ok, unknown
from hookkit.check.doctor.probing import Probe
from hookkit.errors import EngineError
from hookkit.image.docker.engine import connect, engine_host, engine_listens, engine_name
from hookkit.image.words import in_short, without_passwords

GROUP: Final = "container engine"
ENGINE: Final = Topic(GROUP, "engine", "`--builder docker`, images that lie in it")
LIMITS: Final = Topic(GROUP, "limits", "what a hook declares")
BUILDER: Final = Topic(GROUP, "builder", "`--builder docker`")
PODMAN: Final = Topic(GROUP, "podman", "an engine without root")
PROXIES: Final = Topic(GROUP, "proxies", "its own way to registries")

_LONGEST: Final = 200
_WITHOUT: Final = "or do without: `hookkit run` and `hookkit build --builder oci` need none"
#: What the engine's own error says of doing without one comes behind this sign.
_OR: Final = "; "
_NOTHING_TO_DO: Final = "nothing to do: `hookkit build` and `hookkit run --engine container` do without; else "
#: What the engine says it can limit -> in a word.
_LIMITS: Final = {"MemoryLimit": "memory", "CpuCfsQuota": "cpu", "PidsLimit": "processes"}
_START: Final = (
    "`podman system service --time=0 unix://$HOME/podman.sock &`, then `export DOCKER_HOST=unix://$HOME/podman.sock`"
)
_DELEGATE: Final = "let systemd delegate them: a drop-in for user@.service with `Delegate=cpu cpuset io memory pids`"


def look_at_engine(_: Desk) -> Iterator[Fact]:
    """Whether an engine answers, and what it says of itself."""
    where = shown_address(engine_host())
    try:
        with connect() as client:
            version, info = client.version(), client.info()
    except EngineError as error:
        problem = error.problems[0]
        what = in_short(without_passwords(problem.what), _LONGEST)
        yield limited(ENGINE, f"{where}: {what}", f"{_NOTHING_TO_DO}{problem.remedy.partition(_OR)[0]}")
        return
    yield judge_engine(where, version, info)
    yield judge_limits(info)
    if proxies := [shown_address(info[name]) for name in ("HttpProxy", "HttpsProxy") if info.get(name)]:
        yield ok(PROXIES, ", ".join(dict.fromkeys(proxies)))


def judge_engine(where: str, version: Mapping[str, Any], info: Mapping[str, Any]) -> Fact:
    """What an engine's own words about itself come to."""
    user = "rootless" if "name=rootless" in (info.get("SecurityOptions") or ()) else "as root"
    found = f"{engine_name(version)} {version['Version']}, {user}, {info.get('Driver', 'unknown')}, {where}"
    platform = f"{info.get('OSType')}/{version.get('Arch')}"
    if info.get("OSType") != "linux":
        return limited(ENGINE, f"{found}: it runs {platform}", f"{_NOTHING_TO_DO}switch it to Linux containers")
    return ok(ENGINE, found)


def judge_limits(info: Mapping[str, Any]) -> Fact:
    """Which of a hook's limits the engine holds containers to."""
    held = [word for name, word in _LIMITS.items() if info.get(name)]
    absent = [word for name, word in _LIMITS.items() if not info.get(name)]
    if absent:
        return limited(LIMITS, f"it can't limit {', '.join(absent)}", _DELEGATE)
    return ok(LIMITS, f"{', '.join(held)}; by cgroup v{info.get('CgroupVersion') or 1}")


def look_at_builder(desk: Desk) -> Iterator[Fact]:
    """What builds in the engine."""
    if not engine_listens():
        return
    program = desk.program("docker")
    if not program:
        yield limited(BUILDER, "no `docker` on PATH: the classic builder, asked over the socket", _buildx(desk))
        return
    version, buildx = desk.ask([program, "--version"]), desk.ask([program, "buildx", "version"])
    if version.failure:
        yield unknown(BUILDER, f"{program} {version.failure}", f"look what it is; {_WITHOUT}")
    elif buildx.failure:
        yield limited(BUILDER, f"the classic one, of {_short(version.first_line)}; no buildx", _buildx(desk))
    else:
        yield ok(BUILDER, f"buildx {' '.join(buildx.first_line.split()[1:2])}, of {_short(version.first_line)}")


def _short(line: str) -> str:
    """`Docker version 28.2.2, build e6534b4` as `docker 28.2.2`."""
    return line.partition(",")[0].lower().replace("version ", "")


def _buildx(desk: Desk) -> str:
    return f"to build faster: {desk.install('docker-buildx')}, or docker-buildx-plugin of Docker's own archive"


def look_at_podman(desk: Desk) -> Iterator[Fact]:
    """An engine that this machine has, where none listens."""
    program = desk.program("podman")
    if not program or engine_listens():
        return
    # Not asked for its version: even that makes folders in /tmp where the user has no runtime folder.
    is_found = desk.is_root or desk.environment.get("XDG_RUNTIME_DIR")
    start = "`podman system service --time=0 &`" if is_found else _START
    yield limited(PODMAN, f"{program}; it does not listen", start)


def answering(fact: Fact) -> str:
    """Which engine it is that a fact says answers: `docker`."""
    return fact.found.partition(" ")[0]


PROBES: Final = (Probe(ENGINE, look_at_engine), Probe(BUILDER, look_at_builder), Probe(PODMAN, look_at_podman))
