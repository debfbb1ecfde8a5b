import { HELLO, type Hello, type Identity, type Look, type ToApp, type ToHost, type Visibility } from "../shared/bridge.ts";

const HELLO_WAIT_MS = 3_000;
const IDENTITY_WAIT_MS = 5_000;
const UNKNOWN: Identity = { state: "unknown" };

/** The app's end of the channel to the host page. Without a host (page opened by itself) everything answers "unknown" at once. */
export class Host {
  readonly embedded = window.parent !== window;
  onIdentity: (identity: Identity) => void = () => undefined;
  onVisible: (visibility: Visibility) => void = () => undefined;
  onLook: (look: Look) => void = () => undefined;
  #visible = !this.embedded;
  #port: MessagePort | undefined;
  #waiting: ((identity: Identity) => void)[] = [];
  readonly #greeted: Promise<void>;

  /** `allowedOrigins`: the sites that may embed the chat; a greeting from any other origin is ignored. */
  constructor(allowedOrigins: readonly string[]) {
    this.#greeted = new Promise((resolve) => {
      if (!this.embedded) return resolve();
      setTimeout(resolve, HELLO_WAIT_MS);
      addEventListener("message", (event: MessageEvent<Hello>) => {
        const port = event.ports[0];
        if (event.source !== window.parent || !allowedOrigins.includes(event.origin)) return;
        if (event.data?.type !== HELLO || !port) return;
        this.#port = port;
        port.onmessage = (inner: MessageEvent<ToApp>) => this.#receive(inner.data);
        this.#setLook(event.data.look);
        this.#setVisible(event.data);
        this.#send({ type: "ready" });
        resolve();
      });
    });
  }

  get visible(): boolean {
    return this.#visible;
  }

  /** Who the host page says is logged in now. */
  async identity(): Promise<Identity> {
    await this.#greeted;
    if (!this.#port) return UNKNOWN;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(() => resolve(UNKNOWN), IDENTITY_WAIT_MS);
      this.#send({ type: "identity_wanted" });
    });
  }

  close(): void {
    this.#send({ type: "close" });
  }

  unread(count: number): void {
    this.#send({ type: "unread", count });
  }

  #send(message: ToHost): void {
    this.#port?.postMessage(message);
  }

  #setVisible({ visible, focus }: Visibility): void {
    this.#visible = visible;
    this.onVisible({ visible, focus: Boolean(focus) });
  }

  /** A loader that was on its page before ours was renewed may say nothing of it. */
  #setLook(look: Look | undefined): void {
    if (look) this.onLook(look);
  }

  #receive(message: ToApp): void {
    if (message.type === "visible") this.#setVisible(message);
    if (message.type === "look") this.#setLook(message.look);
    if (message.type !== "identity") return;
    const waiting = this.#waiting.splice(0);
    for (const resolve of waiting) resolve(message.identity);
    // An answer nobody waited for is news: a log-in or log-out on the host page.
    if (waiting.length === 0) this.onIdentity(message.identity);
  }
}
