import type { LookWish } from "./look.ts";
import { localeOf } from "./strings.ts";
import { Widget } from "./widget.ts";

/** What host pages may call. `prepay-chat:ready` is dispatched on `document` once it exists. */
export interface PrepayChatApi {
  open(): void;
  close(): void;
  /** A short-lived identity token signed by the host's backend; null after log-out. */
  identify(token: string | null): void;
  /** Asks `data-identity-url` again, for instance after a log-in without a page load. */
  refreshIdentity(): Promise<void>;
  /** `theme`: "auto", "light" or "dark"; `accent`: "#rrggbb". What is left out stays, null is the widget's own. */
  setTheme(wish: LookWish): void;
}

declare global {
  interface Window {
    PrepayChat?: PrepayChatApi;
  }
}

function start(script: HTMLScriptElement): void {
  const widget = new Widget({
    chatOrigin: new URL(script.src).origin,
    identityUrl: script.dataset["identityUrl"],
    locale: localeOf(script.dataset["locale"] ?? document.documentElement.lang),
  });
  const read = (): void => widget.setTheme({ theme: script.dataset["theme"], accent: script.dataset["accent"] });
  read();
  new MutationObserver(read).observe(script, { attributeFilter: ["data-theme", "data-accent"] });
  window.PrepayChat = Object.freeze({
    open: () => widget.open(),
    close: () => widget.close(),
    identify: (token: string | null) => widget.identify(token),
    refreshIdentity: () => widget.refreshIdentity(),
    setTheme: (wish: LookWish) => widget.setTheme(wish),
  });
  document.dispatchEvent(new Event("prepay-chat:ready"));
}

const script = document.currentScript;
const marker = document.documentElement;
// The script may be included twice: the first one wins.
if (script instanceof HTMLScriptElement && !marker.hasAttribute("data-prepay-chat")) {
  marker.setAttribute("data-prepay-chat", "");
  if (document.body) start(script);
  else document.addEventListener("DOMContentLoaded", () => start(script), { once: true });
}
