"""The single place where the parts are put together."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from prepayment.adapters.carrier import HttpCarrierBilling
from prepayment.adapters.clock import SandboxClock, SystemClock
from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.rasa import RasaAssistant
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.ports import Clock, PaymentPolicy
from prepayment.service.account import Account
from prepayment.service.checkout import Checkout
from prepayment.service.conversations import Conversations
from prepayment.service.effects import Effects
from prepayment.service.ordering import Ordering
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement
from prepayment.service.sweeping import Sweeper
from prepayment.settings import Settings


@dataclass(frozen=True)
class App:
    """The use cases, ready to be called from any thread."""

    settings: Settings
    clock: Clock
    database: SqlDatabase
    gateway: PortOneGateway
    carrier: HttpCarrierBilling
    assistant: RasaAssistant
    account: Account
    ordering: Ordering
    checkout: Checkout
    settlement: Settlement
    effects: Effects
    sweeper: Sweeper
    conversations: Conversations

    def close(self) -> None:
        """Give connections back."""
        self.gateway.close()
        self.carrier.close()
        self.assistant.close()
        self.database.close()


def make_clock(settings: Settings) -> Clock:
    """Return the clock: the machine's, in the sandbox with the offset of its clock file."""
    if settings.sandbox_clock_file is None:
        return SystemClock()
    return SandboxClock(settings.sandbox_clock_file)


def bootstrap(settings: Settings | None = None) -> App:
    """Put the parts together.

    Raises:
        SettingsError: the settings are missing, unknown or unsafe.
    """
    settings = settings or Settings.load()
    clock = make_clock(settings)
    database = SqlDatabase(make_engine(settings.database_url), clock)
    carrier = HttpCarrierBilling(
        base_url=settings.carrier_url, api_key=settings.carrier_api_key.get_secret_value()
    )
    gateway = PortOneGateway(
        api_url=settings.portone_api_url,
        api_secret=settings.portone_api_secret.get_secret_value(),
        store_id=settings.portone_store_id,
        channel_key=settings.portone_channel_key,
        identity_channel_key=settings.portone_identity_channel_key,
        webhook_secrets=[secret.get_secret_value() for secret in settings.portone_webhook_secrets],
    )
    assistant = RasaAssistant(base_url=settings.rasa_url, token=settings.rasa_token.get_secret_value())
    parts = Parts(
        clock=clock,
        database=database,
        carrier=carrier,
        gateway=gateway,
        assistant=assistant,
        policy=PaymentPolicy(
            store_id=settings.portone_store_id,
            channel_key=settings.portone_channel_key,
            channel_type="LIVE" if settings.is_live else "TEST",
        ),
        public_url=settings.public_url,
    )
    settlement = Settlement(parts)
    checkout = Checkout(parts, settlement)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        gateway=gateway,
        carrier=carrier,
        assistant=assistant,
        account=Account(parts),
        ordering=Ordering(parts),
        checkout=checkout,
        settlement=settlement,
        effects=Effects(parts, settlement),
        sweeper=Sweeper(parts, checkout, settlement),
        conversations=Conversations(parts),
    )


def configure_logging() -> None:
    """Log to standard error, one line an event; libraries that log URLs (with tokens in them) only from WARNING."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in ("httpx", "httpcore", "alembic.runtime.plugins", "socketio", "engineio"):
        logging.getLogger(name).setLevel(logging.WARNING)
