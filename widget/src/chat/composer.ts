import { html, LitElement, nothing, type TemplateResult } from "lit";
import { EnterKey } from "./enter-key.ts";
import { formatNumber, t } from "./i18n.ts";

const COUNTER_FROM = 0.8;

/** The input row. Dispatches `say` with the trimmed text as `detail`. Rendered without a shadow tree so that chat.css applies. */
export class ChatComposer extends LitElement {
  static override properties = { limit: { type: Number }, count: { state: true } };
  declare limit: number;
  declare count: number;
  readonly #touch = matchMedia("(hover: none) and (pointer: coarse)");
  readonly #enter = new EnterKey(
    () => this.#send(),
    () => this.#touch.matches,
  );

  constructor() {
    super();
    this.limit = 1000;
    this.count = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** On touch screens focusing would raise the keyboard over the answer just asked for. */
  focusInput(): void {
    if (!this.#touch.matches) this.#input?.focus();
  }

  get #input(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  protected override render(): TemplateResult {
    const full = this.count >= this.limit;
    return html`<form class="composer" @submit=${this.#submitted}>
      <label class="visually-hidden" for="composer-input">${t("composer.label")}</label>
      <div class="composer-box">
        <textarea
          id="composer-input"
          rows="1"
          maxlength=${this.limit}
          placeholder=${t("composer.placeholder")}
          aria-describedby="composer-hint"
          autocomplete="off"
          enterkeyhint="enter"
          @input=${this.#changed}
          @keydown=${this.#enter.keydown}
          @beforeinput=${this.#enter.beforeinput}
          @compositionupdate=${this.#enter.compositionupdate}
          @compositionend=${this.#enter.compositionend}
        ></textarea>
        <button type="submit" class="send" aria-label=${t("composer.send")} ?disabled=${this.count === 0}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5.5M6 11l6-6 6 6" /></svg>
        </button>
      </div>
      <p class="composer-foot">
        <span id="composer-hint">${t("composer.hint")}</span>
        ${this.count >= this.limit * COUNTER_FROM
          ? html`<span class=${full ? "counter full" : "counter"} aria-hidden="true"
              >${t("composer.count", { count: formatNumber(this.count), limit: formatNumber(this.limit) })}</span
            >`
          : nothing}
        <span class="visually-hidden" role="status">${full ? t("composer.full", { limit: formatNumber(this.limit) }) : ""}</span>
      </p>
    </form>`;
  }

  #changed(event?: InputEvent): void {
    const input = this.#input;
    if (!input) return;
    // Input methods and scripts may go beyond maxlength.
    if (input.value.length > this.limit && !event?.isComposing) input.value = input.value.slice(0, this.limit);
    this.count = input.value.trim() ? input.value.length : 0;
    this.#fit(input);
  }

  /** Grows with its text up to the CSS max-height. */
  #fit(input: HTMLTextAreaElement): void {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }

  #submitted(event: Event): void {
    event.preventDefault();
    // A syllable still being composed is committed by leaving the field; only then is the text whole.
    this.#input?.blur();
    setTimeout(() => {
      this.#send();
      this.#input?.focus();
    });
  }

  #send(): void {
    const input = this.#input;
    const text = input?.value.trim();
    if (!input || !text) return;
    input.value = "";
    this.#changed();
    this.dispatchEvent(new CustomEvent<string>("say", { detail: text, bubbles: true }));
  }
}

customElements.define("chat-composer", ChatComposer);
