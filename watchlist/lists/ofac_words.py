"""What OFAC's files have in common: kinds, programme codes, identifiers in prose."""

import re
from collections.abc import Iterator
from functools import lru_cache

KINDS = {
    "individual": "person",
    "entity": "organization",
    "vessel": "vessel",
    "aircraft": "aircraft",
    "": "organization",
}
SCRIPTS = {"Chinese Simplified": "zh-Hans", "Chinese Traditional": "zh-Hant", "Cyrillic": "ru", "Arabic": "ar", "Korean": "ko", "Japanese": "ja", "Farsi": "fa"}  # fmt: skip
"""Languages of the scripts that names are told in; Latin letters tell none."""
LINKED = re.compile(r"\(?Linked To: ([^);]+)")
_IDENTIFIERS = (
    # scheme, what a text must hold for it to be looked for, how it is written
    ("IMO", "IMO ", re.compile(r"\bIMO (\d{7})\b")),
    ("LEI", "Legal Entity Number ", re.compile(r"\bLegal Entity Number ([A-Z0-9]{18}\d{2})\b")),
    ("ISIN", "ISIN ", re.compile(r"\bISIN ([A-Z]{2}[A-Z0-9]{9}\d)\b")),
    ("SWIFT", "SWIFT/BIC ", re.compile(r"\bSWIFT/BIC ([A-Z0-9]{8,11})\b")),
    ("USCC", "(USCC) ", re.compile(r"\bUnified Social Credit Code \(USCC\) ([0-9A-Z]{18})\b")),
    ("REG", " ", re.compile(r"\b(?:Registration|Company|Commercial Registry|Business Registration) (?:ID|Number) ([^;(]+?)(?= \(|;|\.?$)")),
    ("TAX", "Tax ID No. ", re.compile(r"\bTax ID No\. ([^;(]+?)(?= \(|;|\.?$)")),
    ("PASSPORT", "Passport ", re.compile(r"\bPassport ([A-Z0-9-]+)")),
    ("MMSI", "MMSI ", re.compile(r"\bMMSI (\d{9})\b")),
)  # fmt: skip
LABELS = {
    "lei": "LEI", "legal entity number": "LEI", "isin": "ISIN", "swift/bic": "SWIFT", "unified social credit code (uscc)": "USCC",
    "vessel registration identification": "IMO", "registration number": "REG", "registration id": "REG", "company number": "REG",
    "business registration number": "REG", "commercial registry number": "REG", "tax id no.": "TAX", "passport": "PASSPORT", "mmsi": "MMSI",
    "equity ticker": "TICKER", "identification number": "ID", "national id no.": "ID", "website": "", "gender": "", "email address": "", "target type": "", "organization type": "", "nationality of registration": "", "phone number": "",
}  # fmt: skip


def identifiers_in(remarks: str) -> Iterator[str]:
    """Yield the identifiers that stand in OFAC's prose, as ``LABEL:value``."""
    for scheme, mark, pattern in _IDENTIFIERS:
        if mark in remarks:
            for number in pattern.findall(remarks):
                yield f"{scheme}:{number}"


def split_programs(text: str) -> Iterator[str]:
    """Yield the codes of ``SDGT] [IRGC``."""
    for code in text.split("] ["):
        yield code.strip("[] ")


@lru_cache(maxsize=1024)
def label(kind: str) -> str:
    """Return the identifier label of OFAC's kind of document, or "" for what identifies nobody (gender, website)."""
    return LABELS.get(kind.casefold().strip(), "" if kind.rstrip().endswith((":", "-")) else "ID")
