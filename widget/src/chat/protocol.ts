/** Chat protocol v1 (Socket.IO, default namespace, path `/chat/socket.io`). The server owns the truth; `seq` grows per conversation. */

export const PROTOCOL_VERSION = 1;
export const SOCKET_PATH = "/chat/socket.io";

export interface ReplyButton {
  kind: "reply";
  title: string;
}

export interface LinkButton {
  kind: "link";
  title: string;
  url: string;
}

export type Button = ReplyButton | LinkButton;

/** A picture of our own origin; `width` and `height` in CSS pixels. */
export interface Picture {
  url: string;
  alt: string;
  width: number;
  height: number;
}

export const PAYMENT_STATUSES = ["pending", "checking", "done", "expired", "withdrawn", "cancelling", "cancelled"] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * How a payment stood when this was sent. `version` grows with each change of the order. `expires_in_seconds`: from the moment of sending,
 * null unless pending. `url`: the checkout page while it can be paid or looked at. `receipt_url`: only when done.
 */
export interface PaymentCard {
  type: "payment";
  order_id: string;
  version: number;
  amount_won: number;
  status: PaymentStatus;
  expires_in_seconds: number | null;
  url: string | null;
  receipt_url: string | null;
}

export type RatingValue = "up" | "down";

/** Who said a row: the customer, the bot, or a person of the staff. */
export type Role = "user" | "bot" | "agent";

/**
 * One row of the conversation. `name`: what the person of the staff is called. `client_id` is the uuid a client gave to its own message or button press. `ts` is ISO 8601. `card`: other types
 * than a payment may come one day. `ends`: the answer ends something, a good moment to ask for a rating.
 */
export interface Message {
  id: string;
  seq: number;
  role: Role;
  name?: string;
  ts: string;
  text: string;
  buttons?: Button[];
  client_id?: string | null;
  card?: PaymentCard | { type: string };
  image?: Picture;
  ends?: boolean;
}

/**
 * Sent on connect, after `reset` and after `identify`. `history` holds the rows after `since`, or the newest ones. `exp`: Unix seconds.
 * `payments`: how the conversation's payments stand now.
 */
export interface Session {
  token: string;
  exp: number;
  locale: string;
  limits: { chars: number };
  history: Message[];
  seq: number;
  customer: { name: string } | null;
  payments?: PaymentCard[];
  rating?: RatingValue | null;
}

export type AckError = "rate_limited" | "too_long" | "forbidden" | "bad_request" | "expired" | "stale" | "unavailable";

export type Ack =
  | { ok: true; id: string; seq: number }
  | { ok: false; id?: string; error: AckError; retry_after?: number };

export interface Typing {
  on: boolean;
  ttl_ms: number;
}

export interface ServerError {
  code: string;
  retry: boolean;
}

/** Connect `auth`. A bad `identity` must not refuse the connection: the host's token may simply be old. */
export interface ConnectAuth {
  v: number;
  token?: string;
  identity?: string;
  since?: number;
}
