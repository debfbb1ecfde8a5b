// The two calls of the browser SDK that a shop's page makes, in redirect mode.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;

  class PortOneError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "PortOneError";
      this.code = code;
    }
  }

  async function openWindow(path, params) {
    if (!params || params.forceRedirect !== true) {
      throw new PortOneError(
        "InvalidRequest", "forceRedirect must be true: this sandbox has the redirect mode only.");
    }
    let response;
    let answer;
    try {
      response = await fetch(home + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(params),
        credentials: "omit",
      });
      answer = await response.json();
    } catch (cause) {
      throw new PortOneError("NetworkError", "결제 서버에 연결하지 못했어요. 잠시 뒤에 다시 시도해 주세요.");
    }
    if (!response.ok) {
      throw new PortOneError(answer.code, answer.message);
    }
    window.location.assign(home + answer.path);
    // The page is on its way out: a caller must not run on as if there were a result.
    return new Promise(() => {});
  }

  window.PortOne = Object.freeze({
    requestPayment: (params) => openWindow("/v2/browser/payments", params),
    requestIdentityVerification: (params) => openWindow("/v2/browser/identity-verifications", params),
    PortOneError,
  });
})();
