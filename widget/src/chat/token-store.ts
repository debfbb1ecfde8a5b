const KEY = "prepay-chat-token";

/** The conversation token, kept across page loads in localStorage; where storage is blocked, only for this page. */
export class TokenStore {
  #memory: string | undefined;

  get(): string | undefined {
    try {
      return localStorage.getItem(KEY) ?? this.#memory;
    } catch {
      return this.#memory;
    }
  }

  set(token: string): void {
    this.#memory = token;
    try {
      localStorage.setItem(KEY, token);
    } catch {
      // Memory serves this page.
    }
  }

  clear(): void {
    this.#memory = undefined;
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Nothing was stored.
    }
  }

  /** Calls back with the token another tab has stored. */
  onChangeElsewhere(callback: (token: string) => void): void {
    addEventListener("storage", (event) => {
      if (event.key === KEY && event.newValue) callback(event.newValue);
    });
  }
}
