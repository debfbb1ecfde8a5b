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
  window.PrepayChat = Object.freeze({
    open: () => widget.open(),
    close: () => widget.close(),
    identify: (token: string | null) => widget.identify(token),
    refreshIdentity: () => widget.refreshIdentity(),
  });
  document.dispatchEvent(new CustomEvent("prepay-chat:ready"));
}

const script = document.currentScript;
const marker = document.documentElement;
// The script may be included twice: the first one wins.
if (script instanceof HTMLScriptElement && !marker.hasAttribute("data-prepay-chat")) {
  marker.setAttribute("data-prepay-chat", "");
  if (document.body) start(script);
  else document.addEventListener("DOMContentLoaded", () => start(script), { once: true });
}
