"""An identity verification as the gateway's REST API writes it."""

import json
from datetime import datetime
from typing import Any

from sandbox.clock import rfc3339_utc
from sandbox.database import Row
from sandbox.payment_wire import channel_json
from sandbox.settings import Settings


def identity_json(attempt: Row, settings: Settings) -> dict[str, Any]:
    """The IdentityVerification object for `attempt` (READY, VERIFIED or FAILED)."""
    status: str = attempt["status"]
    changed_at = rfc3339_utc(datetime.fromisoformat(attempt["status_changed_at"]))
    body: dict[str, Any] = {
        "status": status,
        "id": attempt["verification_id"],
        "channel": channel_json(settings.identity_channel_key, "sandbox-identity"),
        "requestedAt": rfc3339_utc(datetime.fromisoformat(attempt["requested_at"])),
        "updatedAt": changed_at,
        "statusChangedAt": changed_at,
        "version": "V2",
    }
    if attempt["custom_data"] is not None:
        body["customData"] = attempt["custom_data"]
    if status == "VERIFIED":
        person = json.loads(attempt["person"])
        body |= {
            "verifiedCustomer": {
                "name": person["name"],
                "operator": person["operator"],
                "phoneNumber": person["phone_number"],
                "birthDate": person["birth_date"],
                "isForeigner": False,
            },
            "verifiedAt": changed_at,
            "pgTxId": f"sandbox_{attempt['tx_id']}",
            "pgRawResponse": "{}",
        }
        return body
    body["requestedCustomer"] = json.loads(attempt["customer"])
    if status == "FAILED":
        named = {"reason": "failure_reason", "pgCode": "pg_code", "pgMessage": "pg_message"}
        body["failure"] = {name: attempt[column] for name, column in named.items() if attempt[column]}
    return body
