"""What can be done here follows from the facts alone."""

import pytest

from hookkit.check.doctor import building, engine, python, resources, sandbox
from hookkit.check.doctor.fact import Fact, State, Topic
from hookkit.check.doctor.ways import Ways, ways_open

ALL = {
    python.PROJECT: "3.12.1",
    building.UV: "0.9",
    building.APT: "archives",
    resources.CACHE: "room",
    resources.TEMPORARY: "room",
    resources.PROJECT_ROOM: "room",
    engine.ENGINE: "docker 29.0.1, as root",
    engine.BUILDER: "buildx",
    sandbox.RULES: "all rules but reads",
    sandbox.OWN_ROOT: "can be",
}


def ways(**states: tuple[Topic, ...]) -> Ways:
    """The ways of a machine that has everything, but for topics in other states."""
    other = {topic: State(state) for state, topics in states.items() for topic in topics}
    return ways_open([Fact(topic, other.get(topic, State.OK), found) for topic, found in ALL.items()])


def test_a_machine_with_everything_has_all_ways() -> None:
    assert ways() == Ways(
        run=("process (sandboxed, all rules)", "container (docker)"),
        build=("docker (buildx)", "hookkit itself (on images of registries and of apt's packages)"),
        barred=(),
    )
    assert str(ways()).startswith("hooks run as: process (sandboxed, all rules) · container (docker); images")


VITAL = (python.PROJECT, building.UV, resources.CACHE, resources.TEMPORARY, resources.PROJECT_ROOM)


@pytest.mark.parametrize("topic", VITAL)
def test_a_vital_thing_that_is_missing_bars_the_road(topic: Topic) -> None:
    assert ways(missing=(topic,)).barred == (f"{topic.group}: {topic.name}",)
    assert ways(limited=(topic,)).barred == ways(unknown=(topic,)).barred == ()


def test_a_hook_without_a_python_runs_in_a_container_alone() -> None:
    assert ways(missing=(python.PROJECT,)).run == ("container (docker)",)


def test_without_an_engine_hookkit_builds_by_itself() -> None:
    open_ways = ways(missing=(engine.ENGINE, building.APT))

    assert open_ways.run == ("process (sandboxed, all rules)", "container without an engine (a root of its own)")
    assert open_ways.build == ("hookkit itself (on images of registries)",)
    assert open_ways.barred == ()


def test_nothing_is_built_without_uv_or_a_cache() -> None:
    assert ways(missing=(building.UV,)).build == ways(missing=(resources.CACHE,)).build == ()


def test_what_the_sandbox_lacks_is_named() -> None:
    assert ways(limited=(sandbox.RULES,)).run[0] == "process (sandboxed, all rules but reads)"
    assert ways(unknown=(sandbox.RULES,)).run[0] == "process (whether sandboxed nobody knows)"


def test_an_image_runs_by_its_loader_where_it_can_have_no_root() -> None:
    refused = ways(missing=(engine.ENGINE,), limited=(sandbox.OWN_ROOT,))

    assert refused.run[1] == "container without an engine (by its own loader)"


def test_no_sandbox_bars_the_road_where_there_is_no_engine_either() -> None:
    assert ways(missing=(sandbox.RULES,)).barred == ()
    assert ways(missing=(sandbox.RULES, engine.ENGINE)).barred == ("neither a sandbox nor an engine",)
    assert ways(unknown=(sandbox.RULES,), missing=(engine.ENGINE,)).barred == ()
