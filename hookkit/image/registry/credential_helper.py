"""A program `docker-credential-NAME` and a registry become a user and a secret.

Source: the protocol of github.com/docker/docker-credential-helpers.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Final

from hookkit.errors import Problem, RegistryError
from hookkit.secret import Secret

#: What helpers print when they work and have nothing.
_NOTHING: Final = ("credentials not found", "no credentials", "no usernames for")
_SECONDS: Final = 60
_MEND: Final = "mend it, or take it out of credsStore and credHelpers in Docker's config.json"


def ask_helper(name: str, server: str, environment: Mapping[str, str] = os.environ) -> tuple[str, Secret] | None:
    """User and secret that a helper keeps for a server; None where it has none.

    Raises:
        RegistryError: it's not there, fails, or says something else.

    """
    program = f"docker-credential-{name}"
    done = _run(program, server, environment)
    if done.returncode != 0:
        words = (done.stdout.strip() or done.stderr.strip() or f"exit code {done.returncode}")[:200]
        if any(nothing in words.lower() for nothing in _NOTHING):
            return None
        raise RegistryError(Problem(program, f"gives no credentials for {server}: {words}", _MEND))
    try:
        answer = json.loads(done.stdout)
        return (str(answer["Username"]), Secret(str(answer["Secret"]))) if answer["Secret"] else None
    except (ValueError, KeyError, TypeError):  # whatever it printed may hold the secret
        raise RegistryError(Problem(program, f"answers for {server} with something else", _MEND)) from None


def _run(program: str, server: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    path = shutil.which(program, path=environment.get("PATH"))
    if path is None:
        raise RegistryError(Problem(program, "is not on PATH, though Docker's config.json names it", _MEND))
    try:
        return subprocess.run(
            [path, "get"],
            input=server,
            env=dict(environment),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        words = getattr(error, "strerror", None) or f"no answer in {_SECONDS} s"
        raise RegistryError(Problem(program, f"does not run: {words}", _MEND)) from None
