import { make } from "./elements.ts";
import type { LoaderStrings } from "./strings.ts";

const PATIENCE_MS = 10_000;

/**
 * What the panel shows until the chat is ready: that it is loading, and a way out. When it does not get ready (no connection, a site that
 * may not embed it), it says so and offers another try.
 */
export class Cover {
  readonly element = make("div", { class: "cover" });
  readonly #text = make("p", { role: "status" });
  readonly #retry = make("button");
  readonly #strings: LoaderStrings;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(strings: LoaderStrings, retry: () => void, close: () => void) {
    this.#strings = strings;
    const leave = make("button");
    this.#retry.textContent = strings.retry;
    leave.textContent = strings.leave;
    this.#retry.addEventListener("click", retry);
    leave.addEventListener("click", close);
    this.element.append(this.#text, this.#retry, leave);
  }

  loading(): void {
    this.element.hidden = false;
    this.#retry.hidden = true;
    this.#text.textContent = this.#strings.loading;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#text.textContent = this.#strings.failed;
      this.#retry.hidden = false;
    }, PATIENCE_MS);
  }

  done(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}
