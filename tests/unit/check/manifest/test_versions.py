"""Fields that some versions of Argo have and others have not."""

from typing import Any

import pytest
from hera.workflows import models

from hookkit.argo import ARGO_VERSIONS
from hookkit.check.finding import Severity
from hookkit.check.manifest.schema import load_schema
from hookkit.check.manifest.versions import LIFETIMES, NEWEST, OLDEST, RULES, Lifetime, check_versions

FIELDS = [(definition, field, life) for definition, fields in LIFETIMES.items() for field, life in fields.items()]


def workflow(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "one"}, "spec": spec}


def codes(document: dict[str, Any], version: str | None, kind: str = "Workflow") -> list[str]:
    return [fault.rule.code for fault in check_versions(document, kind, version)]


def lives_in(version: str, life: Lifetime) -> bool:
    """Whether a version has the field; ARGO_VERSIONS are in their order."""
    order = ARGO_VERSIONS.index
    return (not life.since or order(life.since) <= order(version)) and (
        not life.until or order(version) < order(life.until)
    )


def test_the_versions_are_those_that_can_be_asked_for() -> None:
    assert (ARGO_VERSIONS[0], ARGO_VERSIONS[-1]) == (OLDEST, NEWEST)


@pytest.mark.parametrize(("definition", "field", "life"), FIELDS)
def test_every_field_of_the_table_is_in_the_schema_and_in_some_versions(
    definition: str, field: str, life: Lifetime
) -> None:
    assert field in load_schema().definitions[definition].fields
    assert 0 < sum(lives_in(version, life) for version in ARGO_VERSIONS) < len(ARGO_VERSIONS)


def test_argo_4_0_has_the_fields_that_hera_has_and_no_others() -> None:
    for name, definition in load_schema().definitions.items():
        model = getattr(models, name, None)
        if model is None:
            continue
        known = {field.alias or attribute for attribute, field in model.model_fields.items()}
        lifetimes = LIFETIMES.get(name, {})
        here = {field for field in definition.fields if lives_in("4.0", lifetimes.get(field, Lifetime()))}
        assert here == known, name


@pytest.mark.parametrize(
    ("synchronization", "refused_by"),
    [
        ({"mutexes": [{"name": "a"}]}, {"3.5": "VE101"}),
        ({"mutex": {"name": "a"}}, {"4.0": "VE102", "4.1": "VE102"}),
        ({"mutexes": [{"name": "a", "database": True}]}, {"3.5": "VE101", "3.6": "VE101"}),
    ],
)
def test_each_version_is_told_what_it_lacks(synchronization: dict[str, Any], refused_by: dict[str, str]) -> None:
    document = workflow(synchronization=synchronization)

    found = {version: sorted(set(codes(document, version))) for version in ARGO_VERSIONS}

    assert found == {version: [refused_by[version]] if version in refused_by else [] for version in ARGO_VERSIONS}


def test_without_a_target_what_only_some_versions_have_is_warned_of() -> None:
    document = workflow(synchronization={"mutexes": [{"name": "a"}], "semaphore": {}})

    faults = list(check_versions(document, "Workflow", None))

    assert [fault.rule.code for fault in faults] == ["VE103", "VE104"]
    assert {fault.rule.severity for fault in faults} == {Severity.WARNING}
    assert faults[0].what == "'mutexes' came with Argo 3.6; 3.5 does not have it"
    assert faults[0].remedy == "say which Argo runs it (--argo-version), or write `mutex`, a single one"


def test_a_field_that_holds_nothing_is_in_no_version() -> None:
    assert codes(workflow(synchronization={"mutex": None}), "4.1") == []


def test_a_patch_release_counts_as_its_minor_version() -> None:
    document = workflow(synchronization={"mutexes": []})

    assert codes(document, "3.5.13") == ["VE101"]
    assert codes(document, "3.6.10") == []


def test_templates_written_inline_and_those_of_cronworkflows_are_looked_into() -> None:
    inline = {"dag": {"tasks": [{"name": "a", "inline": {"annotations": {"a": "b"}}}]}}
    document = workflow(schedules=["* * * * *"], workflowSpec={"templates": [{"name": "main", **inline}]})

    assert codes(document, "3.6", "CronWorkflow") == ["VE101"]


def test_the_rules_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
