import { html, nothing, type TemplateResult } from "lit";
import { t } from "./i18n.ts";
import type { Picture } from "./protocol.ts";
import { ownHref } from "./safe-link.ts";

/** A picture that opens larger in a new tab. Its size is known beforehand, so nothing moves when it arrives. */
export function renderPicture({ url, alt, width, height }: Picture): TemplateResult | typeof nothing {
  const href = ownHref(url, location.origin);
  if (!href) return nothing;
  return html`<a class="picture" href=${href} target="_blank" rel="noopener noreferrer"
    ><img src=${href} alt=${alt} width=${width} height=${height} loading="lazy" decoding="async" /><span class="visually-hidden">
      ${t("picture.larger")}</span
    ></a
  >`;
}
