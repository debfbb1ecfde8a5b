/**
 * The `sub` of a JWT, read without checking anything: only to notice that a token belongs to another conversation or customer.
 * Trust decisions are the server's. Returns undefined for anything that is not a JWT with a string `sub`.
 */
export function unverifiedSubject(token: string | undefined): string | undefined {
  const payload = token?.split(".")[1];
  if (!payload) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const subject = (claims as { sub?: unknown } | null)?.sub;
    return typeof subject === "string" ? subject : undefined;
  } catch {
    return undefined;
  }
}
