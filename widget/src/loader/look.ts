import type { Look, Theme } from "../shared/bridge.ts";
import { inkOn, parseColour, WHITE } from "../shared/colour.ts";

const THEMES: readonly string[] = ["auto", "light", "dark"];

/** What a host says about the look; null or "" takes a thing back to the widget's own, undefined leaves it. */
export interface LookWish {
  theme?: string | null | undefined;
  accent?: string | null | undefined;
}

/** The look after a wish of the host. What is no theme or no colour is left as it was, with a warning for the host's developers. */
export function changedLook({ theme, accent }: Look, wish: LookWish): Look {
  if (wish.theme !== undefined) {
    const wanted = wish.theme || "auto";
    if (THEMES.includes(wanted)) theme = wanted as Theme;
    else warn(wanted);
  }
  if (wish.accent !== undefined) {
    const wanted = wish.accent || null;
    if (!wanted || parseColour(wanted)) accent = wanted;
    else warn(wanted);
  }
  return { theme, accent };
}

function warn(value: string): void {
  console.warn(`PrepayChat: neither auto, light, dark nor #rrggbb: ${value}`);
}

/** Shows the look on the host page's side. `root`: the element around everything of ours, where the colours are set. */
export function showLook(root: HTMLElement, { theme, accent }: Look): void {
  root.dataset["theme"] = theme;
  const colour = accent && parseColour(accent);
  // An empty value takes the style sheet's own back.
  root.style.setProperty("--accent", accent ?? "");
  root.style.setProperty("--on-accent", colour ? (inkOn(colour) === WHITE ? "#fff" : "#000") : "");
}
