/**
 * What the loader (host page) and the chat app (iframe) say to each other.
 *
 * The loader posts one `Hello` to the iframe's window, addressed to the chat's own origin, with a MessagePort; everything after that goes
 * through the port, so no other window can speak on either side.
 */

export const HELLO = "prepay-chat:hello";

/** `auto` follows the visitor's system. */
export type Theme = "auto" | "light" | "dark";

/** How the host wants the widget to look. `accent`: "#rrggbb", or null for the widget's own colour. */
export interface Look {
  theme: Theme;
  accent: string | null;
}

/** `focus`: the visitor has just opened the chat, so the input may take the focus. */
export interface Visibility {
  visible: boolean;
  focus: boolean;
}

export interface Hello extends Visibility {
  type: typeof HELLO;
  look: Look;
}

/** `none`: the host says nobody is logged in. `unknown`: the host was not asked or could not answer, nothing may be concluded. */
export type Identity = { state: "token"; token: string } | { state: "none" } | { state: "unknown" };

export type ToApp =
  | { type: "identity"; identity: Identity }
  | ({ type: "visible" } & Visibility)
  | { type: "look"; look: Look };

/** `ready`: the app has understood the greeting and can be shown. */
export type ToHost = { type: "ready" } | { type: "identity_wanted" } | { type: "close" } | { type: "unread"; count: number };
