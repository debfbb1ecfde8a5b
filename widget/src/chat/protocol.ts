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

/** One row of the conversation. `client_id` is the uuid a client gave to its own message or button press. `ts` is ISO 8601. */
export interface Message {
  id: string;
  seq: number;
  role: "user" | "bot";
  ts: string;
  text: string;
  buttons?: Button[];
  client_id?: string | null;
}

/** Sent on connect, after `reset` and after `identify`. `history` holds the rows after `since`, or the newest ones. `exp`: Unix seconds. */
export interface Session {
  token: string;
  exp: number;
  locale: string;
  limits: { chars: number };
  history: Message[];
  seq: number;
  customer: { name: string } | null;
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
