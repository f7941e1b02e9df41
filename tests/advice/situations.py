"""Every situation that a message can be in."""

import itertools
import re
from datetime import UTC, datetime

from deliveryledger.advice.next_steps import ALL_IS_WELL, NextStep, Situation
from deliveryledger.advice.plans import BY_CAUSE
from deliveryledger.advice.wording import NOT_KNOWN
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.status import MessageStatus

SINCE = datetime(2026, 11, 14, 8, 32, 7, tzinfo=UTC)
LATER = datetime(2026, 11, 14, 9, 5, tzinfo=UTC)
MEANT = "ada@gmail.com"
CAUSES = (*BY_CAUSE, "address_malformed", "something_new")

EVERY_SITUATION = [
    Situation(
        status=status,
        reason=reason,
        withheld_by=causes,
        withheld_since=since,
        address=address,
        suggestion=suggestion,
        will_retry_until=since,
        delivered_at=since,
        failed_at=since and LATER,
        list_reason=list_reason,
        resent_to=resent,
        resent_at=since and resent and LATER,
    )
    for status, reason, causes, (address, since), (suggestion, resent, list_reason) in itertools.product(
        MessageStatus,
        (None, *FailureReason),
        ((), *((cause,) for cause in CAUSES), ("hard_bounce", "complaint")),
        (("ada@gmai.com", SINCE), ("", None)),
        ((None, None, None), (MEANT, None, "HardBounce"), (None, MEANT, "SpamComplaint")),
    )
]


def says_everything(situation: Situation, step: NextStep) -> bool:
    """Checks that a failure has every text; False where all is well, and there is nothing to say."""
    if step == ALL_IS_WELL:
        assert not situation.status.is_failure
        return False
    shown = " ".join(filter(None, (step.headline, step.kind, step.explanation, step.next_step)))
    assert step.headline, situation
    assert step.explanation, situation
    assert not re.search(r"[{}]|None|  ", shown), shown
    assert NOT_KNOWN not in shown, shown
    return True
