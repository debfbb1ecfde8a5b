"""Reading and writing sums of money in Korean. Standard library only; runs on Python 3.10 and later.

`parse` reads the sum a customer names in a chat message, `format_won` and `to_korean` write one.
"""

from prepayment.amounts.amount import Amount, Kind
from prepayment.amounts.parser import parse
from prepayment.amounts.spelling import format_won, to_korean

__all__ = ["Amount", "Kind", "format_won", "parse", "to_korean"]
