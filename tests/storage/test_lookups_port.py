"""What every store of the event log does: lookups that are right at once, written with the events."""

from datetime import date, timedelta

from deliveryledger.application.ports import Changes, Delivery, EventLog
from deliveryledger.domain.identifiers import candidate_email_stream, intake_stream, message_stream
from deliveryledger.testing import AT_REGISTRATION
from tests.storage.facts import REPORT, ada_registered, append_ada, at, confirmed, correlation, unmatched


def test_submissions_are_found_by_their_keys(log: EventLog) -> None:
    first = correlation(candidate_id="cand-7", sender_id="rec-3", data_subject="00", registered_at="then")
    second = correlation(stream=message_stream("default", "0190-msg-2"))
    other = correlation("key-2")
    with log.transaction() as transaction:
        transaction.append(Changes(correlations=[first, second, other]))
        transaction.append(Changes(correlations=[first, second]))  # again changes nothing
    with log.transaction() as transaction:
        found = transaction.correlated(["key-1", "key-2", "none"])
        assert {key: sorted(submissions) for key, submissions in found.items()} == {
            "key-1": [first, second],
            "key-2": [other],
        }
        assert transaction.correlated([]) == {}


def test_by_reference_alone_all_that_share_it_are_found(log: EventLog) -> None:
    with log.transaction() as transaction:
        transaction.append(
            Changes(
                correlations=[
                    correlation("key-1", reference="one"),
                    *(correlation(f"key-{n}", f"message-default:{n}", "many") for n in range(2, 7)),
                ]
            )
        )
        found = transaction.correlated_by_reference(["one", "many", "none"])
    assert found["one"] == [correlation("key-1", reference="one")]
    assert len(found["many"]) == 5
    assert not found.get("none")


def test_reports_wait_for_their_references_until_they_no_longer_do(log: EventLog) -> None:
    second = intake_stream("main", "report-2")
    with log.transaction() as transaction:
        subject = transaction.issue_subject("intake")
        transaction.append(
            Changes(
                events=[
                    *at(second, unmatched(subject, "report-2")),
                    *at(REPORT, unmatched(subject)),
                ],
                waiting=[("reference-1", REPORT), ("own-1", REPORT), ("reference-1", second)],
            )
        )
        assert transaction.waiting(["reference-1"]) == sorted([REPORT, second])
        assert transaction.waiting(["own-1", "reference-1"]) == sorted([REPORT, second])
        assert transaction.waiting(["none"]) == []
        assert transaction.waiting([]) == []
    assert log.waiting_streams() == [second, REPORT]  # oldest first
    with log.transaction() as transaction:
        transaction.append(Changes(events=at(REPORT, confirmed(), after=1), no_longer_waiting=[REPORT]))
        assert transaction.waiting(["own-1", "reference-1"]) == [second]
    assert log.waiting_streams() == [second]


def test_a_delivery_is_remembered_with_its_content(log: EventLog) -> None:
    with log.transaction() as transaction:
        assert transaction.delivery("key") is None
        transaction.append(Changes(deliveries={"key": Delivery("content")}))
        assert transaction.delivery("key") == "content"
    assert log.delivery("key") == "content"


def test_a_delivery_is_forgotten_by_the_day_it_was_seen_on_or_never(log: EventLog) -> None:
    day = date(2026, 11, 14)
    seen = {
        "for ever": Delivery(),
        "old": Delivery(seen_on=day - timedelta(days=1)),
        "new": Delivery("", day),
    }
    with log.transaction() as transaction:
        transaction.append(Changes(deliveries=seen))
        transaction.append(Changes(deliveries_forgotten=day))
        assert [key for key in seen if transaction.delivery(key) is not None] == ["for ever", "new"]


def test_submissions_to_an_address_are_found_by_account_and_time_newest_first(log: EventLog) -> None:
    first = AT_REGISTRATION
    rows = [
        correlation(f"key-{hour}", f"message-default:{hour}")._replace(
            address_key="1.ada", submitted_at=(first + timedelta(hours=hour)).isoformat()
        )
        for hour in range(5)
    ]
    others = [
        rows[2]._replace(key="other-1", stream="message-default:a", address_key="1.grace"),
        rows[2]._replace(key="other-2", stream="message-default:b", provider="sendgrid"),
        rows[2]._replace(key="other-3", stream="message-default:c", account="bulk"),
    ]
    with log.transaction() as transaction:
        transaction.append(Changes(correlations=[*rows, *others]))
        found = transaction.submitted_to(
            "1.ada",
            provider=rows[0].provider,
            account=rows[0].account,
            since=first + timedelta(hours=1),
            until=first + timedelta(hours=3),
        )
    assert found == rows[3:0:-1]


def test_equal_ids_of_two_tenants_are_two_streams(log: EventLog) -> None:
    streams = [candidate_email_stream(tenant, "cand-7") for tenant in ("acme", "globex")]
    with log.transaction() as transaction:
        subjects = [append_ada(transaction, stream) for stream in streams]
    loaded = log.load(streams, opened=True)
    assert loaded == {s: [ada_registered(subject)] for s, subject in zip(streams, subjects, strict=True)}
    assert [e.name.owner for e in log.read(after=0, limit=10)] == ["acme", "globex"]
    assert subjects[0] != subjects[1]
