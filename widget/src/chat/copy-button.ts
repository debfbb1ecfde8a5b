import { html, type TemplateResult } from "lit";
import { t } from "./i18n.ts";

/** The button that copies a message; `done` while it says so. */
export function renderCopyButton(done: boolean, copy: () => void): TemplateResult {
  return html`<button type="button" class=${done ? "copy done" : "copy"} aria-label=${t("copy.label")} title=${t("copy.label")} @click=${copy}>
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d=${done ? "m5.5 12.8 4.2 4.2 8.8-9.6" : "M9 9h10.5v10.5H9ZM15 9V4.5H4.5V15H9"} />
    </svg>
  </button>`;
}
