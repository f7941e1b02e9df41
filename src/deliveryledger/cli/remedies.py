"""What to do about an error, in commands where the library speaks of methods."""

from typing import Final

_COMMANDS: Final = {
    "call ledger.candidate_emails.register() first": "check the id and --tenant",
    "call ledger.messages.register() first": "check the id and --tenant",
    "see ledger.history()": "`deliveryledger activity CANDIDATE --json` names events",
    "give vkey=": "give it with --key",
    "call ledger.verify()": "run `deliveryledger verify`",
    "call ledger.rebuild()": "run `deliveryledger rebuild`",
    "ledger.keys.backup()": "`deliveryledger keys backup`",
    "ledger.keys.rotate_key_encryption_key()": "`deliveryledger keys rotate`",
    "ledger.keys.give_up_missing()": "`deliveryledger keys give-up`",
    "(confirm=)": "(--confirm)",
    "accept old keys": "give --accept-old-keys",
}
"""Words of remedies -> what to type instead."""


def in_commands(remedy: str) -> str:
    """The remedy as somebody at a terminal can follow it."""
    for words, command in _COMMANDS.items():
        remedy = remedy.replace(words, command)
    return remedy
