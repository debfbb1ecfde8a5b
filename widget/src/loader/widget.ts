import type { Identity, Look, ToHost } from "../shared/bridge.ts";
import { Cover } from "./cover.ts";
import { icon, make } from "./elements.ts";
import { FrameBridge } from "./frame-bridge.ts";
import { FullScreen, isSmallScreen } from "./full-screen.ts";
import { HostIdentity } from "./host-identity.ts";
import css from "./launcher.css";
import { changedLook, showLook, type LookWish } from "./look.ts";
import { rememberOpen, wasOpen } from "./open-memory.ts";
import { stringsFor, type Locale, type LoaderStrings } from "./strings.ts";

const TALK = "M4.5 18.8 5.6 15.4A8 8 0 1 1 8.8 18.5ZM8.7 9.6h6.6M8.7 12.9h4.2";
const FOLD = "M6.5 9.5 12 15l5.5-5.5";

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
  readonly #host: HTMLElement;
  readonly #shadow: ShadowRoot;
  readonly #root = make("div", { class: "root" });
  readonly #button = make("button", { class: "launcher", type: "button" });
  readonly #badge = make("span", { class: "badge", "aria-hidden": "true" });
  readonly #panel: HTMLElement;
  readonly #cover: Cover;
  readonly #fullScreen: FullScreen;
  #look: Look = { theme: "auto", accent: null };
  #frame: HTMLIFrameElement | undefined;
  #bridge: FrameBridge | undefined;
  #open = false;
  #unread = 0;

  constructor(options: WidgetOptions) {
    this.#options = options;
    this.#strings = stringsFor(options.locale);
    this.#host = make("div", { id: "prepay-chat-widget", lang: options.locale });
    this.#shadow = this.#host.attachShadow({ mode: "open" });
    this.#panel = make("div", { class: "panel", role: "dialog", "aria-label": this.#strings.frame, hidden: "" });
    this.#identity = new HostIdentity(options.identityUrl);
    this.#cover = new Cover(this.#strings, () => this.#reload(), () => this.close());
    this.#fullScreen = new FullScreen(this.#host, this.#panel, () => this.close());
    this.#build();
    if (wasOpen() && !isSmallScreen()) this.#setOpen(true, false);
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

  setTheme(wish: LookWish): void {
    this.#look = changedLook(this.#look, wish);
    showLook(this.#root, this.#look);
    this.#bridge?.send({ type: "look", look: this.#look });
  }

  #build(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.#shadow.adoptedStyleSheets = [sheet];
    this.#button.append(icon("talk", TALK), icon("fold", FOLD), this.#badge);
    this.#button.addEventListener("click", () => (this.#open ? this.close() : this.open()));
    this.#root.append(this.#panel, this.#button);
    this.#shadow.append(this.#root);
    this.#shadow.addEventListener("keydown", (event) => {
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
    this.#fullScreen.open = open;
    rememberOpen(open);
    if (moveFocus) (open ? this.#frame : this.#button)?.focus();
    this.#bridge?.send({ type: "visible", visible: open, focus: open && moveFocus });
  }

  #load(): void {
    const { chatOrigin } = this.#options;
    // For the copy buttons of the chat: a page of another origin may not write to the clipboard unasked.
    const frame = make("iframe", { title: this.#strings.frame, allow: "clipboard-write" });
    const greeting = () => ({ visible: this.#open, focus: this.#shadow.activeElement === frame, look: this.#look });
    this.#bridge = new FrameBridge(frame, chatOrigin, greeting, (message) => void this.#receive(message));
    this.#frame = frame;
    this.#reload();
    this.#panel.append(frame, this.#cover.element);
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

  #reload(): void {
    this.#cover.loading();
    if (this.#frame) this.#frame.src = `${this.#options.chatOrigin}/chat?lang=${this.#options.locale}`;
  }

  async #receive(message: ToHost): Promise<void> {
    if (message.type === "ready") this.#cover.done();
    else if (message.type === "close") this.close();
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
