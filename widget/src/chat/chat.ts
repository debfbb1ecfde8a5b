import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { renderBubble } from "./bubble.ts";
import { ChatClient } from "./client.ts";
import type { ChatComposer } from "./composer.ts";
import type { Entry } from "./conversation.ts";
import { Follow } from "./follow.ts";
import { Host } from "./host.ts";
import { formatDay, t, useLocale } from "./i18n.ts";
import "./composer.ts";

/** Connecting is only worth a word when it takes longer than this. */
const PATIENCE_MS = 1_500;

/** The whole chat. `allowed-origins`: space-separated origins of the sites that may embed it. */
export class PrepayChat extends LitElement {
  static override properties = {
    noticeText: { state: true },
    waited: { state: true },
    unseen: { state: true },
  };
  declare noticeText: string;
  declare waited: boolean;
  declare unseen: boolean;
  readonly #host = new Host((this.getAttribute("allowed-origins") ?? "").split(" ").filter(Boolean));
  readonly #client: ChatClient;
  #follow: Follow | undefined;
  #shown = new Set<string>();
  #live = false;

  constructor() {
    super();
    this.noticeText = "";
    this.waited = false;
    this.unseen = false;
    this.#client = new ChatClient(this.#host, {
      changed: () => this.requestUpdate(),
      notice: (key, values) => (this.noticeText = t(key, values)),
      begun: () => this.#begun(),
    });
    this.#host.onVisible = (visible) => this.#visible(visible);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    useLocale(document.documentElement.lang);
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && !this.#dialog?.open) this.#host.close();
    });
    setTimeout(() => (this.waited = true), PATIENCE_MS);
    addEventListener("offline", () => this.requestUpdate());
    addEventListener("online", () => this.requestUpdate());
    this.#client.start();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  get #composer(): ChatComposer | null {
    return this.querySelector("chat-composer");
  }

  protected override render(): TemplateResult {
    const { session, online, typing } = this.#client;
    return html`
      <header class="top">
        <span class="mark" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M4.5 18.8 5.6 15.4A8 8 0 1 1 8.8 18.5ZM8.7 12.2l2.4 2.3 4.3-4.6" /></svg></span>
        <div class="title">
          <h1>${t("app.title")}</h1>
          <p>${session?.customer ? t("app.customer", { name: session.customer.name }) : t("app.subtitle")}</p>
        </div>
        <button type="button" class="tool" aria-label=${t("app.reset")} title=${t("app.reset")} ?disabled=${!online} @click=${() => this.#dialog?.showModal()}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4" /></svg>
        </button>
        ${this.#host.embedded
          ? html`<button type="button" class="tool" aria-label=${t("app.close")} title=${t("app.close")} @click=${() => this.#host.close()}>
              <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18" /></svg>
            </button>`
          : nothing}
      </header>
      <div role="status" class="banner-place">
        ${online || !this.waited ? nothing : html`<p class="banner">${t(session || !navigator.onLine ? "status.offline" : "status.connecting")}</p>`}
      </div>
      <div class="middle">
        <div
          class="log"
          role="log"
          tabindex="0"
          aria-label=${t("log.label")}
          aria-live=${this.#live ? "polite" : "off"}
          aria-relevant="additions"
          @scroll=${this.#scrolled}
        >
          ${this.#renderEntries()}
          <div class="typing" aria-hidden="true" ?hidden=${!typing}><span></span><span></span><span></span></div>
        </div>
        ${this.unseen ? html`<button type="button" class="jump" @click=${this.#jump}>${t("list.new")} ↓</button>` : nothing}
      </div>
      <div role="alert" class="notice-place">
        ${this.noticeText
          ? html`<p class="notice">
              <span>${this.noticeText}</span>
              <button type="button" aria-label=${t("notice.dismiss")} @click=${() => (this.noticeText = "")}>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m7 7 10 10M17 7 7 17" /></svg>
              </button>
            </p>`
          : nothing}
      </div>
      <chat-composer .limit=${session?.limits.chars ?? 1000} @say=${this.#said}></chat-composer>
      ${this.#renderDialog()}
    `;
  }

  #renderEntries(): unknown {
    const { conversation, online } = this.#client;
    const entries = conversation.entries();
    const actions = {
      choose: this.#choose,
      retry: (id: string) => this.#client.retry(id),
      isAnswerable: conversation.isAnswerable.bind(conversation),
    };
    return repeat(
      entries,
      (entry) => entry.key,
      (entry, index) => {
        const previous = entries[index - 1];
        const next = entries[index + 1];
        const newDay = !previous || formatDay(previous.at) !== formatDay(entry.at);
        const place = { first: newDay || previous.role !== entry.role, last: next?.role !== entry.role, online };
        return html`${newDay ? html`<p class="day"><span>${formatDay(entry.at)}</span></p>` : nothing}${renderBubble(entry, place, actions)}`;
      },
    );
  }

  #renderDialog(): TemplateResult {
    return html`<dialog aria-labelledby="reset-title" @close=${this.#resetAnswered}>
      <form method="dialog">
        <h2 id="reset-title">${t("reset.title")}</h2>
        <p>${t("reset.body")}</p>
        <div class="dialog-buttons">
          <button value="keep" class="choice">${t("reset.cancel")}</button>
          <button value="reset" class="choice primary">${t("reset.confirm")}</button>
        </div>
      </form>
    </dialog>`;
  }

  protected override firstUpdated(): void {
    const log = this.querySelector<HTMLElement>(".log");
    if (log) this.#follow = new Follow(log);
  }

  protected override willUpdate(): void {
    this.#follow?.before();
  }

  protected override updated(): void {
    const entries = this.#client.conversation.entries();
    const added = entries.filter((entry) => !this.#shown.has(entry.key));
    this.#shown = new Set(entries.map((entry) => entry.key));
    const first = added[0];
    if (!this.#live || added.some((entry) => entry.role === "user")) this.#follow?.toEnd();
    else if (first) this.#showNew(first);
    else if (this.#client.typing && this.#follow?.isAtEnd()) this.#follow.toEnd();
  }

  #showNew(first: Entry): void {
    const element = this.querySelector<HTMLElement>(`[data-key="${CSS.escape(first.key)}"]`);
    const seen = element ? (this.#follow?.after(element) ?? true) : true;
    if (!seen) this.unseen = true;
  }

  /** The history is laid down silently; only what comes later is announced. */
  #begun(): void {
    this.#live = false;
    this.noticeText = "";
    this.unseen = false;
    void this.updateComplete.then(() =>
      requestAnimationFrame(() => {
        this.#live = true;
        this.requestUpdate();
      }),
    );
  }

  #visible(visible: boolean): void {
    if (!visible) return;
    this.#client.seen();
    this.#composer?.focusInput();
    if (!this.unseen) this.#follow?.toEnd();
  }

  #scrolled(): void {
    if (this.unseen && this.#follow?.isAtEnd()) this.unseen = false;
  }

  #jump(): void {
    this.#follow?.toEnd();
    this.unseen = false;
    this.#composer?.focusInput();
  }

  #said(event: CustomEvent<string>): void {
    this.noticeText = "";
    this.#client.say(event.detail);
  }

  readonly #choose: ChatClient["choose"] = (message, index) => {
    this.noticeText = "";
    this.#client.choose(message, index);
    // The pressed button is disabled now and would lose the focus to nowhere.
    this.#composer?.focusInput();
  };

  #resetAnswered(): void {
    const dialog = this.#dialog;
    if (dialog?.returnValue === "reset") void this.#client.reset();
    if (dialog) dialog.returnValue = "";
    this.#composer?.focusInput();
  }
}

customElements.define("prepay-chat", PrepayChat);
