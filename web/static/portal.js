// Demo site: opens the chat from the page, tells other tabs about a log-in or log-out, and makes the code to copy.
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

/** Calls back with the chat's API, at once or when its script has been loaded. */
function withChat(use) {
  if (window.PrepayChat) use(window.PrepayChat);
  else document.addEventListener("prepay-chat:ready", () => use(window.PrepayChat), { once: true });
}

function openChat() {
  withChat((chat) => chat.open());
}

for (const button of document.querySelectorAll("[data-chat-open]")) button.addEventListener("click", openChat);
if (location.hash === "#chat") {
  history.replaceState(null, "", location.pathname + location.search);
  openChat();
}

const looks = document.querySelector(".looks");
const code = document.querySelector("#embed-code");
const usual = looks && { theme: looks.elements.theme.value, accent: looks.elements.accent.value };

/** What is chosen, without what is the chat's own choice anyway. */
function chosenLooks() {
  const { theme, accent } = looks.elements;
  return {
    ...(theme.value !== usual.theme && { theme: theme.value }),
    ...(accent.value !== usual.accent && { accent: accent.value }),
  };
}

looks?.addEventListener("submit", (event) => event.preventDefault());
looks?.addEventListener("input", () => {
  const chosen = chosenLooks();
  const attributes = Object.entries({ "identity-url": "/portal/identity", ...chosen }).map(([name, value]) => ` data-${name}="${value}"`);
  code.textContent = `<script async src="${code.dataset.src}"${attributes.join("")}></script>`;
  withChat((chat) => chat.setTheme({ ...usual, ...chosen }));
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    const status = button.parentElement.querySelector("[role=status]");
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(source.textContent);
      status.textContent = "복사했어요.";
    } catch {
      // Without leave to write: marked, so that one key press copies it.
      getSelection().selectAllChildren(source);
      status.textContent = "골라 두었어요. Ctrl+C 또는 ⌘C로 복사해 주세요.";
    }
  });
}
