// Without a connection: questionnaires and roll-calls open again, are filled, wait, and arrive once.
import { line } from "../line.js";
import { PASSWORD, UNDER_WAY, cells, classes, expect, flash, look, number, sendByScript, test as base, visit } from "../support.js";

/** Learners who answer here, by project; the last one signs in after somebody else. */
const LEARNERS = { desktop: ["hv00040", "hv00042"], phone: ["hv00041", "hv00043"] };

const test = base.extend({
  /** A line of this test's own to the server. */
  wire: async ({ baseURL, seen }, use) => {
    const wire = await line(baseURL);
    seen.offline = true;
    await use(wire);
    await wire.end();
  },
});

/** The line goes, and the device knows; it comes back. */
async function cut(page, wire) {
  await wire.cut();
  await page.context().setOffline(true);
}
async function mend(page, wire) {
  await wire.mend();
  await page.context().setOffline(false);
}

const copies = (page) => page.evaluate(async () => (await (await caches.open("pages")).keys()).map((key) => new URL(key.url).pathname).sort());
const keptAt = (page, path) =>
  page.evaluate(async (address) => Number((await (await caches.open("pages")).match(address, { ignoreVary: true })).headers.get("x-kept-at")), path);
const stores = (page) => page.evaluate(async () => (await caches.keys()).sort());
const said = (page, what) => page.locator(`[data-say='${what}']`);

async function keeps(page, path) {
  await expect.poll(() => copies(page)).toContain(path);
}

/** As if the days of a copy were over. In the browser. */
async function makeOld(path) {
  const cache = await caches.open("pages");
  const copy = await cache.match(path, { ignoreVary: true });
  const headers = new Headers(copy.headers);
  headers.set("x-kept-until", String(Date.now() - 1));
  await cache.put(path, new Response(await copy.text(), { headers }));
}

/** Fills the sign-in page that is open. */
async function signIn(page, username) {
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", PASSWORD);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click("form[action='/sign-in'] button")]);
}

/** How many answered the questionnaire that is open to everybody. */
async function answered(as, survey) {
  const school = await as("truong");
  await school.goto(`${survey}/replies`);
  return number((await school.locator("main .pagehead p").textContent()).trim());
}

test("a questionnaire is opened, answered and sent without a connection, and arrives once", async ({ as, wire }, info) => {
  const [learner, other] = LEARNERS[info.project.name];
  const page = await as(learner, { fresh: true, browser: { baseURL: wire.url } });
  await visit(page, "/surveys");
  const path = await page.locator("[data-ahead]").first().getAttribute("data-ahead");
  const survey = path.replace("/answer", "");
  const before = await answered(as, survey);
  await keeps(page, path);

  // a line that is there but does not answer
  wire.state.wait = 4500;
  const start = Date.now();
  await page.goto(path);
  await expect(page.locator("[data-kept]")).toBeVisible();
  expect(Date.now() - start).toBeLessThan(4500);
  wire.state.wait = 0;
  await page.goto(path);
  await expect(page.locator("[data-kept]")).toBeHidden();

  // none at all: any other page says so and names what can be opened
  await cut(page, wire);
  await page.goto("/me");
  await expect(page.locator("h1")).toHaveText("Không có mạng");
  await look(page);
  await page.locator("[data-kept-list] a").first().click();
  await expect(page.locator("[data-kept] time")).toContainText(/\d\d:\d\d \d\d\/\d\d\/\d{4}/);
  await look(page);
  const first = page.locator("fieldset").first().locator("input");
  await first.nth(1).check();
  await page.locator("main form button.primary").click();
  await expect(said(page, "waiting")).toBeVisible();
  await look(page);
  await page.reload();
  await expect(first.nth(1)).toBeChecked();

  // refused: what is missing is shown with what was typed
  await mend(page, wire);
  await expect(page.getByRole("alert")).toContainText("chưa trả lời");
  await expect(first.nth(1)).toBeChecked();
  for (const group of await page.locator("fieldset").all()) {
    const box = group.locator("input").first();
    if ((await box.count()) > 0) await box.check();
  }
  // the answer to the first try gets lost on its way: the second must not count again
  wire.state.loses = true;
  await page.locator("main form button.primary").click();
  await expect(said(page, "waiting")).toBeVisible();
  expect(await answered(as, survey)).toBe(before + 1);
  wire.state.loses = false;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(page.locator("[data-survey-done]")).toBeAttached();
  expect(await answered(as, survey)).toBe(before + 1);
  // what is answered is kept no longer
  await expect.poll(() => copies(page)).toEqual([]);

  // somebody else at the same device: what was kept before goes
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await signIn(page, other);
  await page.goto("/surveys");
  await keeps(page, path);
  // and when its days are over
  await page.evaluate(makeOld, path);
  await page.goto("/me");
  await expect.poll(() => copies(page)).toEqual([]);
  await page.goto("/surveys");
  await keeps(page, path);
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await signIn(page, "gv01");
  await expect.poll(() => copies(page)).toEqual([]);
});

/** A class in one of these states, and the lecturer at its head. */
async function underWay(as, states) {
  for (let place = 1; place <= 12; place += 1) {
    const name = `gv${String(place).padStart(2, "0")}`;
    const found = (await classes(await as(name))).find((row) => states.includes(row.state));
    if (found) return { name, here: found.href };
  }
  return null;
}

test("a roll-call is taken without a connection, sent after signing in again, and forgotten when signing out", async ({ as, wire }) => {
  const found = await underWay(as, ["Đang học", "Chấm bài thu hoạch"]);
  expect(found, UNDER_WAY).not.toBeNull();
  const page = await as(found.name, { fresh: true, browser: { baseURL: wire.url } });
  await page.goto(`${found.here}/sessions`);
  const path = await page.locator("main table .acts a").last().getAttribute("href");
  // opened once, with a connection
  await page.goto(path);
  await page.locator("[data-roll-row] input[value=present]").evaluateAll((all) => all.forEach((radio) => (radio.checked = true)));
  expect(await sendByScript(page, () => page.locator(".rollbar button.primary").click())).toBe(303);
  await expect(flash(page)).toHaveText("Đã lưu điểm danh.");
  await keeps(page, path);

  // saved again on a slow line, and the worker is faster: it takes no message away, and no older copy is shown
  const before = await keptAt(page, path);
  await page.locator("form[data-roll]").evaluate(async (form, address) => {
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    (await navigator.serviceWorker.ready).active.postMessage({ addresses: [address], anew: true });
  }, path);
  await expect.poll(() => keptAt(page, path)).toBeGreaterThan(before);
  wire.state.wait = 4500;
  await page.goto(`${path}?saved`);
  wire.state.wait = 0;
  await expect(page.locator("[data-kept]")).toBeHidden();
  await expect(flash(page)).toHaveText("Đã lưu điểm danh.");

  await cut(page, wire);
  await page.goto(path);
  await expect(page.locator("[data-kept]")).toBeVisible();
  await expect(flash(page)).toHaveCount(0);
  const row = page.locator("[data-roll-row]").nth(3);
  await row.locator("label:has([value=absent])").click();
  await page.locator(".rollbar button.primary").click();
  await expect(said(page, "waiting")).toBeVisible();
  await page.goto("/classes");
  await page.locator(`[data-kept-list] a[href='${path}']`).click();
  await expect(row.locator("[value=absent]")).toBeChecked();

  // the session was lost meanwhile: signing in sends what waits
  await page.context().clearCookies();
  await mend(page, wire);
  await expect(said(page, "sign-in")).toBeVisible();
  await look(page);
  await said(page, "sign-in").locator("a").click();
  await signIn(page, found.name);
  await page.waitForURL(/saved/);
  await expect(page.locator("[data-kept]")).toBeHidden();
  await expect(row.locator("[value=absent]")).toBeChecked();
  const school = await as("truong");
  await school.goto(`${found.here}/attendance`);
  const marks = (await cells(school.locator("main table"))).map((cells) => cells.filter((cell) => cell.includes("Vắng")).length);
  expect(marks[3]).toBeGreaterThan(0);

  // as it was; the session is lost before it is saved: signing in saves it
  await page.locator("[data-roll-row] input[value=present]").evaluateAll((all) => all.forEach((radio) => (radio.checked = true)));
  await page.context().clearCookies();
  await page.locator(".rollbar button.primary").click();
  await said(page, "sign-in").locator("a").click();
  await signIn(page, found.name);
  await page.waitForURL(/saved/);
  await expect(row.locator("[value=present]")).toBeChecked();

  await keeps(page, path);
  await page.locator("details.me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await expect(page.locator("h1")).toHaveText("Đăng nhập");
  expect(await copies(page)).toEqual([]);
  await cut(page, wire);
  await page.goto(path);
  await expect(page.locator("[data-kept-none]")).toBeVisible();
  await look(page);
  await mend(page, wire);
});

test("a roll-call that was fetched before its day opens on it, and what is refused says why", async ({ as, wire }) => {
  const found = await underWay(as, ["Đang học"]);
  expect(found, UNDER_WAY).not.toBeNull();
  const page = await as(found.name, { fresh: true, browser: { baseURL: wire.url } });
  // the days of the device
  await page.clock.setFixedTime(new Date("2026-11-18T08:00:00+07:00"));
  await page.goto(`${found.here}/sessions`);
  const path = await page.locator("tr[data-ahead]", { hasText: "chưa đến" }).last().getAttribute("data-ahead");
  await keeps(page, path);
  await cut(page, wire);
  await page.goto(path);
  const row = page.locator("[data-roll-row]").first();
  const save = page.locator(".rollbar button.primary");
  await expect(row.locator("[value=absent]")).toBeDisabled();
  await expect(save).toBeHidden();
  await page.clock.setFixedTime(new Date("2026-11-20T08:00:00+07:00"));
  await page.goto(path);
  await expect(page.locator("[data-roll-shut]")).toBeHidden();
  await row.locator("label:has([value=absent])").click();
  await save.click();
  await expect(said(page, "waiting")).toBeVisible();
  // by the server's day it is too early: the device was wrong, and is told
  await mend(page, wire);
  await expect(page.getByRole("alert")).toHaveText("Buổi học này chưa đến.");
  await page.goto("/classes");
  await expect(said(page, "refused").locator("a")).toHaveAttribute("href", path);
  await look(page);
  await said(page, "refused").locator("button").click();
  await expect(said(page, "refused")).toBeHidden();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("out:")))).toEqual([]);
});

test("a new release brings its own styles, also to pages that were kept before", async ({ as, wire }, info) => {
  const [, learner] = LEARNERS[info.project.name];
  const page = await as(learner, { fresh: true, browser: { baseURL: wire.url } });
  await page.goto("/surveys");
  const path = await page.locator("[data-ahead]").first().getAttribute("data-ahead");
  await keeps(page, path);
  const [old] = await stores(page);
  wire.state.release = "0123456789ab";
  await page.goto("/me");
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect.poll(() => stores(page)).toEqual(["assets-0123456789ab", "pages"]);
  expect(old).not.toBe("assets-0123456789ab");
  await cut(page, wire);
  await page.goto(path);
  await expect(page.locator("[data-kept]")).toBeVisible();
  expect(await page.locator("link[rel=stylesheet]").getAttribute("href")).not.toContain("0123456789ab");
  expect(await page.locator(".topbar").evaluate((bar) => getComputedStyle(bar).display)).not.toBe("block");
  await expect(page.locator("html.js")).toBeAttached();
  await mend(page, wire);
});
