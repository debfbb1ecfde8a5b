"""Lists of payments, page by page, as the gateway's REST API filters and sorts them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.clock import stored
from sandbox.database import Database, Row
from sandbox.payment_rows import cancellations_of
from sandbox.won import is_won

MOST_IN_A_PAGE = 1000
DEFAULT_RANGE = timedelta(days=90)

_COLUMNS = {
    "CREATED_AT": "requested_at",
    "REQUESTED_AT": "requested_at",
    "STATUS_CHANGED_AT": "status_changed_at",
}
_ORDERS = ("DESC", "ASC")
# The filter's word differs from the payment's own.
_STATUSES = {"PENDING": "PAY_PENDING"}


@dataclass(frozen=True)
class ListWish:
    """A page to list: `number` from 0; payments whose `by` lies in `since`..`until`, both included.

    `statuses` are the payments' own words; empty means all. `by` and `sort_by` are columns.
    """

    number: int
    size: int
    since: datetime
    until: datetime
    by: str
    sort_by: str
    order: str
    statuses: list[str] = field(default_factory=list)
    store_id: str | None = None
    nothing: bool = False


def read_list_wish(body: Any, now: datetime) -> ListWish:
    """Read the request's body. Raises ValueError naming the field that is malformed."""
    filter_ = _object(_object(body, "requestBody").get("filter"), "filter")
    page = _object(body.get("page"), "page")
    number, size = page.get("number", 0), page.get("size", 10)
    _require(is_won(number, 0) and is_won(size) and size <= MOST_IN_A_PAGE, "page")
    until = _moment(filter_, "until") or now
    since = _moment(filter_, "from") or until - DEFAULT_RANGE
    statuses = filter_.get("status") or []
    _require(isinstance(statuses, list) and all(isinstance(word, str) for word in statuses), "status")
    is_test, version = filter_.get("isTest"), filter_.get("version")
    _require(is_test is None or isinstance(is_test, bool), "isTest")
    by = _choice(filter_, "timestampType", ("CREATED_AT", "STATUS_CHANGED_AT"), "STATUS_CHANGED_AT")
    return ListWish(
        number=number,
        size=size,
        since=since,
        until=until,
        by=_COLUMNS[by],
        sort_by=_COLUMNS[_choice(filter_, "sortBy", ("REQUESTED_AT", "STATUS_CHANGED_AT"), "REQUESTED_AT")],
        order=_choice(filter_, "sortOrder", _ORDERS, "DESC"),
        statuses=[_STATUSES.get(word, word) for word in statuses],
        store_id=filter_.get("storeId"),
        # Everything here is a test payment of version V2.
        nothing=is_test is False or version not in (None, "V2"),
    )


class PaymentLists:
    """Reads pages without looking at the payments that are not on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wish: ListWish) -> tuple[int, list[tuple[Row, list[Row]]]]:
        """How many payments there are in all, and those of the page: attempt and cancellations."""
        if wish.nothing:
            return 0, []
        places = ",".join("?" * len(wish.statuses))
        where = f"describes AND {wish.by} >= ? AND {wish.by} <= ?"
        where += f" AND status IN ({places})" if wish.statuses else ""
        # The books know milliseconds: a start inside one begins with the next.
        since = stored(wish.since.astimezone(UTC) + timedelta(microseconds=999))
        values: list[Any] = [since, stored(wish.until), *wish.statuses]
        with self._database.read() as connection:
            total = connection.execute(
                f"SELECT count(*) FROM payment_attempts WHERE {where}",  # noqa: S608 - columns of our own
                values,
            ).fetchone()[0]
            order = f"ORDER BY {wish.sort_by} {wish.order}, number {wish.order}"
            attempts = connection.execute(
                "SELECT * FROM payment_attempts WHERE number IN"  # noqa: S608 - columns of our own
                f" (SELECT number FROM payment_attempts WHERE {where} {order} LIMIT ? OFFSET ?) {order}",
                [*values, wish.size, wish.number * wish.size],
            ).fetchall()
            cancellations = cancellations_of(connection, *[attempt["payment_id"] for attempt in attempts])
        cancelled: dict[str, list[Row]] = {}
        for cancellation in cancellations:
            cancelled.setdefault(cancellation["payment_id"], []).append(cancellation)
        return total, [(attempt, cancelled.get(attempt["payment_id"], [])) for attempt in attempts]


def _require(condition: bool, name: str) -> None:
    if not condition:
        raise ValueError(name)


def _object(value: Any, name: str) -> dict[str, Any]:
    _require(value is None or isinstance(value, dict), name)
    return value or {}


def _moment(filter_: dict[str, Any], name: str) -> datetime | None:
    text = filter_.get(name)
    if text is None:
        return None
    _require(isinstance(text, str), name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(name) from None
    _require(moment.tzinfo is not None, name)
    return moment


def _choice(filter_: dict[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = filter_.get(name) or default
    _require(value in choices, name)
    return str(value)
