"""The three practice cards. Only their names are ever stored; their numbers are shown on the screen alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PracticeCard:
    """A practice card: `number` 16 digits (Luhn-valid), `label` and `effect` for the screen in Korean."""

    name: str
    number: str
    label: str
    effect: str
    pg_code: str = ""
    pg_message: str = ""
    declines_in_window: bool = False

    @property
    def spaced(self) -> str:
        """`4242 4242 4242 4242`"""
        return " ".join(self.number[i : i + 4] for i in range(0, 16, 4))

    @property
    def masked(self) -> str:
        """First six and last four digits, the most that a receipt shows."""
        return f"{self.number[:6]}******{self.number[-4:]}"


PRACTICE_CARDS: dict[str, PracticeCard] = {
    card.name: card
    for card in (
        PracticeCard("approve", "4242424242424242", "승인 카드", "정상으로 결제돼요."),
        PracticeCard(
            "decline",
            "4000000000000002",
            "거절 카드",
            "카드사가 결제창에서 바로 거절해요.",
            "REJECT_CARD_COMPANY",
            "카드사에서 승인을 거절했어요. 다른 카드를 써 주세요.",
            declines_in_window=True,
        ),
        PracticeCard(
            "insufficient_funds",
            "4000000000009995",
            "잔액 부족 카드",
            "카드 확인은 되지만 마지막 승인에서 잔액 부족으로 거절돼요.",
            "NOT_ENOUGH_BALANCE",
            "카드의 한도 또는 잔액이 부족해요. 다른 카드를 써 주세요.",
        ),
    )
}


def passes_luhn(number: str) -> bool:
    """Whether the digits of `number` have a right check digit."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def find_practice_card(number: str) -> PracticeCard | None:
    """The practice card with this number (digits only), or None."""
    return next((card for card in PRACTICE_CARDS.values() if card.number == number), None)
