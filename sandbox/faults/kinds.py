"""What a fault can hit: kinds of requests, and kinds of webhooks."""

import re

KINDS: dict[str, tuple[str, re.Pattern[str]]] = {
    name: (method, re.compile(path))
    for name, method, path in (
        ("payment.pre_register", "POST", r"/payments/[^/]+/pre-register"),
        ("payment.get", "GET", r"/payments/[^/]+"),
        ("payment.list", "GET", r"/payments"),
        ("payment.confirm", "POST", r"/payments/[^/]+/confirm"),
        ("payment.cancel", "POST", r"/payments/[^/]+/cancel"),
        ("payment.window", "POST", r"/v2/browser/payments"),
        ("payment.card", "POST", r"/v2/checkout/[^/]+"),
        ("identity.get", "GET", r"/identity-verifications/[^/]+"),
        ("identity.window", "POST", r"/v2/browser/identity-verifications"),
        ("carrier.line", "GET", r"/carrier/v1/lines/[^/]+"),
        ("carrier.month", "GET", r"/carrier/v1/lines/[^/]+/months/[^/]+"),
        ("carrier.apply", "PUT", r"/carrier/v1/lines/[^/]+/prepayments/[^/]+"),
        ("carrier.revoke", "DELETE", r"/carrier/v1/lines/[^/]+/prepayments/[^/]+"),
        ("carrier.limit", "PUT", r"/carrier/v1/lines/[^/]+/limit"),
        ("carrier.list", "GET", r"/carrier/v1/prepayments"),
    )
}

ANY_WEBHOOK = "webhook"
WEBHOOKS = {
    f"webhook.{name}": type_
    for name, type_ in (
        ("ready", "Transaction.Ready"),
        ("pay_pending", "Transaction.PayPending"),
        ("paid", "Transaction.Paid"),
        ("failed", "Transaction.Failed"),
        ("cancel_pending", "Transaction.CancelPending"),
        ("partial_cancelled", "Transaction.PartialCancelled"),
        ("cancelled", "Transaction.Cancelled"),
    )
}

ALL = (*KINDS, ANY_WEBHOOK, *WEBHOOKS)


def kind_of(method: str, path: str) -> str | None:
    """The kind of a request, or None when faults do not apply to it."""
    for name, (kind_method, pattern) in KINDS.items():
        if method == kind_method and pattern.fullmatch(path):
            return name
    return None


def kinds_of_webhook(type_: str) -> tuple[str, ...]:
    """The kinds of a webhook of this type, the closest one first."""
    return (*(kind for kind, known in WEBHOOKS.items() if known == type_), ANY_WEBHOOK)
