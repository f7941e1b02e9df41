"""Reply lines and what they mean: a table a family of providers, one test for each line."""

from deliveryledger.classification import Evidence, classify
from deliveryledger.domain.failure_reason import FailureReason

Lines = tuple[tuple[str, str | None, str], ...]


def reason_of(words: str, status: str | None, remote_mta: str | None = None) -> FailureReason:
    """The reason of a failure with these words and this reported status."""
    return classify(Evidence.gather(words, status=status, remote_mta=remote_mta)).reason
