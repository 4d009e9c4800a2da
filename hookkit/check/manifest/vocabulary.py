"""The words that tags and expressions may start with, and what may follow them; from Argo's reference of variables."""

from collections.abc import Mapping
from typing import Final

WORKFLOW_FIELDS: Final = (
    *("name", "namespace", "mainEntrypoint", "serviceAccountName", "uid", "parameters", "outputs", "annotations"),
    *("labels", "creationTimestamp", "priority", "duration", "scheduledTime", "status", "failures"),
    "resourcesDuration",
)
#: What there is of every step and task that was run, whatever it calls.
CALL_FIELDS: Final = ("id", "ip", "status", "exitCode", "startedAt", "finishedAt", "hostNodeName", "outputs")
OUTPUT_FIELDS: Final = ("parameters", "artifacts", "result", "exitCode")
LAST_RETRY_FIELDS: Final = ("exitCode", "status", "duration", "message")
CRON_FIELDS: Final = (*("name", "namespace", "labels", "annotations", "lastScheduledTime", "failed", "succeeded"),)
#: Roots that hold one field.
SINGLE_FIELDS: Final[Mapping[str, str]] = {"pod": "name", "node": "name"}

#: What a simple tag may start with for Argo to look at it.
ROOTS: Final = (
    *("inputs", "outputs", "workflow", "steps", "tasks", "item", "pod", "node", "retries", "lastRetry"),
    *("cronworkflow", "status", "duration", "exitCode", "resourcesDuration"),
)
#: Names that are there in some expressions: those of requests, events, data, semaphores.
EXPRESSION_ROOTS: Final = (*ROOTS, "request", "response", "payload", "metadata", "data", "sprig", "env")

#: Argo's own functions, and expr-lang's.
FUNCTIONS: Final = frozenset({
    *("asInt", "asFloat", "string", "toJson", "jsonpath"),
    *("all", "any", "none", "one", "map", "filter", "find", "findIndex", "findLast", "findLastIndex", "count", "sum"),
    *("groupBy", "sortBy", "reduce", "len", "type", "abs", "ceil", "floor", "round", "int", "float", "trim"),
    *("trimPrefix", "trimSuffix", "upper", "lower", "split", "splitAfter", "splitN", "replace", "repeat", "join"),
    *("indexOf", "lastIndexOf", "hasPrefix", "hasSuffix", "max", "min", "mean", "median", "toJSON", "fromJSON"),
    *("toBase64", "fromBase64", "now", "duration", "date", "timezone", "first", "last", "get", "take", "keys"),
    *("values", "toPairs", "fromPairs", "reverse", "sort", "uniq", "concat", "flatten", "bitand", "bitor", "bitxor"),
    *("bitnand", "bitnot", "bitshl", "bitshr", "bitushr", "sprig", "contains", "matches", "startsWith", "endsWith"),
})  # fmt: skip
