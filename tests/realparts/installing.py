"""hookkit's wheel or checkout becomes an installed command, in each way that people install commands."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from uv import find_uv_bin

#: What an installer does: the folder that gets `bin/hookkit`, the wheel, the checkout.
Install = Callable[[Path, Path, Path], None]


def user_environment(cache: Path) -> dict[str, str]:
    """Variables like a user's, with nothing of this test run; downloads are kept where the user keeps them."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("HOOKKIT_", "PYTEST_", "PYTHON"))}
    for name in ("VIRTUAL_ENV", "FORCE_COLOR", "CI"):
        kept.pop(name, None)
    places = {"UV_CACHE_DIR": str(_user_cache() / "uv"), "PIP_CACHE_DIR": str(_user_cache() / "pip")}
    quick = {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**places, **quick, **kept, "XDG_CACHE_HOME": str(cache), "PATH": _path_without_ours()}


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()


def _path_without_ours() -> str:
    """PATH without the environment that the tests run in: `hookkit` is to come from elsewhere."""
    ours = Path(sys.executable).parent
    return os.pathsep.join(place for place in os.environ["PATH"].split(os.pathsep) if Path(place) != ours)


def install_hookkit(way: str, home: Path, wheel: Path, checkout: Path) -> None:
    """Install hookkit below `home`, so that `home/bin/hookkit` runs it."""
    WAYS[way](home, wheel, checkout)


def make_project_environment(project: Path) -> None:
    """Give a project a `.venv` that has pytest and lacks hookkit."""
    _uv("venv", str(project / ".venv"), "--python", sys.executable)
    _install(project / ".venv", "pytest")


def _into_environment(home: Path, wheel: Path, _checkout: Path) -> None:
    _uv("venv", str(home), "--python", sys.executable)
    _install(home, f"hookkit[cli] @ {wheel.as_uri()}", "pytest")


def _editable(home: Path, _wheel: Path, checkout: Path) -> None:
    _uv("venv", str(home), "--python", sys.executable)
    _install(home, "--editable", f"{checkout}[cli]", "pytest")


def _as_uv_tool(home: Path, wheel: Path, _checkout: Path) -> None:
    places = {"UV_TOOL_DIR": str(home / "tools"), "UV_TOOL_BIN_DIR": str(home / "bin")}
    _uv("tool", "install", "--python", sys.executable, f"hookkit[cli] @ {wheel.as_uri()}", variables=places)


def _by_pipx(home: Path, wheel: Path, _checkout: Path) -> None:
    _uv("venv", str(home / "pipx-itself"), "--python", sys.executable)
    _install(home / "pipx-itself", "pipx", "uv")
    pipx = home / "pipx-itself" / "bin" / "pipx"
    places = {"PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin"), "PIPX_MAN_DIR": str(home / "man")}
    _offline_first([str(pipx), "install", "--backend", "uv", "--python", sys.executable, f"{wheel}[cli]"], places)


def _install(environment: Path, *requirements: str) -> None:
    _uv("pip", "install", "--python", str(environment / "bin" / "python"), *requirements)


def _uv(*arguments: str, variables: Mapping[str, str] | None = None) -> None:
    _offline_first([find_uv_bin(), *arguments], variables or {})


def _offline_first(command: list[str], variables: Mapping[str, str]) -> None:
    """Run an installer without the network where uv's cache has it all, else with the index of this machine."""
    environment = {**user_environment(_user_cache()), **variables}
    for offline in ("1", "0"):
        variables = {**environment, "UV_OFFLINE": offline}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    raise RuntimeError(f"{command}: {done.stderr}")


WAYS: Mapping[str, Install] = {
    "wheel": _into_environment,
    "editable checkout": _editable,
    "uv tool": _as_uv_tool,
    "pipx": _by_pipx,
}
