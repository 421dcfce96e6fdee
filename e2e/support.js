// What every journey uses: people who are signed in, pages that are looked at, a watch over requests and the console.
import { test as base, expect } from "@playwright/test";
import axe from "axe-core";

export { expect };

/** The password of every demonstration account. */
export const PASSWORD = process.env.DEMO_PASSWORD ?? "NgheAn@2030";

/** What is wrong when no class studies or waits for its decision. */
export const UNDER_WAY = "a class under way: start the demonstration in a week of study, serve --today 2026-11-18";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Rules that can come out differently in another colour scheme. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** Signed-in sessions by account: every account signs in once through the page. */
const sessions = new Map();

/** Fills in the sign-in page and waits for the page behind it. */
export async function signIn(page, username, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click("form[action='/sign-in'] button")]);
}

/** Notes what no page may do: reach beyond this machine, write an error to the console, throw. */
function watch(page, seen) {
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.hostname !== "127.0.0.1") {
      seen.problems.push(`left the machine: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    const request = response.request();
    // a page, or a part of one, that says 404 or 422 and why; the browser logs those too
    if (request.isNavigationRequest() || request.headers()["hx-request"]) seen.answered.add(response.url());
    if (response.status() >= 500) seen.problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push({ text: message.text(), url: message.location().url });
  });
  // a part of a page that was asked for while its page was left
  page.on("requestfailed", (request) => {
    if (request.headers()["hx-request"] && request.failure()?.errorText === "net::ERR_ABORTED") seen.left += 1;
  });
  page.on("pageerror", (error) => seen.problems.push(`script: ${error.message}`));
}

export const test = base.extend({
  /** Whatever went wrong behind the pages; must be nothing at the end. */
  seen: [
    async ({}, use) => {
      const seen = { problems: [], errors: [], answered: new Set(), left: 0, offline: false };
      await use(seen);
      const refusal = /^Failed to load resource: .* status of 4\d\d/;
      const errors = seen.errors.filter(({ text, url }) => {
        if (refusal.test(text) && seen.answered.has(url)) return false;
        // a journey that takes the connection away
        if (seen.offline && /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|NETWORK_CHANGED|FAILED)/.test(text)) return false;
        // the browser ended it because its page was left: htmx writes that to the console, once for each
        if (/^htmx: htmx:error: (Failed to fetch|signal is aborted)/.test(text) && seen.left > 0) return (seen.left -= 1) < 0;
        return true;
      });
      expect([...seen.problems, ...errors]).toEqual([]);
    },
    { auto: true },
  ],
  page: async ({ page, seen }, use) => {
    watch(page, seen);
    await use(page);
  },
  /** `await as("truong")` is a page of that person's own browser; `{ browser: {…} }` changes the browser, `fresh` signs in anew. */
  as: async ({ browser, contextOptions, viewport, hasTouch, isMobile, locale, timezoneId, baseURL, seen }, use) => {
    const opened = [];
    await use(async (username, options = {}) => {
      const settings = { ...contextOptions, viewport, hasTouch, isMobile, locale, timezoneId, baseURL };
      const known = options.fresh ? undefined : sessions.get(username);
      const context = await browser.newContext({ ...settings, ...options.browser, storageState: known });
      context.setDefaultTimeout(20_000);
      opened.push(context);
      const page = await context.newPage();
      watch(page, seen);
      if (!known) {
        await signIn(page, username);
        if (!options.fresh) sessions.set(username, await context.storageState());
      }
      return page;
    });
    for (const context of opened) await context.close();
  },
});

/** Goes to a page, expects its status and looks at it. */
export async function visit(page, path, { status = 200 } = {}) {
  const response = await page.goto(path);
  expect(response.status(), path).toBe(status);
  await look(page);
}

/** Kinds of elements that axe has seen already, by width and colour scheme. */
const audited = new Set();

/** What holds for every page: one h1, nothing beside the screen, no violation for axe in light and dark. */
export async function look(page) {
  const path = new URL(page.url()).pathname;
  await expect(page.locator("h1"), `headings of ${path}`).toHaveCount(1);
  await expect(page.locator("h1"), `heading of ${path}`).not.toBeEmpty();
  expect(await overhang(page), `${path} is wider than the screen`).toEqual([]);
  // axe takes seconds for a long table: a page made of nothing but what it has seen is not shown to it again
  const kinds = (await page.evaluate(kindsOfElements)).map((kind) => `${page.viewportSize().width} ${kind}`);
  if (kinds.every((kind) => audited.has(kind))) return;
  // what lies below the bar at the top while somebody scrolls is no fault of the page
  await page.evaluate(() => scrollTo(0, 0));
  expect(await violations(page, { type: "tag", values: RULES }), `${path}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await settled(page);
  expect(await violations(page, { type: "rule", values: COLOUR_RULES }), `${path}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  await settled(page);
  for (const kind of kinds) audited.add(kind);
}

/** Every element as its tag, classes and attributes within those of its parents, each once. In the browser. */
function kindsOfElements() {
  const kind = (element) => `${element.localName}.${[...element.classList].sort().join(".")}`;
  const names = (element) => element.getAttributeNames().filter((name) => !["href", "id", "value", "name"].includes(name)).sort().join();
  const kinds = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const parent = element.parentElement;
    if (element.checkVisibility()) kinds.add(`${kind(parent.parentElement ?? parent)} ${kind(parent)} ${kind(element)}[${names(element)}]`);
  }
  return [...kinds];
}

/** Waits until colours have changed: for two frames nothing moves any more. */
async function settled(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let still = 0; still < 2; still += 1) {
      await frame();
      const moving = document.getAnimations();
      if (moving.length > 0) still = -1;
      await Promise.allSettled(moving.map((animation) => animation.finished));
    }
  });
}

/** Elements that make the page wider than the screen. */
function overhang(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 1);
    return wide.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.className} ends at ${Math.round(element.getBoundingClientRect().right)}`);
  });
}

async function violations(page, runOnly) {
  await page.evaluate(axe.source);
  const found = await page.evaluate((only) => window.axe.run(document, { runOnly: only, resultTypes: ["violations"] }), runOnly);
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? n.failureSummary ?? ""}`).join(" | ")}`);
}

/** The number in a text as pages write it: `8.624` or `1.986 / 8.624` (the first). */
export function number(text) {
  const digits = text.match(/\d[\d.]*/);
  if (!digits) throw new Error(`no number in ${JSON.stringify(text)}`);
  return Number(digits[0].replaceAll(".", ""));
}

/** Cells of a table as texts, row by row; on every width the same. */
export function cells(table) {
  return table.evaluate((element) => [...element.tBodies].flatMap((body) => [...body.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")))));
}

/** What the page says after a success. */
export function flash(page) {
  return page.locator("main .live .flash");
}

/** Sends a form by its button and waits for the page that answers. */
export async function send(page, button) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    button.click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

/** As `send`, for a form that a script sends (roll-calls, questionnaires): the page that answers is opened afterwards. */
export async function sendByScript(page, press) {
  const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.waitForEvent("load"), press()]);
  return answer.status();
}

/** Rows of /classes of every year, newest first: label, address and state of each class that the person sees. */
export async function classes(page) {
  await page.goto("/classes");
  const years = await page.locator("main .seg a[href^='/classes?year=']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const found = [];
  for (const path of years.length > 0 ? years.sort().reverse() : ["/classes"]) {
    await page.goto(path);
    const rows = await page.locator("main table tbody tr").evaluateAll((all) =>
      all.map((row) => ({
        label: row.querySelector("th a").textContent.trim(),
        href: row.querySelector("th a").getAttribute("href"),
        state: row.querySelector(".tag").textContent.trim(),
      })),
    );
    found.push(...rows);
  }
  return found;
}
