// A questionnaire that survives a lost line: what is typed is kept in this browser; sent without a line, it waits (outbox.js).
//
// form[data-survey="ID"]     the form; ID names questionnaire and person, so that people who share a device do not meet each other's
//                            answers; its field "answer" gets a number made here, so that sending twice counts once
// [data-survey-kept]         shown (it is hidden at first) when something typed before was brought back
// [data-survey-done="ID"]    on the page that thanks: what was kept is thrown away
//
// Kept: "survey:ID" what is typed, without a name in it.

import { drop, read, write } from "./device.js";
import { attach as attachOutbox, pairs, waiting } from "./outbox.js";

const DRAFT = "survey:";
const OWN = ["owner", "answer", "opened", "seconds"];

/** A number for an answer: also where randomUUID is not there, which is on plain HTTP. */
function number() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

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

function attach(form) {
  if (form.dataset.surveyReady) return;
  form.dataset.surveyReady = "yes";
  const id = form.dataset.survey;
  const kept = read(DRAFT + id);
  const typed = kept?.pairs ?? waiting(form)?.fields;
  const wrong = form.querySelector("[aria-invalid=true], .error") !== null;
  if (typed && !wrong && restore(form, typed)) {
    const note = document.querySelector("[data-survey-kept]");
    if (note) note.hidden = false;
  }
  const answer = kept?.number ?? typed?.find(([name]) => name === "answer")?.[1] ?? number();
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
  attachOutbox(form, { draft: DRAFT + id, before: keep });
}

function look() {
  for (const done of document.querySelectorAll("[data-survey-done]")) drop(DRAFT + done.dataset.surveyDone);
  for (const form of document.querySelectorAll("form[data-survey]")) attach(form);
}

look();
document.addEventListener("htmx:after:swap", look);
