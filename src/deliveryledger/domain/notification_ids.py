"""The Message-IDs of our own notifications, by which a bounce of one is known: it is about no candidate."""

import re
from typing import Final

_PATTERN: Final = re.compile(r"<?deliveryledger-notification\.[0-9a-f-]{36}(?:@|\Z)", re.IGNORECASE)


def notification_message_id(notification_id: str, domain: str) -> str:
    """The Message-ID (RFC 5322 3.6.4) of a notification: the same whenever it is sent."""
    return f"<deliveryledger-notification.{notification_id}@{domain}>"


def is_notification(message_id: str | None) -> bool:
    """Whether a Message-ID, or the part before its @, is that of a notification."""
    return message_id is not None and _PATTERN.match(message_id) is not None
