import { PAYMENT_STATUSES, type Message, type PaymentCard, type PaymentStatus } from "./protocol.ts";

/** A card with the moment (milliseconds of this device's clock) from which it can no longer be paid. */
export interface Payment extends PaymentCard {
  expiresAt: number | null;
}

const MINUTE_MS = 60_000;

/** The payments of a conversation, each as the newest news of it says. Pure state. */
export class Payments {
  #known = new Map<string, Payment>();

  /** Takes news of a payment; true when a known payment changed its status by it. Older and repeated news changes nothing. */
  take(card: PaymentCard): boolean {
    if (!isDrawable(card)) return false;
    const known = this.#known.get(card.order_id);
    const expiresAt = card.expires_in_seconds === null ? null : Date.now() + card.expires_in_seconds * 1000;
    if (known && known.version >= card.version) {
      // The same payment told again tells the time that is left anew: this device may have slept or set its clock.
      if (known.version === card.version && card.status === known.status) this.#known.set(card.order_id, { ...known, expiresAt });
      return false;
    }
    this.#known.set(card.order_id, { ...card, expiresAt });
    return known !== undefined && known.status !== card.status;
  }

  /** How the payment of a message's card stands now; undefined for a message without a card that can be drawn. */
  of(message: Message): Payment | undefined {
    return isDrawable(message.card) ? this.#known.get(message.card.order_id) : undefined;
  }

  /** Milliseconds until the time that is left reads differently; undefined when no payment waits. */
  nextChange(now: number): number | undefined {
    const waiting = [...this.#known.values()].flatMap(({ expiresAt }) => (expiresAt !== null && expiresAt > now ? [expiresAt - now] : []));
    return waiting.length ? Math.min(...waiting.map((left) => left % MINUTE_MS || MINUTE_MS)) : undefined;
  }

  clear(): void {
    this.#known.clear();
  }
}

/** The status to show: what waits to be paid is over with its time, even before the server says so. */
export function statusAt(payment: Payment, now: number): PaymentStatus {
  const late = payment.status === "pending" && payment.expiresAt !== null && payment.expiresAt <= now;
  return late ? "expired" : payment.status;
}

/** Whole minutes left, rounded up; 0 when it is over, undefined when there is no limit. */
export function minutesLeft(payment: Payment, now: number): number | undefined {
  if (payment.expiresAt === null) return undefined;
  return Math.max(0, Math.ceil((payment.expiresAt - now) / MINUTE_MS));
}

/** Whether the message's card is one that this client can draw. */
export function isDrawable(card: Message["card"]): card is PaymentCard {
  if (card?.type !== "payment") return false;
  const { order_id, version, amount_won, status } = card as PaymentCard;
  return typeof order_id === "string" && Number.isInteger(version) && Number.isInteger(amount_won) && PAYMENT_STATUSES.includes(status);
}
