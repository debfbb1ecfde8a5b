CREATE TABLE IF NOT EXISTS preregistrations (
    payment_id TEXT PRIMARY KEY, total_amount INTEGER, currency TEXT
);
-- One row for each opened payment window. A payment is the story of its attempts; at most one succeeds.
-- `describes` marks the attempt that the payment is read by: the successful one, else the newest.
CREATE TABLE IF NOT EXISTS payment_attempts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tx_id TEXT NOT NULL UNIQUE,
    window_id TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
        ('READY', 'PAY_PENDING', 'PAID', 'FAILED', 'PARTIAL_CANCELLED', 'CANCELLED')),
    describes INTEGER NOT NULL DEFAULT 1,
    order_name TEXT NOT NULL,
    total_amount INTEGER NOT NULL CHECK (total_amount > 0),
    currency TEXT NOT NULL,
    customer TEXT NOT NULL,
    custom_data TEXT,
    redirect_url TEXT NOT NULL,
    notice_urls TEXT NOT NULL,
    origin TEXT NOT NULL,
    practice_card TEXT,
    charged_at_once INTEGER NOT NULL DEFAULT 0,
    result_code TEXT,
    failure_reason TEXT,
    pg_code TEXT,
    pg_message TEXT,
    pg_tx_id TEXT,
    requested_at TEXT NOT NULL,
    status_changed_at TEXT NOT NULL,
    paid_at TEXT
);
CREATE INDEX IF NOT EXISTS payment_attempts_by_payment ON payment_attempts (payment_id, number);
CREATE UNIQUE INDEX IF NOT EXISTS one_success_for_each_payment ON payment_attempts (payment_id)
    WHERE status IN ('PAID', 'PARTIAL_CANCELLED', 'CANCELLED');
CREATE UNIQUE INDEX IF NOT EXISTS one_describes_each_payment ON payment_attempts (payment_id) WHERE describes;
-- A page of a list is found in one of these alone.
CREATE INDEX IF NOT EXISTS payments_by_request
    ON payment_attempts (requested_at, status, status_changed_at, number) WHERE describes;
CREATE INDEX IF NOT EXISTS payments_by_change
    ON payment_attempts (status_changed_at, status, requested_at, number) WHERE describes;
-- The acquirer's books: what really moved on the card. Never updated.
CREATE TABLE IF NOT EXISTS card_movements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id TEXT NOT NULL, tx_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS card_movements_by_payment ON card_movements (payment_id, id);
-- `due` is machine time: when what the acquirer will say of a REQUESTED one (`outcome`) is known.
CREATE TABLE IF NOT EXISTS cancellations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, payment_id TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL, notify INTEGER NOT NULL, requested_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('REQUESTED', 'SUCCEEDED', 'FAILED')),
    settled_at TEXT, due REAL, outcome TEXT CHECK (outcome IN ('SUCCEEDED', 'FAILED'))
);
CREATE INDEX IF NOT EXISTS cancellations_by_payment ON cancellations (payment_id, number);
CREATE INDEX IF NOT EXISTS cancellations_due ON cancellations (due) WHERE status = 'REQUESTED';
CREATE TABLE IF NOT EXISTS identity_attempts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tx_id TEXT NOT NULL UNIQUE,
    window_id TEXT NOT NULL UNIQUE,
    verification_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('READY', 'VERIFIED', 'FAILED')),
    customer TEXT NOT NULL,
    custom_data TEXT,
    redirect_url TEXT NOT NULL,
    person TEXT,
    one_time_code TEXT,
    code_sent_at TEXT,
    wrong_codes INTEGER NOT NULL DEFAULT 0,
    result_code TEXT,
    failure_reason TEXT,
    pg_code TEXT,
    pg_message TEXT,
    requested_at TEXT NOT NULL,
    status_changed_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS identity_attempts_by_verification ON identity_attempts (verification_id, number);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY, request_hash TEXT NOT NULL, status INTEGER, body TEXT, created_at TEXT NOT NULL
);
-- `held` waits for the payment's next notice, `after_id` for that one's delivery; `flaw` is a wrong signature;
-- `age` seconds are taken off the timestamp.
CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL, url TEXT NOT NULL, payload TEXT NOT NULL, payment_id TEXT NOT NULL,
    flaw TEXT, age INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0, after_id INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try REAL,
    last_result TEXT
);
CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX IF NOT EXISTS webhook_deliveries_held ON webhook_deliveries (payment_id) WHERE held;
-- `demo` lines are the ones a person can log in as; the others are made by the thousand.
CREATE TABLE IF NOT EXISTS lines (
    line_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL UNIQUE, phone_number TEXT NOT NULL UNIQUE,
    subscriber_name TEXT NOT NULL, limit_won INTEGER NOT NULL CHECK (limit_won >= 0), note TEXT NOT NULL,
    demo INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS seeded_months (month TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS charges (
    id TEXT PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines, month TEXT NOT NULL,
    at TEXT NOT NULL, merchant TEXT NOT NULL, amount_won INTEGER NOT NULL CHECK (amount_won > 0)
);
CREATE INDEX IF NOT EXISTS charges_by_month ON charges (line_id, month);
-- `by_api` are the ones made through the billing API; the others came another way of the carrier's.
CREATE TABLE IF NOT EXISTS prepayments (
    order_id TEXT PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines, month TEXT NOT NULL,
    amount_won INTEGER NOT NULL CHECK (amount_won > 0), applied_at TEXT NOT NULL, revoked_at TEXT,
    by_api INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS prepayments_by_month ON prepayments (line_id, month);
CREATE INDEX IF NOT EXISTS prepayments_by_booking ON prepayments (applied_at) WHERE by_api;
CREATE INDEX IF NOT EXISTS prepayments_by_revocation ON prepayments (revoked_at) WHERE by_api AND revoked_at IS NOT NULL;
-- What was decided about a change with an id of the shop's: `made`, or refused.
CREATE TABLE IF NOT EXISTS limit_changes (
    change_id TEXT PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines,
    limit_won INTEGER NOT NULL, expected_won INTEGER, made INTEGER NOT NULL
);
