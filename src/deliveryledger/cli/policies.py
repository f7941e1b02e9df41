"""The option that names the policies under which a command works."""

from typing import BinaryIO

import click

from ..application.policies import Policies
from .time_travel import MAX_POLICIES, read_policies


def _read(context: click.Context, parameter: click.Parameter, stream: BinaryIO | None) -> Policies | None:
    del context, parameter
    return read_policies(stream.read(MAX_POLICIES + 1)) if stream else None


policies_option = click.option(
    "--policies",
    type=click.File("rb"),
    callback=_read,
    envvar="DELIVERYLEDGER_POLICIES",
    metavar="FILE",
    help="Your policies, as JSON [env: DELIVERYLEDGER_POLICIES] (default: the library's).",
)
