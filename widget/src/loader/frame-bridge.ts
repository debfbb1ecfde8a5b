import { HELLO, type Hello, type ToApp, type ToHost } from "../shared/bridge.ts";

/** The loader's end of the channel to the chat app. A new port is handed over each time the iframe loads. */
export class FrameBridge {
  #port: MessagePort | undefined;

  constructor(frame: HTMLIFrameElement, chatOrigin: string, greeting: () => Omit<Hello, "type">, receive: (message: ToHost) => void) {
    frame.addEventListener("load", () => {
      this.#port?.close();
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = (event: MessageEvent<ToHost>) => receive(event.data);
      const hello: Hello = { type: HELLO, ...greeting() };
      // The target origin makes the browser drop the port if the frame shows anything but our own page.
      frame.contentWindow?.postMessage(hello, chatOrigin, [port2]);
    });
  }

  send(message: ToApp): void {
    this.#port?.postMessage(message);
  }
}
