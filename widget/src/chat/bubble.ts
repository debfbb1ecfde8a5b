import { html, nothing, type TemplateResult } from "lit";
import type { Entry, Outgoing } from "./conversation.ts";
import { formatTime, t } from "./i18n.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Button, Message } from "./protocol.ts";
import { safeHref } from "./safe-link.ts";

export interface BubbleActions {
  choose(message: Message, index: number): void;
  retry(id: string): void;
  isAnswerable(message: Message): boolean;
}

/** Neighbours decide the look: `first`/`last` of a run by the same speaker. */
export interface Place {
  first: boolean;
  last: boolean;
  online: boolean;
}

export function renderBubble(entry: Entry, place: Place, actions: BubbleActions): TemplateResult {
  const classes = ["row", entry.role, place.first ? "first" : "", place.last ? "last" : ""].join(" ");
  return html`<article class=${classes} data-seq=${entry.message?.seq ?? nothing} data-key=${entry.key}>
    <span class="visually-hidden">${t(`role.${entry.role}`)}: </span>
    <div class="bubble">${entry.role === "bot" ? renderMarkdown(entry.text) : entry.text}</div>
    ${entry.message?.buttons?.length ? renderButtons(entry.message, entry.message.buttons, actions) : nothing}
    ${entry.outgoing && entry.outgoing.delivery !== "sent"
      ? renderDelivery(entry.outgoing, place.online, actions)
      : place.last && !Number.isNaN(entry.at)
        ? html`<time datetime=${new Date(entry.at).toISOString()}>${formatTime(entry.at)}</time>`
        : nothing}
  </article>`;
}

function renderButtons(message: Message, buttons: Button[], actions: BubbleActions): TemplateResult {
  const answerable = actions.isAnswerable(message);
  return html`<div class="buttons">
    ${buttons.map((button, index) => {
      if (button.kind === "reply")
        return html`<button type="button" class="choice" ?disabled=${!answerable} @click=${() => actions.choose(message, index)}>
          ${button.title}
        </button>`;
      const href = safeHref(button.url, location.origin);
      if (!href) return nothing;
      return html`<a class="choice link" href=${href} target="_blank" rel="noopener noreferrer"
        >${button.title}<span class="visually-hidden"> ${t("link.new_tab")}</span>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 6h10v10M18 6 6.5 17.5" /></svg
      ></a>`;
    })}
  </div>`;
}

function renderDelivery(outgoing: Outgoing, online: boolean, actions: BubbleActions): TemplateResult {
  if (outgoing.delivery !== "failed")
    return html`<span class="delivery">${t(outgoing.delivery === "queued" && !online ? "delivery.queued" : "delivery.sending")}</span>`;
  const hopeless = outgoing.error === "too_long" || outgoing.error === "forbidden" || outgoing.error === "bad_request";
  return html`<span class="delivery failed" role="alert"
    >${t(outgoing.error ? `delivery.${outgoing.error}` : "delivery.failed")}
    ${hopeless ? nothing : html`<button type="button" @click=${() => actions.retry(outgoing.id)}>${t("delivery.retry")}</button>`}</span
  >`;
}
