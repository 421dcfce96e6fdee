// The timetable of a class: proposed, changed by hand, published with what moved; a lecturer falls ill and is replaced.
import ICAL from "ical.js";
import { expect, flash, look, send, test, visit } from "../support.js";

/** Address of the timetable of a class that nominates still. */
async function timetable(page) {
  await page.goto("/classes");
  const row = page.locator("main table tbody tr", { has: page.locator(".tag", { hasText: "Cử học viên" }) }).first();
  return `${await row.locator("a").first().getAttribute("href")}/timetable`;
}

const button = (page, end) => page.locator(`form[action$='/timetable/${end}'] button`);

test("a timetable is proposed, two half-days change places, what moved is published", async ({ as }) => {
  const page = await as("truong");
  const path = await timetable(page);
  await visit(page, path);
  expect(await send(page, button(page, "proposal"))).toBe(303);
  await expect(flash(page)).toContainText("Đã xếp thời khóa biểu");
  await look(page);
  // whatever the proposal made of it is published first, so that the change below is told alone
  if (await button(page, "publication").count()) expect(await send(page, button(page, "publication"))).toBe(303);

  await visit(page, `${path}/4`);
  await look(page);
  await page.selectOption("#f-other", "5");
  expect(await send(page, page.locator("form[action$='/4/exchange'] button"))).toBe(303);
  await expect(page.locator(".cardhead .tag.warn")).toHaveText("2 buổi chưa công bố");
  expect(await send(page, button(page, "publication"))).toBe(303);
  await expect(page.locator(".alert.info h2")).toHaveText("Thay đổi so với lần công bố trước: 2 buổi");

  // the commune that nominates sees what moved, not the tools
  const commune = await as("xa-16681");
  const seen = await commune.goto(path);
  if (seen.status() === 200) await expect(commune.locator(".alert.info h2")).toContainText("2 buổi");
  await expect(commune.locator("form[action$='/publication']")).toHaveCount(0);
});

test("a lecturer falls ill: the half-day is marked, somebody else is found, it is published", async ({ as }, info) => {
  const page = await as("truong");
  const path = await timetable(page);
  await page.goto(path);
  const row = page.locator("section:first-of-type tbody tr").filter({ hasText: "Giảng viên" }).last();
  const [day, month, year] = (await row.locator("th").innerText()).match(/(\d\d)\/(\d\d)\/(\d{4})/).slice(1);
  const name = (await row.innerText()).match(/Giảng viên \d\d/)[0];
  await visit(page, "/lecturers");
  await look(page);
  await page.locator("tbody th a", { hasText: name }).click();
  await page.fill("#f-from_on", `${year}-${month}-${day}`);
  await page.fill("#f-to_on", `${year}-${month}-${day}`);
  await page.fill("#f-reason", `Ốm, ${info.project.name}`);
  expect(await send(page, page.locator("form[action$='/absences'] button"))).toBe(303);
  await expect(page.locator("tr.bad").first()).toContainText("cần người thay");
  await look(page);

  await page.goto(path);
  await expect(page.locator(".alert.bad li").first()).toContainText(`${name} bận`);
  expect(await send(page, button(page, "mending"))).toBe(303);
  await expect(flash(page)).toContainText("Đã sửa dự thảo");
  await expect(page.locator(".alert.bad")).toHaveCount(0);
  expect(await send(page, button(page, "publication"))).toBe(303);
  await expect(page.locator(".alert.info")).toContainText(name);

  // back at work: the absence is taken back
  await page.goto("/lecturers");
  await page.locator("tbody th a", { hasText: name }).click();
  expect(await send(page, page.locator("form[action$='/withdrawal'] button").first())).toBe(303);
});

test("a calendar reads the week of a class from an address that is shown once", async ({ as, browser, baseURL }) => {
  const page = await as("truong");
  const path = await timetable(page);
  await visit(page, path.replace(/timetable$/, "feed"));
  expect(await send(page, page.locator("form[action$='/feed'] button"))).toBe(200);
  const address = await page.locator("#f-address").inputValue();
  await look(page);
  // whoever has the address reads it: no session, no cookie
  const phone = await browser.newContext({ baseURL });
  const feed = await phone.request.get(new URL(address).pathname);
  expect([feed.status(), feed.headers()["content-type"]]).toEqual([200, "text/calendar; charset=utf-8"]);
  const calendar = new ICAL.Component(ICAL.parse(await feed.text()));
  const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
  expect(events.length).toBeGreaterThan(8);
  expect(new Set(events.map((event) => event.uid)).size).toBe(events.length);
  for (const event of events) {
    expect(event.summary).toMatch(/^Lớp \d+\/\d{4}: ./);
    expect(event.endDate.subtractDate(event.startDate).toSeconds()).toBe(3.5 * 3600);
    expect(event.sequence).toBeGreaterThan(0);
  }
  await phone.close();
  // the page itself does not show it again
  await page.goto(path.replace(/timetable$/, "feed"));
  await expect(page.locator("#f-address")).toHaveCount(0);
});
