// Entry of the page scripts. Every page works without them; each module attaches itself by attribute.
import "../vendor/htmx-4.0.1.min.js";
import "./dialog.js";
import "./focus.js";
import "./keep.js";
import "./offline.js";
import "./outbox.js";
import "./plan-room.js";
import "./progress.js";
import "./roll-call.js";
import "./survey.js";
import "./theme.js";
import "./upload.js";

document.documentElement.classList.add("js");

// "/" goes to the search box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]")) return;
  const box = document.querySelector("[data-search]");
  if (!box || box.getClientRects().length === 0) return;
  event.preventDefault();
  box.focus();
  box.select();
});
