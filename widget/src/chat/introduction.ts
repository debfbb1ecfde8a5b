import type { Identity } from "../shared/bridge.ts";
import { unverifiedSubject } from "./jwt.ts";
import type { Session } from "./protocol.ts";

export interface IntroductionSteps {
  /** Begins an anonymous conversation in place of this one. */
  reset(): Promise<void>;
  identify(token: string): Promise<void>;
}

/** Keeps the conversation's customer and the one that the host page knows the same. */
export class Introduction {
  #subject: string | undefined;

  constructor(private readonly steps: IntroductionSteps) {}

  /** An identity went along with the connection. */
  sent(token: string): void {
    this.#subject = unverifiedSubject(token);
  }

  /** The host has said who is logged in, while the conversation has this customer. */
  async agree(customer: Session["customer"], identity: Identity): Promise<void> {
    if (identity.state === "unknown") return;
    if (identity.state === "none") {
      this.#subject = undefined;
      // Logged out on the host: the next person at this screen must not see the conversation.
      if (customer) await this.steps.reset();
      return;
    }
    const subject = unverifiedSubject(identity.token);
    const same = subject === this.#subject;
    if (customer && same) return;
    this.#subject = subject;
    if (customer) await this.steps.reset();
    else await this.steps.identify(identity.token);
  }
}
