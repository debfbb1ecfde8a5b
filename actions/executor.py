"""The SDK's executor, made to fit a Rasa 3.6 server that sends the domain only where it is asked for."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import ActionExecutor


class SelectiveDomainExecutor(ActionExecutor):
    """Runs actions that come without a domain.

    The SDK refuses a call that brings neither a domain nor the digest of one it has seen; Rasa 3.6 has no digest to
    send, and with ``enable_selective_domain`` sends the domain only to actions marked ``send_domain``.
    """

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """Return the domain a call brought; empty for the actions that do without."""
        if payload.get("domain") is None and payload.get("domain_digest") is None:
            return {}
        return super().update_and_return_domain(payload, action_name) or {}
