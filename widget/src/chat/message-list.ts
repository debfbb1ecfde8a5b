import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { renderBubble, type BubbleActions, type ShownPayment } from "./bubble.ts";
import type { ChatClient } from "./client.ts";
import type { Entry } from "./conversation.ts";
import { formatDay } from "./i18n.ts";
import { isDrawable } from "./payments.ts";
import { renderRating, type RatingState } from "./rating.ts";

/** The lines of the conversation with the days between them, and the question for a rating below the newest answer that ended something. */
export function renderMessages(client: ChatClient, rating: RatingState, actions: BubbleActions): unknown {
  const { conversation, online } = client;
  const entries = conversation.entries();
  const ending = entries.findLast((entry) => entry.message?.ends);
  const newest = newestOfPayments(entries);
  return repeat(
    entries,
    (entry) => entry.key,
    (entry, index) => {
      const next = entries[index + 1];
      const newDay = beginsDay(entries[index - 1], entry);
      const first = newDay || entries[index - 1]?.role !== entry.role;
      const last = next?.role !== entry.role || beginsDay(entry, next);
      const place = { first, last, online };
      return html`${newDay ? html`<p class="day"><span>${formatDay(entry.at)}</span></p>` : nothing}${renderBubble(
        entry,
        place,
        shownPayment(client, entry, newest),
        actions,
      )}${entry === ending ? html`<div class="after" aria-live="off">${renderRating("list-rating", rating)}</div>` : nothing}`;
    },
  );
}

function beginsDay(previous: Entry | undefined, entry: Entry): boolean {
  return !previous || formatDay(previous.at) !== formatDay(entry.at);
}

/** By order, the newest message that has its card: only there can it be paid, so that there is one way to pay. */
function newestOfPayments(entries: Entry[]): Map<string, Entry> {
  const newest = new Map<string, Entry>();
  for (const entry of entries) {
    const card = entry.message?.card;
    if (isDrawable(card)) newest.set(card.order_id, entry);
  }
  return newest;
}

function shownPayment(client: ChatClient, entry: Entry, newest: Map<string, Entry>): ShownPayment | undefined {
  const payment = entry.message && client.payments.of(entry.message);
  return payment && { payment, payable: newest.get(payment.order_id) === entry };
}
