import type { Message, ReplyButton, Role, Session } from "./protocol.ts";

/** `queued`: waits for the connection. `sent`: acknowledged, its row has not come back yet. */
export type Delivery = "queued" | "sending" | "sent" | "failed";

export interface Outgoing {
  id: string;
  event: "user_message" | "user_action";
  /** What the customer reads in the bubble: the typed text or the button's title. */
  text: string;
  body: Record<string, unknown>;
  delivery: Delivery;
  createdAt: number;
  seq?: number;
  error?: string;
  retryAfter?: number;
}

/** A line of the list: either a row of the server or something still on its way. `key` stays the same when the one becomes the other. */
export interface Entry {
  key: string;
  role: Role;
  text: string;
  at: number;
  message?: Message;
  outgoing?: Outgoing;
}

/** Rows by id in `seq` order, plus the outbox. Pure state: no sockets, no DOM. */
export class Conversation {
  #rows = new Map<string, Message>();
  #outbox: Outgoing[] = [];

  /** The highest `seq` seen, to ask the server for what came after it; undefined before the first row. */
  get lastSeq(): number | undefined {
    let last: number | undefined;
    for (const row of this.#rows.values()) if (last === undefined || row.seq > last) last = row.seq;
    return last;
  }

  /** Merges a session's history. A `seq` below what was seen can only be another conversation's. */
  join(session: Session): void {
    const last = this.lastSeq;
    if (last !== undefined && session.seq < last) this.leave();
    for (const message of session.history) this.receive(message);
  }

  /** Takes one row; false when it was known already. */
  receive(message: Message): boolean {
    if (this.#rows.has(message.id)) return false;
    this.#rows.set(message.id, message);
    if (message.client_id) this.#outbox = this.#outbox.filter((item) => item.id !== message.client_id);
    return true;
  }

  /** Forgets the rows, for another conversation; typed text that still waits goes along. */
  leave(): void {
    this.#rows.clear();
    this.#outbox = this.#outbox.filter((item) => item.delivery === "queued" && item.event === "user_message");
  }

  sayText(id: string, text: string): void {
    this.#push(id, "user_message", text, { id, text });
  }

  /** Chooses a reply button; false when it may not be chosen (any more). */
  choose(id: string, message: Message, index: number): boolean {
    const button = message.buttons?.[index];
    if (button?.kind !== "reply" || !this.isAnswerable(message)) return false;
    this.#push(id, "user_action", (button satisfies ReplyButton).title, { id, msg_id: message.id, index });
    return true;
  }

  /** Reply buttons live until the customer says anything after them. */
  isAnswerable(message: Message): boolean {
    if (this.#outbox.some((item) => item.delivery !== "failed")) return false;
    for (const row of this.#rows.values()) if (row.role === "user" && row.seq > message.seq) return false;
    return true;
  }

  nextQueued(): Outgoing | undefined {
    return this.#outbox.find((item) => item.delivery === "queued");
  }

  update(id: string, change: Partial<Pick<Outgoing, "delivery" | "seq" | "error" | "retryAfter">>): void {
    this.#outbox = this.#outbox.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  /** Sends a failed item again under the same id, so that the server can recognise it. */
  retry(id: string): void {
    this.#outbox = this.#outbox.map((item) => {
      if (item.id !== id || item.delivery !== "failed") return item;
      const { error: _error, retryAfter: _retryAfter, ...rest } = item;
      return { ...rest, delivery: "queued" };
    });
  }

  discard(id: string): void {
    this.#outbox = this.#outbox.filter((item) => item.id !== id);
  }

  /** Rows and acknowledged items by `seq`, then what is still on its way, in the order it was written. */
  entries(): Entry[] {
    const placed: [number, Entry][] = [];
    for (const message of this.#rows.values()) {
      const { role, text } = message;
      placed.push([message.seq, { key: message.client_id ?? message.id, role, text, at: Date.parse(message.ts), message }]);
    }
    const pending: Entry[] = [];
    for (const outgoing of this.#outbox) {
      const entry: Entry = { key: outgoing.id, role: "user", text: outgoing.text, at: outgoing.createdAt, outgoing };
      if (outgoing.seq === undefined) pending.push(entry);
      else placed.push([outgoing.seq, entry]);
    }
    placed.sort(([a], [b]) => a - b);
    return [...placed.map(([, entry]) => entry), ...pending];
  }

  #push(id: string, event: Outgoing["event"], text: string, body: Record<string, unknown>): void {
    this.#outbox = [...this.#outbox, { id, event, text, body, delivery: "queued", createdAt: Date.now() }];
  }
}
