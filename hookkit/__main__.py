"""The command `hookkit`: without the author's tools it says in one line what to install."""

import sys


def main() -> int:
    """Run the command line; the exit code."""
    try:
        import click  # noqa: F401
    except ImportError:
        sys.stderr.write(_what_to_install())
        return 125
    from hookkit.cli import run_command_line

    return run_command_line(sys.argv[1:])


def _what_to_install() -> str:
    from hookkit.installation import checkout, running_requirement

    requirement = running_requirement(checkout()) or "hookkit[cli] @ <its checkout, wheel or git address>"
    return f"hookkit: the author's tools are not installed; run: pip install {requirement!r}\n"


if __name__ == "__main__":
    sys.exit(main())
