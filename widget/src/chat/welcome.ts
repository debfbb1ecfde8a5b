import { html, type TemplateResult } from "lit";
import { inKorean, t, type Key } from "./i18n.ts";

/** What customers ask first; sent as if typed. */
const STARTERS: Key[] = ["welcome.what", "welcome.how", "welcome.now"];

/** Stands where the conversation will be until something is said. */
export function renderWelcome(enabled: boolean, say: (text: string) => void): TemplateResult {
  return html`<div class="welcome">
    <h2>${t("welcome.title")}</h2>
    <p>${t("welcome.body")}</p>
    <div class="buttons">
      ${STARTERS.map(
        (starter) => html`<button type="button" class="choice" ?disabled=${!enabled} @click=${() => say(inKorean(starter))}>
          ${t(starter)}
        </button>`,
      )}
    </div>
  </div>`;
}
