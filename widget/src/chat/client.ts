import type { Identity } from "../shared/bridge.ts";
import { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";
import { unverifiedSubject } from "./jwt.ts";
import { AckTimeout, ChatLink, NotConnected } from "./link.ts";
import type { Ack, Message, ServerError, Session, Typing } from "./protocol.ts";
import { TokenStore } from "./token-store.ts";

export interface ClientView {
  /** Something that is shown has changed. */
  changed(): void;
  /** A short notice for the customer; the argument is a key of the strings. */
  notice(key: string, values?: Record<string, string | number>): void;
  /** A new conversation was begun or another one was taken up. */
  begun(): void;
}

/** Glue between the socket, the conversation, the stored token and the host page. */
export class ChatClient {
  readonly conversation = new Conversation();
  readonly #tokens = new TokenStore();
  readonly #link: ChatLink;
  #session: Session | undefined;
  #subject: string | undefined;
  #customerSubject: string | undefined;
  #typing = false;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #flushing = false;
  #unread = 0;
  /** What the host said for the connection being made: saves asking it twice. */
  #fromConnect: Identity | undefined;
  /** A reset is on its way: the next session starts empty. */
  #resetting = false;

  constructor(
    private readonly host: Host,
    private readonly view: ClientView,
  ) {
    this.#link = new ChatLink({
      credentials: () => this.#credentials(),
      session: (session) => this.#joined(session),
      message: (message) => this.#received(message),
      typing: (typing) => this.#typed(typing),
      error: (error) => this.#failed(error),
      refused: (code) => this.#refused(code),
      disconnected: () => this.#disconnected(),
    });
    host.onIdentity = (identity) => void this.#apply(identity);
    this.#tokens.onChangeElsewhere((token) => {
      if (unverifiedSubject(token) !== this.#subject) this.#link.reconnect();
    });
  }

  get online(): boolean {
    return this.#link.ready;
  }

  get typing(): boolean {
    return this.#typing;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  start(): void {
    this.#link.connect();
  }

  say(text: string): void {
    this.conversation.sayText(crypto.randomUUID(), text);
    this.view.changed();
    void this.#flush();
  }

  choose(message: Message, index: number): void {
    if (!this.conversation.choose(crypto.randomUUID(), message, index)) return;
    this.view.changed();
    void this.#flush();
  }

  retry(id: string): void {
    this.conversation.retry(id);
    this.view.changed();
    void this.#flush();
  }

  /** Starts a new, empty and anonymous conversation; the customer is introduced again when the host still knows one. */
  async reset(): Promise<void> {
    this.#resetting = true;
    try {
      const answer = await this.#link.request<{ ok: boolean }>("reset", {});
      if (answer.ok) return;
    } catch {
      // Said below.
    }
    this.#resetting = false;
    this.view.notice("notice.reset_failed");
  }

  seen(): void {
    this.#unread = 0;
    this.host.unread(0);
  }

  async #credentials(): Promise<{ token?: string; identity?: string; since?: number }> {
    const identity = await this.host.identity();
    this.#fromConnect = identity;
    const token = this.#tokens.get();
    const given: { token?: string; identity?: string; since?: number } = {};
    if (token) given.token = token;
    if (identity.state === "token") {
      given.identity = identity.token;
      this.#customerSubject = unverifiedSubject(identity.token);
    }
    const since = this.conversation.lastSeq;
    // Another tab may have stored the token of another conversation: then everything is wanted, not what came after ours.
    if (since !== undefined && unverifiedSubject(token) === this.#subject) given.since = since;
    return given;
  }

  #joined(session: Session): void {
    const first = this.#session === undefined;
    const subject = unverifiedSubject(session.token);
    const another = this.#resetting || (!first && subject !== this.#subject);
    this.#resetting = false;
    this.#session = session;
    this.#subject = subject;
    this.#tokens.set(session.token);
    if (another) {
      this.#setTyping(false);
      this.conversation.leave();
    }
    // Whoever logged out on the host may have left this computer: their conversation is not even drawn before it is put away.
    if (!(session.customer && this.#fromConnect?.state === "none")) this.conversation.join(session);
    if (first || another) this.view.begun();
    this.view.changed();
    void this.#reconcile().then(() => this.#flush());
  }

  /** After joining: the conversation's customer and the host's must agree. */
  async #reconcile(): Promise<void> {
    const identity = this.#fromConnect ?? (await this.host.identity());
    this.#fromConnect = undefined;
    await this.#apply(identity);
  }

  async #apply(identity: Identity): Promise<void> {
    const customer = this.#session?.customer;
    if (!this.#link.ready || identity.state === "unknown") return;
    if (identity.state === "none") {
      this.#customerSubject = undefined;
      // Logged out on the host: the next person at this screen must not see the conversation.
      if (customer) await this.reset();
      return;
    }
    const subject = unverifiedSubject(identity.token);
    const same = subject === this.#customerSubject;
    if (customer && same) return;
    this.#customerSubject = subject;
    if (customer) await this.reset();
    else await this.#identify(identity.token);
  }

  async #identify(identity: string): Promise<void> {
    try {
      const answer = await this.#link.request<{ ok: boolean }>("identify", { identity });
      if (!answer.ok) this.view.notice("notice.identify_failed");
    } catch {
      // The next connection introduces the customer again.
    }
  }

  async #flush(): Promise<void> {
    if (this.#flushing || !this.#link.ready) return;
    this.#flushing = true;
    try {
      for (let item = this.conversation.nextQueued(); item && this.#link.ready; item = this.conversation.nextQueued()) {
        await this.#deliver(item.id, item.event, item.body);
      }
    } finally {
      this.#flushing = false;
    }
  }

  async #deliver(id: string, event: string, body: unknown): Promise<void> {
    this.#settle(id, { delivery: "sending" });
    try {
      const ack = await this.#link.request<Ack>(event, body);
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
      this.view.notice("notice.stale");
      this.view.changed();
      return;
    }
    this.#settle(id, { delivery: "failed", error: ack.error, retryAfter: Math.ceil(ack.retry_after ?? 0) });
    if (ack.error === "rate_limited") this.view.notice("notice.rate_limited", { seconds: Math.ceil(ack.retry_after ?? 5) });
    if (ack.error === "expired") {
      this.conversation.retry(id);
      this.#link.reconnect();
    }
  }

  #settle(id: string, change: Parameters<Conversation["update"]>[1]): void {
    this.conversation.update(id, change);
    this.view.changed();
  }

  #received(message: Message): void {
    if (!this.conversation.receive(message)) return;
    if (message.role === "bot") {
      this.#setTyping(false);
      if (!this.host.visible) this.host.unread(++this.#unread);
    }
    this.view.changed();
  }

  #typed(typing: Typing): void {
    this.#setTyping(typing.on, typing.ttl_ms);
    this.view.changed();
  }

  #setTyping(on: boolean, ttl = 30_000): void {
    clearTimeout(this.#typingTimer);
    this.#typing = on;
    if (!on) return;
    this.#typingTimer = setTimeout(() => {
      this.#typing = false;
      this.view.changed();
    }, ttl);
  }

  #failed(error: ServerError): void {
    this.#setTyping(false);
    this.view.notice(error.retry ? "notice.error_retry" : "notice.error");
    this.view.changed();
  }

  #refused(code: string): void {
    if (code === "expired" || code === "invalid_token") this.#tokens.clear();
    this.view.changed();
  }

  #disconnected(): void {
    this.#setTyping(false);
    this.view.changed();
  }
}
