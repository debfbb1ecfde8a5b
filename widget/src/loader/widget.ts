import type { Identity, ToHost } from "../shared/bridge.ts";
import { FrameBridge } from "./frame-bridge.ts";
import { HostIdentity } from "./host-identity.ts";
import css from "./launcher.css";
import { PageLock } from "./page-lock.ts";
import { stringsFor, type Locale, type LoaderStrings } from "./strings.ts";

const TALK = "M4.5 18.8 5.6 15.4A8 8 0 1 1 8.8 18.5ZM8.7 9.6h6.6M8.7 12.9h4.2";
const FOLD = "M6.5 9.5 12 15l5.5-5.5";
const OPEN_KEY = "prepay-chat-open";

export interface WidgetOptions {
  chatOrigin: string;
  identityUrl: string | undefined;
  locale: Locale;
}

/** The launcher button and, from the first opening on, the panel with the chat iframe. */
export class Widget {
  readonly #options: WidgetOptions;
  readonly #strings: LoaderStrings;
  readonly #identity: HostIdentity;
  readonly #host = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #badge = document.createElement("span");
  readonly #panel = document.createElement("div");
  readonly #lock: PageLock;
  #frame: HTMLIFrameElement | undefined;
  #bridge: FrameBridge | undefined;
  #open = false;
  #unread = 0;

  constructor(options: WidgetOptions) {
    this.#options = options;
    this.#strings = stringsFor(options.locale);
    this.#identity = new HostIdentity(options.identityUrl);
    this.#lock = new PageLock(this.#host, this.#panel);
    this.#build();
    if (remembered() && !matchMedia("(max-width: 480px)").matches) this.#setOpen(true, false);
  }

  open(): void {
    if (!this.#open) this.#setOpen(true, true);
  }

  close(): void {
    if (this.#open) this.#setOpen(false, true);
  }

  identify(token: string | null): void {
    this.#sendIdentity(this.#identity.tell(token));
  }

  /** Asks the host again who is logged in; does nothing before the first opening. */
  async refreshIdentity(): Promise<void> {
    if (this.#bridge) this.#sendIdentity(await this.#identity.read());
  }

  #build(): void {
    const root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.#host.id = "prepay-chat-widget";
    this.#host.lang = this.#options.locale;
    this.#button.type = "button";
    this.#button.className = "launcher";
    this.#button.append(icon("talk", TALK), icon("fold", FOLD), this.#badge);
    this.#button.addEventListener("click", () => (this.#open ? this.close() : this.open()));
    this.#badge.className = "badge";
    this.#badge.setAttribute("aria-hidden", "true");
    this.#panel.className = "panel";
    this.#panel.hidden = true;
    root.append(this.#panel, this.#button);
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") this.close();
    });
    document.body.append(this.#host);
    this.#label();
  }

  #setOpen(open: boolean, moveFocus: boolean): void {
    this.#open = open;
    if (open && !this.#frame) this.#load();
    this.#panel.hidden = !open;
    if (open) this.#unread = 0;
    this.#label();
    this.#lock.open = open;
    remember(open);
    if (moveFocus) (open ? this.#frame : this.#button)?.focus();
    this.#bridge?.send({ type: "visible", visible: open });
  }

  #load(): void {
    const { chatOrigin, locale } = this.#options;
    const frame = document.createElement("iframe");
    frame.title = this.#strings.frame;
    frame.src = `${chatOrigin}/chat?lang=${locale}`;
    this.#bridge = new FrameBridge(frame, chatOrigin, () => this.#open, (message) => void this.#receive(message));
    this.#frame = frame;
    this.#panel.append(frame);
    const refresh = (): void => {
      if (document.visibilityState === "visible") void this.refreshIdentity();
    };
    // A log-in elsewhere shows on return to this tab; when the frame had the focus only visibilitychange fires here.
    addEventListener("focus", refresh);
    document.addEventListener("visibilitychange", refresh);
    addEventListener("storage", (event) => {
      if (event.key === "prepay-chat-identity") void this.refreshIdentity();
    });
  }

  async #receive(message: ToHost): Promise<void> {
    if (message.type === "close") this.close();
    else if (message.type === "identity_wanted") await this.refreshIdentity();
    else if (message.type === "unread") {
      this.#unread = message.count;
      this.#label();
    }
  }

  #sendIdentity(identity: Identity): void {
    this.#bridge?.send({ type: "identity", identity });
  }

  #label(): void {
    const { open, close, unread } = this.#strings;
    const count = this.#open ? 0 : this.#unread;
    const name = this.#open ? close : open;
    this.#button.setAttribute("aria-label", count ? `${name}, ${unread.replace("{count}", String(count))}` : name);
    this.#button.setAttribute("aria-expanded", String(this.#open));
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 99 ? "99+" : String(count);
  }
}

function icon(name: string, path: string): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(namespace, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Whether the panel was open on the previous page of this tab. Storage may be blocked: then it simply starts closed. */
function remembered(): boolean {
  try {
    return sessionStorage.getItem(OPEN_KEY) === "1";
  } catch {
    return false;
  }
}

function remember(open: boolean): void {
  try {
    sessionStorage.setItem(OPEN_KEY, open ? "1" : "0");
  } catch {
    // Blocked storage costs only the memory of the open panel.
  }
}
