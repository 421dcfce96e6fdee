// An approved year is adjusted: a week is lost, the school plans the rest anew, two bodies agree, a new decision takes the place of the former one.
import { laidOut } from "../office.js";
import { expect, flash, look, send, test, visit } from "../support.js";

test("a year that is approved is adjusted by a new decision", async ({ as }, info) => {
  test.slow();
  const decision = `88-KH/TU-${info.project.name}`;
  let page = await as("truong");
  await visit(page, "/plan");
  const row = page.locator("#years tbody tr", { has: page.locator("td .tag.good") }).last();
  const former = await row.locator("td .tag.good").textContent();
  const address = await row.locator("td a[href*='/years/']").first().getAttribute("href");
  const year = address.match(/years\/(\d+)/)[1];
  await visit(page, address);
  await page.locator(".pagehead summary").click();
  await look(page);
  expect(await send(page, page.locator("form[action$='/adjustment'] button"))).toBe(303);
  await expect(flash(page)).toBeVisible();
  await expect(page.locator("h1 .tag.info")).toHaveText("dự thảo");
  await look(page);
  // the week of its last class holds none
  const chip = page.locator("a.chip").last();
  const week = page.locator("[data-week]", { has: page.locator("a.chip") }).last();
  const gone = await week.getAttribute("id");
  await chip.click();
  await page.locator("#chosen a[href*='week=']").click();
  expect(await send(page, page.locator("#asked form button"))).toBe(303);
  await expect(page.locator(`#${gone} .chip`)).toHaveCount(0);
  await expect(page.locator("form[action$='/adoption']")).toHaveCount(0);
  const room = page.url();
  await page.locator(".pagehead a.primary").click();
  await expect(page.locator("#changes li").filter({ hasText: "tuần" })).not.toHaveCount(0);
  await look(page);
  const adjusted = new URL(page.url()).pathname;
  expect(await send(page, page.locator("form[action$='/submission'] button"))).toBe(303);
  await visit(page, "/plan");
  await expect(page.locator("#years tr", { hasText: year })).toContainText("Đang điều chỉnh: chờ ý kiến");
  await expect(page.locator("#years tr", { hasText: year }).locator(".tag.good")).toHaveText(former);
  for (const body of ["sonoivu", "bantochuc"]) {
    page = await as(body);
    await visit(page, adjusted);
    expect(await send(page, page.locator("form[action$='/agreement'] button"))).toBe(303);
  }
  page = await as("thuongvu");
  await page.goto(room);
  await look(page);
  await visit(page, adjusted);
  await page.locator("[name=decision]").fill(decision);
  expect(await send(page, page.locator("form[action$='/approval'] button"))).toBe(303);
  await expect(page.locator("h1 .tag.good")).toContainText(decision);
  await expect(page.locator(".pagehead")).toContainText(`Thay kế hoạch đã duyệt tại ${former}`);
  await look(page);
  const paper = await page.request.get(`${adjusted}/paper.docx`);
  const opened = laidOut([["adjusted", await paper.body()]]).get("adjusted");
  for (const said of [decision, former]) expect(opened.text).toContain(said);
  // both versions are read by whoever reads the plan
  page = await as("tuyengiao");
  await visit(page, address);
  await expect(page.locator(".pagehead")).toContainText(`Đã được thay bằng kế hoạch điều chỉnh tại ${decision}`);
  await look(page);
  await visit(page, "/plan");
  await expect(page.locator("#years tr", { hasText: year }).locator(".tag.good")).toHaveText(decision);
});
