"""What a notification looks like: a letter in the receiver's language, and the mail that carries it."""

from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from html import escape
from typing import Final

from ..advice.wording import language, text
from ..application.directory import Person
from ..application.letters import Contents, Letter, Told
from ..domain.addresses import EmailAddress
from ..domain.notification_ids import notification_message_id
from .safe_text import LONGEST, one_line, web_link

_MISSING: Final = "\x00"
"""Stands for a value that there is not; the line with it is left out."""
_LONGEST_SENTENCE: Final = 600
_STYLE: Final = "font-family:sans-serif;line-height:1.5"
_BUTTON: Final = (
    "display:inline-block;padding:8px 16px;background:#1f5fa8;color:#ffffff;text-decoration:none;"
    "border-radius:4px"
)


def compose(contents: Contents) -> Letter:
    """The letter. Names and subjects are made safe; a message's body and a CV never get here."""
    person = contents.people[0]
    lang = language(person.lang)
    told = [_safe(each) for each in contents.told]
    if contents.count == 1 and told:
        subject, body, html = _one(told[0], contents, lang)
    else:
        subject, body, html = _digest(told, contents, lang)
    footer, footer_link = _footer(contents.role, person, lang)
    shown = f"{footer} {footer_link}" if footer_link else footer
    return Letter(
        notification_id=contents.notification_id,
        queued_at=contents.queued_at,
        receivers=tuple([(one_line(each.name or ""), each.email or "") for each in contents.people]),
        subject=one_line(subject, 2 * LONGEST),
        text=f"{body}\n-- \n{shown}\n",
        html=_page(lang, html, footer, footer_link),
        lang=lang,
    )


def as_message(letter: Letter, *, sender: tuple[str, str]) -> EmailMessage:
    """The mail of a letter, from ``sender`` (name, address): the same bytes each time.

    Raises nothing for what people are called: a name that would break a header was made safe before.
    """
    addresses = [_address(name, address) for name, address in letter.receivers]
    is_ascii = all(each.addr_spec.isascii() for each in addresses)
    policy: EmailPolicy[EmailMessage] = SMTP if is_ascii else SMTP.clone(utf8=True)
    message = EmailMessage(policy)
    origin = _address(*sender)
    message["From"] = origin
    message["To"] = addresses
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.queued_at.astimezone(UTC))
    message["Message-ID"] = notification_message_id(letter.notification_id, origin.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.lang  # last: set_content drops what describes a content
    message.set_boundary(f"=_{letter.notification_id}")
    return message


def _address(name: str, address: str) -> Address:
    parsed = EmailAddress.parse(address)
    if parsed.local.isascii():
        return Address(one_line(name), addr_spec=f"{parsed.local}@{parsed.domain}")
    return Address(one_line(name), username=parsed.local, domain=parsed.domain)  # RFC 6532


def _safe(told: Told) -> Told:
    return Told(
        candidate=one_line(told.candidate),
        address=one_line(told.address) if told.address else None,
        subject=one_line(told.subject),
        is_complaint=told.is_complaint,
        reason=one_line(told.reason, _LONGEST_SENTENCE),
        advice=one_line(told.advice, _LONGEST_SENTENCE) if told.advice else None,
        suggestion=one_line(told.suggestion) if told.suggestion else None,
        link=web_link(told.link),
    )


def _one(told: Told, contents: Contents, lang: str) -> tuple[str, str, str]:
    key = "bell.complaint" if told.is_complaint else "mail.subject.one"
    subject = text(key, lang, candidate=told.candidate)
    key = "mail.body.complaint" if told.is_complaint else "mail.body.one"
    if contents.role != "sender" and not told.is_complaint:
        key = "mail.body.other"
    suggestion = text("fix.suggestion", lang, address=told.suggestion) if told.suggestion else _MISSING
    body = _filled(
        key,
        lang,
        sender=_name(contents.people[0]),
        subject=told.subject or "…",
        candidate=told.candidate,
        address=told.address or "…",
        reason=told.reason,
        suggestion=suggestion,
        advice=told.advice or _MISSING,
        link=told.link or _MISSING,
    )
    lines = [line for line in body.splitlines() if line and not (told.link and line.endswith(told.link))]
    html = "".join([f"<p>{escape(line)}</p>" for line in lines])
    return subject, body, html + (_button(told.link, lang) if told.link else "")


def _digest(told: list[Told], contents: Contents, lang: str) -> tuple[str, str, str]:
    kind = _kind_of_digest(contents)
    subject = text(f"mail.subject.{kind}", lang, count=contents.count)
    intro = _filled(f"mail.body.{kind}", lang, sender=_name(contents.people[0]))
    lines, rows = [intro], [f"<p>{escape(line)}</p>" for line in intro.splitlines() if line]
    rows.append("<ul>")
    for each in told:
        item = text(
            "mail.digest.item",
            lang,
            candidate=each.candidate,
            address=each.address or "…",
            reason=each.reason,
        )
        lines.append(f"- {item}")
        if each.link:
            lines.append(f"  {each.link}")
        link = f" {_link(each.link, text('bell.open', lang))}" if each.link else ""
        rows.append(f"<li>{escape(item)}{link}</li>")
    rows.append("</ul>")
    if more := contents.count - len(told):
        sentence = text("mail.digest.more", lang, count=more)
        lines += ["", sentence]
        rows.append(f"<p>{escape(sentence)}</p>")
    return subject, "\n".join([*lines, ""]), "".join(rows)


def _kind_of_digest(contents: Contents) -> str:
    """What may be said of all of them: a complaint was delivered, and what is only counted may be one."""
    complaints = max(contents.complaints, sum(each.is_complaint for each in contents.told))
    if not complaints:
        return "digest"
    return "digest_complaints" if complaints == contents.count else "digest_mixed"


def _footer(role: str, person: Person, lang: str) -> tuple[str, str | None]:
    """Why one gets it, and where to change that."""
    link = web_link(person.settings_url)
    if role != "sender":
        return text(f"mail.footer.{role}", lang), link
    if link is None:
        return text("mail.footer.plain", lang), None
    return text("mail.footer", lang, link=_MISSING).replace(_MISSING, "").rstrip(), link


def _filled(key: str, lang: str, **values: str) -> str:
    """A text without the lines whose value is missing, and without the gaps that they leave."""
    filled = text(key, lang, **values).replace(f" {_MISSING}!", "!").replace(f" {_MISSING},", ",")
    kept: list[str] = []
    for line in filled.splitlines():
        if _MISSING not in line and (line or (kept and kept[-1])):
            kept.append(line)
    return "\n".join([*kept, ""]) if kept and kept[-1] else "\n".join(kept)


def _name(person: Person) -> str:
    return one_line(person.name or "") or _MISSING


def _page(lang: str, content: str, footer: str, link: str | None) -> str:
    foot = escape(footer) + (f" {_link(link, link)}" if link else "")
    return (
        f'<!doctype html><html lang="{escape(lang)}"><body style="{_STYLE}">{content}'
        f'<hr><p style="color:#555555;font-size:small">{foot}</p></body></html>\n'
    )


def _button(link: str, lang: str) -> str:
    return f'<p><a style="{_BUTTON}" href="{escape(link)}">{escape(text("bell.open", lang))}</a></p>'


def _link(link: str, label: str) -> str:
    return f'<a href="{escape(link)}">{escape(label)}</a>'
