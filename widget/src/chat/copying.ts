import type { Entry } from "./conversation.ts";
import { plainText } from "./plain-text.ts";

const SHOWN_MS = 2_000;

export interface CopyingEvents {
  changed(): void;
  /** Whether the clipboard took it. */
  copied(worked: boolean): void;
}

/** Copies messages as plain text (what people typed is that already), and remembers for a moment which one was. */
export class Copying {
  #key: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly events: CopyingEvents) {}

  isDone(entry: Entry): boolean {
    return this.#key === entry.key;
  }

  async copy({ key, role, text }: Entry): Promise<void> {
    const worked = await write(role === "bot" ? plainText(text) : text);
    this.events.copied(worked);
    this.#show(worked ? key : undefined);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(undefined), SHOWN_MS);
  }

  #show(key: string | undefined): void {
    this.#key = key;
    this.events.changed();
  }
}

/** A host site may forbid its frames the clipboard. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
