"""Publication dates: what was written, read as UTC, or null where it could mean two days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

ORDERS = ("dmy", "mdy")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")
_COMPACT = re.compile(r"(\d{8})(?:T?(\d{6})Z?)?\Z")
_CLOCK = re.compile(r"(?:[ ,]+|T)(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([aApP])\.?[mM]\.?)?\Z")
_WRITTEN = (
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%A, %B %d, %Y",
    "%A, %d %B %Y",
    "%a, %d %b %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y-%m-%d",
)
# The words email.utils understands; it drops any other, a zone it does not know or "pm", without a sign.
_RFC_TEXT = (
    "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october "
    "november december mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "ut utc gmt z ast adt est edt cst cdt mst mdt pst pdt"
)
_RFC_WORDS = frozenset(_RFC_TEXT.split())
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


def read_date(value: object, order: str | None = None) -> datetime | None:
    """When a date was, in UTC.

    A numeric date such as 03/04/2021 could be two days; without `order` it is null, never a guess.

    Args:
        value: What the input gave.
        order: `dmy` or `mdy` for numeric dates with the year last.

    Returns:
        An aware time, midnight UTC for a date alone, or None where it was not understood.

    Example:
        >>> read_date("2021-06-28T10:00:00+02:00").isoformat()
        '2021-06-28T08:00:00+00:00'
        >>> read_date("03/04/2021") is None
        True
        >>> read_date("03/04/2021", "dmy").day
        3
    """
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and 10**7 <= value < 10**14:
        value = str(value)
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    # Digits of other scripts would pass as digits; no form read here has a letter beyond ASCII.
    if not 6 <= len(text) <= 64 or not text.isascii():
        return None
    for attempt in (_iso, _compact, _rfc):
        found = attempt(text)
        if found is not None:
            return found
    return _with_clock(text, order)


def _utc(value: datetime) -> datetime | None:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    if len(text) < 10 or text[4] != "-":
        return None
    try:
        return _utc(datetime.fromisoformat(text.removesuffix(" UTC")))
    except ValueError:
        return None


def _compact(text: str) -> datetime | None:
    match = _COMPACT.match(text)
    try:
        return (
            datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if match else None
        )
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    if ":" not in text or not text[-1:].isalnum():
        return None
    if not _RFC_WORDS.issuperset(re.findall("[a-z]+", text.lower())):
        return None
    try:
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError):
        return None


def _with_clock(text: str, order: str | None) -> datetime | None:
    clock = _CLOCK.search(text)
    day_text = text[: clock.start()] if clock else text
    day = _written(day_text) or _numeric(day_text, order)
    if day is None or clock is None:
        return day
    hour, half = int(clock[1]), clock[4]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        return day.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0))
    except ValueError:
        return None


def _written(text: str) -> datetime | None:
    plain = _ORDINAL.sub("", text)
    for form in _WRITTEN:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _numeric(text: str, order: str | None) -> datetime | None:
    match = _NUMERIC.match(text)
    if not match:
        return None
    first, second, year = (int(match[i]) for i in (1, 2, 3))
    if order is None and first != second and first <= 12 and second <= 12:
        return None
    day_first = order == "dmy" or (order is None and first > 12)
    day, month = (first, second) if day_first else (second, first)
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
