// Checkout page: asks our server for the window's parameters, opens PortOne's window, watches the order's state. Money facts live on the server.
const POLL_MS = 1500;
const POLL_SLOW_MS = 10000;
const FAST_POLLS = 80;
const SAY_AT_SECONDS = [300, 60];
const READ_ERROR_MS = 2500;
const TROUBLE = "잠시 연결이 원활하지 않아요. 조금 뒤에 다시 눌러 주세요.";
const NEWS = "#news";

const main = document.querySelector("main");
const { token, state } = main.dataset;
const error = document.getElementById("error");
const statusLine = document.getElementById("status");
const connection = document.getElementById("connection");
let busy = false;
let deadline;

function showError(text) {
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
}

/** What the server says: {state, expires_in_seconds}, or undefined when it could not be asked. */
async function readStatus() {
  try {
    const response = await fetch(`/pay/${token}/status`, { cache: "no-store", headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** The page of the state that the order has by now, with what it says first in focus. */
function reload() {
  history.replaceState(null, "", location.pathname + NEWS);
  location.reload();
}

/** Returns whether the server answered; leaves the page when the order has moved on. */
async function look() {
  const found = await readStatus();
  if (found && found.state !== state && !busy) reload();
  else if (found && deadline) deadline = performance.now() + found.expires_in_seconds * 1000;
  return Boolean(found);
}

async function poll(count = 1, misses = 0) {
  let missed = misses;
  if (document.visibilityState === "visible") missed = (await look()) ? 0 : misses + 1;
  if (connection && missed === 3) connection.textContent = "연결이 끊겼어요. 다시 연결되면 이어서 확인할게요.";
  if (connection && !missed && misses >= 3) connection.textContent = "다시 연결됐어요. 이어서 확인하고 있어요.";
  setTimeout(() => poll(count + 1, missed), count < FAST_POLLS ? POLL_MS : POLL_SLOW_MS);
}

/** Our server said no, in words for the customer. */
class Refused extends Error {}

/** Our server's parameters for PortOne's window. Throws an Error whose message is meant for the customer. */
async function windowParameters(action) {
  let response;
  let body;
  try {
    response = await fetch(`/pay/${token}/${action}`, { method: "POST", headers: { Accept: "application/json" } });
    body = await response.json();
  } catch {
    throw new Error(TROUBLE);
  }
  if (!response.ok || !body.sdk) throw new Refused(body.error?.message ?? TROUBLE);
  return body.sdk;
}

/** PortOne normally navigates away by itself; where it answers instead, its answer goes to the same address as a redirect would. */
async function openWindow(call, parameters) {
  let result;
  try {
    result = await window.PortOne[call](parameters);
  } catch (reason) {
    console.error("PortOne", reason?.code);
    throw new Error("창을 열지 못했어요. 결제된 금액은 없어요. 다시 눌러 주세요.");
  }
  if (!result) return;
  const target = new URL(parameters.redirectUrl);
  for (const [name, value] of Object.entries(result)) if (value != null) target.searchParams.set(name, String(value));
  location.assign(target);
}

async function act(button) {
  if (busy) return;
  busy = true;
  // Not `disabled`: that would take the focus away from whoever goes by keyboard.
  button.setAttribute("aria-disabled", "true");
  showError("");
  statusLine.textContent = button.dataset.opening;
  try {
    await openWindow(button.dataset.sdk, await windowParameters(button.dataset.action));
    // The page is about to be left; the button stays off so that nothing is asked for twice.
  } catch (problem) {
    statusLine.textContent = "";
    showError(problem.message);
    busy = false;
    button.removeAttribute("aria-disabled");
    // The order may have moved on elsewhere: then the page of its new state says more than the refusal.
    const now = problem instanceof Refused ? await readStatus() : undefined;
    if (now && now.state !== state && !busy) {
      busy = true;
      button.setAttribute("aria-disabled", "true");
      setTimeout(reload, READ_ERROR_MS);
    }
  }
}

function countDown(seconds) {
  const label = document.getElementById("countdown");
  deadline = performance.now() + seconds * 1000;
  const toSay = SAY_AT_SECONDS.filter((at) => at < seconds);
  const tick = () => {
    const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
    label.textContent = `${Math.floor(left / 60)}분 ${String(left % 60).padStart(2, "0")}초`;
    if (left <= SAY_AT_SECONDS.at(-1)) label.closest(".expiry").classList.add("soon");
    let say;
    while (left <= toSay[0]) say = toSay.shift(); // several at once after the machine slept
    if (say) statusLine.textContent = `결제 시간이 ${say / 60}분 남았어요.`;
    if (left > 0) setTimeout(tick, 1000);
    else end();
  };
  tick();
}

/** Nothing can be begun any more; the server says what became of it. */
function end() {
  for (const button of document.querySelectorAll("button[data-action]")) button.disabled = true;
  statusLine.textContent = "결제 시간이 지났어요. 지금 상태를 확인하고 있어요.";
  poll();
}

for (const button of document.querySelectorAll("button[data-action]")) button.addEventListener("click", () => act(button));
document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (main.dataset.expiresIn) countDown(Number(main.dataset.expiresIn));
if ("poll" in main.dataset) poll();
// Whoever refreshes the page wants to know how it stands now.
if ("saidOnce" in main.dataset) history.replaceState(null, "", location.pathname + location.hash);
if (location.hash === NEWS) document.querySelector(NEWS)?.focus();
if (token) {
  // Coming back with the browser's Back button, or from another tab where the order went on.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}
