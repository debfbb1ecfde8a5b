"""The demo customers: invented people, numbers that no carrier gives out, invented shops."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import SEOUL, Clock, iso_seoul, month_of
from sandbox.database import Connection, Database

Charges = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DemoCustomer:
    """A subscriber. `charges` (merchant, won) fall in the seeded month, `last_month` in the one before it."""

    customer_id: str
    name: str
    line_id: str
    phone_number: str
    limit_won: int
    note: str
    charges: Charges = ()
    last_month: Charges = ()
    prepaid_won: int = 0


DEMO_CUSTOMERS = (
    DemoCustomer(
        "minji",
        "김민지",
        "line-1001",
        "01000001001",
        300_000,
        "이번 달 180,000원 사용",
        (
            ("달빛웹툰", 12_000),
            ("하루한곡뮤직", 10_900),
            ("별숲게임즈", 55_000),
            ("모두의마켓", 38_500),
            ("새벽배송상점", 29_700),
            ("별숲게임즈", 33_900),
        ),
    ),
    DemoCustomer(
        "junho",
        "이준호",
        "line-1002",
        "01000001002",
        300_000,
        "이번 달 25,000원만 사용 (최소 금액 미만)",
        (("하루한곡뮤직", 10_900), ("달빛웹툰", 5_100), ("골목편의점", 9_000)),
    ),
    DemoCustomer("seoyeon", "박서연", "line-1003", "01000001003", 300_000, "이번 달 사용 없음"),
    DemoCustomer(
        "dohyun",
        "최도현",
        "line-1004",
        "01000001004",
        0,
        "한도 0원으로 차단, 이번 달 90,000원 사용",
        (("바람구두", 49_000), ("영화한편", 14_000), ("별숲게임즈", 27_000)),
    ),
    DemoCustomer(
        "jiwoo",
        "정지우",
        "line-1005",
        "01000001005",
        300_000,
        "이번 달 120,000원 사용, 그중 50,000원 선결제함",
        (("모두의마켓", 64_000), ("달빛웹툰", 16_000), ("새벽배송상점", 40_000)),
        prepaid_won=50_000,
    ),
    DemoCustomer(
        "haeun",
        "한하은",
        "line-1006",
        "01000001006",
        300_000,
        "지난달에만 70,000원 사용",
        last_month=(("영화한편", 28_000), ("모두의마켓", 42_000)),
    ),
    DemoCustomer(
        "yuna",
        "윤유나",
        "line-1007",
        "01000001007",
        100_000,
        "이번 달 55,000원 사용, 한도 100,000원",
        (("하루한곡뮤직", 10_900), ("바람구두", 31_100), ("골목편의점", 13_000)),
    ),
)


class DemoCustomers:
    """Puts the demo customers into the books, month by month."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._seeded: set[str] = set()

    def listed(self) -> list[dict[str, Any]]:
        """Who can be logged in as: customer_id, name, line_id, phone_number, note."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT customer_id, subscriber_name AS name, line_id, phone_number, note"
                " FROM lines WHERE demo ORDER BY line_id"
            )
            return [dict(row) for row in rows]

    def seed_current_month(self) -> None:
        """Seed the month of real time unless it has been seeded; other months stay as they are."""
        now = datetime.now(SEOUL)
        if month_of(now) not in self._seeded:
            self.seed(month_of(now), now)

    def reset(self, month: str | None) -> None:
        """Forget everything in the database and seed `month` (YYYY-MM; default: the month of real time)."""
        with self._lock:
            self._seeded.clear()
        self._database.clear()
        if month is not None:
            self.seed(month, self._clock.now())
        self.seed_current_month()

    def seed(self, month: str, now: datetime) -> None:
        """Seed `month` once, nothing later than `now` when it is the month of `now`."""
        first, end = _bounds(month)
        last = now if first < now < end else end
        before, _ = _bounds(month_of(first - timedelta(days=1)))
        with self._lock, self._database.write() as connection:
            known = {row["month"] for row in connection.execute("SELECT month FROM seeded_months")}
            if month not in known:
                connection.execute("INSERT INTO seeded_months VALUES (?)", (month,))
                for customer in DEMO_CUSTOMERS:
                    _insert_line(connection, customer)
                    _insert_charges(connection, customer.line_id, customer.charges, first, last)
                    if month_of(before) not in known:
                        _insert_charges(connection, customer.line_id, customer.last_month, before, first)
                    _insert_prepayment(connection, customer, first, last)
            self._seeded.add(month)


def _bounds(month: str) -> tuple[datetime, datetime]:
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=SEOUL)
    return first, (first + timedelta(days=32)).replace(day=1)


def _insert_line(connection: Connection, customer: DemoCustomer) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO lines VALUES (?, ?, ?, ?, ?, ?, 1)",
        (
            customer.line_id,
            customer.customer_id,
            customer.phone_number,
            customer.name,
            customer.limit_won,
            customer.note,
        ),
    )


def _insert_charges(
    connection: Connection, line_id: str, charges: Charges, first: datetime, last: datetime
) -> None:
    month = month_of(first)
    for number, (merchant, won) in enumerate(charges, start=1):
        # Spread over the time that has passed, so that none is in the future.
        at = first + (last - first) * (number / (len(charges) + 1))
        connection.execute(
            "INSERT OR IGNORE INTO charges VALUES (?, ?, ?, ?, ?, ?)",
            (f"{line_id}-{month}-{number}", line_id, month, iso_seoul(at), merchant, won),
        )


def _insert_prepayment(
    connection: Connection, customer: DemoCustomer, first: datetime, last: datetime
) -> None:
    if customer.prepaid_won:
        connection.execute(
            "INSERT OR IGNORE INTO prepayments VALUES (?, ?, ?, ?, ?, NULL, 0)",
            (
                f"demo-{customer.line_id}-{month_of(first)}",
                customer.line_id,
                month_of(first),
                customer.prepaid_won,
                # after the last charge, before now
                iso_seoul(first + (last - first) * 0.95),
            ),
        )
