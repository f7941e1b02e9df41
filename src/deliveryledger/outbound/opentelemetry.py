"""Metrics and traces for OpenTelemetry (opentelemetry.io). Needs the extra ``otel``.

Only the API is used: where the numbers go, and whether they go anywhere, is what the application that uses
this library has set up. Importing this without the extra raises MissingExtra.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..application.telemetry import COUNTERS, HISTOGRAMS
from ..errors import MissingExtra

try:
    from opentelemetry.metrics import MeterProvider, get_meter
    from opentelemetry.trace import Status, StatusCode, TracerProvider, get_tracer
except ModuleNotFoundError as missing:
    raise MissingExtra("otel", str(missing.name)) from None


class OpenTelemetry:
    """A ``telemetry`` for ``Ledger.open``; by the application's providers unless others are given."""

    def __init__(
        self, *, meter_provider: MeterProvider | None = None, tracer_provider: TracerProvider | None = None
    ) -> None:
        meter = get_meter("deliveryledger", meter_provider=meter_provider)
        self._tracer = get_tracer("deliveryledger", tracer_provider=tracer_provider)
        self._counters = {name: meter.create_counter(name, *about) for name, about in COUNTERS.items()}
        self._histograms = {name: meter.create_histogram(name, *about) for name, about in HISTOGRAMS.items()}

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int]) -> Iterator[None]:
        """A span. Of an error it has the kind alone: what a foreign error says may quote what failed."""
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield
            except BaseException as error:
                current.set_attribute("error.type", type(error).__name__)
                current.set_status(Status(StatusCode.ERROR))
                raise

    def count(self, name: str, number: int, attributes: Mapping[str, str]) -> None:
        """Add to a counter."""
        self._counters[name].add(number, attributes)

    def measure(self, name: str, value: float, attributes: Mapping[str, str]) -> None:
        """Add a value to a histogram."""
        self._histograms[name].record(value, attributes)
