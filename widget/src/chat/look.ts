import type { Look } from "../shared/bridge.ts";
import { accentProperties } from "./accent.ts";

const PROPERTIES = ["--accent", "--accent-strong", "--on-accent", "--accent-text", "--accent-soft", "--accent-line"];

/** Shows the host's look on the whole page; theme.css knows `data-theme` and the properties. */
export function showLook({ theme, accent }: Look): void {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.dataset["theme"] = theme;
  const values = (accent !== null && accentProperties(accent)) || {};
  for (const name of PROPERTIES) {
    const value = values[name];
    // Through the CSSOM: the page's policy allows no style attributes.
    if (value) root.style.setProperty(name, value);
    else root.style.removeProperty(name);
  }
}
