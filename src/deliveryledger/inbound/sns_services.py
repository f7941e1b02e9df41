"""The services that post messages as SNS does: names of topics, hosts, and who signs.

Sources: SnsHostProvider of github.com/aws/aws-sdk-java-v2 (hosts and names of certificates);
scaleway.com/en/docs/topics-and-events: reference-content/verifying-webhooks and
how-to/create-manage-subscriptions.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from .certificates import LIMIT, certificates_of
from .credentials import Configured, texts
from .sns import Service

TRUST_CHAIN: Final = "trust_chain"

# Of the first part of a region's name: the domain of its partition.
_AMAZON_DOMAINS: Final = {"cn": "amazonaws.com.cn", "eusc": "amazonaws.eu"}
# A region is never "s3-…": sns.s3-us-west-2.amazonaws.com is what somebody keeps in a bucket named sns.
_AMAZON_TOPIC: Final = re.compile(
    r"arn:aws[a-z-]{0,10}:sns:(?P<region>[a-z]{2,4}-[a-z]{2,12}(?:-[a-z]{2,12})?-[0-9]{1,2})"
    r":[0-9]{1,20}:[A-Za-z0-9_.-]{1,256}"
)


def _amazon_domain(region: str) -> str:
    return _AMAZON_DOMAINS.get(region.partition("-")[0], "amazonaws.com")


def _amazon_host(region: str) -> str:
    return f"sns.{region}.{_amazon_domain(region)}"


def _is_amazons(certificate: x509.Certificate, region: str, _at: datetime, _known: Configured) -> bool:
    domain = _amazon_domain(region)
    names = {f"sns.{domain}", f"sns-signing.{region}.{domain}", f"sns-{region}.{domain}"}
    if region.startswith("us-gov-"):
        names.add(f"sns-us-gov-west-1.{domain}")
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return len(common) == 1 and common[0].value in names


AMAZON: Final = Service(
    topic=_AMAZON_TOPIC,
    api=_amazon_host,
    certificate=lambda region: re.compile(
        rf"https://{re.escape(_amazon_host(region))}/SimpleNotificationService-[0-9a-f]{{1,64}}\.pem"
    ),
    issued=_is_amazons,
    # Retries carry the time of the first attempt, and a delivery policy may have them go on for 3,600 s.
    window=timedelta(seconds=3_600 + 300),
)

_SCALEWAY_TOPIC: Final = re.compile(
    r"arn:scw:sns:(?P<region>[a-z]{2}-[a-z]{3}):[A-Za-z0-9-]{1,80}:[A-Za-z0-9_.-]{1,256}"
)


def _is_scaleways(certificate: x509.Certificate, _region: str, at: datetime, known: Configured) -> bool:
    """The vendor's rule: never trust the certificate itself, only the authority that issued it."""
    return any(_issued(certificate, by, at) for by in _authorities(texts(known, TRUST_CHAIN)))


def _authorities(chains: Iterable[str]) -> list[x509.Certificate]:
    return [each for text in chains if len(text) <= LIMIT for each in certificates_of(text)]


def _issued(certificate: x509.Certificate, by: x509.Certificate, at: datetime) -> bool:
    if not by.not_valid_before_utc <= at <= by.not_valid_after_utc:
        return False
    try:
        authority = by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    return authority


SCALEWAY: Final = Service(
    topic=_SCALEWAY_TOPIC,
    api=lambda region: f"sns.mnq.{region}.scaleway.com",
    # Where the vendor publishes the chains of all its regions.
    certificate=lambda _region: re.compile(
        r"https://messaging\.s3\.fr-par\.scw\.cloud/(?:[A-Za-z0-9_-]{1,80}/){0,6}[A-Za-z0-9_-]{1,80}\.(?:pem|crt)"
    ),
    issued=_is_scaleways,
    # The vendor does not say for how long it retries; another integration reckons with eight hours.
    window=timedelta(hours=8, seconds=300),
)
