// Dragging a class in the plan room: what each week would mean for it is fetched when the drag begins, and dropping sends the same form
// that the page offers as a button. Without this script the buttons do everything.
let dragged = null;

function clear() {
  if (!dragged) return;
  for (const node of dragged.shown) node.remove();
  for (const week of document.querySelectorAll("[data-week]")) week.classList.remove("over", ...dragged.tones);
  dragged = null;
}

async function show(chip) {
  const mine = { chip, shown: [], tones: ["good", "warn", "bad"] };
  dragged = mine;
  const answer = await fetch(chip.href, { credentials: "same-origin" });
  if (!answer.ok || dragged !== mine) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const week of page.querySelectorAll("[data-plan-room] [data-week]")) {
    const here = document.getElementById(week.id);
    const meets = week.querySelector("[data-meets]");
    if (!here || !meets || here.querySelector("[data-meets]")) continue;
    for (const tone of mine.tones) if (week.classList.contains(tone)) here.classList.add(tone);
    const node = document.importNode(meets, true);
    here.append(node);
    mine.shown.push(node);
  }
}

document.addEventListener("dragstart", (event) => {
  const chip = event.target.closest?.("[data-drag]");
  if (!chip) return;
  event.dataTransfer.setData("text/plain", chip.textContent.trim());
  event.dataTransfer.effectAllowed = "move";
  clear();
  show(chip);
});

document.addEventListener("dragover", (event) => {
  const week = event.target.closest?.("[data-week]");
  if (!dragged) return;
  for (const other of document.querySelectorAll("[data-week].over")) if (other !== week) other.classList.remove("over");
  if (!week?.querySelector("[data-meets] form")) return;
  event.preventDefault();
  week.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const form = event.target.closest?.("[data-week]")?.querySelector("[data-meets] form");
  if (!dragged || !form) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("dragend", clear);
