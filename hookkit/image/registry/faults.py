"""What urllib3 raises becomes one line: which host, what happened, what to do; it may pass, or not."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.patience import PassingError
from hookkit.image.words import causes_of

Kind = TypeVar("Kind", bound=BaseException)
_WORDS: Final = 200


@dataclass(frozen=True)
class _Fault:
    """What happened, in words where `{words}` are the system's own; what to do; whether it may pass."""

    what: str
    remedy: str
    passes: bool = False


_CERTIFICATE: Final = _Fault(
    "its certificate is not trusted: {words}",
    "name the file with the certificate of its authority in SSL_CERT_FILE, or ask who runs it",
)
_PLAIN: Final = _Fault(
    "speaks plain HTTP, which only registries on this machine may", "give it a certificate, or use another registry"
)
_TLS: Final = _Fault("TLS fails: {words}", "ask who runs it, or look whether something stands in between")
_REFUSED: Final = _Fault("nothing listens there", "check the registry's name and port, or start it", passes=True)
_STUCK: Final = _Fault("takes what is sent too slowly", "try later, or ask who runs it", passes=True)
#: Names of urllib3's errors -> what they mean; the first that an error is an instance of counts.
_FAULTS: Final = {
    "NameResolutionError": _Fault("nobody knows this host", "check the registry's name and the network"),
    "NewConnectionError": _Fault(
        "can't be reached: {words}", "check the network, HTTPS_PROXY and NO_PROXY", passes=True
    ),
    "ConnectTimeoutError": _Fault("does not answer", "check the network, HTTPS_PROXY and NO_PROXY, or try later"),
    "ReadTimeoutError": _Fault("is too slow: no answer within {seconds:g} s", "try later, or ask who runs it"),
    "ProxyError": _Fault("can't be reached through the proxy: {words}", "check HTTPS_PROXY and NO_PROXY"),
    "LocationValueError": _Fault("its address, or that of the proxy, is none", "check HTTPS_PROXY, or ask who runs it"),
    "ProtocolError": _Fault("broke off the connection: {words}", "try again, or ask who runs it", passes=True),
    "HTTPError": _Fault("does not speak HTTP as it should: {words}", "ask who runs it", passes=True),
}


@contextmanager
def explained(host: str, seconds: float = 0) -> Iterator[None]:
    """Turn an error of a connection into a line.

    Args:
        host: that was asked.
        seconds: that an answer was waited for.

    Raises:
        PassingError: it may go well at another time.
        RegistryError: it will not.

    """
    from urllib3.exceptions import HTTPError

    try:
        yield
    except HTTPError as error:
        fault = _fault(error)
        problem = Problem(host, fault.what.format(words=_words(error), seconds=seconds), fault.remedy)
        raise (PassingError if fault.passes else RegistryError)(problem) from None


def _fault(error: BaseException) -> _Fault:
    from urllib3 import exceptions

    if (tls := _cause(error, ssl.SSLError)) is not None:
        return _of_tls(tls)
    if _cause(error, ConnectionRefusedError) is not None and not isinstance(error, exceptions.ProxyError):
        return _REFUSED
    if isinstance(error, exceptions.ProtocolError) and _cause(error, TimeoutError) is not None:
        return _STUCK
    return next(fault for name, fault in _FAULTS.items() if isinstance(error, getattr(exceptions, name)))


def _of_tls(error: ssl.SSLError) -> _Fault:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE
    # What plain HTTP answers to a greeting of TLS looks like a record of a version that never was.
    is_plain = error.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNEXPECTED_MESSAGE"}
    return _PLAIN if is_plain else _TLS


def _cause(error: BaseException, kind: type[Kind]) -> Kind | None:
    """The first of a kind among an error and all that it was raised from."""
    return next((one for one in causes_of(error) if isinstance(one, kind)), None)


def _words(error: BaseException) -> str:
    """The system's own words where there are some; urllib3's hold the names of its objects."""
    inner = _cause(error, OSError)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return inner.verify_message
    words = (inner.strerror or inner) if inner is not None else error.args[-1] if error.args else ""
    return str(words)[:_WORDS] or type(error).__name__
