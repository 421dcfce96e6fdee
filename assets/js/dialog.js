// Opens and closes dialogs and menus.
// [data-open="ID"]  opens <dialog id="ID">; give it as a link to a page that does the same, for use without script.
// [data-close]      closes the dialog around it.
// details.menu, .dock details: one open at a time, closed by Escape or a press elsewhere.

const MENUS = "details.menu[open], .dock > details[open]";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  }

  const closer = event.target.closest("[data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement && event.target.open && outside(event, event.target)) {
    event.target.close();
  }

  for (const menu of document.querySelectorAll(MENUS)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(MENUS)) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
});

function outside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// A dialog that came back with a wrong form is shown again.
function reopen(root) {
  for (const dialog of root.querySelectorAll("dialog[data-show]:not([open])")) dialog.showModal();
}
reopen(document);
document.addEventListener("htmx:after:swap", () => reopen(document));
