"""One sentence per event for the activity log: a table of texts, and the values that fill them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..advice.next_steps import explain_refusal, reason_sentence
from ..advice.wording import short_datetime, text
from ..domain.failure_reason import FailureReason

KIND_OF = {"message": "delivery", "candidate_email": "address", "suppression_filter": "filter"}

_KEYS = {
    "MessageRegistered": "log.registered",
    "MessageWithheld": "log.withheld",
    "MessageSubmitted": "log.submitted",
    "MessageRejected": "log.rejected",
    "MessageDeferred": "log.deferred",
    "MessageDelivered": "log.delivered",
    "MessageBounced": "log.failed",
    "MessageDropped": "log.dropped",
    "ComplaintReceived": "log.complained",
    "ComplaintWithdrawn": "log.complaint_withdrawn",
    "UnsubscribeRequested": "log.unsubscribed",
    "AutoReplyReceived": "log.auto_reply",
    "MessageResent": "log.resent",
    "HandingOverStarted": "log.handing_over",
    "MessageOpened": "log.opened",
    "LinkClicked": "log.clicked",
    "BouncesReclassified": "log.reclassified",
    "EmailRegistered": "log.address_registered",
    "EmailChanged": "log.address_changed",
    "EmailConfirmed": "log.address_confirmed",
    "CvEmailFound": "log.cv_email_found",
    "SuggestionDismissed": "log.suggestion_dismissed",
    "PersonalDataErased": "log.erased",
    "AddressSuppressed": "log.suppressed",
    "StrikeRecorded": "log.strike.plain",
    "StrikesCleared": "log.strikes_cleared",
    "SuppressionHeld": "log.suppression_held",
    "HoldReleased": "log.hold_applied",
    "RemovalRequested": "log.removal_requested",
    "RecipientConsentRecorded": "log.consent_recorded",
    "RemovalRejected": "log.removal_rejected",
    "RemovalApproved": "log.removal_granted",
    "SuppressionLifted": "log.lifted_by",
    "SuppressionTakenBack": "log.import_undone",
    "ProviderRemovalConfirmed": "log.provider_removal_confirmed",
    "ProviderRemovalRefused": "log.provider_removal_refused",
}


def sentence(name: str, event: Mapping[str, Any], known: Mapping[str, Any], *, lang: str, tz: str) -> str:
    """What happened, in one sentence. ``known`` has what the message or the filter entry adds."""
    address = event.get("address") or event.get("recipient") or known.get("recipient") or "–"
    values: dict[str, Any] = {
        "actor": event.get("by") or known.get("sender_id") or text("log.actor.system", lang),
        "address": address,
        "subject": event.get("subject") or known.get("subject") or "",
        "provider": event.get("provider", ""),
        "old": event.get("previous", ""),
        "new": event.get("address", ""),
        "evidence": _how(event, event.get("evidence", ""), lang),
        "note": event.get("note", ""),
        "why": event.get("why", ""),
        "how": _how(event, event.get("how") or event.get("method") or "", lang),
        "offered": known.get("offered", {}).get(event.get("address_key")),
        "in_cv": known.get("cv", {}).get(event.get("address_key"), (None, None)),
        "file": event.get("document", ""),
        "page": event.get("page", ""),
        "domain": address.rpartition("@")[2],
        "at": short_datetime(datetime.fromisoformat(event["occurred_at"]), lang, tz),
        "reason": _reason(name, event, address, lang, tz),
    }
    if name == "MessageResent":
        values["address"] = known.get("resent_to") or address
    return _SPECIAL.get(name, _plain)(name, event, values, lang)


def _plain(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    del event
    return text(_KEYS[name], lang, **values)


def _changed(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    source = {
        "typed": "manual",
        "cv": "cv.plain",
        "candidate": "candidate",
        "typo": "typo",
        "structure": "structure",
        "name": "name",
        "earlier_delivery": "earlier_delivery",
    }[event["grounds"]]
    grounds = _grounds(source, event, values, lang)
    evidence = f" ({event['evidence']})" if event.get("evidence") else ""
    return f"{text(_KEYS[name], lang, **values)} · {grounds}{evidence}"


def _grounds(source: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    """Where the new address comes from: the page of the CV, or what was taken for what."""
    key = f"log.address_changed.source.{source}"
    document, page = values["in_cv"]
    if source == "cv.plain" and document and page:
        return text("log.address_changed.source.cv", lang, file=document, page=page)
    if source == "cv.plain" and page:
        return text("log.address_changed.source.cv.page", lang, page=page)
    wrong, right = (event[name].rpartition("@")[2].lower() for name in ("previous", "address"))
    if source == "typo" and wrong != right:
        why = text("fix.looks_like", lang, wrong=wrong, right=right)
        return text("log.address_changed.source.suggestion", lang, why=why)
    return text(key, lang)


def _dismissed(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    offered = values["offered"]
    said = text(_KEYS[name] + ("" if offered else ".plain"), lang, **{**values, "address": offered})
    grounds = event.get("grounds")
    return f"{said} · {text(f'fix.grounds.{grounds}', lang)}" if grounds else said


def _suppressed(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    key = "log.suppressed_by" if event.get("by") else _KEYS[name]
    if event.get("batch"):
        key = "log.imported"
    elif event.get("provider"):
        key = "log.suppressed_by_list"
    return text(key, lang, **values)


def _lifted(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    lifted = text(_KEYS[name], lang, **values)
    approver = event.get("approved_by")
    return f"{lifted} · {text('log.removal_approved', lang, actor=approver)}" if approver else lifted


def _by_machine(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    return text(_KEYS[name] + (".machine" if event.get("by_machine") else ""), lang, **values)


def _by_page(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    is_named = event.get("document") and event.get("page")
    return text(_KEYS[name] + ("" if is_named else ".plain"), lang, **values)


def _confirmed(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    return text(_KEYS[name] + ("" if event.get("by") else ".by_message"), lang, **values)


def _reclassified(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    before, after = event.get("previous_reason"), event.get("reason")
    labels = {"before": text(f"reason.{before}.label", lang)} if before else {}
    labels["after"] = text(f"reason.{after}.label", lang) if after else "–"
    return text(_KEYS[name] + ("" if before else ".new"), lang, **values, **labels)


def _released(name: str, event: Mapping[str, Any], values: dict[str, Any], lang: str) -> str:
    return text(_KEYS[name] if event["applied"] else "log.hold_dropped", lang, **values)


_SPECIAL: dict[str, Callable[[str, Mapping[str, Any], dict[str, Any], str], str]] = {
    "SuggestionDismissed": _dismissed,
    "EmailChanged": _changed,
    "AddressSuppressed": _suppressed,
    "SuppressionLifted": _lifted,
    "MessageOpened": _by_machine,
    "LinkClicked": _by_machine,
    "CvEmailFound": _by_page,
    "EmailConfirmed": _confirmed,
    "HoldReleased": _released,
    "BouncesReclassified": _reclassified,
}


def _how(event: Mapping[str, Any], word: str, lang: str) -> str:
    """``not_spam`` and the like are words of ours; what people wrote stays as it is."""
    known = ("not_spam", "moved_to_inbox", "statement", "link", "list_unsubscribe")
    if word in known:
        return text(f"how.{word}", lang)
    return word or (text("how.other", lang) if "method" in event or "how" in event else "")


def _reason(name: str, event: Mapping[str, Any], address: str, lang: str, tz: str) -> str:
    if name == "AddressSuppressed" and not event.get("reason"):
        return text(f"cause.{event['cause']}", lang)
    if name == "MessageWithheld":
        since = datetime.fromisoformat(event["occurred_at"])
        if event["causes"][0] == FailureReason.ADDRESS_MALFORMED:
            return text("reason.bad_syntax", lang)
        return explain_refusal(event["causes"][0], since, lang=lang, tz=tz)
    reason = event.get("reason")
    if reason is None:
        return text("reason.unknown", lang)
    return reason_sentence(FailureReason(reason), lang=lang, domain=address.rpartition("@")[2])
