// A class from the plan to its opening: called quietly, looked at, sent, nominated for, its units' decisions written down, opened.
import { expect, flash, look, send, test, visit } from "../support.js";

/** Calls the next class of the plan without telling the communes; gives its address. */
async function callQuietly(page, wanted) {
  await page.goto("/classes/new");
  const venue = page.locator("#f-venue");
  const rooms = await venue.locator("option").evaluateAll((all) => all.map((o) => ({ value: o.value, seats: Number(o.textContent.match(/\((\d+)\)/)?.[1] ?? 0) })));
  await venue.selectOption(rooms.find((room) => room.seats >= wanted).value);
  await page.locator("[name=later]").check();
  expect(await send(page, page.locator("form[action='/classes'] button.primary"))).toBe(303);
  return new URL(page.url()).pathname;
}

/** What stands before the next step: tag by text. */
function conditions(page) {
  return page.locator(".card.lined .todo li").evaluateAll((all) => all.map((li) => li.querySelector(".tag").textContent.trim()));
}

test("a class is sent when its quotas are right, and opened when nothing stands before it", async ({ as }) => {
  const school = await as("truong");
  const here = await callQuietly(school, 60);
  await expect(school.locator("h1 .tag")).toHaveText("Chưa gửi xã, phường");
  await expect(school.locator(".card.lined h2")).toHaveText("Trước khi gửi các xã, phường");
  expect((await conditions(school)).filter((tag) => tag === "Phải làm")).toEqual([]);
  await look(school);

  // quotas by hand: one too many is told, and what was typed stays
  await visit(school, `${here}/quotas`);
  const first = school.locator("input[name^=quota-]").first();
  const code = (await first.getAttribute("name")).slice("quota-".length);
  const seats = Number(await first.inputValue());
  await first.fill(String(seats + 50));
  expect(await send(school, school.locator("form[action$='/quotas'] button.primary"))).toBe(422);
  await expect(school.getByRole("alert")).toContainText("vượt số chỗ");
  await expect(school.locator(`[name=quota-${code}]`)).toHaveValue(String(seats + 50));
  await look(school);

  // the commune does not see it before it is sent
  const officer = await as(`xa-${code}`);
  expect((await officer.goto(`${here}/nominations`)).status()).toBe(404);
  await school.goto(here);
  expect(await send(school, school.locator("form[action$='/publication'] button"))).toBe(303);
  await expect(flash(school)).toContainText("Đã gửi các xã, phường");
  await visit(officer, "/classes");
  await expect(officer.locator(".alert.warn")).toContainText("chờ đơn vị cử người");

  // one person is sent, by a decision whose number must be one
  await officer.goto(`${here}/nominations`);
  const form = officer.locator("form[action$='/nominations']");
  await form.locator("[name=person]").first().check();
  if ((await send(officer, form.locator("button.primary"))) === 422) {
    await form.locator("[name=confirm]").check();
    expect(await send(officer, form.locator("button.primary"))).toBe(303);
  }
  await officer.locator("summary", { hasText: "Ghi số quyết định" }).click();
  const decision = officer.locator("form[action$='/sending-decision']");
  await decision.locator("[name=decision]").fill("15");
  await decision.locator("[name=signed_on]").fill("2026-11-17");
  expect(await send(officer, decision.locator("button"))).toBe(422);
  await expect(officer.locator("#e-decision")).toContainText("15/QĐ-UBND");
  await look(officer);
  await decision.locator("[name=decision]").fill("15/QĐ-UBND");
  expect(await send(officer, decision.locator("button"))).toBe(303);
  await expect(officer.locator("main table").first()).toContainText("QĐ cử: 15/QĐ-UBND");
  await look(officer);

  // the school: what is missing, where to do it, and the class is open
  await school.goto(here);
  await school.locator(".todo a[href$='/acceptance']").first().click();
  await look(school);
  expect(await send(school, school.locator("form[action$='/acceptance'] button.primary"))).toBe(303);
  await school.goto(here);
  expect((await conditions(school)).filter((tag) => tag === "Phải làm")).toEqual([]);
  await school.locator("form[action$='/opening'] [name=reason]").fill("Lớp thí điểm");
  expect(await send(school, school.locator("form[action$='/opening'] button"))).toBe(303);
  await expect(school.locator("h1 .tag")).toHaveText("Đã mở lớp");
  await expect(school.locator(".card.lined h2")).toHaveText("Trước khi khai giảng");
  await look(school);
  // another class may take its place: this one is called off, everybody is free again
  await school.locator("summary", { hasText: "Hủy lớp" }).click();
  await school.locator("#f-cancel-reason").fill("Kết thúc lượt thử");
  expect(await send(school, school.locator("form[action$='/cancellation'] button"))).toBe(303);
  // no step is where it stands: on a phone none is named, on a desktop each below its own circle
  const words = await school.locator(".steps > li > span:first-child").evaluateAll((all) => all.map((word) => {
    const { left, right, width } = word.getBoundingClientRect();
    return { left, right, width };
  }));
  const read = words.filter(({ width }) => width > 8);
  for (const [place, word] of read.entries()) if (place) expect(word.left).toBeGreaterThanOrEqual(read[place - 1].right);
  await look(school);
});

test("a learner reads which classes may be asked for and why not", async ({ as }) => {
  const learner = await as("hv00001");
  await visit(learner, "/registration");
  await expect(learner.locator("main .card")).not.toHaveCount(0);
});
