// Step 4: a class of the plan, called, nominated for, accepted, opened.
import { cells, classes, expect, flash, look, number, send, test, visit } from "../support.js";

/** Calls the next class of the approved plan; gives its address. */
async function call(page) {
  await page.goto("/classes/new");
  const venue = page.locator("#f-venue");
  const seats = Number(await page.locator("#f-seat_limit").inputValue());
  const rooms = await venue.locator("option").evaluateAll((all) => all.map((o) => ({ value: o.value, seats: Number(o.textContent.match(/\((\d+)\)/)?.[1] ?? 0) })));
  await venue.selectOption(rooms.find((room) => room.seats >= seats).value);
  expect(await send(page, page.locator("form[action='/classes'] button.primary"))).toBe(303);
  return new URL(page.url()).pathname;
}

/** Communes with a quota in the class, the largest quota first. */
async function quotas(page) {
  const rows = await page.locator("tr:has(a[href^='/communes/'])").evaluateAll((all) =>
    all.map((row) => ({ code: row.querySelector("a").getAttribute("href").split("/").pop(), seats: Number(row.cells[1].textContent) })),
  );
  return rows.sort((one, other) => other.seats - one.seats);
}

test("a class is called from the plan; a wrong date is explained and what was typed stays", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/classes");
  await visit(page, "/classes/new");
  const monday = await page.locator("#f-starts_on").inputValue();
  const tuesday = new Date(`${monday}T00:00:00Z`);
  tuesday.setUTCDate(tuesday.getUTCDate() + 1);
  const wrong = tuesday.toISOString().slice(0, 10);
  await page.fill("#f-starts_on", wrong);
  await page.fill("#f-seat_limit", "61");
  expect(await send(page, page.locator("form[action='/classes'] button.primary"))).toBe(422);
  await expect(page.locator("#e-starts_on")).toContainText("thứ Hai");
  await expect(page.locator("#f-starts_on")).toBeFocused();
  await expect(page.locator("#f-starts_on")).toHaveValue(wrong);
  await expect(page.locator("#f-seat_limit")).toHaveValue("61");
  await look(page);
});

test("the office keeps its rooms; of two who edit one the second is told and loses nothing", async ({ as }) => {
  const [page, other] = [await as("truong"), await as("truong")];
  await page.goto("/classes");
  await page.locator("main a[href='/rooms']").click();
  await look(page);
  await visit(page, "/rooms/new");
  const name = `Phòng thử ${Date.now()}`;
  await page.fill("#f-name", name);
  await page.fill("#f-seats", "2001");
  expect(await send(page, page.locator("form[action='/rooms'] button.primary"))).toBe(422);
  await expect(page.locator("#f-seats")).toBeFocused();
  await look(page);
  await page.fill("#f-seats", "60");
  expect(await send(page, page.locator("form[action='/rooms'] button.primary"))).toBe(303);
  await expect(flash(page)).toContainText(name);
  await look(page);

  const room = await page.locator("main tbody tr", { hasText: name }).locator("a").getAttribute("href");
  const save = (of) => send(of, of.locator("main form button.primary"));
  for (const one of [page, other]) await one.goto(room);
  await other.fill("#f-seats", "70");
  expect(await save(other)).toBe(303);
  await page.fill("#f-seats", "80");
  expect(await save(page)).toBe(409);
  await expect(page.locator("main .alert")).toContainText("Đã lưu: 70");
  await expect(page.locator("#f-seats")).toHaveValue("80");
  await look(page);
  await page.fill("#f-closed_from", "2026-01-01");
  expect(await save(page)).toBe(303);
  await expect(page.locator("main tbody tr.off", { hasText: name })).toContainText("80");
});

test("communes nominate, refusals and warnings are explained, the school accepts and opens", { tag: "@short" }, async ({ as }) => {
  const school = await as("truong");
  const here = await call(school);
  await expect(school.locator("h1 .tag")).toHaveText("Cử học viên");
  await look(school);
  const [first, second] = await quotas(school);
  const seats = number((await school.locator(".meter b").first().textContent()).split("/")[1]);
  expect((await quotas(school)).reduce((sum, q) => sum + q.seats, 0)).toBeLessThanOrEqual(seats);

  // the commune's officer: who is suggested, why the others are not
  const officer = await as(`xa-${first.code}`);
  await visit(officer, `${here}/nominations`);
  const suggested = officer.locator("form[action$='/nominations']");
  const boxes = suggested.locator("[name=person]");
  const others = officer.locator("details.fold:has(table.dense)");
  await others.locator("summary").click();
  const reasons = await others.locator("tbody td:last-child").allTextContents();
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.filter((reason) => reason.trim() === "")).toEqual([]);
  await look(officer);

  // nobody chosen
  await boxes.evaluateAll((all) => all.forEach((box) => (box.checked = false)));
  expect(await send(officer, suggested.locator("button.primary"))).toBe(422);
  await expect(officer.getByRole("alert")).toContainText("Chưa chọn ai.");

  // everybody chosen: offices would stand empty, the form says which and asks
  await boxes.evaluateAll((all) => all.forEach((box) => (box.checked = true)));
  const all = await boxes.count();
  expect(await send(officer, suggested.locator("button.primary"))).toBe(422);
  await expect(officer.getByRole("alert")).toContainText("Cần xác nhận trước khi cử");
  await expect(officer.getByRole("alert").locator("li").first()).toContainText(/cùng lúc vắng|cùng đi học/);
  await expect(suggested.locator("[name=person]:checked")).toHaveCount(all);
  await look(officer);

  // the first ones, as many as the quota; a second tab still shows the old list
  const late = await officer.context().newPage();
  await late.goto(`${here}/nominations`);
  await officer.goto(`${here}/nominations`);
  const wanted = Math.min(first.seats, await boxes.count());
  const names = [];
  for (let place = 0; place < wanted; place += 1) {
    await boxes.nth(place).check();
    names.push((await boxes.nth(place).locator("xpath=..").textContent()).trim());
  }
  let status = await send(officer, suggested.locator("button.primary"));
  if (status === 422) {
    await suggested.locator("[name=confirm]").check();
    status = await send(officer, suggested.locator("button.primary"));
  }
  expect(status).toBe(303);
  await expect(flash(officer)).toHaveText(`Đã cử: ${wanted} người có chỗ, 0 người chờ chỗ.`);
  const own = (await cells(officer.locator("main table").first())).map((row) => [row[0], row[2]]);
  expect(own.sort()).toEqual(names.map((name) => [name, "Chờ duyệt"]).sort());
  await look(officer);
  await late.locator("[name=person]").first().check();
  expect(await send(late, late.locator("form[action$='/nominations'] button.primary"))).toBe(422);
  await expect(late.getByRole("alert")).toContainText(`${names[0]}: đã có trong danh sách lớp này.`);
  await late.close();

  // another commune's officer does not see these names
  const neighbour = await as(`xa-${second.code}`);
  await visit(neighbour, `${here}/nominations`);
  for (const name of names) await expect(neighbour.locator("main table").first()).not.toContainText(name);

  // the school accepts all but one, refuses that one with a reason, and opens with a reason for the small number
  await visit(school, `${here}/acceptance`);
  const accept = school.locator("form[action$='/acceptance']");
  const last = accept.locator("tbody tr").last();
  const refused = (await last.locator("label").textContent()).trim();
  await last.locator("[name=nomination]").uncheck();
  expect(await send(school, accept.locator("button.primary"))).toBe(303);
  await expect(flash(school)).toHaveText(`Đã duyệt ${wanted - 1} người.`);
  await school.locator("details.fold summary", { hasText: "Không duyệt một người" }).click();
  const refusal = school.locator("form[action$='/refusal']").first();
  await refusal.locator("[name=reason]").fill("Đơn vị đang thiếu người");
  expect(await send(school, refusal.locator("button"))).toBe(303);
  await expect(school.locator("tr.off", { hasText: refused })).toContainText("Không duyệt");
  await look(school);

  await school.goto(here);
  await school.locator("form[action$='/opening'] [name=reason]").fill("Lớp thí điểm theo đề nghị của xã");
  expect(await send(school, school.locator("form[action$='/opening'] button"))).toBe(303);
  await expect(school.locator("h1 .tag")).toHaveText("Đã mở lớp");
  await look(school);
  // its week is ahead: nobody can be marked yet
  await visit(school, `${here}/sessions`);
  await expect(school.locator("main table .acts a")).toHaveCount(0);
});

test("without JavaScript an officer signs in and nominates", async ({ as }) => {
  const school = await as("truong");
  const open = (await classes(school)).find((row) => row.state === "Cử học viên");
  const here = open ? open.href : await call(school);
  await school.goto(here);
  const [, , third] = await quotas(school);
  const page = await as(`xa-${third.code}`, { fresh: true, browser: { javaScriptEnabled: false } });
  await page.goto(`${here}/nominations`);
  const form = page.locator("form[action$='/nominations']");
  const name = (await form.locator("label.check").first().textContent()).trim();
  await form.locator("[name=person]").first().check();
  await form.locator("button.primary").click();
  const confirm = form.locator("[name=confirm]");
  if ((await confirm.count()) > 0) {
    await confirm.check();
    await form.locator("button.primary").click();
  }
  await expect(flash(page)).toContainText("Đã cử: 1 người có chỗ");
  await expect(page.locator("main table").first()).toContainText(name);
  await expect(page.locator("html.js")).toHaveCount(0);
});
