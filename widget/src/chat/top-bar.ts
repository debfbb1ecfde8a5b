import { html, nothing, type TemplateResult } from "lit";
import { t } from "./i18n.ts";

export interface TopBarActions {
  reset(): void;
  /** Undefined when the page stands by itself. */
  close: (() => void) | undefined;
}

export function renderTopBar(customer: string | undefined, online: boolean, actions: TopBarActions): TemplateResult {
  return html`<header class="top">
    <span class="mark" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M4.5 18.8 5.6 15.4A8 8 0 1 1 8.8 18.5ZM8.7 12.2l2.4 2.3 4.3-4.6" /></svg></span>
    <div class="title">
      <h1>${t("app.title")}</h1>
      <p>${customer === undefined ? t("app.subtitle") : t("app.customer", { name: customer })}</p>
    </div>
    ${tool("app.reset", "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4", !online, actions.reset)}
    ${actions.close ? tool("app.close", "m6 6 12 12M18 6 6 18", false, actions.close) : nothing}
  </header>`;
}

function tool(key: string, path: string, disabled: boolean, press: () => void): TemplateResult {
  return html`<button type="button" class="tool" aria-label=${t(key)} title=${t(key)} ?disabled=${disabled} @click=${press}>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>
  </button>`;
}
