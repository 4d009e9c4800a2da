"""`hookkit spec`: the HookSpec as JSON."""

import json

import click

from hookkit.cli.target import load_target, target_argument


@click.command(name="spec")
@target_argument
def command(target: str | None) -> None:
    """Print what the hook declares, as JSON."""
    _, spec = load_target(target)
    click.echo(json.dumps(spec.to_json(), indent=2, ensure_ascii=False))
