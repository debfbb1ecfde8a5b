// Checkout page: asks our server for the window's parameters, opens PortOne's window, watches the order's state. Money facts live on the server.
const POLL_MS = 1500;
const SOON_SECONDS = 60;
const TROUBLE = "잠시 연결이 원활하지 않아요. 조금 뒤에 다시 눌러 주세요.";

const main = document.querySelector("main");
const { token, state } = main.dataset;
const error = document.getElementById("error");
let busy = false;

function showError(text) {
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
}

/** The state the server reports, or undefined when it could not be asked. */
async function readState() {
  try {
    const response = await fetch(`/pay/${token}/status`, { cache: "no-store", headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).state : undefined;
  } catch {
    return undefined;
  }
}

async function reloadIfChanged() {
  const now = await readState();
  if (now === undefined || now === state || busy) return false;
  location.reload();
  return true;
}

async function poll() {
  if (document.visibilityState === "visible" && (await reloadIfChanged())) return;
  setTimeout(poll, POLL_MS);
}

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
  if (!response.ok || !body.sdk) throw new Error(body.error?.message ?? TROUBLE);
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
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  showError("");
  try {
    await openWindow(button.dataset.sdk, await windowParameters(button.dataset.action));
    // The page is about to be left; the button stays disabled so that nothing is asked for twice.
  } catch (problem) {
    showError(problem.message);
    busy = false;
    button.disabled = false;
    button.removeAttribute("aria-busy");
    button.focus();
    // The order may have moved on elsewhere: then the page of its new state says more than the error.
    const now = await readState();
    if (now !== undefined && now !== state && !busy) setTimeout(() => location.reload(), 2500);
  }
}

function countDown(seconds) {
  const label = document.getElementById("countdown");
  const status = document.getElementById("countdown-status");
  const end = performance.now() + seconds * 1000;
  let warned = false;
  const tick = async () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    label.textContent = `${Math.floor(left / 60)}분 ${String(left % 60).padStart(2, "0")}초`;
    if (left <= SOON_SECONDS && !warned) {
      warned = true;
      label.closest(".expiry").classList.add("soon");
      status.textContent = "결제 시간이 1분 남았어요.";
    }
    if (left > 0) setTimeout(tick, 1000);
    else poll();
  };
  tick();
}

for (const button of document.querySelectorAll("button[data-action]")) button.addEventListener("click", () => act(button));
if (main.dataset.expiresIn) countDown(Number(main.dataset.expiresIn));
if (token && "poll" in main.dataset) poll();
if (token) {
  // Coming back with the browser's Back button, or from another tab where the order went on.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && reloadIfChanged());
}
