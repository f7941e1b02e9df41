"""Reading a notification of Amazon SES as SNS posts it, and being refused."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.amazon_ses import AMAZON_SES
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW
from tests.inbound.sns_requests import CERT, CERT_URL, request

EVENT = json.dumps(EXAMPLES["amazon_ses"].good)


CERTS: Mapping[str, Any] = {"certs": {CERT_URL: CERT}}


def read(fields: Mapping[str, Any], secrets: Mapping[str, Any] = CERTS, now: datetime = NOW) -> Reading:
    return AMAZON_SES.read(request(fields), secrets, now=now)


def refused(
    fields: Mapping[str, Any], why: str, secrets: Mapping[str, Any] = CERTS, now: datetime = NOW
) -> None:
    with pytest.raises(Unauthenticated, match=why):
        read(fields, secrets, now)
