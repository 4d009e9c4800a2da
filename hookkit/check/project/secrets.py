"""SC: passwords, keys and tokens, which no code may hold."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.spec import HookSpec, OptionSpec

_NAME: Final = re.compile(
    r"(.*_)?(password|passwd|passphrase|secret|secret_key|secret_access_key|api_key|apikey|token|private_key|credentials)"
)
#: A name of this kind that is a secret by itself alone.
_ALONE: Final = re.compile(
    r"(.*_)?(password|passwd|passphrase|secret_key|secret_access_key|api_key|apikey|token|client_secret)"
)
_REMEDY: Final = 'write Annotated[Secret, Option("…")], or Secret | None = None'


def _secret_options(spec: HookSpec) -> Iterator[OptionSpec]:
    """Texts whose name says that they are secret."""
    for option in spec.options:
        if option.type.kind == "str" and not option.type.choices and _NAME.fullmatch(option.name.lower()):
            yield option


def _default(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in _secret_options(spec):
            if option.default:
                what = "has a default, by its name a secret, which everybody can read"
                yield Flaw(hook.place(option.name), what, _REMEDY)


def _plain(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in _secret_options(spec):
            if not option.default and _ALONE.fullmatch(option.name.lower()):
                what = "is a plain text, by its name a secret: it shows in logs, manifests and orders"
                yield Flaw(hook.place(option.name), what, _REMEDY)


#: What keys look like, with what they are.
_SHAPES: Final = (
    (re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"), "an access key of S3"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40}"), "a private key"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}"), "a token of GitHub"),
    (re.compile(r"\bglpat-[\w-]{20,}"), "a token of GitLab"),
    (re.compile(r"\bxox[abposr]-[\w-]{10,}"), "a token of Slack"),
    (re.compile(r"\bAIza[\w-]{35}\b"), "a key of Google"),
    (re.compile(r"\beyJ[\w-]{10,999}\.eyJ[\w-]{10,999}\.[\w-]{10}"), "a signed token"),
    (
        re.compile(r"\b[a-z][a-z0-9+]{0,9}://[^/\s:@{}$<>]{1,99}:(?P<word>[^/\s:@{}$<>]{1,199})@\w"),
        "a password in a URL",
    ),
)
#: What stands for a password, and is none.
_PLACEHOLDERS: Final = frozenset({
    *("password", "passwd", "pass", "pwd", "secret", "token", "key", "user", "xxx", "xxxx", "changeme", "example"),
    *("***", "****", "...", "…", "%s", "pw", "mypassword", "my-password"),
})  # fmt: skip


def _written(subject: Subject) -> Flaws:
    for module in subject.modules:
        for node in module.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and (kind := kind_of_secret(node.value)):
                remedy = "take it as a Secret, and make a new one: this one is known now"
                yield Flaw(module.place(node), f"the text looks like {kind}", remedy)


def kind_of_secret(text: str) -> str:
    """What a text looks like to hold; "" where it's nothing secret."""
    for shape, kind in _SHAPES:
        for match in shape.finditer(text):
            word = match.groupdict().get("word")
            if not match[0].endswith("EXAMPLE") and not (word and word.lower().strip("[]()") in _PLACEHOLDERS):
                return kind
    return ""


def names_secret(name: str) -> bool:
    """Whether a variable's name says that it is secret."""
    return _NAME.fullmatch(name.lower()) is not None


FAMILY: Final[Family] = (
    (
        Rule("SC101", "a secret has no default", "It would stand in the image, the manifest and the repository."),
        _default,
    ),
    (Rule("SC102", "no key, token or password stands in the code", "It can't be called back from an image."), _written),
    (
        Rule(
            "SC103",
            "an option that is secret by its name is a Secret",
            "A text travels as a parameter of Argo's, which everybody sees who sees the workflow.",
            Severity.WARNING,
        ),
        _plain,
    ),
)
