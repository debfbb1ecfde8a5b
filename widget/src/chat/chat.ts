import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Announcer } from "./announcer.ts";
import type { BubbleActions } from "./bubble.ts";
import { ChatClient } from "./client.ts";
import type { ChatComposer } from "./composer.ts";
import type { Entry } from "./conversation.ts";
import { Copying } from "./copying.ts";
import { Follow } from "./follow.ts";
import { Host } from "./host.ts";
import { formatWon, t, useLocale } from "./i18n.ts";
import { showLook } from "./look.ts";
import { renderMessages } from "./message-list.ts";
import type { RatingState } from "./rating.ts";
import type { ResetDialog } from "./reset-dialog.ts";
import { renderTopBar } from "./top-bar.ts";
import { renderWelcome } from "./welcome.ts";
import "./announcer.ts";
import "./composer.ts";
import "./reset-dialog.ts";

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
  readonly #copying = new Copying({
    changed: () => this.requestUpdate(),
    copied: (worked) => (worked ? this.#announce(t("copy.done")) : (this.noticeText = t("notice.copy_failed"))),
  });
  #follow: Follow | undefined;
  #shown = new Set<string>();
  #live = false;
  #tick: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.noticeText = "";
    this.waited = false;
    this.unseen = false;
    this.#client = new ChatClient(this.#host, {
      changed: () => this.requestUpdate(),
      notice: (key, values) => (this.noticeText = t(key, values)),
      begun: () => this.#begun(),
      paymentChanged: ({ amount_won, status }) =>
        this.#announce(t("payment.changed", { amount: formatWon(amount_won), status: t(`payment.${status}`) })),
    });
    this.#host.onVisible = ({ visible, focus }) => this.#visible(visible, focus);
    this.#host.onLook = showLook;
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

  get #dialog(): ResetDialog | null {
    return this.querySelector("reset-dialog");
  }

  get #composer(): ChatComposer | null {
    return this.querySelector("chat-composer");
  }

  protected override render(): TemplateResult {
    const { session, online, typing, conversation } = this.#client;
    const close = this.#host.embedded ? () => this.#host.close() : undefined;
    const entries = conversation.entries();
    const spoken = entries.some((entry) => entry.role === "user");
    return html`
      ${renderTopBar(session?.customer?.name, online, { reset: () => this.#dialog?.show(), close })}
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
          ${session && entries.length === 0 && !typing ? renderWelcome(online, this.#starter) : nothing}
          ${renderMessages(this.#client, this.#rating, this.#actions)}
          <div class="typing" aria-hidden="true" ?hidden=${!typing}><span></span><span></span><span></span></div>
        </div>
        ${this.unseen ? html`<button type="button" class="jump" @click=${this.#jump}>${t("list.new")} ↓</button>` : nothing}
      </div>
      <chat-announcer></chat-announcer>
      <div role="alert" class="notice-place">
        ${this.noticeText
          ? html`<p class="notice">
              <span>${this.noticeText}</span>
              <button type="button" aria-label=${t("notice.dismiss")} @click=${this.#dismiss}>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m7 7 10 10M17 7 7 17" /></svg>
              </button>
            </p>`
          : nothing}
      </div>
      <chat-composer .limit=${session?.limits.chars ?? 1000} @say=${this.#said}></chat-composer>
      <reset-dialog .rating=${spoken ? this.#rating : undefined} @answered=${this.#resetAnswered}></reset-dialog>
    `;
  }

  readonly #actions: BubbleActions = {
    choose: (message, index) => {
      this.noticeText = "";
      this.#client.choose(message, index);
      // The pressed button is disabled now and would lose the focus to nowhere.
      this.#composer?.focusInput();
    },
    retry: (id) => {
      this.#client.retry(id);
      this.#composer?.focusInput();
    },
    isAnswerable: (message) => this.#client.conversation.isAnswerable(message),
    copy: (entry) => void this.#copying.copy(entry),
    isCopied: (entry) => this.#copying.isDone(entry),
  };

  get #rating(): RatingState {
    const { rating, online } = this.#client;
    return { ...rating, enabled: online, rate: (value) => void this.#client.rate(value) };
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
    else this.#follow?.stay();
    this.#countDown();
  }

  /** The minutes that are left for a payment go by without any news. */
  #countDown(): void {
    clearTimeout(this.#tick);
    const next = this.#client.payments.nextChange(Date.now());
    if (next !== undefined) this.#tick = setTimeout(() => this.requestUpdate(), next);
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

  #announce(text: string): void {
    this.querySelector<Announcer>("chat-announcer")?.say(text);
  }

  #visible(visible: boolean, focus: boolean): void {
    if (!visible) return;
    this.#client.seen();
    if (focus) this.#composer?.focusInput();
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

  #dismiss(): void {
    this.noticeText = "";
    // The pressed button is gone with its notice.
    this.#composer?.focusInput();
  }

  readonly #starter = (text: string): void => {
    this.#client.say(text);
    // The pressed button is gone with the others.
    this.#composer?.focusInput();
  };

  #said(event: CustomEvent<string>): void {
    this.noticeText = "";
    this.#client.say(event.detail);
  }

  #resetAnswered(event: CustomEvent<boolean>): void {
    if (event.detail) void this.#client.reset();
    this.#composer?.focusInput();
  }
}

customElements.define("prepay-chat", PrepayChat);
