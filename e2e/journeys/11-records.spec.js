// A record: what changes leaves its old value, posts follow each other, protected values for a purpose, two records made one, own data.
import { cells, expect, flash, look, send, test, visit } from "../support.js";

/** A word of a name that both widths have for themselves; names have no digits. */
const TAG = { desktop: "Bàn", phone: "Tay" };
const COMMUNE = "16681";

/** Adds somebody through the page; gives the address of the record. */
async function add(page, name, { born = "1990-05-17", post = 1 } = {}) {
  await page.goto("/people/new");
  await page.fill("[name=full_name]", name);
  await page.fill("[name=birth_date]", born);
  await page.selectOption("[name=gender]", "nam");
  await page.locator("[name=position]").selectOption({ index: post });
  await page.selectOption("[name=commune]", COMMUNE);
  await page.fill("[name=from]", "2026-01-05");
  expect(await send(page, page.locator("form[action='/people'] button.primary"))).toBe(303);
  return new URL(page.url()).pathname;
}

test("somebody is added, the record is changed and keeps what it was", async ({ as }, info) => {
  const page = await as("sonoivu");
  const name = `Hồ Văn ${TAG[info.project.name]} Sổ`;
  await visit(page, "/people/new");
  // what is wrong is said at its field, and what was typed stays
  await page.fill("[name=full_name]", name);
  await page.fill("[name=birth_date]", "2015-05-17");
  await page.selectOption("[name=gender]", "nam");
  await page.locator("[name=position]").selectOption({ index: 2 });
  await page.selectOption("[name=commune]", COMMUNE);
  await page.fill("[name=from]", "2026-01-05");
  await page.fill("[name=phone]", "123");
  expect(await send(page, page.locator("form[action='/people'] button.primary"))).toBe(422);
  await expect(page.locator(".error")).toHaveCount(2);
  await expect(page.locator("[name=full_name]")).toHaveValue(name);
  await expect(page.locator("[name=from]")).toHaveValue("2026-01-05");
  await look(page);
  await page.fill("[name=birth_date]", "1990-05-17");
  await page.fill("[name=phone]", "0238 123 4567");
  expect(await send(page, page.locator("form[action='/people'] button.primary"))).toBe(303);
  const record = new URL(page.url()).pathname;
  await expect(page.locator("h1")).toContainText(name);
  await look(page);

  await visit(page, `${record}/record`);
  await page.selectOption("[name=education]", "thac_si");
  await page.selectOption("[name=rank]", "cvc");
  expect(await send(page, page.locator("form.full button.primary"))).toBe(303);
  await visit(page, `${record}/posts`);
  const changed = (await cells(page.locator("main table"))).map((row) => row.slice(0, 3));
  expect(changed).toEqual([["Chuyên môn", "Chưa khai", "Thạc sĩ"], ["Ngạch", "Chưa khai", "Chuyên viên chính"]].map((row) => [row[0], expect.any(String), row[2]]));
  await page.fill("[name=on]", "2026-11-17");
  await page.locator("form.filters button").click();
  await expect(page.locator("dl.facts div", { hasText: "Chuyên môn" }).locator("dd")).toHaveText("–");
});

test("posts follow each other: a secondment, the return, the end", async ({ as }, info) => {
  const page = await as("sonoivu");
  const record = await add(page, `Lê Văn ${TAG[info.project.name]} Chuyển`);
  const begin = async (kind, from, index) => {
    await page.goto(`${record}/posts`);
    await page.locator("summary", { hasText: "Ghi chức danh mới" }).click();
    const form = page.locator("form[action$='/posts'][method=post]");
    await form.locator("[name=position]").selectOption({ index });
    await form.locator("[name=commune]").selectOption(COMMUNE);
    await form.locator("[name=kind]").selectOption(kind);
    await form.locator("[name=from]").fill(from);
    await form.locator("[name=decision]").fill("12/QĐ-SNV");
    return await send(page, form.locator("button.primary"));
  };
  expect(await begin("seconded", "2026-03-02", 3)).toBe(303);
  expect(await begin("regular", "2026-06-01", 4)).toBe(303);
  // on the first day of the post that is held nothing else begins
  expect(await begin("regular", "2026-06-01", 5)).toBe(422);
  await expect(page.locator(".error").first()).toBeVisible();
  await look(page);
  await page.goto(`${record}/posts`);
  await expect(page.locator(".timeline li")).toHaveCount(3);
  // what was noted by mistake is removed, and the post before goes on
  expect(await begin("regular", "2026-09-01", 5)).toBe(303);
  await page.goto(`${record}/posts`);
  await page.locator(".timeline li a").first().click();
  await page.locator("summary", { hasText: "Xóa chức danh ghi nhầm" }).click();
  await page.fill("[name=reason]", "Ghi nhầm người");
  await look(page);
  expect(await send(page, page.locator("form[action$='/removal'] button.danger"))).toBe(303);
  await expect(page.locator(".timeline li")).toHaveCount(3);
  await expect(page.locator("main table")).toContainText("Ghi nhầm người");
  await expect(page.locator(".timeline .tag.info")).toHaveText("Biệt phái");
  await page.locator("summary", { hasText: "Ghi thôi giữ chức danh" }).click();
  const leave = page.locator("form[action$='/leaving']");
  await leave.locator("[name=last_day]").fill("2026-12-31");
  await leave.locator("[name=because]").selectOption("retired");
  expect(await send(page, leave.locator("button.danger"))).toBe(303);
  await visit(page, `${record}/posts`);
  await expect(page.locator(".timeline li").first()).toContainText("31/12/2026");
});

test("a post that is decided for a day to come is announced, changed and withdrawn", async ({ as }, info) => {
  const page = await as("sonoivu");
  const record = await add(page, `Lê Văn ${TAG[info.project.name]} Hẹn`);
  await page.goto(`${record}/posts`);
  await page.locator("summary", { hasText: "Ghi chức danh mới" }).click();
  const form = page.locator("form[action$='/posts'][method=post]");
  await form.locator("[name=position]").selectOption({ index: 3 });
  await form.locator("[name=commune]").selectOption(COMMUNE);
  await form.locator("[name=from]").fill("2027-01-04");
  await form.locator("[name=decision]").fill("40/QĐ-SNV");
  expect(await send(page, form.locator("button.primary"))).toBe(303);
  await expect(flash(page)).toHaveText("Đã ghi: chức danh mới bắt đầu từ 04/01/2027.");
  const ahead = page.locator(".timeline li", { hasText: "Sắp tới" });
  await expect(ahead).toContainText("04/01/2027");
  await look(page);
  await visit(page, "/people/announced");
  await expect(page.locator("tbody tr", { hasText: `${TAG[info.project.name]} Hẹn` })).toContainText("04/01/2027");
  await page.goto(`${record}/posts`);
  await ahead.locator("a").click();
  await look(page);
  await page.fill("[name=from]", "2026-11-01");
  expect(await send(page, page.locator("form.full button.primary"))).toBe(422);
  await expect(page.locator("#e-from")).toHaveText("Chức danh sắp tới phải bắt đầu sau hôm nay.");
  await page.fill("[name=from]", "2027-02-01");
  expect(await send(page, page.locator("form.full button.primary"))).toBe(303);
  await expect(ahead).toContainText("01/02/2027");
  await ahead.locator("a").click();
  await page.locator("summary", { hasText: "Rút chức danh sắp tới" }).click();
  await page.fill("[name=reason]", "Quyết định bị hủy");
  expect(await send(page, page.locator("form[action$='/withdrawal'] button.danger"))).toBe(303);
  await expect(ahead).toHaveCount(0);
});

test("protected values are read for a purpose; two records become one", async ({ as }, info) => {
  const page = await as("sonoivu");
  const name = `Trần Văn ${TAG[info.project.name]} Đôi`;
  const one = await add(page, name);
  await visit(page, `${one}/sensitive`);
  await page.selectOption("[name=purpose]", "correction");
  expect(await send(page, page.locator("form[action$='/sensitive'] button.primary"))).toBe(200);
  await look(page);
  const digits = info.project.name === "phone" ? "001111" : "002222";
  await page.fill("[name=identity]", `040090${digits}`);
  expect(await send(page, page.locator("form[action$='/values'] button.primary"))).toBe(303);
  const other = await add(page, name, { post: 2 });
  await visit(page, "/people/doubles");
  await expect(page.locator("main")).toContainText(name);
  await visit(page, `${one}/union/${other.split("/").pop()}`);
  expect(await send(page, page.locator("form[action*='/union/'] button.primary"))).toBe(303);
  await expect(page.locator("h1")).toContainText(name);
  expect((await page.request.get(other)).status()).toBe(404);
  await visit(page, `${one}/sensitive`);
  await expect(page.locator("dl.facts dd").first()).toContainText(digits.slice(2));
});

test("the own data, a request and its answer", async ({ as }, info) => {
  const learner = await as("hv00005");
  await visit(learner, "/me/data");
  const wish = `Đề nghị sửa trình độ chuyên môn (${info.project.name})`;
  await learner.locator("[name=kind]").selectOption({ index: 1 });
  await learner.fill("[name=wish]", wish);
  expect(await send(learner, learner.locator("form[action='/me/requests'] button.primary"))).toBe(303);
  const copy = await learner.request.get("/me/data.json");
  expect(Object.keys(await copy.json())).toContain("code");

  const desk = await as("sonoivu");
  await visit(desk, "/data-desk");
  const request = await desk.locator("tr:not(.off) th a").last().getAttribute("href");
  await visit(desk, request);
  await expect(desk.locator("main")).toContainText(wish);
  expect(await send(desk, desk.locator("form[action$='/acknowledgement'] button"))).toBe(303);
  await desk.goto(request);
  await desk.fill("[name=answer]", "Đã sửa theo bằng đã nộp.");
  expect(await send(desk, desk.locator("button[value=done]"))).toBe(303);
  await visit(learner, "/me/data");
  await expect(learner.locator("tr", { hasText: wish }).first()).toContainText("Đã sửa theo bằng đã nộp.");
  await expect(flash(desk)).toBeVisible();
});
