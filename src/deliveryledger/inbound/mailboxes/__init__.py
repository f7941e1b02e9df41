"""Where mails come from: files, mbox, Maildir, standard input; an IMAP mailbox; an SMTP or LMTP receiver.

The last two need the extra ``mail``: ``pip install 'deliveryledger[mail]'``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from ...errors import MissingExtra
from .files import FoundMail, mails_in

if TYPE_CHECKING:
    from .imap import ImapMail, ImapMailbox
    from .imap_session import ImapServer
    from .lmtp import MailReceiver
    from .secrets import from_command, from_environment, from_file
    from .taking import MailTaker

__all__ = [
    "FoundMail",
    "ImapMail",
    "ImapMailbox",
    "ImapServer",
    "MailReceiver",
    "MailTaker",
    "from_command",
    "from_environment",
    "from_file",
    "mails_in",
]

_PLACES: Final = {
    "ImapMail": "imap",
    "ImapMailbox": "imap",
    "ImapServer": "imap_session",
    "MailReceiver": "lmtp",
    "MailTaker": "taking",
    "from_command": "secrets",
    "from_environment": "secrets",
    "from_file": "secrets",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(name)
    try:
        module = import_module(f".{_PLACES[name]}", __name__)
    except ModuleNotFoundError as missing:
        raise MissingExtra("mail", str(missing.name)) from None
    return getattr(module, name)
