import { io, type Socket } from "socket.io-client";
import {
  PROTOCOL_VERSION,
  SOCKET_PATH,
  type ConnectAuth,
  type Message,
  type PaymentCard,
  type ServerError,
  type Session,
  type Typing,
} from "./protocol.ts";

const ACK_TIMEOUT_MS = 10_000;
const REFUSED_RETRY_MS = 4_000;

export interface LinkEvents {
  /** Called for each connection attempt. */
  credentials(): Promise<Omit<ConnectAuth, "v">>;
  session(session: Session): void;
  message(message: Message): void;
  payment(card: PaymentCard): void;
  typing(typing: Typing): void;
  error(error: ServerError): void;
  /** The server refused the connection for the given code; the next attempt follows by itself. */
  refused(code: string): void;
  disconnected(): void;
}

export class NotConnected extends Error {}
export class AckTimeout extends Error {}

/** The socket: connects, reconnects with jitter, asks and waits for acknowledgements. Ready between `session` and `disconnect`. */
export class ChatLink {
  readonly #socket: Socket;
  #ready = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(events: LinkEvents) {
    this.#socket = io({
      path: SOCKET_PATH,
      autoConnect: false,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 600,
      reconnectionDelayMax: 8_000,
      randomizationFactor: 0.5,
      auth: (send) => {
        void events.credentials().then((given) => send({ v: PROTOCOL_VERSION, ...given }));
      },
    });
    this.#socket.on("session", (session: Session) => {
      this.#ready = true;
      events.session(session);
    });
    this.#socket.on("message", (message: Message) => events.message(message));
    this.#socket.on("payment", (card: PaymentCard) => events.payment(card));
    this.#socket.on("typing", (typing: Typing) => events.typing(typing));
    this.#socket.on("error", (error: ServerError) => events.error(error));
    this.#socket.on("connect_error", (error: Error & { data?: { code?: string; retry_after?: number } }) => {
      // While `active` socket.io tries again by itself; a refusal by the server has to be answered by us.
      if (this.#socket.active) return;
      events.refused(error.data?.code ?? error.message);
      this.#connectLater((error.data?.retry_after ?? 0) * 1000 || REFUSED_RETRY_MS);
    });
    this.#socket.on("disconnect", (reason) => {
      this.#ready = false;
      events.disconnected();
      if (reason === "io server disconnect") this.#connectLater(500);
    });
    // Without this a lost network is only noticed when the server's pings stay away, up to a minute later.
    addEventListener("offline", () => {
      clearTimeout(this.#retry);
      this.#socket.disconnect();
    });
    addEventListener("online", () => this.reconnect());
  }

  get ready(): boolean {
    return this.#ready;
  }

  connect(): void {
    this.#socket.connect();
  }

  /** Drops the connection, if any, and connects at once with fresh credentials. */
  reconnect(): void {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
    this.#socket.connect();
  }

  /** Emits and waits for the acknowledgement. Raises NotConnected (nothing may have been sent) or AckTimeout (unknown whether it arrived). */
  async request<Answer>(event: string, body: unknown): Promise<Answer> {
    if (!this.#ready) throw new NotConnected();
    try {
      return (await this.#socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, body)) as Answer;
    } catch {
      throw this.#socket.connected ? new AckTimeout() : new NotConnected();
    }
  }

  #connectLater(delay: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), delay * (0.75 + Math.random() / 2));
  }
}
