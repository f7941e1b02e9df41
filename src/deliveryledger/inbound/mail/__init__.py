"""Bounces, complaints and automatic replies that come as mails. Anybody can send a mail: lower trust."""

from .reading import read_mail

__all__ = ["read_mail"]
