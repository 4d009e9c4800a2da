"""What changed between two WorkflowTemplates, as people read it: no difference where only the writing differs."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.argo import ArgoSettings
from hookkit.manifest import Manifest, render_workflow_template
from hookkit.manifest.difference import difference
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec, Retry

NAMES = ("before.yaml", "now")


@pytest.fixture
def now(several: HookSpec, image: ImageReference) -> Manifest:
    return render_workflow_template(several, image)


def changed(before: Manifest, now: Manifest) -> list[str]:
    """The lines that went and came, without those around them."""
    return [line for line in difference(before, now, NAMES)[2:] if line[0] in "+-"]


def shuffled(value: Any) -> Any:
    """The same data with the keys of every mapping the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(one) for one in value] if isinstance(value, list) else value


def test_a_manifest_does_not_differ_from_itself(spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image)

    assert difference(manifest, manifest, NAMES) == []


def test_the_order_of_keys_is_no_difference(now: Manifest) -> None:
    assert list(shuffled(now)) == ["spec", "metadata", "kind", "apiVersion"]
    assert difference(shuffled(now), now, NAMES) == []


def test_a_change_is_shown_alone_whatever_the_order_of_keys(several: HookSpec, now: Manifest) -> None:
    image = ImageReference.parse("registry.example.org/acme/hook:0.9.0")
    before = render_workflow_template(several.replace(retry=Retry(limit=1)), image)

    assert changed(shuffled(before), now) == [
        "-  activeDeadlineSeconds: 8430",
        "+  activeDeadlineSeconds: 12690",
        '-      limit: "1"',
        '+      limit: "2"',
        "-      image: registry.example.org/acme/hook:0.9.0",
        f"+      image: registry.example.org/acme/hook:1.0.0@sha256:{'0' * 64}",
    ]


def test_the_lines_are_titled_and_stand_among_those_around_them(now: Manifest) -> None:
    before = copy.deepcopy(now)
    before["spec"]["entrypoint"] = "other"

    lines = difference(before, now, NAMES)

    assert lines[:2] == ["--- before.yaml", "+++ now"]
    assert [line for line in lines if "entrypoint" in line] == ["-  entrypoint: other", "+  entrypoint: main"]
    assert " spec:" in lines


def test_a_number_where_a_text_must_be_is_a_difference(now: Manifest) -> None:
    before = copy.deepcopy(now)
    before["spec"]["arguments"]["parameters"][0]["value"] = 24

    assert changed(before, now) == ["-      value: 24", '+      value: "24"']


@pytest.mark.parametrize(("behind", "line"), [("", " spec:"), ("entrypoint", "   entrypoint: main")])
def test_a_key_that_is_gone_is_shown_where_it_stood(now: Manifest, behind: str, line: str) -> None:
    before = copy.deepcopy(now)
    keys = ["", *now["spec"]]
    keys.insert(keys.index(behind) + 1, "onExit")
    before["spec"] = {key: now["spec"].get(key, "notify") for key in keys[1:]}

    lines = difference(before, now, NAMES)

    assert changed(before, now) == ["-  onExit: notify"]
    assert lines[lines.index("-  onExit: notify") - 1] == line


def test_items_are_compared_with_those_of_their_name(now: Manifest) -> None:
    before = copy.deepcopy(now)
    artifacts = before["spec"]["arguments"]["artifacts"]
    artifacts.insert(0, {"name": "orbits", "s3": {"key": "hooks/coherence/orbits"}})
    artifacts[1] = shuffled(artifacts[1])

    assert changed(before, now) == ["-    - name: orbits", "-      s3:", "-        key: hooks/coherence/orbits"]


def test_what_a_cluster_adds_is_no_difference(now: Manifest) -> None:
    before = copy.deepcopy(now)
    before["metadata"] |= {"uid": "1", "resourceVersion": "2", "generation": 3, "namespace": "hooks"}
    before["metadata"] |= {"creationTimestamp": "2026-01-31T00:00:00Z", "managedFields": [{"manager": "kubectl"}]}
    before["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = "{}"

    before["status"] = {"phase": "known"}

    assert difference(before, now, NAMES) == []


def test_a_namespace_counts_where_the_settings_name_one(several: HookSpec, image: ImageReference) -> None:
    first, second = (render_workflow_template(several, image, ArgoSettings(namespace=name)) for name in ("a", "b"))

    assert changed(first, second) == ["-  namespace: a", "+  namespace: b"]


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["kind", "metadata", "spec", "templates", "status"]), any_json))
def test_whatever_a_file_holds_is_compared(data: dict[str, Any]) -> None:
    now = {"kind": "WorkflowTemplate", "metadata": {"name": "a"}, "spec": {"templates": [{"name": "main"}]}}

    assert bool(difference(data, now, NAMES)) == (changed(data, now) != [])
    assert difference(now, now, NAMES) == []
