"""What the answers look like in a terminal: plain text, 80 columns, no colour needed to read it."""

import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from ..advice.wording import text
from ..domain.personal import ERASED

if TYPE_CHECKING:
    from .candidate_card import CandidateCard
    from .card_message import CardMessage

WIDTH = 80
_INNER = WIDTH - 4


def card_text(card: "CandidateCard") -> str:
    """The candidate card as a box."""
    name = ERASED if card.erased else card.name
    title = " · ".join(part for part in (name, card.candidate_id) if part)
    lines = [_rule("┌", title, "┐"), *_address_lines(card)]
    lines.append(_rule("├", text("card.messages", card.lang), "┤"))
    for number, message in enumerate(card.messages):
        if number:
            lines.append(_row(""))
        lines += _message_lines(message, card.lang)
    if not card.messages:
        lines.append(_row(text("card.empty", card.lang)))
    return "\n".join([*lines, _rule("└", "", "┘")])


def _address_lines(card: "CandidateCard") -> list[str]:
    if card.address is None:
        return [_row(text("erased.value", card.lang))]
    chip = "   ⚠ " + text("chip.filtered", card.lang) if card.on_filter else ""
    lines = [_row(line) for line in _wrap(f"✉ {card.address}{chip}")]
    if card.address_problem:
        lines.append(_row("  " + card.address_problem))
    if card.suggestion:
        asked = text("fix.suggestion", card.lang, address=card.suggestion)
        lines += [_row(line) for line in _wrap(f"{asked} {card.suggestion_why or ''}", indent="  ")]
    if card.cv_address:
        label = text(
            "fix.grounds.cv.page" if card.cv_page else "fix.grounds.cv", card.lang, page=card.cv_page
        )
        matches = text("fix.cv.match" if card.cv_matches else "fix.cv.mismatch", card.lang)
        lines += [_row(line) for line in _wrap(f"{label}: {card.cv_address} – {matches}", indent="  ")]
    elif card.cv_matches:
        lines += [_row("  " + text("fix.cv.match", card.lang))]
    return lines


def _message_lines(message: "CardMessage", lang: str) -> list[str]:
    waiting = "status.withheld.label" if message.withheld else "status.queued.badge"
    when = message.sent_at_text or text(waiting, lang)
    head = text("card.line", lang, sender=message.sender_id, address=message.recipient)
    room = _INNER - cell_len(head) - cell_len(when)
    lines = [_row(head + " " * room + when)] if room > 0 else [_row(head), _row(when)]
    lines += [_row(line) for line in _wrap(message.subject)]
    if message.headline:
        badge = " · ".join(dict.fromkeys(part for part in (message.headline, message.kind) if part))
        lines.append(_row(f"⛔ {badge}"))
    for sentence in (message.explanation, message.next_step):
        if sentence:
            lines += [_row(line) for line in _wrap(sentence, indent="   ")]
    if message.actions:
        offered = " ".join(f"[{text(f'action.{action}', lang)}]" for action in message.actions)
        lines += [_row(line) for line in _wrap(offered, indent="   ")]
    if message.resend_of:
        lines += [_row(line) for line in _wrap("↳ " + (message.resend_of_text or ""), indent="")]
    return lines


def _wrap(sentence: str, indent: str = "") -> list[str]:
    return textwrap.wrap(sentence, _INNER, initial_indent=indent, subsequent_indent=indent) or [""]


def _row(line: str) -> str:
    # Some signs and scripts are two columns wide, so len() would bend the frame.
    return f"│ {line}{' ' * (_INNER - cell_len(line))} │"


def _rule(left: str, title: str, right: str) -> str:
    middle = f" {title} " if title else ""
    return left + middle + "─" * (WIDTH - 2 - cell_len(middle)) + right
