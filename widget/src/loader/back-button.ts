const MARK = "prepayChatOpen";

/**
 * Makes the browser's Back close the panel first, with one history entry of the page's own address and state while the panel is open.
 * The page's own listeners never hear of that entry: for them nothing has happened.
 */
export class BackButton {
  #open = false;
  /** Our own step back is on its way. */
  #leaving = false;
  #address = "";

  constructor(private readonly close: () => void) {
    // Capturing, so that it comes before the page's own listeners.
    addEventListener("popstate", (event) => this.#popped(event), { capture: true });
  }

  enter(): void {
    this.#open = true;
    if (!this.#leaving) this.#push();
  }

  leave(): void {
    if (!this.#open) return;
    this.#open = false;
    // When the page has moved on meanwhile, the way back is the page's.
    if (!isMarked() || location.href !== this.#address) return;
    this.#leaving = true;
    history.back();
  }

  #push(): void {
    this.#address = location.href;
    // After a reload with the panel open the entry is still there.
    if (isMarked()) return;
    const state: unknown = history.state;
    const marked = { ...(typeof state === "object" ? state : undefined), [MARK]: true };
    // Not `history.pushState`: routers and page counters wrap that one.
    History.prototype.pushState.call(history, marked, "");
  }

  #popped(event: PopStateEvent): void {
    const backFromOurs = this.#open && !isMarked();
    if (!this.#leaving && !backFromOurs) return;
    if (location.href === this.#address) event.stopImmediatePropagation();
    if (this.#leaving) {
      this.#leaving = false;
      // Opened again before the step was taken.
      if (this.#open) this.#push();
    } else {
      this.#open = false;
      this.close();
    }
  }
}

function isMarked(): boolean {
  return Boolean((history.state as Record<string, unknown> | null)?.[MARK]);
}
