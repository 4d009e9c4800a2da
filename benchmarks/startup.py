"""How long a hook takes from start to result, and hookkit's commands to answer, as multiples of `python -c pass`.

kfp's executor runs the same function as a peer, installed into a throwaway environment (`--no-peers` leaves it out).
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from contenders import install
from measuring import Contender, measure, print_ratios

from hookkit.bundle import write_runtime
from hookkit.scaffold import NewProject, create_project
from hookkit.scaffold.templates import template_root

TEMPLATE: Final = "hello-world-processor"
BASELINE: Final = "python -c pass"
RUNTIME: Final = "a hello-world hook, start to result"
PEER: Final = "kfp's executor, the same function"
HELP: Final = "hookkit --help"
NEW: Final = "hookkit new"
COPIER: Final = "importing copier, rendering the same"

KFP_COMPONENT: Final = '''
import kfp
from kfp import dsl
from kfp.dsl import *
from typing import *


def hello(input_path: str, output_path: str, product_name: str = "my_new_product_name", case: str = "upper") -> str:
    """Write the text of example.data in upper case."""
    from pathlib import Path

    text = (Path(input_path) / "example.data").read_text()
    result = Path(output_path) / product_name / "result.data"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(text.upper() if case == "upper" else text.lower())
    return str(result)
'''

COPIER_PROGRAM: Final = """
import sys, tempfile
from copier import run_copy
with tempfile.TemporaryDirectory() as folder:
    data = {"template": "hello-world-processor", "project_name": "my-hook", "taken_names": []}
    run_copy(sys.argv[1], folder + "/my-hook", data=data, defaults=True, quiet=True)
"""


def main() -> None:
    """Measure and print."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        request = NewProject(template=TEMPLATE, destination=home / "my-hook", defaults=True)
        project = create_project(request).folder
        contenders = [
            Contender(BASELINE, (sys.executable, "-c", "pass"), home),
            _runtime(home, project),
            *([] if arguments.no_peers else [_kfp(home, project)]),
            Contender(HELP, (sys.executable, "-m", "hookkit", "--help"), home),
            Contender(COPIER, (sys.executable, "-c", COPIER_PROGRAM, str(template_root())), home),
            _new(home),
        ]
        medians = measure(contenders, arguments.rounds)
    print_ratios(medians, BASELINE, {RUNTIME: 5, HELP: 8})
    print(f"\n{NEW} / {COPIER}: {medians[NEW] / medians[COPIER]:.2f} x   to reach: 1.3 x")
    if PEER in medians:
        print(f"{RUNTIME} / {PEER}: {medians[RUNTIME] / medians[PEER]:.2f} x   to reach: below 1")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-peers", action="store_true", help="install nothing, compare with nobody")
    return parser.parse_args()


def _runtime(home: Path, project: Path) -> Contender:
    """The runtime alone, as it lies in an image, and the scaffolded project's code."""
    write_runtime(home / "runtime")
    command = (
        *(sys.executable, "-m", "hookkit.runtime", "my_hook.main:my_hook"),
        *("--input", str(project / "data/input_file_location"), "--output", str(home / "out")),
    )
    return Contender(RUNTIME, command, home, {"PYTHONPATH": f"{home / 'runtime'}:{project / 'src'}"})


def _kfp(home: Path, project: Path) -> Contender:
    python = str(install("kfp", home / "kfp"))
    component = home / "component.py"
    component.write_text(KFP_COMPONENT)
    values = {"input_path": str(project / "data/input_file_location"), "output_path": str(home / "out-kfp")}
    executor_input = {
        "inputs": {"parameterValues": values},
        "outputs": {
            "outputFile": str(home / "kfp-out.json"),
            "parameters": {"Output": {"outputFile": str(home / "o")}},
        },
    }
    command = (
        *(python, "-m", "kfp.dsl.executor_main", "--component_module_path", str(component)),
        *("--executor_input", json.dumps(executor_input), "--function_to_execute", "hello"),
    )
    # As in kfp's own containers, where the decorator is off: without the variable it imports its compiler, too.
    return Contender(PEER, command, home, {"_KFP_RUNTIME": "true"})


def _new(home: Path) -> Contender:
    """A project made anew each time: `--force` writes over the last one."""
    command = (
        sys.executable,
        "-m",
        "hookkit",
        "new",
        "hello-world-processor",
        str(home / "new"),
        "--defaults",
        "--force",
    )
    return Contender(NEW, command, home)


if __name__ == "__main__":
    main()
