import type { Identity } from "../shared/bridge.ts";
import { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";
import { Introduction } from "./introduction.ts";
import { unverifiedSubject } from "./jwt.ts";
import { ChatLink } from "./link.ts";
import { isDrawable, Payments } from "./payments.ts";
import type { ConnectAuth, Message, PaymentCard, RatingValue, ServerError, Session } from "./protocol.ts";
import { Sender } from "./sender.ts";
import { TokenStore } from "./token-store.ts";
import { TypingSign } from "./typing-sign.ts";

export interface ClientView {
  /** Something that is shown has changed. */
  changed(): void;
  /** A short notice for the customer; the argument is a key of the strings. */
  notice(key: string, values?: Record<string, string | number>): void;
  /** A new conversation was begun or another one was taken up. */
  begun(): void;
  /** A payment that was shown already stands differently now. */
  paymentChanged(card: PaymentCard): void;
}

/** Glue between the socket, the conversation, the stored token and the host page. */
export class ChatClient {
  readonly conversation = new Conversation();
  readonly payments = new Payments();
  readonly #tokens = new TokenStore();
  readonly #typing: TypingSign;
  readonly #link: ChatLink;
  readonly #sender: Sender;
  readonly #introduction: Introduction;
  #session: Session | undefined;
  #subject: string | undefined;
  #rating: RatingValue | null = null;
  #thanked = false;
  #unread = 0;
  /** What the host said for the connection being made: saves asking it twice. */
  #fromConnect: Identity | undefined;
  /** A reset is on its way: the next session starts empty. */
  #resetting = false;

  constructor(
    private readonly host: Host,
    private readonly view: ClientView,
  ) {
    this.#typing = new TypingSign(view.changed);
    this.#link = new ChatLink({
      credentials: () => this.#credentials(),
      session: (session) => this.#joined(session),
      message: (message) => this.#received(message),
      payment: (card) => this.#paymentTold(card),
      typing: (typing) => this.#typing.set(typing.on, typing.ttl_ms),
      error: (error) => this.#failed(error),
      refused: (code) => this.#refused(code),
      disconnected: () => this.#disconnected(),
    });
    this.#sender = new Sender(this.#link, this.conversation, view);
    this.#introduction = new Introduction({ reset: () => this.reset(), identify: (token) => this.#identify(token) });
    host.onIdentity = (identity) => void this.#agree(identity);
    this.#tokens.onChangeElsewhere((token) => {
      if (unverifiedSubject(token) !== this.#subject) this.#link.reconnect();
    });
  }

  get online(): boolean {
    return this.#link.ready;
  }

  get typing(): boolean {
    return this.#typing.on;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** What the customer thinks of the conversation, and whether that was ever told. */
  get rating(): { value: RatingValue | null; thanked: boolean } {
    return { value: this.#rating, thanked: this.#thanked };
  }

  start(): void {
    this.#link.connect();
  }

  say(text: string): void {
    this.conversation.sayText(crypto.randomUUID(), text);
    this.#send();
  }

  choose(message: Message, index: number): void {
    if (this.conversation.choose(crypto.randomUUID(), message, index)) this.#send();
  }

  retry(id: string): void {
    this.conversation.retry(id);
    this.#send();
  }

  /** Rates the conversation; shown at once, taken back when the server does not take it. */
  async rate(value: RatingValue): Promise<void> {
    const [before, subject] = [this.#rating, this.#subject];
    this.#rating = value;
    this.view.changed();
    try {
      const answer = await this.#link.request<{ ok: boolean }>("rate", { value });
      if (subject !== this.#subject) return;
      if (answer.ok) {
        this.#thanked = true;
        this.view.changed();
        return;
      }
    } catch {
      // Said below.
    }
    if (subject !== this.#subject || this.#rating !== value) return;
    this.#rating = before;
    this.view.notice("notice.rating_failed");
    this.view.changed();
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

  #send(): void {
    this.view.changed();
    void this.#sender.flush();
  }

  async #credentials(): Promise<Omit<ConnectAuth, "v">> {
    const identity = await this.host.identity();
    this.#fromConnect = identity;
    const token = this.#tokens.get();
    const given: Omit<ConnectAuth, "v"> = {};
    if (token) given.token = token;
    if (identity.state === "token") {
      given.identity = identity.token;
      this.#introduction.sent(identity.token);
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
    if (another) this.#leave();
    // Whoever logged out on the host may have left this computer: their conversation is not even drawn before it is put away.
    if (!(session.customer && this.#fromConnect?.state === "none")) this.#lay(session);
    if (first || another) this.view.begun();
    this.view.changed();
    void this.#reconcile().then(() => this.#sender.flush());
  }

  /** Forgets everything of the conversation that was shown. */
  #leave(): void {
    this.#typing.set(false);
    this.conversation.leave();
    this.payments.clear();
    this.#rating = null;
    this.#thanked = false;
  }

  #lay(session: Session): void {
    this.conversation.join(session);
    for (const card of session.payments ?? []) this.#take(card);
    for (const message of session.history) if (isDrawable(message.card)) this.#take(message.card);
    this.#rating = session.rating ?? null;
    if (this.#rating) this.#thanked = true;
  }

  /** After joining: the conversation's customer and the host's must agree. */
  async #reconcile(): Promise<void> {
    const identity = this.#fromConnect ?? (await this.host.identity());
    this.#fromConnect = undefined;
    await this.#agree(identity);
  }

  async #agree(identity: Identity): Promise<void> {
    if (this.#session && this.#link.ready) await this.#introduction.agree(this.#session.customer, identity);
  }

  async #identify(identity: string): Promise<void> {
    try {
      const answer = await this.#link.request<{ ok: boolean }>("identify", { identity });
      if (!answer.ok) this.view.notice("notice.identify_failed");
    } catch {
      // The next connection introduces the customer again.
    }
  }

  #received(message: Message): void {
    if (!this.conversation.receive(message)) return;
    if (isDrawable(message.card)) this.#take(message.card);
    if (message.role !== "user") {
      this.#typing.set(false);
      if (!this.host.visible) this.host.unread(++this.#unread);
    }
    this.view.changed();
  }

  #paymentTold(card: PaymentCard): void {
    this.#take(card);
    this.view.changed();
  }

  #take(card: PaymentCard): void {
    if (this.payments.take(card)) this.view.paymentChanged(card);
  }

  #failed(error: ServerError): void {
    this.#typing.set(false);
    this.view.notice(error.retry ? "notice.error_retry" : "notice.error");
  }

  #refused(code: string): void {
    if (code === "expired" || code === "invalid_token") this.#tokens.clear();
    this.view.changed();
  }

  #disconnected(): void {
    this.#typing.set(false);
    this.view.changed();
  }
}
