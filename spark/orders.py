"""Reads orders as domain/orders.ts, columns.ts, money.ts and time.ts do: tests/integration/read-order.test.ts compares them.

Nothing here needs Spark. If the two ever judge a record differently, the daily batch corrects it: it curates the orders of
the warehouse.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any, Callable, NamedTuple


class Unusable(Exception):
    """The record can't be used; the argument is a reason of domain/dead-letters.ts."""


class Order(NamedTuple):
    order_id: str
    customer_id: str
    # Cents.
    amount: int
    currency: str
    category: str
    country: str
    # ISO 8601, UTC, with microseconds.
    created_at: str
    product_id: str | None
    quantity: int | None


class Number(str):
    """A number as written in JSON: a double would round it."""


def read_order(value: bytes | None) -> Order:
    """
    :param value: of a record on topic orders
    :raises Unusable: with the reason of the first field that is wrong
    """
    fields = parse_object(value)

    def field(name: str, read: Callable[[Any], Any]) -> Any:
        if name not in fields:
            raise Unusable("missing_field")
        return read(fields[name])

    def optional(name: str, read: Callable[[Any], Any]) -> Any:
        return None if fields.get(name) is None else read(fields[name])

    return Order(
        order_id=field("order_id", read_uuid),
        customer_id=field("user_id", read_uuid),
        amount=field("amount", read_cents),
        currency=field("currency", lambda text: read_text(text, 10)),
        category=field("category", lambda text: read_text(text, 50)),
        country=field("country", lambda text: read_text(text, 10)),
        created_at=field("created_at", read_time),
        product_id=optional("product_id", lambda text: read_text(text, 50)),
        quantity=optional("quantity", read_quantity),
    )


def read_row(value: bytes | None, too_large: bool = False) -> tuple:
    """
    None and the order's fields; or the reason why it is not an order, and as many empty fields.

    :param too_large: whether no event of Lambda can hold the record, which archive-orders then refuses
    """
    try:
        if too_large:
            raise Unusable("too_large")
        return (None, *read_order(value))
    except Unusable as problem:
        return (str(problem), *(None for _ in Order._fields))


def parse_object(value: bytes | None) -> dict:
    if value is None:
        raise Unusable("null_value")
    try:
        # Like JavaScript's decoder, drops a byte order mark.
        text = bytes(value).decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unusable(reason_of(value, "not_utf8")) from error
    try:
        parsed = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Unusable(reason_of(value, "not_json")) from error
    if not isinstance(parsed, dict):
        raise Unusable("not_an_object")
    return parsed


UNSUPPORTED_FORMAT = re.compile(
    rb"\xff\xfe|\xfe\xff|\{\0|\0\{|Obj\x01|\xc3\x01|\x1f\x8b|\x28\xb5\x2f\xfd|\xac\xed\0\x05"
    rb"|(?:[\t\n\r].*)?[\0-\x08\x0b\x0c\x0e-\x1f]",
    re.DOTALL,
)


def reason_of(value: bytes, reason: str) -> str:
    """What can't be read may be in a format that has a name (domain/unsupported-format.ts)."""
    return "unsupported_format" if UNSUPPORTED_FORMAT.match(bytes(value)) else reason


def no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON, though Python would read it")


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def read_uuid(value: Any) -> str:
    lower = text_of(value).lower()
    if not UUID.fullmatch(lower):
        raise Unusable("invalid_uuid")
    return lower


def read_text(value: Any, longest: int) -> str:
    text = text_of(value)
    if not 1 <= len(text) <= longest or "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Unusable("invalid_text")
    return text


def text_of(value: Any) -> str:
    if type(value) is not str:
        raise Unusable("wrong_type")
    return value


DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)0*([0-9]{1,3}))?")
# Of the largest amount in cents, and of the largest quantity.
MOST_DIGITS = 10


def whole_number(text: str, decimals: int) -> int | None:
    """The number, as it is written, times 10 ** decimals; None if that is not whole or has too many digits."""
    match = DECIMAL.fullmatch(text)
    if not match:
        return None
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", int(f"{match[4] or ''}{match[5] or 0}")
    digits, point = whole + fraction, len(whole) + exponent + decimals
    moved = (digits + "0" * (point - len(digits)))[: max(point, 0)].lstrip("0")
    if digits[max(point, 0) :].strip("0") or len(moved) > MOST_DIGITS:
        return None
    return -int(moved or 0) if sign else int(moved or 0)


def read_cents(value: Any) -> int:
    """Whole cents, from a number or text with at most two decimals that fits NUMERIC(10,2)."""
    if not isinstance(value, str):
        raise Unusable("wrong_type")
    cents = whole_number(value, decimals=2)
    if cents is None:
        raise Unusable("invalid_amount")
    return cents


TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_time(value: Any) -> str:
    """The instant in UTC, also if there is no zone. Digits past the microsecond are cut off."""
    match = TIME.fullmatch(text_of(value))
    if not match:
        raise Unusable("invalid_timestamp")
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    second, zone_hour, zone_minute = (int(match[group] or 0) for group in (6, 9, 10))
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    exists = 1 <= month <= 12 and 1 <= day <= DAYS[month - 1] + leap
    if not exists or hour > 23 or minute > 59 or second > 59 or zone_hour > 15 or zone_minute > 59:
        raise Unusable("invalid_timestamp")
    zone = timedelta(hours=zone_hour, minutes=zone_minute) * (-1 if match[8] == "-" else 1)
    micros = int((match[7] or "")[:6].ljust(6, "0"))
    # Python's calendar begins with year 1, into which a zone may still carry the last hours of year 0.
    years = 400 if year == 0 else 0
    try:
        local = datetime(year + years, month, day, hour, minute, second, micros)  # noqa: DTZ001 - zones reach beyond its years
        instant = local - zone - timedelta(days=146_097 * years // 400)
    except OverflowError as error:
        raise Unusable("invalid_timestamp") from error
    return instant.isoformat(timespec="microseconds") + "Z"


def read_quantity(value: Any) -> int:
    if not isinstance(value, Number):
        raise Unusable("wrong_type")
    number = whole_number(value, decimals=0)
    if number is None or not 1 <= number <= 2_147_483_647:
        raise Unusable("invalid_quantity")
    return number
