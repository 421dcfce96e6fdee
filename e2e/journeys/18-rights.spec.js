// Who acts with which rights: a deputy during leave, an officer's account out of a sealed letter, the yearly review.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PASSWORD, expect, flash, look, number, send, test, visit } from "../support.js";

/** Communes that no other journey writes to, by project: one with an officer on leave, one whose officer changes. */
const COMMUNES = { desktop: ["18001", "18028"], phone: ["18007", "18040"] };

async function signIn(page, username, password) {
  await page.goto("/sign-in");
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  return send(page, page.locator("form[action='/sign-in'] button"));
}

test("an officer goes on leave: the deputy takes the office, acts in both names, and gives it back", async ({ as }, info) => {
  const [commune] = COMMUNES[info.project.name];
  const reason = `Nghỉ phép (${info.project.name})`;
  const officer = await as(`xa-${commune}`);
  await visit(officer, "/me/delegations");
  const form = officer.locator("form[action='/me/delegations']");
  const deputy = (await form.locator("[name=deputy] option").nth(1).textContent()).match(/\((.+)\)/)[1];
  await form.locator("[name=deputy]").selectOption({ index: 1 });
  for (const [field, value] of [["starts_on", "2026-11-18"], ["ends_on", "2026-12-18"], ["reason", reason]]) await form.locator(`[name=${field}]`).fill(value);
  expect(await send(officer, form.locator("button.primary"))).toBe(303);
  await expect(flash(officer)).toHaveText("Đã ủy quyền.");
  await look(officer);
  const given = officer.locator("main table", { has: officer.locator("form[action$='/withdrawal']") });
  await expect(given.locator("tbody tr").first()).toContainText("Đang hiệu lực");
  const name = (await officer.locator("details.me .who").textContent()).trim();

  // the deputy's own rights first, then the officer's
  const page = await as(deputy);
  expect((await page.request.get("/people", { maxRedirects: 0 })).status()).toBe(403);
  await visit(page, "/me/delegations");
  const received = page.locator("main tbody tr", { hasText: reason });
  await expect(received).toContainText(name);
  await send(page, received.locator("form[action$='/acting'] button"));
  const ribbon = page.locator("form.ribbon");
  await expect(ribbon).toContainText(`làm thay ${name}`);
  await look(page);
  expect((await ribbon.boundingBox()).height, "two lines at most").toBeLessThan(60);
  await visit(page, "/people");
  await visit(page, "/needs/ratings");
  await page.locator("main tbody a").first().click();
  await page.locator("select[name^=level-]").first().selectOption({ index: info.project.name === "phone" ? 2 : 3 });
  expect(await send(page, page.locator("main form button.primary"))).toBe(303);

  const admin = await as("quantri");
  await visit(admin, "/audit");
  const line = admin.locator("main tbody tr", { hasText: deputy }).first();
  await expect(line.locator("td small").filter({ hasText: "thay" })).toHaveText(`thay xa-${commune}`);

  // handed back by the deputy, then taken back by the officer
  await send(page, ribbon.locator("button"));
  await expect(page).toHaveURL(/\/me\/delegations$/);
  await expect(ribbon).toHaveCount(0);
  expect((await page.request.get("/people", { maxRedirects: 0 })).status()).toBe(403);
  await send(page, received.locator("form[action$='/acting'] button"));
  expect((await page.request.get("/people", { maxRedirects: 0 })).status()).toBe(200);
  await send(officer, given.locator("tbody tr", { hasText: reason }).locator("button"));
  await expect(flash(officer)).toBeVisible();
  // at once, in the middle of the deputy's session
  expect((await page.request.get("/people", { maxRedirects: 0 })).status()).toBe(403);
  await visit(page, "/me/delegations");
  await expect(received).toContainText("Đã thu hồi");
  await expect(received.locator("button")).toHaveCount(0);
});

test("an officer's account comes by a sealed letter, and its first password opens only the page that asks for another", async ({ as, page }, info) => {
  const [, commune] = COMMUNES[info.project.name];
  const admin = await as("quantri");
  const missing = async () => number(await admin.locator("main h2").first().textContent());
  await visit(admin, "/accounts/officers");
  // units that other journeys made have none either
  const before = await missing();
  await admin.goto(`/accounts?q=xa-${commune}`);
  // the officer before leaves
  await send(admin, admin.locator("#rows form[action$='/closure'] button").first());
  await visit(admin, "/accounts/officers");
  expect(await missing()).toBe(before + 1);
  const [letters] = await Promise.all([admin.waitForEvent("download"), admin.locator("form[action='/accounts/officers'] button").click()]);
  expect(letters.suggestedFilename()).toMatch(/^thu-tai-khoan-dau-moi-.*\.pdf$/);
  const words = execFileSync("pdftotext", ["-layout", "-", "-"], { input: readFileSync(await letters.path()), encoding: "utf8" });
  const username = `xa-${commune}-2`;
  // a page a letter
  const letter = words.split("\f").filter((page) => new RegExp(`Tên đăng nhập:\\s*${username}\\s`).test(page));
  expect(letter).toHaveLength(1);
  expect(letter[0]).toContain("Ban Thường vụ Đảng ủy");
  const [, first] = /Mật khẩu lần đầu:\s*(\S+)/.exec(letter[0]);
  await visit(admin, "/accounts/officers");
  expect(await missing()).toBe(0);

  // the officer opens it
  expect(await signIn(page, username, first)).toBe(303);
  await expect(page).toHaveURL(/\/me\/password$/);
  await look(page);
  await page.goto("/people");
  await expect(page).toHaveURL(/\/me\/password$/);
  const set = async (next, again = next) => {
    for (const [field, value] of [["old", first], ["new", next], ["again", again]]) await page.fill(`[name=${field}]`, value);
    return send(page, page.locator("main form button.primary"));
  };
  expect(await set("123")).toBe(422);
  await look(page);
  const own = `Hưng Nguyên ${commune} – 2026`;
  expect(await set(own, `${own}!`)).toBe(422);
  expect(await set(own)).toBe(303);
  await look(page);
  await visit(page, "/people");
  await page.locator("details.me summary").click();
  await send(page, page.locator("form[action='/sign-out'] button"));
  // the letter opens nothing any more
  expect(await signIn(page, username, first)).toBe(422);
  expect(await signIn(page, username, own)).toBe(303);
});

test("the yearly review: every account is confirmed or disabled, the review ends, and who was disabled is out", async ({ as, page }, info) => {
  const phone = info.project.name === "phone";
  const admin = await as("quantri");
  const username = `ra-soat-${info.project.name}`;
  await visit(admin, "/accounts/new");
  await admin.fill("[name=username]", username);
  await admin.fill("[name=name]", "Chuyên viên thử rà soát");
  await admin.selectOption("[name=role]", "finance");
  expect(await send(admin, admin.locator("main form button.primary"))).toBe(200);
  await look(admin);
  const first = (await admin.locator("main").textContent()).match(/Bd-[0-9a-f]{4}-[0-9a-f]{4}9/)[0];
  expect(await signIn(page, username, first)).toBe(303);
  for (const [field, value] of [["old", first], ["new", PASSWORD], ["again", PASSWORD]]) await page.fill(`[name=${field}]`, value);
  await send(page, page.locator("main form button.primary"));
  await visit(page, "/board");

  await visit(admin, "/accounts/reviews");
  // a year has one review: the desktop takes this year's, the phone last year's
  const year = phone ? "2025" : "2026";
  await admin.fill("[name=year]", "2031");
  expect(await send(admin, admin.locator("main form button.primary"))).toBe(422);
  await look(admin);
  await admin.fill("[name=year]", year);
  expect(await send(admin, admin.locator("main form button.primary"))).toBe(303);
  await look(admin);
  const review = new URL(admin.url()).pathname;
  const tab = (kind) => admin.locator(`nav.tabs a[href$='show=${kind}'] .count`);
  const all = number(await tab("waiting").textContent());
  expect(all).toBeGreaterThan(130);

  const line = admin.locator("main tbody tr", { hasText: username });
  expect(await send(admin, line.locator("button.danger"))).toBe(303);
  await expect(tab("waiting")).toHaveText(String(all - 1));
  // not while somebody waits
  await expect(admin.locator(`form[action='${review}/closure']`)).toHaveCount(0);
  await admin.locator("main tbody input[name=account]").evaluateAll((boxes) => boxes.forEach((box) => (box.checked = true)));
  await send(admin, admin.locator("button[name=ticked][value=confirm]"));
  await expect(flash(admin)).toContainText("Đã ghi kết luận cho");
  await expect(tab("confirmed")).toHaveText(String(all - 1));
  await look(admin);
  expect(await send(admin, admin.locator(`form[action='${review}/closure'] button`))).toBe(303);
  await expect(flash(admin)).toHaveText("Đã kết thúc đợt rà soát.");
  await expect(admin.locator("main tbody tr", { hasText: year }).first().locator("td").nth(2)).toHaveText("1");
  await visit(admin, review);
  await visit(admin, `${review}?show=disabled`);
  await expect(admin.locator("main tbody th")).toContainText([username]);
  await expect(admin.locator("main tbody tr")).toHaveCount(1);

  // out at once, and not in again
  await page.goto("/board");
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await signIn(page, username, PASSWORD)).toBe(422);
  await expect(page.getByRole("alert")).toContainText("ngừng");
});
