import { html, type TemplateResult } from "lit";
import { t } from "./i18n.ts";
import type { RatingValue } from "./protocol.ts";

const THUMB = "M7.5 20.5h-3v-9h3m0 9v-9l4-7.5c1.6 0 2.6 1.2 2.3 2.8l-.6 3.7h5.1c1.3 0 2.2 1.2 1.9 2.4l-1.4 5.6a2 2 0 0 1-2 1.5Z";

export interface RatingState {
  value: RatingValue | null;
  /** The thanks stand from the first rating on and do not come again when it is changed. */
  thanked: boolean;
  enabled: boolean;
  rate(value: RatingValue): void;
}

/** Thumbs up and down as toggle buttons; the choice may be changed. `id` must be unique on the page. */
export function renderRating(id: string, { value, thanked, enabled, rate }: RatingState): TemplateResult {
  const button = (one: RatingValue): TemplateResult => html`<button
    type="button"
    class="thumb ${one}"
    aria-pressed=${String(value === one)}
    ?disabled=${!enabled}
    @click=${() => value !== one && rate(one)}
  >
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${THUMB} /></svg>${t(`rating.${one}`)}
  </button>`;
  return html`<div class="rating" role="group" aria-labelledby=${id}>
    <p id=${id}>${t("rating.question")}</p>
    <div class="thumbs">${button("up")}${button("down")}</div>
    <p class="thanks" role="status">${thanked ? t("rating.thanks") : ""}</p>
  </div>`;
}
