"""The e-mail addresses of a CV: PDF (extra ``cv``), DOCX, ODT, RTF, HTML, plain text; limits on everything.

>>> from deliveryledger.advice.cv_addresses import cv_addresses
>>> reading = cv_addresses(b"Ada Lovelace\\nE-post:ada@example.orgTelefon 070-174 06 05")
>>> reading.addresses
(CvAddress(address='ada@example.org', page=None, how='text', whose='candidate'),)
"""

from .apart import read_apart
from .limits import DEFAULT, Limits, UnreadableCv, Watch
from .reading import CvAddress, CvReading, read_here

__all__ = ["DEFAULT", "CvAddress", "CvReading", "Limits", "UnreadableCv", "cv_addresses"]


def cv_addresses(data: bytes, *, name: str | None = None, limits: Limits = DEFAULT) -> CvReading:
    """The addresses of a CV, the candidate's own first, referees' and role accounts last.

    ``name`` is the candidate's, where it is known. The format is found by the bytes. A scan is no error: it
    is not ``readable``. Raises UnreadableCv for what is encrypted, damaged, of another format or above a
    limit, and MissingExtra for a PDF without the extra ``cv``.
    """
    if limits.apart:
        return read_apart(data, name, limits)
    return read_here(data, name, Watch(limits))
