// Forms that are sent when there is a connection: without one they wait in this browser, under the account that filled them.
//
// [data-outbox=READER]   in the frame: the account whose page this is. Inside, hidden, what is said about forms that wait:
//   [data-say=waiting]   they wait for a connection
//   [data-say=sign-in]   they wait for somebody to sign in; its link leads to the sign-in page and back
//   [data-say=refused]   one was refused; its link opens the page again, where it is filled as it was; [data-outbox-drop] throws it away
//   [data-say=sent]      they were sent
//   [data-say=full]      there is neither a connection nor room to keep anything
//
// Kept: "out:READER:PATH" with the fields. Every form that uses this can be sent twice and counts once.

import { drop, names, read, write } from "./device.js";
import { ahead } from "./offline.js";

const START = "out:";
/** A line that has not answered after so many milliseconds is none. */
const BAD_LINE = 15_000;
/** How often it is tried again while something waits, in milliseconds. */
const AGAIN = 30_000;

const frame = document.querySelector("[data-outbox]");
const mine = frame ? `${START}${frame.dataset.outbox}:` : null;
const path = (form) => new URL(form.action).pathname;
/** Where a form leads that was taken; the worker waits longer for it than for other pages. */
const saved = (form) => `${path(form)}?saved`;
const keyOf = (form) => `${mine}${path(form)}`;

/** Fields as they are sent. */
export const pairs = (form) => [...new FormData(form)].map(([name, value]) => [name, String(value)]);

/** What waits of this form: its fields as they were. */
export const waiting = (form) => (mine ? read(keyOf(form)) : null);

/** Throws away what waits of this form. */
export const settle = (form) => mine && drop(keyOf(form));

function say(what, page) {
  for (const note of frame.querySelectorAll("[data-say]")) {
    note.hidden = note.dataset.say !== what;
    if (note.hidden) continue;
    const link = note.querySelector("a[href]");
    if (link && page) link.href = what === "sign-in" ? `/sign-in?next=${encodeURIComponent(page)}` : page;
    const live = document.getElementById("live");
    if (live) live.textContent = note.querySelector("span").textContent;
  }
}

function post(action, fields) {
  const signal = AbortSignal.timeout?.(BAD_LINE);
  return fetch(action, { method: "POST", body: new URLSearchParams(fields), credentials: "same-origin", redirect: "manual", signal });
}

/** Says what became of the form of this page. */
function tell(what) {
  busy(false);
  say(what, location.pathname);
  frame.scrollIntoView({ block: "center" });
}

/** The line at the top of the page that runs while something is on its way. */
const busy = (is) => document.getElementById("busy")?.classList.toggle("htmx-request", is);

/** After success a form leads to another page; that one is opened, not read. */
const taken = (answer) => answer.type === "opaqueredirect" || answer.ok;

/** Sends a form by hand or keeps it. `draft` names what else is thrown away when it is taken, `before` brings hidden fields up to date. */
export function attach(form, { draft, before = () => {} }) {
  if (!mine) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    busy(true);
    before();
    const fields = pairs(form);
    let answer = null;
    try {
      answer = await post(form.action, fields);
    } catch {
      // No connection.
    }
    delete form.dataset.sending;
    const lost = answer?.status === 401;
    const keeps = (answer === null || lost) && write(keyOf(form), { page: location.pathname, draft, fields });
    if (keeps) {
      tell(lost ? "sign-in" : "waiting");
      if (!lost) later();
    } else if (answer === null) {
      tell("full");
    } else if (taken(answer)) {
      settle(form);
      if (draft) drop(draft);
      location.assign(saved(form));
    } else {
      // The page that says what is wrong: sent once more, as a browser without this script does.
      form.submit();
    }
  });
}

/** Sends what waits. What the server took or had goes; what it refuses stays to be looked at. */
async function send(key) {
  const out = read(key);
  const action = key.slice(mine.length);
  const form = [...document.forms].find((form) => form.method === "post" && path(form) === action);
  // on its own page it stands there, filled as it was
  if (!out || out.refused) return out && !form ? "refused" : null;
  let answer = null;
  try {
    answer = await post(action, out.fields);
  } catch {
    return "waiting";
  }
  if (taken(answer)) {
    drop(key);
    if (out.draft) drop(out.draft);
    if (form) location.assign(saved(form));
    else ahead([out.page], true);
    return "sent";
  }
  if (answer.status === 401) return "sign-in";
  if (answer.status >= 500) return "waiting";
  write(key, { ...out, refused: true });
  // the page that says what is wrong
  if (form) form.submit();
  return "refused";
}

let timer = null;
function later() {
  clearTimeout(timer);
  timer = setTimeout(sendAll, AGAIN);
}

async function sendAll() {
  clearTimeout(timer);
  const found = {};
  for (const key of names(mine)) {
    const { page } = read(key) ?? {};
    found[(await send(key)) ?? "none"] ??= page;
  }
  const worst = ["refused", "sign-in", "waiting", "sent"].find((state) => state in found);
  if (worst) say(worst, found[worst]);
  if (worst === "waiting") later();
}

if (mine) {
  frame.addEventListener("click", (event) => {
    if (!event.target.closest("[data-outbox-drop]")) return;
    for (const key of names(mine)) if (read(key)?.refused) drop(key);
    location.reload();
  });
  window.addEventListener("online", sendAll);
  if (names(mine).length > 0) sendAll();
}
