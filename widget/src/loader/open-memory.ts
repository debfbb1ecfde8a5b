const KEY = "prepay-chat-open";

/** Whether the panel was open on the previous page of this tab. Storage may be blocked: then it simply starts closed. */
export function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

export function rememberOpen(open: boolean): void {
  try {
    sessionStorage.setItem(KEY, open ? "1" : "0");
  } catch {
    // Blocked storage costs only the memory of the open panel.
  }
}
