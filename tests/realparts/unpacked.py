"""A project's image in an OCI layout becomes a report of a run without any engine: `python unpacked.py ARGUMENT…`.

As a program, since the tests have it run as other users and on lesser kernels. The log goes to stderr.
"""

import json
import os
import sys
from pathlib import Path

from hookkit.cli.target import load_target
from hookkit.errors import HookkitError
from hookkit.local.run import LocalRun
from hookkit.local.unpacked import UnpackedRunner
from hookkit.reference import ImageReference
from hookkit.runtime.call import read_call

#: What hookkit has in memory itself.
BALLAST = b"x" * int(os.environ.get("BALLAST", "0"))


def main(arguments: list[str]) -> int:
    project, spec = load_target(None)
    run = LocalRun(project, spec, read_call(spec, arguments, os.environ))
    runner = UnpackedRunner(project.dist / "image", ImageReference("probe"), strict="STRICT" in os.environ)
    if "PRINT" in os.environ:
        sys.stdout.write(json.dumps(runner.command(run)))
        return 0
    try:
        report = runner.run(run, _say)
    except HookkitError as error:
        _say(str(error))
        return error.exit_code
    text = json.dumps(report.to_json())
    Path(os.environ["REPORT"]).write_text(text) if "REPORT" in os.environ else sys.stdout.write(text)
    return report.exit_code


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if Path(path) != Path(__file__).parent]
    sys.exit(main(sys.argv[1:]))
