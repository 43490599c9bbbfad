"""Publication dates: what was written, read as UTC, or null where it could mean two days."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

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
DATES_FILE = Path(__file__).parent / "data" / "dates.toml"
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)?"
_NAMED = re.compile(
    rf"(?:(?P<weekday>{_WORD})[.,]* )?"
    rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)? ?(?:de |of )?(?P<month>{_WORD})\.?,?(?: del?)? "
    rf"|(?P<month_first>{_WORD})\.? (?P<day_second>[0-9]{{1,2}})(?:st|nd|rd|th)?,? )"
    r"(?P<year>[0-9]{4})(?![0-9])"
)
_AFTER_DAY = re.compile(rf"[ ,]*(?P<weekday>{_WORD})(?!\w)")
_HOUR = re.compile(
    r"[ ,;]*(?:(?:at|um|à|om|a las|alle) )?(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?![0-9])"
    r"(?: (?:uhr|uur|heures|h)\b)?(?: ?(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r" ?\(?(?P<zone>[A-Za-z]{2,5})\b(?:(?P<hours>[+-][0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?)?\)?")
#: With the name of an edition behind it, a date is longer than on its own.
_LONGEST = 200


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
        >>> read_date("June 5, 1989, Monday, Late City Final Edition").isoformat()
        '1989-06-05T00:00:00+00:00'
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
    # Digits of other scripts would pass as digits; the forms read first have no letter beyond ASCII.
    if not 6 <= len(text) <= _LONGEST:
        return None
    if len(text) <= 64 and text.isascii():
        for attempt in (_iso, _compact, _rfc):
            found = attempt(text)
            if found is not None:
                return found
        found = _with_clock(text, order)
        if found is not None:
            return found
    return _named(text)


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


@cache
def _words() -> tuple[dict[str, int], frozenset[str], dict[str, int]]:
    """Months by name, weekdays, and zones in hours."""
    data: dict[str, Any] = tomllib.loads(DATES_FILE.read_text(encoding="utf-8"))
    months = {
        name: number
        for language in data["months"].values()
        for number, names in enumerate(language, start=1)
        for name in names.split()
    }
    return months, frozenset(name for names in data["weekdays"].values() for name in names), data["zones"]


def _named(text: str) -> datetime | None:
    """A date with the month's name in one of several languages, as news databases print it.

    They put the weekday behind the year ("3. Mai 2011 Dienstag 9:50 PM GMT+1, Bayern"), or a comma and the edition; only then may
    something follow that is no part of the date, and only then is a clock in an unknown zone left aside for the day as printed.
    """
    months, weekdays, zones = _words()
    match = _NAMED.match(text)
    if not match or (match["weekday"] and match["weekday"].casefold() not in weekdays):
        return None
    month = months.get((match["month"] or match["month_first"]).casefold())
    try:
        day = datetime(int(match["year"]), month or 0, int(match["day"] or match["day_second"]), tzinfo=UTC)
    except ValueError:
        return None
    at = match.end()
    after = _AFTER_DAY.match(text, at)
    printed = bool(after and after["weekday"].casefold() in weekdays)
    if printed and after:
        at = after.end()
    hour = _HOUR.match(text, at)
    if hour:
        found = _at(day, hour)
        zone = _ZONE.match(text, hour.end())
        rest = text[zone.end() if zone else hour.end() :]
        if not zone and not rest:
            return found
        if not printed and not text[at:].startswith(","):
            return None
        if found is None or not zone:
            return found or day
        ahead = zones.get(zone["zone"].casefold())
        if ahead is None:
            return day
        minutes = int(zone["minutes"] or 0) * (-1 if (zone["hours"] or "").startswith("-") else 1)
        return _earlier(found, ahead * 60 + int(zone["hours"] or 0) * 60 + minutes)
    rest = text[at:].strip(" .,;")
    edition = text[at:].startswith((",", ";")) and not any(c.isdigit() for c in rest)
    return day if printed or edition or not rest else None


def _at(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour, half = int(clock["hour"]), clock["half"]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        return day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    except ValueError:
        return None


def _earlier(moment: datetime, minutes: int) -> datetime | None:
    try:
        return moment - timedelta(minutes=minutes)
    except OverflowError:
        return None
