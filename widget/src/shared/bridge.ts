/**
 * What the loader (host page) and the chat app (iframe) say to each other.
 *
 * The loader posts one `Hello` to the iframe's window, addressed to the chat's own origin, with a MessagePort; everything after that goes
 * through the port, so no other window can speak on either side.
 */

export const HELLO = "prepay-chat:hello";

export interface Hello {
  type: typeof HELLO;
  visible: boolean;
}

/** `none`: the host says nobody is logged in. `unknown`: the host was not asked or could not answer, nothing may be concluded. */
export type Identity = { state: "token"; token: string } | { state: "none" } | { state: "unknown" };

export type ToApp = { type: "identity"; identity: Identity } | { type: "visible"; visible: boolean };

export type ToHost = { type: "identity_wanted" } | { type: "close" } | { type: "unread"; count: number };
