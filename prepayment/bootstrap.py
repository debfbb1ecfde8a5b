"""The single place where the parts are put together."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from prepayment.adapters.alarm_bell import HttpBell, LogBell
from prepayment.adapters.carrier import HttpCarrierBilling
from prepayment.adapters.clock import SandboxClock, SystemClock
from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.rasa import RasaAssistant
from prepayment.adapters.redaction import redact
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.desk_hours import DeskHours
from prepayment.ports import CarrierBilling, Clock, Database, PaymentGateway, PaymentPolicy
from prepayment.service.account import Account
from prepayment.service.alarms import Alarms
from prepayment.service.cancelling import Cancelling
from prepayment.service.checkout import Checkout
from prepayment.service.conversations import Conversations
from prepayment.service.effects import Effects
from prepayment.service.hand_over import HandOver
from prepayment.service.identity import Identity
from prepayment.service.inbox import Inbox
from prepayment.service.limit_control import LimitControl
from prepayment.service.ordering import Ordering
from prepayment.service.parts import Parts
from prepayment.service.reconciliation import Reconciliation
from prepayment.service.reviewing import Reviewing
from prepayment.service.settlement import Settlement
from prepayment.service.site_checks import SiteChecks
from prepayment.service.staff import Staff
from prepayment.service.stuck import WorkList
from prepayment.service.sweeping import Sweeper
from prepayment.settings import Settings


@dataclass(frozen=True)
class App:
    """The use cases, ready to be called from any thread."""

    settings: Settings
    parts: Parts
    clock: Clock
    database: SqlDatabase
    gateway: PaymentGateway
    carrier: CarrierBilling
    account: Account
    ordering: Ordering
    checkout: Checkout
    identity: Identity
    inbox: Inbox
    settlement: Settlement
    effects: Effects
    sweeper: Sweeper
    conversations: Conversations
    limit_control: LimitControl
    hand_over: HandOver
    site_checks: SiteChecks
    alarms: Alarms
    cancelling: Cancelling
    reviewing: Reviewing
    reconciliation: Reconciliation
    stuck: WorkList
    staff: Staff

    def close(self) -> None:
        """Give connections back."""
        for part in (
            self.gateway,
            self.carrier,
            self.parts.assistant,
            self.parts.bell,
            self.database,
            self.clock,
        ):
            close = getattr(part, "close", None)
            if close is not None:
                close()


def make_clock(settings: Settings) -> Clock:
    """Return the clock: the machine's, in the sandbox with the offset of its clock file."""
    if settings.sandbox_clock_file is None:
        return SystemClock()
    return SandboxClock(settings.sandbox_clock_file)


def make_parts(settings: Settings, database: Database, clock: Clock) -> Parts:
    """Return the real outside on a database."""
    alarm_url = settings.alarm_url.get_secret_value()
    return Parts(
        clock=clock,
        database=database,
        carrier=HttpCarrierBilling(
            base_url=settings.carrier_url, api_key=settings.carrier_api_key.get_secret_value()
        ),
        gateway=PortOneGateway(
            api_url=settings.portone_api_url,
            api_secret=settings.portone_api_secret.get_secret_value(),
            store_id=settings.portone_store_id,
            channel_key=settings.portone_channel_key,
            identity_channel_key=settings.portone_identity_channel_key,
            webhook_secrets=[secret.get_secret_value() for secret in settings.portone_webhook_secrets],
        ),
        assistant=RasaAssistant(base_url=settings.rasa_url, token=settings.rasa_token.get_secret_value()),
        bell=HttpBell(alarm_url) if alarm_url else LogBell(),
        policy=PaymentPolicy(
            store_id=settings.portone_store_id,
            channel_key=settings.portone_channel_key,
            channel_type="LIVE" if settings.is_live else "TEST",
        ),
        public_url=settings.public_url,
        pause_at_differences=settings.pause_at_differences,
        redact=redact,
        desk_hours=DeskHours.parse(settings.desk_hours),
        desk_minutes=settings.desk_minutes,
    )


def assemble(settings: Settings, parts: Parts, database: SqlDatabase) -> App:
    """Return the use cases on the parts; ``database`` is what ``parts.database`` works on."""
    settlement = Settlement(parts)
    checkout = Checkout(parts, settlement)
    identity = Identity(parts, checkout)
    return App(
        settings=settings,
        parts=parts,
        clock=parts.clock,
        database=database,
        gateway=parts.gateway,
        carrier=parts.carrier,
        account=Account(parts),
        ordering=Ordering(parts),
        checkout=checkout,
        identity=identity,
        inbox=Inbox(parts, settlement),
        settlement=settlement,
        effects=Effects(parts, settlement),
        sweeper=Sweeper(parts, checkout, settlement),
        conversations=Conversations(parts),
        limit_control=LimitControl(parts),
        hand_over=HandOver(parts),
        site_checks=SiteChecks(parts, identity),
        alarms=Alarms(parts),
        cancelling=Cancelling(parts),
        reviewing=Reviewing(parts),
        reconciliation=Reconciliation(parts, settlement),
        stuck=WorkList(parts),
        staff=Staff(parts),
    )


def bootstrap(settings: Settings | None = None) -> App:
    """Put the parts together.

    Raises:
        SettingsError: the settings are missing, unknown or unsafe.
    """
    settings = settings or Settings.load()
    clock = make_clock(settings)
    database = SqlDatabase(make_engine(settings.database_url), clock)
    return assemble(settings, make_parts(settings, database, clock), database)


def configure_logging() -> None:
    """Log to standard error, one line an event; libraries that log URLs (with tokens in them) only from WARNING."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in ("httpx", "httpcore", "alembic.runtime.plugins", "socketio", "engineio"):
        logging.getLogger(name).setLevel(logging.WARNING)
