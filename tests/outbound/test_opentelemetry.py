"""Metrics and traces through OpenTelemetry's own SDK, in memory."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import UnknownCandidate
from deliveryledger.outbound.opentelemetry import OpenTelemetry
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell


class Collector:
    """An SDK that keeps what it is given."""

    def __init__(self) -> None:
        self.reader, self.exporter = InMemoryMetricReader(), InMemorySpanExporter()
        self.meters, self.tracers = MeterProvider([self.reader]), TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))

    def telemetry(self) -> OpenTelemetry:
        return OpenTelemetry(meter_provider=self.meters, tracer_provider=self.tracers)

    def points(self) -> dict[str, list[Any]]:
        data = self.reader.get_metrics_data()
        metrics = (
            [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
        )
        return {metric.name: list(metric.data.data_points) for metric in metrics}


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.meters.shutdown()
    collector.tracers.shutdown()


@pytest.fixture
def watched(collector: Collector) -> Iterator[Ledger]:
    clock = Clock()
    with Ledger.open(":memory:", clock=clock, telemetry=collector.telemetry()) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
        send(ledger, "cand-7", "msg-1")
        collector.exporter.clear()
        tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.move(minutes=1)))
        yield ledger


def test_counters_arrive(watched: Ledger, collector: Collector) -> None:
    points = collector.points()
    (report,) = points["deliveryledger.reports"]
    assert (report.value, dict(report.attributes)) == (1, {"outcome": "complained", "provider": "postmark"})
    assert points["deliveryledger.suppressions"][0].attributes == {"cause": "complaint"}
    assert points["deliveryledger.incidents"][0].attributes == {"trouble": "complaint"}


def test_histograms_arrive(watched: Ledger, collector: Collector) -> None:
    points = collector.points()
    assert points["deliveryledger.record.reports"][0].sum == 1
    assert 0 < points["deliveryledger.record.duration"][0].sum < 60


def test_spans_lie_within_one_another(watched: Ledger, collector: Collector) -> None:
    transact, record = collector.exporter.get_finished_spans()
    assert (transact.name, record.name) == ("deliveryledger.transact", "deliveryledger.record")
    assert transact.parent is not None
    assert transact.parent.span_id == record.context.span_id
    assert record.attributes == {"reports": 1, "source": "webhook"}


def test_of_an_error_the_span_has_the_kind_alone(watched: Ledger, collector: Collector) -> None:
    collector.exporter.clear()
    with pytest.raises(UnknownCandidate):
        watched.messages.register("cand-9", sender="rec-3", subject="Interview")
    (span,) = collector.exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.status.description, span.events) == (None, ())
    assert span.attributes == {"error.type": "UnknownCandidate"}


def test_nothing_personal_leaves(watched: Ledger, collector: Collector) -> None:
    watched.bell("rec-3")
    told = "".join(span.to_json() for span in collector.exporter.get_finished_spans()) + str(
        collector.points()
    )
    assert not [word for word in (ADDRESS, "gmial", "Ada", "cand-7", "msg-1", "rec-3") if word in told]


def test_without_the_extra_the_error_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['opentelemetry.metrics'] = None\n"
        "try:\n import deliveryledger.outbound.opentelemetry\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("MissingExtra")
    assert "deliveryledger[otel]" in run.stdout
