// The staff's desk: follows the server's feed, joins conversations, writes into them, ends them.
import { EnterKey } from "./enter-key.js";
import { find, Log, markShown, showBoard, showConversation, showProblem, showTicket, tick } from "./desk.view.js";

const TROUBLE = "연결이 원활하지 않아요. 조금 뒤에 다시 해 주세요.";
const AGAIN_MS = 3000;
const TICK_MS = 10000;

const text = find("text");
const drafts = new Map();
let feed;
let shown; // the number of the conversation that is shown
let log;
let known; // the numbers that waited when we looked last

/** Our server said no, in words for the staff. */
class Refused extends Error {}

/** Posts to our server. Throws an Error whose message is meant for the staff. */
async function post(path, body) {
  let response;
  let answer;
  try {
    response = await fetch(`/desk/tickets/${path}`, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    answer = await response.json();
  } catch {
    throw new Error(TROUBLE);
  }
  if (response.status === 401) logIn();
  if (!response.ok) throw new Refused(answer.error?.message ?? TROUBLE);
  return answer;
}

function logIn() {
  feed?.close();
  location.assign("/desk/login");
}

function onBoard(board) {
  const numbers = board.waiting.map((ticket) => ticket.number);
  const added = known ? numbers.filter((number) => !known.includes(number)) : [];
  known = numbers;
  if (added.length) find("announcement").textContent = `새 상담 요청 ${added.map((number) => `${number}번`).join(", ")}`;
  showBoard(board, shown);
}

function onTicket(ticket) {
  if (ticket.number !== shown) return;
  const couldWrite = !find("composer").hidden;
  showTicket(ticket);
  if (ticket.mine && !couldWrite) text.value = drafts.get(shown) ?? "";
}

/** Listens to the feed, which tells the shown conversation from its beginning. */
function follow() {
  feed?.close();
  const source = new EventSource(shown === undefined ? "/desk/feed" : `/desk/feed?ticket=${shown}`);
  feed = source;
  const on = (name, use) => source.addEventListener(name, (event) => source === feed && use(JSON.parse(event.data)));
  on("board", onBoard);
  on("ticket", onTicket);
  on("message", (message) => log?.add(message));
  on("gone", (gone) => leaveView(gone.message));
  on("ended", logIn);
  source.addEventListener("open", () => {
    if (find("connection").textContent) find("connection").textContent = "다시 연결됐어요.";
    setTimeout(() => source === feed && source.readyState === EventSource.OPEN && (find("connection").textContent = ""), AGAIN_MS);
  });
  source.addEventListener("error", () => source === feed && broken(source));
}

/** The browser connects again by itself, unless the answer was none: then we ask whether the session is over. */
async function broken(source) {
  find("connection").textContent = "연결이 끊겼어요. 다시 연결하고 있어요.";
  if (source.readyState !== EventSource.CLOSED) return;
  try {
    const page = await fetch("/desk", { redirect: "manual", cache: "no-store" });
    if (page.type === "opaqueredirect") return logIn();
  } catch {
    // Not reachable: tried again below.
  }
  setTimeout(() => source === feed && select(), AGAIN_MS);
}

function leaveView(reason) {
  history.replaceState(null, "", location.pathname);
  select(reason);
}

/** Shows the conversation that the address names. */
function select(reason) {
  if (shown !== undefined && !find("composer").hidden) drafts.set(shown, text.value);
  const number = /^#\d{1,9}$/.test(location.hash) ? Number(location.hash.slice(1)) : undefined;
  const back = number === undefined ? shown : undefined;
  const changed = number !== shown;
  shown = number;
  log?.close();
  log = new Log();
  showProblem("");
  showConversation(shown, reason);
  markShown(shown);
  follow();
  if (changed && shown !== undefined) find("conversation-title").focus();
  if (back !== undefined) (document.querySelector(`.card[data-number="${back}"]`) ?? document.querySelector(".card"))?.focus();
}

async function act(button, step) {
  if (button.getAttribute("aria-disabled")) return;
  // Not `disabled`: that would take the focus away from whoever goes by keyboard.
  button.setAttribute("aria-disabled", "true");
  showProblem("");
  try {
    await step(shown);
  } catch (problem) {
    showProblem(problem.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function join(number) {
  const { ticket } = await post(`${number}/join`);
  onTicket(ticket);
  text.focus();
}

async function leave(number) {
  await post(`${number}/leave`);
  drafts.delete(number);
  if (number === shown) leaveView();
}

function send() {
  const said = text.value.trim();
  if (!said) return;
  // Kept once under this id, however often it has to be sent.
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const number = shown;
  const deliver = async () => {
    sending.began();
    try {
      sending.done((await post(`${number}/messages`, { id, text: said })).message);
    } catch (problem) {
      sending.failed(problem.message);
      if (number !== shown) drafts.set(number, said);
    }
  };
  const sending = log.send(said, deliver);
  text.value = "";
  drafts.delete(number);
  deliver();
}

find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  text.focus();
});
// The same Enter as in the customers' chat, where Korean input methods were measured; on touch screens it writes a line break.
const enter = new EnterKey(send, () => matchMedia("(hover: none) and (pointer: coarse)").matches);
for (const name of ["keydown", "compositionupdate", "compositionend", "beforeinput"]) text.addEventListener(name, enter[name]);
find("join").addEventListener("click", () => act(find("join"), join));
find("leave").addEventListener("click", () => find("confirm").showModal());
find("confirm").addEventListener("close", () => {
  if (find("confirm").returnValue === "leave") act(find("leave"), leave);
  find("confirm").returnValue = "";
});
addEventListener("hashchange", () => select());
setInterval(tick, TICK_MS);
select();
