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
