"""An answer that says no becomes one line: the image, what the registry says, what to do."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import Address
from hookkit.image.registry.credentials import Credentials
from hookkit.image.registry.patience import PASSING_STATUSES, PassingError
from hookkit.image.registry.transport import Answer
from hookkit.secret import Mask

_WORDS: Final = 200


@dataclass(frozen=True)
class Asking:
    """Who asks for what, for messages.

    Attributes:
        where: the image's name.
        address: of its repository.
        credentials: that were shown, if there are some.

    """

    where: str
    address: Address
    credentials: Credentials | None = None

    @property
    def place(self) -> str:
        """Where the credentials stand."""
        return self.credentials.place if self.credentials else ""

    @property
    def mask(self) -> Mask:
        """Hides the credentials in what a registry says."""
        mask = Mask()
        for secret in self.credentials.secrets if self.credentials else ():
            mask.add(secret.reveal())
        return mask

    @property
    def login(self) -> str:
        """What gives credentials, or better ones."""
        write = 'or write "auths" for it to ~/.docker/config.json'
        return f"log in with `{self.address.login}`, {write}"


#: Status -> what it means, and what to do.
_NO_LOGIN: Final = ("{registry} wants to know who asks, and there are no credentials for it", "{login}")
_REFUSALS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("{registry} does not take the credentials of {place}", "{login}, as one who may use this repository"),
    403: ("{registry} does not allow it", "see that you may use this repository, and {login}"),
    404: ("{registry} has no such image or repository", "check its name and tag; some want repositories made first"),
    413: ("{registry} does not take blobs of this size", "ask who runs it"),
    429: ("{registry} is asked too often", "try later; those who log in may ask more often"),
}
_ASK: Final = "try later, or ask who runs it"


def refusal(asking: Asking, answer: Answer) -> RegistryError:
    """Why a request was refused; a PassingError where it may be granted at another time."""
    what, remedy = _refusal(asking, answer.status)
    # A registry may send who asks for a blob to a storage, or for a token to a service elsewhere.
    registry = asking.address.registry if answer.host == asking.address.host else answer.host
    facts = {"registry": registry, "place": asking.place, "login": asking.login}
    words = asking.mask.hide("; ".join(_words(answer)))
    said = what.format(**facts) + (f" ({answer.status}: {words})" if words else f" ({answer.status})")
    problem = Problem(asking.where, said, remedy.format(**facts))
    if answer.status in PASSING_STATUSES:
        return PassingError(problem, _seconds_to_wait(answer))
    return RegistryError(problem)


def _refusal(asking: Asking, status: int) -> tuple[str, str]:
    if status == HTTPStatus.UNAUTHORIZED and asking.credentials is None:
        return _NO_LOGIN
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "{registry} is in trouble", _ASK
    return _REFUSALS.get(status, ("{registry} answers with a status that does not fit", "see whether it's a registry"))


def _words(answer: Answer) -> Iterator[str]:
    """The registry's own words, as OCI's distribution specification has them: `errors`, each with code and message."""
    with suppress(ValueError, LookupError, AttributeError, TypeError):
        for error in json.loads(answer.content)["errors"][:3]:
            yield _printable(error.get("message") or error.get("code"))


def _printable(words: Any) -> str:
    return "".join(one for one in str(words)[:_WORDS] if one.isprintable())


def _seconds_to_wait(answer: Answer) -> float | None:
    from urllib3 import Retry
    from urllib3.exceptions import InvalidHeader

    try:
        return Retry().get_retry_after(answer.response)
    except InvalidHeader:
        return None
