"""What lies on the path of a project's tests is the runtime and the plugin: small, and nothing of the desk."""

import os
import subprocess
import sys
from pathlib import Path

from hookkit import bundle  # pytest would take its testing_path for a test

_DESK = {"click", "copier", "docker", "jinja2", "platformdirs", "pydantic", "rich", "uv", "yaml"}


def test_it_is_the_runtime_and_what_the_plugin_needs() -> None:
    more = bundle.testing_files().keys() - bundle.runtime_files().keys()

    assert bundle.runtime_files().items() <= bundle.testing_files().items()
    assert {name for name in more if not name.startswith("hookkit/testing/")} == {"hookkit/report.py"}


def test_images_get_the_runtime_alone() -> None:
    assert not any("testing" in name or "report" in name for name in bundle.runtime_files())
    assert bundle.testing_path() != bundle.runtime_path()


def test_every_module_of_the_plugin_works_with_pytest_and_the_standard_library_alone() -> None:
    names = sorted(name for name in bundle.testing_files() if name.startswith("hookkit/testing/"))
    modules = [name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in names]
    program = f"import sys, {', '.join(modules)}; print(*sys.modules); print(sys.modules['hookkit'].__file__)"
    variables = os.environ | {"PYTHONPATH": str(bundle.testing_path())}

    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", program], env=variables, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    loaded, place = done.stdout.splitlines()
    assert Path(place).is_relative_to(bundle.testing_path())
    assert not {name.partition(".")[0] for name in loaded.split()} & _DESK
