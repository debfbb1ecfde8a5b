/**
 * An absolute http(s) address, or undefined for anything else (`javascript:`, `data:`, `vbscript:`, relative oddities, control characters).
 * Addresses that start with one slash are taken as paths of the chat's own origin.
 */
export function safeHref(href: string, base: string): string | undefined {
  // Browsers drop these characters while parsing; an address that needs them is not one we want.
  if (/[\u0000-\u0020\u007f]/.test(href)) return undefined;
  if (!/^https?:\/\//i.test(href) && !/^\/(?![/\\])/.test(href)) return undefined;
  try {
    const url = new URL(href, base);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The same, for addresses that must be on the chat's own origin: checkout pages, receipts, pictures. */
export function ownHref(href: string, base: string): string | undefined {
  const safe = safeHref(href, base);
  return safe !== undefined && new URL(safe).origin === new URL(base).origin ? safe : undefined;
}

/** Whether an address leads to a checkout page of ours. */
export function isCheckout(href: string, base: string): boolean {
  const own = ownHref(href, base);
  return own !== undefined && new URL(own).pathname.startsWith("/pay/");
}
