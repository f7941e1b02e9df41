"""Bounces, complaints and automatic replies that come as mails. Anybody can send a mail: lower trust."""

from .bounce_addresses import BounceAddresses, BounceProofs
from .reading import read_mail

__all__ = ["BounceAddresses", "BounceProofs", "read_mail"]
