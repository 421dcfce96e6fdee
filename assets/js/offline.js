// Pages that open without a connection, by the worker /sw.js (docs/adr/0020). Browsers have workers over HTTPS and on the machine
// itself; elsewhere nothing of this happens and every page works as before.
//
// [data-kept]        in the frame of a page that may be kept; the worker shows it on a copy, with the time
// [data-ahead=URL]   a page that is fetched before it is opened
// [data-kept-list]   on the page that says there is no connection: gets an entry for each copy; [data-kept-some], [data-kept-none] are
//                    shown when there are any or none

const worker = navigator.serviceWorker;

/** Has the worker fetch pages; `anew` also those of which it has a young copy. */
export async function ahead(addresses, anew = false) {
  if (!worker || addresses.length === 0) return;
  const { active } = await worker.ready;
  active.postMessage({ addresses, anew });
}

async function look() {
  const pages = [...document.querySelectorAll("[data-ahead]")].map((element) => element.dataset.ahead);
  const keeps = document.querySelector("[data-kept]") !== null;
  if (!worker || (pages.length === 0 && !keeps)) return;
  try {
    await worker.register("/sw.js");
    await ahead(pages);
    // this page did not come through the worker: it was there before it
    const [visit] = performance.getEntriesByType("navigation");
    if (keeps && !visit.workerStart) await ahead([location.pathname], true);
  } catch {
    // Switched off, or no connection: the page works without it.
  }
}

const MOMENT = { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "Asia/Ho_Chi_Minh" };

/** A title out of HTML. */
const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

async function list(place) {
  const found = [];
  const cache = await caches.open("pages");
  for (const key of await cache.keys()) {
    const { headers } = await cache.match(key, { ignoreVary: true });
    if (Number(headers.get("x-kept-until")) < Date.now()) continue;
    const title = plain(decodeURIComponent(headers.get("x-title")));
    found.push({ href: new URL(key.url).pathname, title, at: new Date(Number(headers.get("x-kept-at"))) });
  }
  // half-days of a class in their order
  found.sort((a, b) => a.href.localeCompare(b.href, "vi", { numeric: true }));
  for (const { href, title, at } of found) {
    const entry = document.createElement("li");
    const time = at.toLocaleString("vi-VN", MOMENT);
    entry.append(Object.assign(document.createElement("a"), { href, textContent: title }));
    entry.append(Object.assign(document.createElement("time"), { dateTime: at.toISOString(), textContent: time }));
    place.append(entry);
  }
  for (const note of document.querySelectorAll("[data-kept-some]")) note.hidden = found.length === 0;
  for (const note of document.querySelectorAll("[data-kept-none]")) note.hidden = found.length > 0;
}

const place = document.querySelector("[data-kept-list]");
if (place && "caches" in window) {
  list(place);
  window.addEventListener("online", () => location.reload());
} else look();
