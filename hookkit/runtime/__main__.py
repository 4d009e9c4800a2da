"""`python -m hookkit.runtime package.module:function --input … --output …`: the container's entry point."""

import os
import sys

from hookkit.runtime.execution import execute
from hookkit.runtime.supervisor import supervise


def main() -> int:
    """Run the hook that the command line names; the exit code."""
    arguments = sys.argv[1:]
    return supervise(lambda journal: execute(arguments, journal))


if __name__ == "__main__":
    # Nothing of the small parent needs the interpreter's tidying up, which takes longer than its work.
    os._exit(main())
