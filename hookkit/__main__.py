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
    from hookkit.contract import installed_from

    source = installed_from() or "/path/to/hookkit"
    return f"hookkit: the author's tools are not installed; run: pip install 'hookkit[cli] @ {source}'\n"


if __name__ == "__main__":
    sys.exit(main())
