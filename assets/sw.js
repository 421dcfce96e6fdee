// Pages that open without a connection (docs/adr/0020). The server puts RELEASE above: the version of the assets and their names.
//
// Two stores: "assets-VERSION" holds styles, scripts, fonts and the page that says there is no connection; "pages" holds copies of
// pages that the server lets be kept. The server says it by header: "x-keep" for how many days, "x-account" for whom. A page comes from
// the network whenever there is one; copies are thrown away after their days, at sign-out, and when somebody else signs in. What is
// fetched before somebody opens it says so by "x-ahead": the server keeps a message for the page that is looked at.

const PAGES = "pages";
const ASSETS = `assets-${RELEASE.version}`;
const NO_LINE = "/offline";
/** A line that has not answered after so many milliseconds is not waited for where there is a copy. */
const BAD_LINE = 3000;
/** The same for a page that is opened after its form was sent: the line is there, and the copy is older than what was saved. */
const AFTER_SAVING = 15_000;
/** A copy younger than this is not fetched ahead again. */
const YOUNG = 10 * 60 * 1000;
const MOMENT = { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" };
const DAY = 24 * 3600 * 1000;

/** Grows when everything is thrown away: what was asked for before is not kept after it. */
let thrown = 0;

const asset = (file) => `/assets/${RELEASE.version}/${file}`;
const number = (copy, name) => Number(copy.headers.get(name));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(ahead(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === "/sign-out") {
    event.waitUntil(throwAway());
    event.respondWith(fetch(request).catch(noLine));
  }
  if (request.method !== "GET") return;
  if (pathname.startsWith("/assets/")) event.respondWith(styled(request, pathname));
  else if (request.mode === "navigate" && request.destination === "document") open(event, pathname, searchParams.has("saved") ? AFTER_SAVING : BAD_LINE);
});

async function install() {
  const cache = await caches.open(ASSETS);
  await cache.addAll(RELEASE.files.map(asset));
  // without cookies: the same page for everybody, and no message of somebody's is shown on it
  await cache.add(new Request(NO_LINE, { credentials: "omit" }));
  await self.skipWaiting();
}

/** A new release: assets of the last one go, copies of pages stay and get the new styles. */
async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("assets-") && name !== ASSETS) await caches.delete(name);
  }
  await sweep(null);
  await self.clients.claim();
}

async function throwAway() {
  thrown += 1;
  await caches.delete(PAGES);
}

/** Throws away what is too old, and what another account than this one opened. */
async function sweep(account) {
  const cache = await caches.open(PAGES);
  for (const key of await cache.keys()) {
    const copy = await cache.match(key, { ignoreVary: true });
    if (!copy) continue;
    const foreign = account !== null && copy.headers.get("x-account") !== account;
    if (foreign || number(copy, "x-kept-until") < Date.now()) await cache.delete(key);
  }
}

async function kept(pathname) {
  const copy = await (await caches.open(PAGES)).match(pathname, { ignoreVary: true });
  return copy && number(copy, "x-kept-until") >= Date.now() ? copy : null;
}

/** Keeps an answer if the server lets it be kept. Of another answer the copy goes, unless it says nothing about the page. */
async function note(pathname, answer, before = thrown) {
  const account = answer.headers.get("x-account");
  const days = Number(answer.headers.get("x-keep"));
  const keeps = answer.ok && days > 0;
  // before anything is awaited: the page itself reads the body next
  const text = keeps ? answer.clone().text() : null;
  await sweep(account);
  const cache = await caches.open(PAGES);
  if (!keeps) {
    // a redirect leads to the sign-in page; a server in trouble does not know
    if (answer.type !== "opaqueredirect" && answer.status < 500) await cache.delete(pathname);
    return;
  }
  // what a message said once is not said again
  const html = (await text).replace(/(<div class="live" aria-live="polite">).*?(<\/div>)/s, "$1$2");
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "x-request-id"]) headers.delete(name);
  headers.set("x-kept-at", String(Date.now()));
  headers.set("x-kept-until", String(Date.now() + days * DAY));
  headers.set("x-title", encodeURIComponent(/<title>(.*) · /.exec(html)?.[1] ?? pathname));
  if (before === thrown) await cache.put(pathname, new Response(html, { headers }));
}

/** Fetches pages before somebody opens them. */
async function ahead({ addresses, anew }) {
  for (const address of addresses) {
    const copy = anew ? null : await kept(address);
    if (copy && Date.now() - number(copy, "x-kept-at") < YOUNG) continue;
    try {
      const before = thrown;
      await note(address, await fetch(address, { redirect: "manual", headers: { "x-ahead": "1" } }), before);
    } catch {
      return; // no connection: the next page that is opened asks again
    }
  }
}

/** A page: from the network; from the copy when there is none or it takes more than `patience` milliseconds. */
function open(event, pathname, patience) {
  const before = thrown;
  const answer = fetch(event.request);
  const noted = answer.then((got) => note(pathname, got, before));
  event.waitUntil(noted.catch(() => {}));
  event.respondWith(best(answer, pathname, patience));
}

async function best(answer, pathname, patience) {
  const line = answer.catch(() => null);
  const copy = await kept(pathname);
  const slow = new Promise((done) => setTimeout(done, patience, null));
  const got = await (copy ? Promise.race([line, slow]) : line);
  if (got) return got;
  if (copy) return shown(copy);
  return noLine();
}

/** The page that says there is no connection. */
const noLine = async () => (await caches.match(NO_LINE, { cacheName: ASSETS, ignoreVary: true })) ?? Response.error();

/** The copy, saying that it is one and of when. */
async function shown(copy) {
  const at = new Date(number(copy, "x-kept-at"));
  const format = new Intl.DateTimeFormat("vi-VN", { ...MOMENT, timeZone: "Asia/Ho_Chi_Minh" });
  const html = (await copy.text())
    .replace("data-kept hidden", "data-kept")
    .replace("<time></time>", `<time datetime="${at.toISOString()}">${format.format(at)}</time>`);
  return new Response(html, { headers: copy.headers });
}

/** An asset: of this release from the store. A page of another release asks the network first and gets ours when there is none. */
async function styled(request, pathname) {
  const [, , version, ...file] = pathname.split("/");
  const own = await caches.match(asset(file.join("/")), { cacheName: ASSETS, ignoreVary: true });
  if (version === RELEASE.version) return own ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    if (own) return own;
    throw error;
  }
}
