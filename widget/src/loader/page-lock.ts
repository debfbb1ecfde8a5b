const FULL_SCREEN = "(max-width: 480px)";

/**
 * While the panel covers the whole screen (small devices) the page behind it neither scrolls nor takes focus, and the panel keeps to the
 * visual viewport so that the on-screen keyboard does not cover the input.
 */
export class PageLock {
  readonly #host: HTMLElement;
  readonly #panel: HTMLElement;
  readonly #media = matchMedia(FULL_SCREEN);
  #open = false;
  #release: (() => void) | undefined;

  constructor(host: HTMLElement, panel: HTMLElement) {
    this.#host = host;
    this.#panel = panel;
    this.#media.addEventListener("change", () => this.#update());
  }

  set open(open: boolean) {
    this.#open = open;
    this.#update();
  }

  #update(): void {
    const wanted = this.#open && this.#media.matches;
    if (wanted && !this.#release) this.#release = this.#lock();
    if (!wanted && this.#release) {
      this.#release();
      this.#release = undefined;
    }
  }

  #lock(): () => void {
    const root = document.documentElement;
    const overflow = root.style.getPropertyValue("overflow");
    const priority = root.style.getPropertyPriority("overflow");
    root.style.setProperty("overflow", "hidden", "important");
    const others = [...document.body.children].filter(
      (child): child is HTMLElement => child instanceof HTMLElement && child !== this.#host && !child.inert,
    );
    for (const other of others) other.inert = true;
    const viewport = window.visualViewport;
    const fit = (): void => {
      if (!viewport) return;
      this.#panel.style.setProperty("height", `${viewport.height}px`);
      this.#panel.style.setProperty("top", `${viewport.offsetTop}px`);
    };
    fit();
    viewport?.addEventListener("resize", fit);
    viewport?.addEventListener("scroll", fit);
    return () => {
      viewport?.removeEventListener("resize", fit);
      viewport?.removeEventListener("scroll", fit);
      this.#panel.style.removeProperty("height");
      this.#panel.style.removeProperty("top");
      for (const other of others) other.inert = false;
      if (overflow) root.style.setProperty("overflow", overflow, priority);
      else root.style.removeProperty("overflow");
    };
  }
}
