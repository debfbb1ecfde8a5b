const HANGUL = /[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]/;

/**
 * Enter that sends, right for Korean input methods.
 *
 * While a syllable is being composed, Enter first belongs to the input method. For Hangul the same Enter also sends, once the syllable is in
 * the text; for Japanese and Chinese it only confirms. A plain `isComposing` guard would eat the Enter, no guard would cut the last syllable
 * or send twice. Safari reports the end of the composition before the key, with keyCode 229.
 */
export class EnterKey {
  #composed = "";
  #pending = false;

  /** `send` may be called for blank text; it must ignore that, which also swallows a second Enter. */
  constructor(
    private readonly send: () => void,
    private readonly isTouch: () => boolean,
  ) {}

  compositionupdate = (event: CompositionEvent): void => {
    if (event.data) this.#composed = event.data;
  };

  keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || this.isTouch()) return;
    if (event.isComposing) {
      this.#pending = true;
    } else if (event.keyCode === 229) {
      event.preventDefault();
      if (HANGUL.test(this.#composed)) setTimeout(this.send);
    } else {
      event.preventDefault();
      this.send();
    }
  };

  /** Blocks only the line break of an Enter that is going to send. */
  beforeinput = (event: InputEvent): void => {
    if (this.#pending && (event.inputType === "insertLineBreak" || event.inputType === "insertParagraph")) event.preventDefault();
  };

  compositionend = (event: CompositionEvent): void => {
    const composed = event.data || this.#composed;
    this.#composed = composed;
    if (!this.#pending) return;
    setTimeout(() => {
      this.#pending = false;
      if (HANGUL.test(composed)) this.send();
    });
  };
}
