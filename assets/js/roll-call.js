// Roll-call by keyboard, with counts and a draft that survives a lost line; saved without one, it waits (outbox.js).
//
// form[data-roll]              the form; data-draft="KEY" names its draft in this browser, data-opens-on="2026-11-18" the day before
//                              which it is shut: a page kept from before that day opens by itself on it ([data-roll-shut] goes)
// [data-roll-row]              one person: radios name="status-ID", values present, absent, excused, late
// output[data-count="STATUS"]  how many; [data-count="left"] how many rows have no mark
// [data-draft-note]            shown (it is hidden at first) when a draft was brought back
// [data-draft-drop]            a button that throws the draft away
// [data-draft-done="KEY"]      on the page that confirms: the draft is no longer needed
//
// Keys: J or ArrowDown next, K or ArrowUp previous, P/1 present, V/2 absent, C/3 excused, M/4 late.
// Drafts hold ids and marks, never names, and are dropped after three days.

import { drop, read, write } from "./device.js";
import { attach as attachOutbox, settle, waiting } from "./outbox.js";

const KEYS = { p: "present", 1: "present", v: "absent", 2: "absent", c: "excused", 3: "excused", m: "late", 4: "late" };
const STORE = "roll-call:";
const THREE_DAYS = 3 * 24 * 3600 * 1000;

const rowsOf = (form) => [...form.querySelectorAll("[data-roll-row]")];
const marked = (row) => row.querySelector("input[type=radio]:checked");

function count(form) {
  const rows = rowsOf(form);
  for (const output of form.querySelectorAll("output[data-count]")) {
    const status = output.dataset.count;
    const found = rows.filter((row) => (marked(row)?.value ?? "left") === status).length;
    if (output.value !== String(found)) output.value = String(found);
  }
}

function stand(row) {
  const radio = marked(row) ?? row.querySelector("input[type=radio]");
  radio?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(form, from, step) {
  const rows = rowsOf(form);
  const here = rows.indexOf(from);
  const next = here === -1 ? rows[0] : rows[here + step];
  if (next) stand(next);
}

function mark(row, status) {
  const radio = row.querySelector(`input[type=radio][value="${status}"]`);
  if (!radio || radio.disabled) return;
  radio.checked = true;
  radio.focus({ preventScroll: true });
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(form, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !form.isConnected) return;
  const typing = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable], dialog");
  const elsewhere = event.target !== document.body && !form.contains(event.target);
  if (typing || elsewhere) return;
  const row = event.target.closest("[data-roll-row]");
  const key = event.key.toLowerCase();
  if (key === "j" || event.key === "ArrowDown") move(form, row, 1);
  else if (key === "k" || event.key === "ArrowUp") move(form, row, -1);
  else if (row && Object.hasOwn(KEYS, key)) mark(row, KEYS[key]);
  else return;
  event.preventDefault();
}

function marksOf(form) {
  const marks = {};
  for (const field of form.querySelectorAll("[data-roll-row] :is(input, select, textarea)[name]")) {
    if (field.type !== "radio" || field.checked) marks[field.name] = field.value;
  }
  return marks;
}

/** Marks that were made and not saved: the draft, else those that waited, over which somebody saved meanwhile. */
function unsaved(form, key) {
  const draft = read(key);
  if (draft && Date.now() - draft.at <= THREE_DAYS) return draft.marks;
  drop(key);
  const out = waiting(form);
  return out && Object.fromEntries(out.fields);
}

function restore(form, key) {
  const marks = unsaved(form, key);
  if (!marks) return;
  const now = marksOf(form);
  let changed = false;
  for (const [name, value] of Object.entries(marks)) {
    // People who left the class since, and fields that say the same already, are passed over.
    if (!(name in now) && !form.querySelector(`[name="${CSS.escape(name)}"]`)) continue;
    if (now[name] === value) continue;
    for (const field of form.querySelectorAll(`[data-roll-row] [name="${CSS.escape(name)}"]`)) {
      if (field.disabled) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
      changed = true;
    }
  }
  const note = form.querySelector("[data-draft-note]");
  if (changed && note) note.hidden = false;
}

/** A page that was kept before its day is open on it. */
function openOnItsDay(form) {
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format();
  if (!form.dataset.opensOn || today < form.dataset.opensOn) return;
  for (const field of form.elements) field.disabled = false;
  for (const button of form.querySelectorAll("button[hidden]")) button.hidden = false;
  for (const note of document.querySelectorAll("[data-roll-shut]")) note.hidden = true;
}

function attach(form) {
  if (form.dataset.rollReady) return;
  form.dataset.rollReady = "yes";
  const key = STORE + form.dataset.draft;
  openOnItsDay(form);
  restore(form, key);
  count(form);
  const keep = () => write(key, { at: Date.now(), marks: marksOf(form) });
  form.addEventListener("input", keep);
  form.addEventListener("change", () => {
    count(form);
    keep();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-draft-drop]")) return;
    event.preventDefault();
    drop(key);
    settle(form);
    location.reload();
  });
  attachOutbox(form, { draft: key, before: keep });
  document.addEventListener("keydown", (event) => onKey(form, event));
}

function look() {
  for (const done of document.querySelectorAll("[data-draft-done]")) drop(STORE + done.dataset.draftDone);
  for (const form of document.querySelectorAll("form[data-roll]")) attach(form);
}

look();
document.addEventListener("htmx:after:swap", look);
