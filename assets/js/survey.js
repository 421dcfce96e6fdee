// A questionnaire that survives a lost line: answers are kept in this browser and sent when there is a connection.
//
// form[data-survey="ID"]     the form; ID names questionnaire and person, so that people who share a device do not meet each other's
//                            answers; its field "answer" gets a number made here, so that sending twice counts once
// [data-survey-kept]         shown (it is hidden at first) when something typed before was brought back
// [data-survey-offline]      shown when the answer waits on this device
// [data-survey-waiting]      on the list: shown while any answer waits on this device
// [data-survey-refused]      on the list: shown while an answer that waited was refused and has to be completed
// [data-survey-done="ID"]    on the page that thanks: what was kept is thrown away
//
// Kept: "survey:ID" what is typed, "survey-out:ID" what waits to be sent. Neither has a name in it. An answer that waits is sent
// under its own number and owner: the server refuses it to anybody else.

const DRAFT = "survey:";
const OUT = "survey-out:";
const OWN = ["owner", "answer", "opened", "seconds"];

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    // A full or closed store: the form itself still holds the answers.
    return false;
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

function kept(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}

const waiting = () => kept(OUT);

/** A number for an answer: also where randomUUID is not there, which is on plain HTTP. */
function number() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const pairs = (form) => [...new FormData(form)].map(([name, value]) => [name, String(value)]);

function restore(form, draft) {
  let changed = false;
  for (const field of form.elements) {
    if (!field.name || OWN.includes(field.name)) continue;
    const values = draft.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") {
      const checked = values.includes(field.value);
      changed ||= checked !== field.checked;
      field.checked = checked;
    } else if (values.length > 0 && field.value !== values[0]) {
      field.value = values[0];
      changed = true;
    }
  }
  return changed;
}

/** Sends what waits. An answer that the server took or had is thanked for; one that it refuses stays to be looked at. */
async function send(key) {
  const out = read(key);
  if (!out) return false;
  try {
    const answer = await fetch(out.action, { method: "POST", body: new URLSearchParams(out.pairs), credentials: "same-origin" });
    if (answer.ok) {
      drop(key);
      drop(DRAFT + key.slice(OUT.length));
      return true;
    }
    // Refused for good (incomplete, too late): the form shows why when it is sent from its page again.
    if (answer.status === 422 || answer.status === 404) {
      drop(key);
      write(DRAFT + key.slice(OUT.length), { number: out.number, spent: out.spent, pairs: out.pairs, refused: true });
    }
  } catch {
    // Still no connection.
  }
  return false;
}

async function sendAll() {
  for (const key of waiting()) {
    const id = key.slice(OUT.length);
    const sent = await send(key);
    const form = document.querySelector(`form[data-survey="${CSS.escape(id)}"]`);
    if (sent && form) location.reload();
    // the page that says what is wrong
    else if (form && read(DRAFT + id)?.refused) form.submit();
  }
  look();
}

function attach(form) {
  if (form.dataset.surveyReady) return;
  form.dataset.surveyReady = "yes";
  const id = form.dataset.survey;
  const kept = read(DRAFT + id) ?? read(OUT + id);
  const wrong = form.querySelector("[aria-invalid=true], .error") !== null;
  if (kept && !wrong && restore(form, kept.pairs)) {
    const note = document.querySelector("[data-survey-kept]");
    if (note) note.hidden = false;
  }
  const answer = kept?.number ?? number();
  form.elements.answer.value = answer;
  const seconds = document.createElement("input");
  seconds.type = "hidden";
  seconds.name = "seconds";
  form.append(seconds);
  // Only time in which the page was in sight counts.
  let spent = kept?.spent ?? 0;
  let since = document.hidden ? null : Date.now();
  const pause = () => {
    if (since !== null) spent += Date.now() - since;
    since = document.hidden ? null : Date.now();
  };
  document.addEventListener("visibilitychange", pause);
  const keep = () => {
    pause();
    seconds.value = String(Math.floor(spent / 1000));
    write(DRAFT + id, { number: answer, spent, pairs: pairs(form) });
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    keep();
    const all = pairs(form);
    let reply = null;
    try {
      reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(all), credentials: "same-origin" });
    } catch {
      // No connection.
    }
    if (reply === null) {
      const safe = write(OUT + id, { number: answer, spent, action: form.action, pairs: all });
      const note = document.querySelector("[data-survey-offline]");
      if (safe && note) {
        note.hidden = false;
        note.scrollIntoView({ block: "center" });
      }
      return;
    }
    if (reply.ok) {
      drop(DRAFT + id);
      drop(OUT + id);
      location.assign(reply.url);
      return;
    }
    // The page that says what is wrong: sent once more, as a browser without this script does.
    form.submit();
  });
}

function look() {
  for (const done of document.querySelectorAll("[data-survey-done]")) {
    drop(DRAFT + done.dataset.surveyDone);
    drop(OUT + done.dataset.surveyDone);
  }
  for (const note of document.querySelectorAll("[data-survey-waiting]")) note.hidden = waiting().length === 0;
  const refused = kept(DRAFT).some((key) => read(key)?.refused);
  for (const note of document.querySelectorAll("[data-survey-refused]")) note.hidden = !refused;
  for (const form of document.querySelectorAll("form[data-survey]")) attach(form);
}

look();
document.addEventListener("htmx:after:swap", look);
window.addEventListener("online", sendAll);
if (navigator.onLine && waiting().length > 0) sendAll();
