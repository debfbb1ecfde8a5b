import type { Identity } from "../shared/bridge.ts";

const FETCH_TIMEOUT_MS = 4000;

/** Where the loader learns who is logged in on the host page: an explicit `identify()` call, else the host's identity URL. */
export class HostIdentity {
  #told: Identity | undefined;
  readonly #url: URL | undefined;

  /** `url` must be of the host page's own origin; anything else is refused, because cookies would not belong to the host. */
  constructor(url: string | undefined) {
    if (!url) return;
    const resolved = new URL(url, document.baseURI);
    if (resolved.origin === location.origin) this.#url = resolved;
    else console.warn("PrepayChat: data-identity-url must be on the page's own origin");
  }

  /** A token signed by the host's backend, or null when the visitor logged out. */
  tell(token: string | null): Identity {
    this.#told = token ? { state: "token", token } : { state: "none" };
    return this.#told;
  }

  async read(): Promise<Identity> {
    if (this.#told) return this.#told;
    if (!this.#url) return { state: "unknown" };
    try {
      const response = await fetch(this.#url, {
        cache: "no-store",
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      if (response.status === 204 || response.status === 401) return { state: "none" };
      if (!response.ok) return { state: "unknown" };
      const body: unknown = await response.json();
      const token = (body as { token?: unknown } | null)?.token;
      return typeof token === "string" && token ? { state: "token", token } : { state: "unknown" };
    } catch {
      return { state: "unknown" };
    }
  }
}
