import { html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

/** Long enough for every screen reader to have taken it up. */
const KEPT_MS = 6_000;

/** Says things to screen readers that are seen elsewhere: each call of `say` is announced once, also the same words again. */
export class Announcer extends LitElement {
  #lines: { id: number; text: string }[] = [];
  #count = 0;

  say(text: string): void {
    const line = { id: ++this.#count, text };
    this.#lines = [...this.#lines, line];
    this.requestUpdate();
    setTimeout(() => {
      this.#lines = this.#lines.filter((other) => other !== line);
      this.requestUpdate();
    }, KEPT_MS);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`<div class="visually-hidden" role="status" aria-atomic="false" aria-relevant="additions">
      ${repeat(
        this.#lines,
        (line) => line.id,
        (line) => html`<p>${line.text}</p>`,
      )}
    </div>`;
  }
}

customElements.define("chat-announcer", Announcer);
