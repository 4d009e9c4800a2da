"""`hookkit cache`: what is kept so that nothing is made twice, and how to be rid of it."""

import json
from dataclasses import asdict
from typing import Final

import click

from hookkit.cli.report import human_size

_DAY: Final = 24 * 3600


@click.group(name="cache")
def command() -> None:
    """Look at what hookkit keeps, so that nothing is made twice, or remove it."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def info(*, as_json: bool) -> None:
    """Say where the cache is and what it holds."""
    from hookkit.cache import Cache

    cache = Cache.of_user()
    usage = cache.usage()
    if as_json:
        click.echo(json.dumps({"folder": str(cache.root), "kinds": [asdict(one) for one in usage]}, indent=2))
        return
    click.echo(cache.root)
    width = max((len(one.kind) for one in usage), default=0)
    for one in usage:
        click.echo(f"  {one.kind:<{width}}  {one.entries:>6}  {human_size(one.size):>10}")
    click.echo(f"  {human_size(sum(one.size for one in usage))} in all")


@command.command()
@click.option("--days", type=click.IntRange(0), default=30, show_default=True, help="Keep what was used since.")
def prune(*, days: int) -> None:
    """Remove what was not used for a while; builds make it anew when they need it."""
    from hookkit.cache import Cache

    removed = Cache.of_user().prune(days * _DAY)
    click.echo(f"removed {removed.entries} entries, {human_size(removed.size)}")
