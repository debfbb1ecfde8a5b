import type { Conversation } from "./conversation.ts";
import { AckTimeout, NotConnected, type ChatLink } from "./link.ts";
import type { Ack } from "./protocol.ts";

export interface SenderEvents {
  changed(): void;
  notice(key: string, values?: Record<string, string | number>): void;
}

/** Takes the outbox of the conversation to the server, one item after the other and each under its own id until it is answered. */
export class Sender {
  #running = false;

  constructor(
    private readonly link: ChatLink,
    private readonly conversation: Conversation,
    private readonly events: SenderEvents,
  ) {}

  async flush(): Promise<void> {
    if (this.#running || !this.link.ready) return;
    this.#running = true;
    try {
      for (let item = this.conversation.nextQueued(); item && this.link.ready; item = this.conversation.nextQueued()) {
        await this.#deliver(item.id, item.event, item.body);
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver(id: string, event: string, body: unknown): Promise<void> {
    this.#settle(id, { delivery: "sending" });
    try {
      const ack = await this.link.request<Ack>(event, body);
      if (ack.ok) this.#settle(id, { delivery: "sent", seq: ack.seq });
      else this.#declined(id, ack);
    } catch (error) {
      if (error instanceof NotConnected) this.#settle(id, { delivery: "queued" });
      else if (error instanceof AckTimeout) this.#settle(id, { delivery: "failed" });
      else throw error;
    }
  }

  #declined(id: string, ack: Extract<Ack, { ok: false }>): void {
    if (ack.error === "stale") {
      this.conversation.discard(id);
      this.events.notice("notice.stale");
      this.events.changed();
      return;
    }
    this.#settle(id, { delivery: "failed", error: ack.error, retryAfter: Math.ceil(ack.retry_after ?? 0) });
    if (ack.error === "rate_limited") this.events.notice("notice.rate_limited", { seconds: Math.ceil(ack.retry_after ?? 5) });
    if (ack.error === "expired") {
      this.conversation.retry(id);
      this.link.reconnect();
    }
  }

  #settle(id: string, change: Parameters<Conversation["update"]>[1]): void {
    this.conversation.update(id, change);
    this.events.changed();
  }
}
