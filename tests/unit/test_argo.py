"""Each wrong key and value of `[tool.hookkit.argo]` is a line with its path, all of them at once."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hookkit.argo import ARGO_VERSIONS, STAGINGS, ArgoSettings
from hookkit.errors import ProjectError
from hookkit.settings import read_settings

FILE = Path("/project/pyproject.toml")


def read(toml: str) -> ArgoSettings:
    return read_settings(FILE, {"argo": tomllib.loads(toml)}).argo


def refused(toml: str) -> list[str]:
    """The lines of what is wrong, without the file and the table, which all begin with."""
    with pytest.raises(ProjectError) as caught:
        read(toml)
    start = f"{FILE}: tool.hookkit.argo."
    lines = str(caught.value).splitlines()
    assert all(line.startswith(start) for line in lines)
    return [line.removeprefix(start) for line in lines]


def test_nothing_has_to_be_set() -> None:
    assert read("") == ArgoSettings()


def test_artifacts_are_the_staging_and_all_versions_of_argo_the_target() -> None:
    assert ArgoSettings().staging == STAGINGS[0] == "artifacts"
    assert ArgoSettings().argo_version is None
    assert (ARGO_VERSIONS[0], ARGO_VERSIONS[-1]) == ("3.5", "4.1")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        ArgoSettings().staging = "volume"


NAME = "is no name of Kubernetes; write lower-case letters, digits, '-' and '.', at most 253"
FOLDER = "is no folder below a root; write for example team/hooks"
WRONG: dict[str, tuple[str, str]] = {
    "a mistyped key": ("namespce = 'x'", "namespce: no such key; did you mean 'namespace'?"),
    "a key in Kubernetes' spelling": (
        "serviceAccount = 'x'",
        "serviceAccount: no such key; did you mean 'service-account'?",
    ),
    "a version as a number": (
        "argo-version = 3.6",
        "argo-version: 3.6 is wrong: it should be '3.5', '3.6', '3.7', '4.0' or '4.1'; mend the value",
    ),
    "an unknown staging": (
        "staging = 'volumes'",
        "staging: 'volumes' is wrong: it should be 'artifacts' or 'volume'; mend the value",
    ),
    "no name": ("service-account = 'My_Account'", f"service-account: 'My_Account' {NAME}"),
    "no name in a list": ("image-pull-secrets = ['a', 'b/c']", f"image-pull-secrets[1]: 'b/c' {NAME}"),
    "no namespace": (
        "namespace = 'a.b'",
        "namespace: 'a.b' is no namespace; write lower-case letters, digits and '-', at most 63",
    ),
    "no label's key": (
        "node-selector = { 'a b' = 'x' }",
        "node-selector.a b: 'a b' is no key of Kubernetes; write [domain/]name, the name at most 63 characters",
    ),
    "no label's value": (
        "labels = { team = 'a b' }",
        "labels.team: 'a b' is no label; write letters, digits, '-', '_' and '.' between them, at most 63",
    ),
    "a number for a label": (
        "labels = { team = 1 }",
        "labels.team: 1 is wrong: it should be a valid string; mend the value",
    ),
    "text for a table": ("labels = 'x'", "labels: is not a table; write [tool.hookkit.argo.labels]"),
    "text for a table in a list": ("tolerations = ['x']", "tolerations[0]: is not a table; write {key = value}"),
    "a key of Kubernetes in a toleration": (
        "tolerations = [{ key = 'a' }, { key = 'a', tolerationSeconds = 1 }]",
        "tolerations[1].tolerationSeconds: no such key; did you mean 'toleration-seconds'?",
    ),
    "a toleration of any taint with a value": (
        "tolerations = [{ key = 'a', operator = 'Exists', value = 'b' }]",
        'tolerations[0]: operator "Exists" has no value; leave one of them out',
    ),
    "a toleration of nothing": (
        "tolerations = [{ effect = 'NoSchedule' }]",
        'tolerations[0]: names no key; write one, or operator = "Exists" for every taint',
    ),
    "a toleration that ends without a reason": (
        "tolerations = [{ key = 'a', toleration-seconds = 1 }]",
        'tolerations[0]: toleration-seconds is for effect = "NoExecute" alone; leave it out',
    ),
    "an unknown operator": (
        "tolerations = [{ key = 'a', operator = 'Is' }]",
        "tolerations[0].operator: 'Is' is wrong: it should be 'Equal' or 'Exists'; mend the value",
    ),
    "an absolute prefix": ("prefix = '/hooks'", f"prefix: '/hooks' {FOLDER}"),
    "a path that leads out": ("volume-path = 'a/../../b'", f"volume-path: 'a/../../b' {FOLDER}"),
    "a tag": ("prefix = '{{workflow.name}}'", f"prefix: '{{{{workflow.name}}}}' {FOLDER}"),
    "no amount": (
        "volume-size = '2GB'",
        "volume-size: '2GB' is not a quantity; write for example 500m or 2 (cores), 512Mi or 4Gi (bytes)",
    ),
    "time that runs backwards": (
        "ttl-seconds = -1",
        "ttl-seconds: -1 is wrong: it should be greater than or equal to 0; mend the value",
    ),
    "a bool for a number": (
        "priority = true",
        "priority: True is wrong: it should be a valid integer; mend the value",
    ),
    "a repository without its ConfigMap": (
        "artifact-repository = { key = 'a' }",
        "artifact-repository.config-map: is missing; write it",
    ),
}


@pytest.mark.parametrize(("toml", "line"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_a_line_with_the_path_of_its_key(toml: str, line: str) -> None:
    assert refused(toml) == [line]


def test_all_mistakes_are_reported_at_once() -> None:
    lines = refused("staging = 1\nprefix = ''\ntolerations = [{ value = 1 }]\nimage-pull-policy = 'never'\nzzz = 1")

    assert [line.split(":")[0] for line in lines] == [
        "staging",
        "prefix",
        "image-pull-policy",
        "tolerations[0].value",
        "zzz",
    ]


@pytest.mark.parametrize("folder", ["a", "a/b", "2026/Jan_x", "...", "a.b/c-d", "it's/(me)!*"])
def test_a_prefix_is_any_folder_that_repositories_and_volumes_both_take(folder: str) -> None:
    assert read(f'prefix = "{folder}"').prefix == folder


TOLERATIONS: list[dict[str, Any]] = [
    {"key": "a"},
    {"key": "a", "operator": "Equal", "value": ""},
    {"key": "example.org/a", "operator": "Exists", "effect": "NoSchedule"},
    {"operator": "Exists"},
    {"operator": "Exists", "effect": "NoExecute", "toleration-seconds": 0},
]


@pytest.mark.parametrize("toleration", TOLERATIONS)
def test_a_toleration_is_what_kubernetes_takes(toleration: dict[str, Any]) -> None:
    [read_back] = read_settings(FILE, {"argo": {"tolerations": [toleration]}}).argo.tolerations

    assert read_back.model_dump(by_alias=True, exclude_unset=True) == toleration
