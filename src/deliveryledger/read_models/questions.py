"""What can be asked of read models: the card, the activity log, the recipient filter, bell, statistics."""

import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

from ..advice.roles import Role, role_of
from ..application.ports import Clock
from ..application.services import Services
from ..domain.identifiers import check_candidate_id, check_id
from ..errors import UnknownCandidate
from ..projections.runner import Runner
from .activity_entries import ActivityView, activity
from .activity_log import ActivityLog
from .asking import Asking
from .bell import Bell
from .bell_items import BellView, bell
from .candidate_card import CandidateCard, candidate_card, suggestions_for
from .candidates_and_messages import CandidatesAndMessages
from .filter_entries import FilterList, filter_list
from .outage_list import OutageList, outage_list
from .outages import Outages
from .outbox import Outbox
from .recipient_filter import RecipientFilter
from .removal_queue import RemovalQueue, removal_queue
from .statistics_asked import dimensions_asked, period_asked
from .statistics_view import Statistics, statistics
from .suggestions import Suggestions
from .support import SupportQuestions

READ_MODELS = (CandidatesAndMessages(), ActivityLog(), RecipientFilter(), Bell(), Outages(), Outbox())
"""Every read model of a ledger."""


class Questions(SupportQuestions):
    """Asks the read models of one runner; ``clock`` says which moment an answer is about."""

    def __init__(self, services: Services, runner: Runner, clock: Clock) -> None:
        self._services = services
        self._runner = runner
        self._clock = clock

    def candidate_card(
        self,
        candidate_id: str,
        *,
        lang: str = "en",
        tz: str = "UTC",
        role: Role | str = Role.SENDER,
        tenant: str | None = None,
    ) -> CandidateCard:
        """The candidate card. ``str()`` of it is what a terminal shows. Raises UnknownCandidate.

        ``role`` says whom its next steps and actions are for: sender, support or administrator.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        asking = replace(self._asking(lang, tz), role=role_of(role))
        with self._views_about(owner, candidate_id) as views:
            card = candidate_card(views, owner, candidate_id, asking)
        if card is None:
            raise self._unknown(f"show the card of candidate {candidate_id!r}")
        return card

    def suggestions_for(
        self, candidate_id: str, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None
    ) -> Suggestions:
        """Addresses that may have been meant, best first, each with its grounds; none where all looks right.

        Of the CV, of earlier deliveries, of the form, the domain and, after a bounce, the name. Raises
        UnknownCandidate.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        with self._views_about(owner, candidate_id) as views:
            found = suggestions_for(views, owner, candidate_id, self._asking(lang, tz))
        if found is None:
            raise self._unknown(f"suggest addresses for candidate {candidate_id!r}")
        return found

    def activity(
        self, candidate_id: str, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None
    ) -> ActivityView:
        """A candidate's activity log, newest first. Raises UnknownCandidate."""
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        with self._views_about(owner, candidate_id) as views:
            view = activity(views, owner, candidate_id, self._asking(lang, tz))
        if not view.entries:
            raise self._unknown(f"show the activity log of candidate {candidate_id!r}")
        return view

    def recipient_filter(self, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None) -> FilterList:
        """Every address of the tenant that gets no mail now."""
        owner = self._services.tenant(tenant)
        with self._runner.caught_up() as views:
            return filter_list(views, owner, self._asking(lang, tz))

    def removal_queue(self, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None) -> RemovalQueue:
        """Open requests for removal from the filter, oldest first, each with its age and what it lacks."""
        owner, policy = self._services.tenant(tenant), self._services.policies.removal
        with self._runner.caught_up() as views:
            return removal_queue(views, owner, policy, self._asking(lang, tz))

    def bell(
        self, sender_id: str, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None
    ) -> BellView:
        """What a sender has to know, newest first."""
        owner = self._services.tenant(tenant)
        check_id(sender_id, "sender id")
        with self._runner.caught_up() as views:
            return bell(views, owner, sender_id, self._asking(lang, tz))

    def outages(self, *, ended: bool = False, tz: str = "UTC", tenant: str | None = None) -> OutageList:
        """Recipient domains that seem to have an outage, newest first; with ``ended`` also those that had."""
        owner = self._services.tenant(tenant)
        with self._runner.caught_up() as views:
            return outage_list(views, owner, self._asking("en", tz), ended=ended)

    def statistics(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        sender: str | None = None,
        domain: str | None = None,
        by: str | Iterable[str] = ("reason",),
        lang: str = "en",
        tz: str = "UTC",
        tenant: str | None = None,
    ) -> Statistics:
        """How many messages met which fate, by any of reason, domain, day and sender; and which rates are too
        high, by ``Policies.alarms``.

        Counted are messages sent on the days from ``since`` to ``until`` (UTC, both included; a datetime is
        taken for its day); unless told, on the last ones up to today, as many as the policy looks at. Raises
        InvalidInput.
        """
        owner, asking = self._services.tenant(tenant), self._asking(lang, tz)
        policy = self._services.policies.alarms
        period = period_asked(owner, since, until, sender, domain, asking.now, policy.window_days)
        with self._runner.caught_up() as views:
            return statistics(views, period, dimensions_asked(by), policy, asking)

    def _unknown(self, attempted: str) -> UnknownCandidate:
        return unknown_candidate(attempted)

    def _views_about(self, tenant: str, candidate_id: str) -> AbstractContextManager[sqlite3.Connection]:
        """Read models in which everything about one candidate is."""
        del tenant, candidate_id
        return self._runner.caught_up()

    def _asking(self, lang: str, tz: str) -> Asking:
        return Asking(self._clock(), lang, tz, self._services.address_key)


def unknown_candidate(attempted: str) -> UnknownCandidate:
    """What is said of a candidate that is not there."""
    return UnknownCandidate(
        attempted,
        "there is no such candidate in this tenant",
        "call ledger.candidate_emails.register() first",
    )
