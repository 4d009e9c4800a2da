"""Runs programs of all kinds."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook, run_command


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Runs programs of all kinds."""
    (output / "text").write_text("one\n")
    subprocess.run(["sed", "-i", "s/one/two/", "text"], cwd=output, check=True)
    assert subprocess.check_output("cat text | tr a-z A-Z | sort", shell=True, text=True, cwd=output) == "TWO\n"
    code = "import json, sys; print(sys.argv[1])"
    assert subprocess.check_output([sys.executable, "-c", code, "x"], text=True) == "x\n"
    assert os.system("test -d /usr && ls /usr > /dev/null") == 0
    with os.popen("echo $HOME") as answer:
        assert answer.read().strip() == os.environ["HOME"]
    run_command(["sh", "-c", "echo seen; exit 0"])
    assert os.waitstatus_to_exitcode(os.waitpid(os.spawnlp(os.P_NOWAIT, "true", "true"), 0)[1]) == 0
