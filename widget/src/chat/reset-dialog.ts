import { html, LitElement, nothing, type TemplateResult } from "lit";
import { t } from "./i18n.ts";
import { renderRating, type RatingState } from "./rating.ts";

/** Asks before a new conversation begins, and how this one was. Dispatches `answered` with whether to reset as `detail`. */
export class ResetDialog extends LitElement {
  static override properties = { rating: { attribute: false } };
  /** Undefined while there is nothing to rate. */
  declare rating: RatingState | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get open(): boolean {
    return this.#dialog?.open ?? false;
  }

  show(): void {
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="reset-title" @close=${this.#closed}>
      <form method="dialog">
        <h2 id="reset-title">${t("reset.title")}</h2>
        <p>${t("reset.body")}</p>
        <div class="dialog-buttons">
          <button value="keep" class="choice">${t("reset.cancel")}</button>
          <button value="reset" class="choice primary">${t("reset.confirm")}</button>
        </div>
      </form>
      ${this.rating ? renderRating("reset-rating", this.rating) : nothing}
    </dialog>`;
  }

  #closed(): void {
    const dialog = this.#dialog;
    const reset = dialog?.returnValue === "reset";
    if (dialog) dialog.returnValue = "";
    this.dispatchEvent(new CustomEvent<boolean>("answered", { detail: reset }));
  }
}

customElements.define("reset-dialog", ResetDialog);
