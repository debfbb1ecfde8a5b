import { html, nothing, type TemplateResult } from "lit";
import type { Entry, Outgoing } from "./conversation.ts";
import { renderCopyButton } from "./copy-button.ts";
import { formatTime, t } from "./i18n.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderPaymentCard } from "./payment-card.ts";
import type { Payment } from "./payments.ts";
import { renderPicture } from "./picture.ts";
import type { Button, Message } from "./protocol.ts";
import { isCheckout, safeHref } from "./safe-link.ts";

/** The language of the bot, whatever language the chat is shown in. */
const SPOKEN = "ko";

export interface BubbleActions {
  choose(message: Message, index: number): void;
  retry(id: string): void;
  isAnswerable(message: Message): boolean;
  copy(entry: Entry): void;
  isCopied(entry: Entry): boolean;
}

/** Neighbours decide the look: `first`/`last` of a run by the same speaker. */
export interface Place {
  first: boolean;
  last: boolean;
  online: boolean;
}

/** The payment of a message's card; `payable`: this message is the newest of that payment. */
export interface ShownPayment {
  payment: Payment;
  payable: boolean;
}

export function renderBubble(entry: Entry, place: Place, shown: ShownPayment | undefined, actions: BubbleActions): TemplateResult {
  if (entry.role === "bot") return renderBot(entry, place, shown, actions);
  return entry.role === "agent" ? renderAgent(entry, place, actions) : renderUser(entry, place, actions);
}

function renderBot(entry: Entry, place: Place, shown: ShownPayment | undefined, actions: BubbleActions): TemplateResult {
  const { message } = entry;
  return html`<article class=${rowClass(entry, place)} data-seq=${message?.seq ?? nothing} data-key=${entry.key}>
    <span class="visually-hidden">${t("role.bot")}: </span>
    <div class="line">
      <div class="bubble" lang=${SPOKEN}>${renderMarkdown(entry.text)}</div>
      ${renderCopyButton(actions.isCopied(entry), () => actions.copy(entry))}
    </div>
    ${message?.image ? renderPicture(message.image) : nothing}
    ${shown ? renderPaymentCard(shown.payment, shown.payable) : nothing}
    ${message?.buttons?.length ? renderButtons(message, message.buttons, shown !== undefined, actions) : nothing}
    ${place.last ? renderTime(entry.at) : nothing}
  </article>`;
}

/** A person's words are shown as they were typed. The name is seen once in a run, and heard with every message. */
function renderAgent(entry: Entry, place: Place, actions: BubbleActions): TemplateResult {
  const who = t("role.agent", { name: entry.message?.name ?? "" });
  return html`<article class=${rowClass(entry, place)} data-seq=${entry.message?.seq ?? nothing} data-key=${entry.key}>
    <span class=${place.first ? "who" : "visually-hidden"}
      ><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 12.2a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.6 20a7.5 7.5 0 0 1 14.8 0" /></svg
      >${who}<span class="visually-hidden">: </span></span
    >
    <div class="line">
      <div class="bubble" lang=${SPOKEN}>${entry.text}</div>
      ${renderCopyButton(actions.isCopied(entry), () => actions.copy(entry))}
    </div>
    ${place.last ? renderTime(entry.at) : nothing}
  </article>`;
}

/** Nobody needs to hear what they have just written; only its failure is announced. */
function renderUser(entry: Entry, place: Place, actions: BubbleActions): TemplateResult {
  const { outgoing } = entry;
  return html`<article class=${rowClass(entry, place)} aria-live="off" data-seq=${entry.message?.seq ?? nothing} data-key=${entry.key}>
    <span class="visually-hidden">${t("role.user")}: </span>
    <div class="bubble">${entry.text}</div>
    ${outgoing && outgoing.delivery !== "sent"
      ? renderDelivery(outgoing, place.online, actions)
      : place.last
        ? renderTime(entry.at)
        : nothing}
  </article>`;
}

function rowClass(entry: Entry, place: Place): string {
  return ["row", entry.role, place.first ? "first" : "", place.last ? "last" : ""].join(" ");
}

function renderTime(at: number): TemplateResult | typeof nothing {
  if (Number.isNaN(at)) return nothing;
  return html`<time datetime=${new Date(at).toISOString()}>${formatTime(at)}</time>`;
}

/** `carded`: the message's payment has a card, which has the way to the checkout; its link is there for clients that draw no cards. */
function renderButtons(message: Message, buttons: Button[], carded: boolean, actions: BubbleActions): TemplateResult {
  const answerable = actions.isAnswerable(message);
  const drawn = buttons.map((button, index) => {
    if (button.kind === "reply")
      return html`<button type="button" class="choice" lang=${SPOKEN} ?disabled=${!answerable} @click=${() => actions.choose(message, index)}>
        ${button.title}
      </button>`;
    const href = safeHref(button.url, location.origin);
    if (!href || (carded && isCheckout(href, location.origin))) return nothing;
    return html`<a class="choice link" href=${href} target="_blank" rel="noopener noreferrer"
      >${button.title}<span class="visually-hidden"> ${t("link.new_tab")}</span>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 6h10v10M18 6 6.5 17.5" /></svg
    ></a>`;
  });
  return html`<div class="buttons">${drawn}</div>`;
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
