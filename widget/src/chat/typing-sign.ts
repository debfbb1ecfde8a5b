/** Whether an answer is being written; ends by itself when nobody says so. */
export class TypingSign {
  #on = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean, ttlMs = 30_000): void {
    clearTimeout(this.#timer);
    if (on) this.#timer = setTimeout(() => this.set(false), ttlMs);
    if (on === this.#on) return;
    this.#on = on;
    this.changed();
  }
}
