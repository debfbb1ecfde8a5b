import { html, nothing, type TemplateResult } from "lit";
import { formatWon, t } from "./i18n.ts";
import { minutesLeft, statusAt, type Payment } from "./payments.ts";
import type { PaymentStatus } from "./protocol.ts";
import { ownHref } from "./safe-link.ts";

const ICONS: Record<PaymentStatus, string> = {
  pending: "M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
  checking: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4",
  done: "m5.5 12.8 4.2 4.2 8.8-9.6",
  expired: "m7 7 10 10M17 7 7 17",
  withdrawn: "m7 7 10 10M17 7 7 17",
  cancelling: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4",
  cancelled: "M9 6 4.5 10.5 9 15M4.5 10.5H14a5 5 0 0 1 0 10h-2",
};

/**
 * A payment as it stands now. `payable`: whether this card has the pay button, should the payment have one. What changes in it is announced by
 * the chat, not by the live region it stands in.
 */
export function renderPaymentCard(payment: Payment, payable: boolean): TemplateResult {
  const now = Date.now();
  const status = statusAt(payment, now);
  const amount = formatWon(payment.amount_won);
  return html`<div class="payment ${status}" role="group" aria-live="off" aria-label=${t("payment.label", { amount })}>
    <p class="payment-head">
      <span>${t("payment.title")}</span>
      <span class="payment-status"
        ><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[status]} /></svg>${t(`payment.${status}`)}</span
      >
    </p>
    <p class="payment-amount">${amount}</p>
    <p class="payment-note">${note(payment, status, now)}</p>
    <p class="payment-order">${t("payment.order", { order: payment.order_id })}</p>
    ${renderLink(payment, status, payable, amount)}
  </div>`;
}

function renderLink(payment: Payment, status: PaymentStatus, payable: boolean, amount: string): TemplateResult | typeof nothing {
  if (status === "pending" && payable) return link(payment.url, t("payment.pay", { amount }), "primary");
  if (status === "checking" && payable) return link(payment.url, t("payment.look"), "");
  if (status === "done") return link(payment.receipt_url, t("payment.receipt"), "");
  return nothing;
}

function note(payment: Payment, status: PaymentStatus, now: number): string {
  const minutes = minutesLeft(payment, now);
  if (status !== "pending" || minutes === undefined) return t(`payment_note.${status}`);
  return minutes > 1 ? t("payment_note.minutes", { minutes }) : t("payment_note.last_minute");
}

function link(url: string | null, words: string, look: "primary" | ""): TemplateResult | typeof nothing {
  const href = url === null ? undefined : ownHref(url, location.origin);
  if (!href) return nothing;
  return html`<a class="choice ${look}" href=${href} target="_blank" rel="noopener noreferrer"
    >${words}<span class="visually-hidden"> ${t("link.new_tab")}</span>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 6h10v10M18 6 6.5 17.5" /></svg
  ></a>`;
}
