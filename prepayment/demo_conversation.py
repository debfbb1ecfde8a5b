"""Makes a conversation of a demo customer and prints its id, for trying the bot in ``rasa shell``.

``python -m prepayment.demo_conversation --customer minji``; only in the sandbox.
"""

from __future__ import annotations

import argparse
import sys

import httpx

from prepayment.bootstrap import bootstrap
from prepayment.ports import Customer


def main() -> int:
    """Print the id of a new conversation bound to a demo customer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customer", default="minji")
    wanted = parser.parse_args().customer
    app = bootstrap()
    try:
        if app.settings.is_live:
            print("demo customers exist only in the sandbox (PREPAY_ENVIRONMENT=sandbox)", file=sys.stderr)
            return 1
        answer = httpx.get(f"{app.settings.portone_api_url}/_sandbox/customers", timeout=5)
        customers = {row["customer_id"]: row for row in answer.raise_for_status().json()}
        if wanted not in customers:
            print(f"no demo customer {wanted!r}; there are: {', '.join(customers)}", file=sys.stderr)
            return 1
        row = customers[wanted]
        conversation_id = app.conversations.create()
        app.conversations.log_in(conversation_id, Customer(row["customer_id"], row["line_id"], row["name"]))
        print(conversation_id)
        return 0
    finally:
        app.close()


if __name__ == "__main__":
    sys.exit(main())
