"""RE and EX: every tag and every expression of a manifest becomes a fault where it can't be resolved or read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hookkit.check.finding import DataPath, Fault, Rule, Severity
from hookkit.check.manifest import scope as scopes
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.exprlang import ExpressionError, Reference, read_expression
from hookkit.check.manifest.plain import did_you_mean, mapping
from hookkit.check.manifest.scope import Scope
from hookkit.check.manifest.tags import Tag, find_tags, without_tags
from hookkit.check.manifest.vocabulary import EXPRESSION_ROOTS, FUNCTIONS, ROOTS

UNCLOSED: Final = Rule("RE201", "a tag that is opened is closed", "Argo can't read the template, and refuses it.")
MISSPELT: Final = Rule(
    "RE202",
    "a tag starts with a word that Argo knows",
    "It is left as it is: the container gets the tag in place of the value.",
    Severity.WARNING,
)
SYNTAX: Final = Rule(
    "EX101", "an expression can be read", "Argo's lint lets `{{=…}}` pass unread; it fails when it runs."
)
UNKNOWN: Final = Rule("EX102", "the names of an expression are known", "It passes Argo's lint, and fails when it runs.")
HYPHEN: Final = Rule(
    "EX103",
    "names with hyphens are written as an index: `inputs.parameters['my-name']`",
    "The expression language takes the hyphen for a minus.",
)
CONDITION: Final = Rule("EX104", "the condition of `when` can be read", "Argo fails when the step is due.")

RULES: Final = (*scopes.RULES, UNCLOSED, MISSPELT, SYNTAX, UNKNOWN, HYPHEN, CONDITION)

#: Fields whose whole text is an expression.
_EXPRESSIONS: Final = frozenset({"expression", "fromExpression"})
_CONDITIONS: Final = frozenset({"successCondition"})
_HOOKS: Final = frozenset({"hooks", "onExit"})
#: What a condition has for the words of other languages.
_SIGNS: Final = {"and": "&&", "or": "||"}


def check_references(manifest: Manifest) -> Iterator[Fault]:
    """The faults of all tags and expressions, each in the scope of its place."""
    for part in _parts(manifest):
        for path, text in _texts(part):
            yield from _check_text(path, text, part.scope)


class _Part(NamedTuple):
    """A part of the manifest that has one scope; `others` are the keys of what has another one."""

    scope: Scope
    path: DataPath
    data: Any
    others: frozenset[str] = frozenset()


def _parts(manifest: Manifest) -> Iterator[_Part]:
    outside = Scope(manifest)
    yield _Part(outside, manifest.spec_path, manifest.spec, frozenset({"templates", "templateDefaults", "metrics"}))
    if manifest.kind == "CronWorkflow":
        yield _Part(outside, ("spec",), mapping(manifest.data.get("spec")), frozenset({"workflowSpec"}))
    for template in manifest.templates:
        yield _Part(Scope(manifest, template), template.path, template.data, frozenset({"steps", "tasks", "inline"}))
    for call in manifest.calls:
        yield _Part(Scope(manifest, call.owner, call), call.path, call.data, _HOOKS | {"inline"})
        inside = Scope(manifest, call.owner, call, sees_itself=True)
        yield from (_Part(inside, (*call.path, key), call.data[key]) for key in sorted(_HOOKS & call.data.keys()))


def _texts(part: _Part) -> Iterator[tuple[DataPath, str]]:
    """Each text with a tag, or that is an expression."""
    waiting: list[tuple[DataPath, Any]] = [(part.path, part.data)] if isinstance(part.data, dict | list) else []
    nearby = len(part.path) + 1
    while waiting:
        here, value = waiting.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in items:
            if isinstance(below, str):
                if "{{" in below or key in _EXPRESSIONS or key in _CONDITIONS:
                    yield (*here, key), below
            elif isinstance(below, dict | list) and not (key in part.others and len(here) <= nearby):
                waiting.append(((*here, key), below))


def _check_text(path: DataPath, text: str, scope: Scope) -> Iterator[Fault]:
    if path[-1] in _EXPRESSIONS or (path[-1] in _CONDITIONS and "http" in path):
        whole = without_tags(text).removeprefix("{{=").removesuffix("}}")
        yield from _Expression(whole, path, "", scope).faults()
    elif path[-1] == "when" and "{{=" not in text:
        yield from _check_condition(path, without_tags(text))
    for tag in find_tags(text):
        if not tag.is_closed:
            yield Fault(UNCLOSED, path, f"the tag {tag.raw[:40]!r} is never closed", "close it with `}}`", tag.raw)
        elif tag.is_expression:
            if path[-1] not in _EXPRESSIONS:
                yield from _Expression(tag.content, path, tag.raw, scope).faults()
        else:
            yield from _check_tag(path, tag, scope)


def _check_tag(path: DataPath, tag: Tag, scope: Scope) -> Iterator[Fault]:
    parts = tuple(tag.content.split("."))
    if parts[0] in ROOTS:
        if parts[0] in {"status", "duration", "exitCode"} or _is_metric(path):
            return
        miss = scope.resolve(parts)
        if miss:
            yield Fault(miss.rule, path, f"{{{{{tag.content}}}}}: {miss.what}", miss.remedy, tag.raw)
    elif (
        len(parts) > 1
        and (hint := did_you_mean(parts[0], ROOTS))
        and all(part.replace("-", "_").isidentifier() for part in parts)
    ):
        yield Fault(MISSPELT, path, f"{{{{{tag.content}}}}}: Argo knows no {parts[0]!r}{hint}", "correct it", tag.raw)


def _is_metric(path: DataPath) -> bool:
    """Whether the place is in the metrics, which know of outputs and durations that are not there before."""
    return "metrics" in path


@dataclass(frozen=True)
class _Expression:
    """An expression with its place; `raw` is the tag that it stands in, "" where it is the whole text."""

    text: str
    path: DataPath
    raw: str
    scope: Scope

    def faults(self) -> Iterator[Fault]:
        try:
            references = read_expression(self.text)
        except ExpressionError as error:
            yield self._fault(SYNTAX, f"the expression can't be read: {error}", "correct it")
            return
        halves: set[str] = set()
        for reference in references:
            if reference.parts[0] not in halves:
                name = _hyphenated(reference, self.text)
                halves.update(name.split("-"))
                yield from self._check(reference, name)

    def _check(self, reference: Reference, hyphenated: str) -> Iterator[Fault]:
        parts = reference.parts
        if parts[0] not in EXPRESSION_ROOTS:
            yield from self._check_function(reference)
        elif not reference.is_called and not _is_metric(self.path) and (miss := self.scope.resolve(parts)):
            if hyphenated:
                remedy = f"write `{'.'.join(parts[:-1])}['{hyphenated}']`"
                yield self._fault(HYPHEN, f"the hyphen in {hyphenated!r} is read as a minus", remedy)
            else:
                yield self._fault(miss.rule, f"{'.'.join(parts)}: {miss.what}", miss.remedy)

    def _check_function(self, reference: Reference) -> Iterator[Fault]:
        name = reference.parts[0]
        if name not in FUNCTIONS:
            words = (*EXPRESSION_ROOTS, *FUNCTIONS) if reference.is_called else EXPRESSION_ROOTS
            what = f"the expression knows no {name!r}{did_you_mean(name, words)}"
            yield self._fault(UNKNOWN, what, "put texts into quotes; write functions of Sprig as `sprig.NAME`")

    def _fault(self, rule: Rule, what: str, remedy: str) -> Fault:
        return Fault(rule, self.path, what, remedy, self.raw)


def _hyphenated(reference: Reference, expression: str) -> str:
    """The whole of a name that goes on behind a hyphen: `my-name` for `inputs.parameters.my`; "" where it does not."""
    match = re.search(rf"\.({re.escape(reference.parts[-1])}(?:-\w+)+)", expression)
    return match[1] if match and len(reference.parts) > 1 else ""


def _check_condition(path: DataPath, condition: str) -> Iterator[Fault]:
    """Brackets, quotes and operators alone: words without quotes are texts here."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "0", condition)
    if "'" in bare or '"' in bare:
        yield Fault(CONDITION, path, "a text in the condition is never closed", "close the quotes")
    elif bare.count("(") != bare.count(")"):
        yield Fault(CONDITION, path, "the brackets of the condition don't match", "close each")
    elif sign := re.search(r"(?<![=!<>~])=(?![=~])|(?<!&)&(?!&)|(?<!\|)\|(?!\|)", bare):
        yield Fault(CONDITION, path, f"the condition has `{sign[0]}`", f"write `{sign[0] * 2}`")
    elif word := re.search(r"(?<=\s)(and|or)(?=\s)", bare):
        yield Fault(CONDITION, path, f"the condition has `{word[0]}`", f"write `{_SIGNS[word[0]]}`")
