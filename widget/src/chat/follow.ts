const NEAR = 48;
const MARGIN = 12;

/**
 * Scrolling rule of the list: follow what is new only while the reader is at the end, and never past the top of the first new message, so
 * that a long answer is read from its beginning.
 */
export class Follow {
  #atEnd = true;
  #bottom = 0;

  constructor(private readonly list: HTMLElement) {
    list.addEventListener("scroll", () => (this.#atEnd = this.isAtEnd()), { passive: true });
    // The on-screen keyboard or a growing input shortens the list: what was at the end stays at the end.
    new ResizeObserver(() => {
      if (this.#atEnd) this.toEnd();
    }).observe(list);
  }

  isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(): void {
    this.list.scrollTop = this.list.scrollHeight;
    this.#atEnd = true;
  }

  /** To be called before the list changes. */
  before(): void {
    this.#atEnd = this.isAtEnd();
    this.#bottom = this.list.scrollHeight;
  }

  /** To be called when something known has grown or shrunk (a card, a rating): who was at the end stays there. */
  stay(): void {
    if (this.#atEnd) this.toEnd();
  }

  /** To be called after `first` (the first new message) was added; true when the reader sees it. */
  after(first: HTMLElement): boolean {
    if (!this.#atEnd) return false;
    const grown = this.list.scrollHeight > this.#bottom;
    const top = first.offsetTop - MARGIN;
    if (grown) this.list.scrollTop = Math.min(this.list.scrollHeight, top);
    this.#atEnd = this.isAtEnd();
    return true;
  }
}
