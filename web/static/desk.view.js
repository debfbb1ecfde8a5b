// The desk's elements: made and changed here, only ever with text, never with markup.
const SPEAKERS = { user: "고객", bot: "도우미", agent: "상담사" };
const NEAR_END_PX = 80;

export const find = (id) => document.getElementById(id);

/** An element with a class and children (elements or text). */
function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Text in which **this** is strong; everything else stays as it was written. */
function written(text) {
  return text.split(/\*\*(.+?)\*\*/s).map((part, place) => (place % 2 ? make("strong", "", part) : part));
}

function waitedText(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "1분 미만";
  return minutes < 60 ? `${minutes}분` : `${Math.floor(minutes / 60)}시간 ${minutes % 60}분`;
}

function badges(ticket) {
  const found = [make("span", "badge", ticket.reason)];
  if (ticket.urgent) found.unshift(make("span", "badge urgent", "급함"));
  if (ticket.unanswered) found.push(make("span", "badge unanswered", "고객이 답을 기다려요"));
  return found;
}

function card(ticket, shown) {
  const link = make("a", "card");
  link.href = `#${ticket.number}`;
  link.dataset.number = ticket.number;
  if (ticket.number === shown) link.setAttribute("aria-current", "true");
  const since = make("span", "since");
  since.dataset.began = performance.now() - ticket.waited_seconds * 1000;
  if (ticket.state === "waiting") since.dataset.ticking = "";
  link.append(
    make("span", "card-head", make("strong", "", `상담 ${ticket.number}번`), ...badges(ticket), since),
    ...ticket.situation.map((line) => make("span", "line", line)),
  );
  return make("li", "", link);
}

/** Writes how long everybody has waited by now. */
export function tick() {
  for (const since of document.querySelectorAll("[data-ticking]")) {
    since.textContent = `${waitedText((performance.now() - since.dataset.began) / 1000)} 기다림`;
  }
}

/** Shows both lists; who had the focus keeps it. */
export function showBoard(board, shown) {
  const focused = document.activeElement?.closest?.(".card")?.dataset.number;
  for (const name of ["joined", "waiting"]) {
    find(name).replaceChildren(...board[name].map((ticket) => card(ticket, shown)));
    find(`${name}-count`).textContent = board[name].length;
    find(`${name}-none`).hidden = board[name].length > 0;
  }
  tick();
  if (focused) document.querySelector(`.card[data-number="${focused}"]`)?.focus();
  document.title = board.waiting.length ? `(${board.waiting.length}) 상담 데스크` : "상담 데스크";
}

/** Marks in the lists which conversation is shown. */
export function markShown(shown) {
  for (const link of document.querySelectorAll(".card")) {
    if (Number(link.dataset.number) === shown) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Shows whose conversation it is and what can be done with it. */
export function showTicket(ticket) {
  find("conversation-title").textContent = `상담 ${ticket.number}번`;
  find("badges").replaceChildren(...badges(ticket));
  find("situation").replaceChildren(...ticket.situation.map((line) => make("li", "", line)));
  find("join").hidden = ticket.mine;
  find("leave").hidden = !ticket.mine;
  find("composer").hidden = !ticket.mine;
  find("not-joined").hidden = ticket.mine;
}

/** Shows one conversation, empty as yet, or none with the reason why. */
export function showConversation(number, reason) {
  document.body.classList.toggle("reading", number !== undefined);
  find("shown").hidden = number === undefined;
  find("nothing").hidden = number !== undefined;
  find("gone").textContent = reason ?? "";
  find("gone").hidden = !reason;
  find("log").replaceChildren();
  if (number === undefined) return;
  find("conversation-title").textContent = `상담 ${number}번`;
  for (const id of ["badges", "situation"]) find(id).replaceChildren();
  for (const id of ["join", "leave", "composer", "not-joined"]) find(id).hidden = true;
}

export function showProblem(text) {
  find("problem").textContent = text;
  find("problem").hidden = !text;
}

function bubble(message) {
  const speaker = message.role === "agent" && message.name ? `${SPEAKERS.agent} ${message.name}` : SPEAKERS[message.role];
  const text = make("p", "text", ...written(message.text));
  const element = make("article", `message ${message.role}`, make("p", "speaker", speaker, make("time", "", message.at ?? "")), text);
  if (message.picture) element.append(make("p", "aside", `그림: ${message.picture}`));
  if (message.choices?.length) element.append(make("p", "aside", `버튼: ${message.choices.join(" · ")}`));
  return element;
}

/** Where a conversation is written down: each row once, in its order; what is on its way stands below. */
export class Log {
  #rows = new Set();
  #sending = 0;
  #held = [];
  #closed = false;

  /** Another conversation is shown: what still comes for this one is not. */
  close() {
    this.#closed = true;
  }

  add(message) {
    if (this.#closed) return;
    // Our own words come by the feed too: they wait until the answer says which of those on their way they are.
    if (this.#sending && message.role === "agent") return void this.#held.push(message);
    if (this.#rows.has(message.seq)) return;
    const log = find("log");
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    const element = bubble(message);
    element.dataset.seq = message.seq;
    this.#rows.add(message.seq);
    const next = [...log.children].find((other) => !other.dataset.seq || Number(other.dataset.seq) > message.seq);
    log.insertBefore(element, next ?? null);
    element.dataset.day = message.day;
    if (element.previousElementSibling?.dataset.day !== message.day) {
      const day = make("p", "day", message.day);
      Object.assign(day.dataset, { seq: message.seq - 0.5, day: message.day });
      log.insertBefore(day, element);
    }
    if (follows) log.scrollTop = log.scrollHeight;
  }

  /** Shows what is being sent. Returns what it is to be told: that it is being sent, with what result, or why not. */
  send(text, again) {
    const element = bubble({ role: "agent", text });
    const state = make("p", "aside", "");
    element.append(state);
    find("log").append(element);
    find("log").scrollTop = find("log").scrollHeight;
    return {
      began: () => {
        this.#sending += 1;
        state.textContent = "보내는 중";
      },
      done: (message) => {
        element.remove();
        this.#sent();
        this.add(message);
      },
      failed: (problem) => {
        const retry = make("button", "retry", "다시 보내기");
        retry.type = "button";
        retry.addEventListener("click", again);
        state.replaceChildren(`${problem} `, retry);
        this.#sent();
      },
    };
  }

  #sent() {
    this.#sending -= 1;
    if (!this.#sending) for (const message of this.#held.splice(0)) this.add(message);
  }
}
