// Demo site: opens the chat from the page and tells other tabs about a log-in or log-out.
const IDENTITY_KEY = "prepay-chat-identity";
const customer = document.querySelector("main")?.dataset.customer;

if (customer !== undefined) {
  try {
    // The chat in other tabs listens to this key and asks again who is logged in.
    if (localStorage.getItem(IDENTITY_KEY) !== customer) localStorage.setItem(IDENTITY_KEY, customer);
  } catch {
    // Without storage other tabs notice when they are looked at again.
  }
}

function openChat() {
  if (window.PrepayChat) window.PrepayChat.open();
  else document.addEventListener("prepay-chat:ready", () => window.PrepayChat.open(), { once: true });
}

for (const button of document.querySelectorAll("[data-chat-open]")) button.addEventListener("click", openChat);
if (location.hash === "#chat") {
  history.replaceState(null, "", location.pathname + location.search);
  openChat();
}
