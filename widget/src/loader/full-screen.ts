import { BackButton } from "./back-button.ts";
import { lockPage } from "./page-lock.ts";

const SMALL = "(max-width: 480px)";

export function isSmallScreen(): boolean {
  return matchMedia(SMALL).matches;
}

/** On small screens the open panel covers everything: the page behind is locked, and Back closes the panel. */
export class FullScreen {
  readonly #media = matchMedia(SMALL);
  readonly #back: BackButton;
  #open = false;
  #unlock: (() => void) | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly panel: HTMLElement,
    close: () => void,
  ) {
    this.#back = new BackButton(close);
    this.#media.addEventListener("change", () => this.#update());
  }

  set open(open: boolean) {
    this.#open = open;
    this.#update();
  }

  #update(): void {
    const wanted = this.#open && this.#media.matches;
    if (wanted === Boolean(this.#unlock)) return;
    if (wanted) {
      this.#unlock = lockPage(this.host, this.panel);
      this.#back.enter();
    } else {
      this.#unlock?.();
      this.#unlock = undefined;
      this.#back.leave();
    }
    this.panel.setAttribute("aria-modal", String(wanted));
  }
}
