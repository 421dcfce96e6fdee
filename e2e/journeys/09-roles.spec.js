// Step 9: each role's menu, what it may not see, language and theme.
import { expect, look, signIn, test, visit } from "../support.js";

const MENUS = {
  truong: ["/board", "/people", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/notices/log", "/papers", "/nominations", "/lecturers", "/needs", "/surveys", "/materials", "/freshness", "/circulars", "/change-sets", "/lecturers/guests", "/people/accounts"],
  hieutruong: ["/board", "/people", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/papers", "/nominations", "/lecturers", "/needs", "/surveys", "/materials", "/freshness", "/circulars", "/change-sets"],
  bantochuc: ["/board", "/people", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/nominations", "/needs", "/surveys", "/materials", "/freshness", "/circulars", "/change-sets"],
  sonoivu: ["/board", "/people", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/nominations", "/needs", "/surveys", "/materials", "/freshness", "/circulars", "/change-sets", "/data-desk"],
  tuyengiao: ["/board", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/needs", "/surveys", "/materials", "/freshness", "/circulars"],
  taichinh: ["/board", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/needs", "/surveys", "/circulars"],
  thuongvu: ["/board", "/people/statistics", "/communes", "/programmes", "/plan", "/classes", "/nominations", "/needs", "/surveys", "/circulars"],
  gv01: ["/programmes", "/classes", "/needs", "/surveys", "/materials", "/freshness", "/circulars", "/teaching", "/teaching/evaluations"],
  "xa-16681": ["/people", "/people/statistics", "/communes", "/programmes", "/classes", "/nominations", "/needs", "/surveys", "/circulars", "/people/accounts"],
  hv00001: ["/programmes", "/needs", "/surveys", "/circulars", "/registration", "/evaluations"],
  quantri: ["/accounts", "/audit", "/notices/log"],
};
/** Every page that some role has in its menu. */
const ALL = [...new Set(Object.values(MENUS).flat())];

for (const [username, menu] of Object.entries(MENUS)) {
  test(`${username} has its own menu, each entry opens, nothing else does`, async ({ as }) => {
    const page = await as(username);
    await visit(page, "/");
    const links = (nav) => page.locator(`${nav} a`).evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
    expect((await links("nav.rail")).filter((href) => href !== "/me").sort()).toEqual([...menu].sort());
    expect((await links("nav.dock")).sort()).toEqual((await links("nav.rail")).sort());
    for (const path of menu) {
      await visit(page, path);
      await expect(page.locator("nav.rail a[aria-current=page]")).toHaveAttribute("href", path);
    }
    for (const path of ALL.filter((other) => !menu.includes(other))) {
      const answer = await page.request.get(path, { maxRedirects: 0 });
      expect([path, answer.status()]).toEqual([path, 403]);
    }
    await visit(page, "/me");
  });
}

test("a page that the role may not open says so, in a page", async ({ as }) => {
  const page = await as("gv01");
  await visit(page, "/accounts", { status: 403 });
  await expect(page.locator(".errorpage")).toContainText("Mã sự việc");
});

test("out of scope is not found, without a hint", async ({ as }) => {
  const school = await as("truong");
  await school.goto("/communes");
  const page = await as("xa-16681");
  await visit(page, "/communes/16690", { status: 404 });
  await visit(page, "/communes/99999", { status: 404 });
  // somebody of another commune
  await school.goto("/people?q=");
  const strangers = await school.locator("#rows tbody tr").evaluateAll((rows) =>
    rows.filter((row) => !row.textContent.includes("Thành Vinh")).map((row) => row.querySelector("a").getAttribute("href")),
  );
  await visit(page, strangers[0], { status: 404 });
  await expect(page.locator("h1")).toHaveText("Không tìm thấy");
  await visit(page, "/people/00000000-0000-7000-8000-000000000000", { status: 404 });
  const learner = await as("hv00001");
  const own = await learner.request.get(strangers[0], { maxRedirects: 0 });
  expect([403, 404]).toContain(own.status());
});

test("signing in: a wrong password keeps the name; signing out closes the door", { tag: "@short" }, async ({ as, page }) => {
  await visit(page, "/sign-in");
  await page.fill("[name=username]", "taichinh");
  await page.fill("[name=password]", "khong-phai");
  await page.click("form[action='/sign-in'] button");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.locator("[name=username]")).toHaveValue("taichinh");
  await look(page);
  // a page that was asked for comes after signing in
  await page.goto("/plan");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.fill("[name=username]", "taichinh");
  await page.fill("[name=password]", process.env.DEMO_PASSWORD ?? "NgheAn@2030");
  await page.click("form[action='/sign-in'] button");
  await expect(page).toHaveURL(/\/plan$/);
  await page.locator("details.me summary").click();
  await look(page);
  await page.locator("form[action='/sign-out'] button").click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/board");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the language is switched and stays", async ({ as }) => {
  const page = await as("thuongvu", { fresh: true });
  await page.goto("/board");
  await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  await page.locator("details.me summary").click();
  await page.locator("a[href^='/language/en']").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveURL(/\/board$/);
  for (const path of ["/board", "/communes", "/people/statistics", "/programmes", "/plan", "/classes", "/me"]) {
    await visit(page, path);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  }
  await page.goto("/language/vi");
});

test("the theme is chosen, stays, and wins over the system", async ({ as }) => {
  const page = await as("thuongvu", { fresh: true });
  await page.goto("/plan");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.locator("details.me summary").click();
  await page.locator("[data-theme-form] button[value=dark]").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await paper()).toBe(dark);
});

test("without JavaScript the theme and the language work too", async ({ browser, baseURL, contextOptions, viewport }) => {
  const context = await browser.newContext({ ...contextOptions, viewport, baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, "taichinh");
  await page.locator("details.me summary").click();
  await page.locator("[data-theme-form] button[value=dark]").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator("details.me summary").click();
  await page.locator("a[href^='/language/en']").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
