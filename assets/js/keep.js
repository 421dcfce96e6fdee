// Keeps what was typed. form[data-keep]: the browser asks before a changed form is left, with "unsaved" before any.
// In any form Ctrl+Enter (Cmd+Enter) submits.

let leaving = false;

function state(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value])).toString();
}

const before = new WeakMap();
function remember(root) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    if (!before.has(form)) before.set(form, state(form));
  }
}

function changed(form) {
  // A form that came back wrong or overtaken holds words that are saved nowhere.
  return form.dataset.keep === "unsaved" || before.get(form) !== state(form) || form.querySelector("[aria-invalid=true]") !== null;
}

window.addEventListener("beforeunload", (event) => {
  if (!leaving && [...document.querySelectorAll("form[data-keep]")].some(changed)) event.preventDefault();
});

// On window, so after every script that may have taken the submit over: those do not leave the page.
window.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  leaving = true;
  // The answer may have been a file for saving: then the page is still here.
  setTimeout(() => {
    leaving = false;
  }, 4000);
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form");
  if (form) {
    event.preventDefault();
    form.requestSubmit();
  }
});

remember(document);
document.addEventListener("htmx:after:swap", () => remember(document));
