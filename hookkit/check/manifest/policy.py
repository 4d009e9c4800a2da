"""PO: retries, deadlines, cleaning up, and where pods may run."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.durations import is_duration
from hookkit.check.manifest.plain import did_you_mean, is_number, is_tagged, mapping, mappings, whole_number
from hookkit.check.manifest.rules import Check, Family, Flaw, Flaws
from hookkit.errors import shown

_RETRY_POLICIES: Final = ("Always", "OnFailure", "OnError", "OnTransientError")
_POD_GC: Final = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
_ARTIFACT_GC: Final = ("OnWorkflowCompletion", "OnWorkflowDeletion", "Never")
_CLAIM_GC: Final = ("OnWorkflowCompletion", "OnWorkflowSuccess")
_OPERATORS: Final = ("Equal", "Exists")
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_TTL: Final = ("secondsAfterCompletion", "secondsAfterSuccess", "secondsAfterFailure")
_DNS: Final = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")

Holder = tuple[DataPath, Mapping[str, Any]]


def _holders(manifest: Manifest) -> Iterator[Holder]:
    """Whatever has policies: the workflow, the defaults of its templates, each template."""
    yield manifest.spec_path, manifest.spec
    yield (*manifest.spec_path, "templateDefaults"), mapping(manifest.spec.get("templateDefaults"))
    yield from ((one.path, one.data) for one in manifest.templates)


def _retries(manifest: Manifest) -> Iterator[Holder]:
    for path, data in _holders(manifest):
        if isinstance(data.get("retryStrategy"), dict):
            yield (*path, "retryStrategy"), data["retryStrategy"]


def _word(path: DataPath, value: object, allowed: tuple[str, ...], name: str) -> Flaws:
    """A flaw where a value is none of the allowed words."""
    if value not in (None, "") and not is_tagged(value) and value not in allowed:
        hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
        yield Flaw(path, f"{shown(value)} is no {name}{hint}", f"write one of {', '.join(allowed)}")


def _retry_policy(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        yield from _word((*path, "retryPolicy"), data.get("retryPolicy"), _RETRY_POLICIES, "retry policy")


def _retry_limit(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        limit = data.get("limit")
        number = whole_number(limit)
        if limit is not None and not is_tagged(limit) and (number is None or number < 0):
            yield Flaw((*path, "limit"), f"{shown(limit)} is no number of retries", "write a whole number from 0 on")


def _retry_without_limit(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        if data.get("limit") is None:
            yield Flaw(
                path, "without a limit, a step that can't succeed is retried for ever", 'give a `limit`, such as "3"'
            )


def _retry_expression(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        if data.get("expression") and not data.get("retryPolicy"):
            what = "the retry policy is left to the version of Argo"
            yield Flaw((*path, "expression"), what, "give a `retryPolicy` beside the expression")


def _backoff(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        backoff = mapping(data.get("backoff"))
        for key in ("duration", "maxDuration", "cap"):
            value = backoff.get(key)
            if value is not None and not (is_number(value) or (isinstance(value, str) and is_duration(value))):
                yield Flaw((*path, "backoff", key), f"{shown(value)} is no duration", 'write it as "30s" or "5m"')


def _backoff_factor(manifest: Manifest) -> Flaws:
    for path, data in _retries(manifest):
        factor = mapping(data.get("backoff")).get("factor")
        if factor is not None and not is_tagged(factor) and (whole_number(factor) or 0) < 1:
            yield Flaw((*path, "backoff", "factor"), f"{shown(factor)} is no factor", "write a whole number from 1 on")


def _deadline(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        seconds = data.get("activeDeadlineSeconds")
        if seconds is not None and not is_tagged(seconds) and (whole_number(seconds) or 0) < 1:
            what = f"{shown(seconds)} is no deadline"
            yield Flaw((*path, "activeDeadlineSeconds"), what, "write whole seconds, at least 1")


def _timeout(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        value = template.data.get("timeout")
        if isinstance(value, str) and template.is_leaf and (not is_duration(value) or value.isdecimal()):
            yield Flaw((*template.path, "timeout"), f"{value!r} is no duration", 'write it with a unit, as "90s"')


def _ttl(manifest: Manifest) -> Flaws:
    for key in _TTL:
        seconds = mapping(manifest.spec.get("ttlStrategy")).get(key)
        if seconds is not None and not is_tagged(seconds) and not (is_number(seconds) and seconds >= 0):
            path = (*manifest.spec_path, "ttlStrategy", key)
            yield Flaw(path, f"{shown(seconds)} is no number of seconds", "write a whole number without quotes")


def _strategy(holder: str, allowed: tuple[str, ...], name: str) -> Check:
    def check(manifest: Manifest) -> Flaws:
        strategy = mapping(manifest.spec.get(holder)).get("strategy")
        yield from _word((*manifest.spec_path, holder, "strategy"), strategy, allowed, name)

    return check


def _artifact_gc(manifest: Manifest) -> Flaws:
    yield from _strategy("artifactGC", _ARTIFACT_GC, "strategy of collecting artifacts")(manifest)
    for template in manifest.templates:
        for path, data in mappings(template.outputs, "artifacts", (*template.path, "outputs")):
            strategy = mapping(data.get("artifactGC")).get("strategy")
            yield from _word(
                (*path, "artifactGC", "strategy"), strategy, _ARTIFACT_GC, "strategy of collecting artifacts"
            )


def _gc_delay(manifest: Manifest) -> Flaws:
    delay = mapping(manifest.spec.get("podGC")).get("deleteDelayDuration")
    if isinstance(delay, str) and (not is_duration(delay) or delay.isdecimal()):
        path = (*manifest.spec_path, "podGC", "deleteDelayDuration")
        yield Flaw(path, f"{delay!r} is no duration", 'write it with a unit, as "60s"')


def _parallelism(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        number = data.get("parallelism")
        if is_number(number) and number < 1:
            yield Flaw((*path, "parallelism"), f"with {number} nothing runs", "write a whole number from 1 on")


def _tolerations(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        for where, one in mappings(data, "tolerations", path):
            yield from _word((*where, "operator"), one.get("operator"), _OPERATORS, "operator of a toleration")
            yield from _word((*where, "effect"), one.get("effect"), _EFFECTS, "effect of a taint")


def _exists_with_value(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        for where, one in mappings(data, "tolerations", path):
            if one.get("operator") == "Exists" and one.get("value"):
                yield Flaw(
                    (*where, "value"), "with `Exists` there is no value to compare", "take it out, or write `Equal`"
                )


def _toleration_for_a_time(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        for where, one in mappings(data, "tolerations", path):
            effect = one.get("effect")
            if one.get("tolerationSeconds") is not None and effect != "NoExecute" and not is_tagged(effect):
                what = "only pods that run already are let stay for a time"
                yield Flaw((*where, "tolerationSeconds"), what, "take it out, or write `effect: NoExecute`")


def _dns_policy(manifest: Manifest) -> Flaws:
    path = (*manifest.spec_path, "dnsPolicy")
    yield from _word(path, manifest.spec.get("dnsPolicy"), _DNS, "policy of names")


def _daemon_in_leaf(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.data.get("daemon") is True and template.type in {"steps", "dag", "suspend"}:
            what = f"a {template.type} template has no container to run as a daemon"
            yield Flaw((*template.path, "daemon"), what, "give it to the template with the container")


def _service_account(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        holder = mapping(data.get("executor")) or mapping(manifest.spec.get("executor"))
        if data.get("automountServiceAccountToken") is False and not holder.get("serviceAccountName"):
            what = "Argo's own containers have no service account's token"
            yield Flaw((*path, "automountServiceAccountToken"), what, "give an `executor.serviceAccountName`")


def _unknown_gc(manifest: Manifest) -> Flaws:
    yield from _strategy("volumeClaimGC", _CLAIM_GC, "strategy of collecting claims")(manifest)


_GO_DURATION: Final = "Argo fails when it comes to it: Go's notation, with `h`, `m` and `s`, or seconds."

FAMILY: Final[Family] = (
    (Rule("PO101", "a retry policy is one of Argo's", "Argo refuses it."), _retry_policy),
    (Rule("PO102", "a limit of retries is a whole number", "Argo refuses it."), _retry_limit),
    (Rule("PO103", "retries have a limit", "They never end.", Severity.WARNING), _retry_without_limit),
    (
        Rule(
            "PO104",
            "a retry expression has a retry policy beside it",
            "The policy's default changed in Argo 3.5 where there is an expression.",
            Severity.WARNING,
        ),
        _retry_expression,
    ),
    (Rule("PO105", "the waits between retries are durations", _GO_DURATION), _backoff),
    (Rule("PO106", "the factor of the waits is a whole number", "Argo fails at the first retry."), _backoff_factor),
    (Rule("PO201", "a deadline is a positive number of seconds", "Argo and Kubernetes refuse others."), _deadline),
    (Rule("PO202", "a timeout is a duration with a unit", "Argo refuses a bare number."), _timeout),
    (Rule("PO301", "a time to live is a number of seconds", "Kubernetes refuses others."), _ttl),
    (
        Rule("PO302", "`podGC` has one of Argo's strategies", "Argo refuses it."),
        _strategy("podGC", _POD_GC, "strategy of collecting pods"),
    ),
    (Rule("PO303", "the delay of `podGC` is a duration with a unit", "Kubernetes refuses others."), _gc_delay),
    (Rule("PO304", "`artifactGC` has one of Argo's strategies", "Argo refuses it."), _artifact_gc),
    (Rule("PO305", "`volumeClaimGC` has one of Argo's strategies", "Argo refuses it."), _unknown_gc),
    (Rule("PO401", "at least one step runs at once", "With 0 the workflow stands still."), _parallelism),
    (Rule("PO402", "tolerations have Kubernetes' words", "The pod is refused."), _tolerations),
    (Rule("PO403", "a toleration with `Exists` has no value", "The pod is refused."), _exists_with_value),
    (Rule("PO404", "`dnsPolicy` is one of Kubernetes'", "The pod is refused."), _dns_policy),
    (Rule("PO405", "a daemon is a container", "Argo ignores it elsewhere."), _daemon_in_leaf),
    (
        Rule("PO406", "without the token of its own, a pod has an executor's service account", "Argo refuses it."),
        _service_account,
    ),
    (
        Rule("PO407", "a toleration for a time is one of `NoExecute`", "The pod is refused."),
        _toleration_for_a_time,
    ),
)
