"""The environment becomes a client of the Docker engine, or one sentence that says why there is none."""

import gc
import warnings

from docker import DockerClient
from docker.errors import DockerException
from requests import RequestException


class EngineAbsentError(Exception):
    """No Docker engine answers; the message is fit to be a reason for skipping."""


def connect() -> DockerClient:
    """Give a client whose engine has answered. Raises EngineAbsentError."""
    try:
        client = DockerClient.from_env()
        client.ping()
    except (DockerException, RequestException) as error:  # the SDK lets some of requests' errors through
        reason = str(error)
    else:
        return client
    forget_sockets()
    message = f"no Docker engine answers: {reason}"
    raise EngineAbsentError(message)


def forget_sockets() -> None:
    """Collect the socket that the SDK leaves open when nobody answers, lest a later test be warned about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
