// Units over time, the accounts of their officers, leave with a deputy, the yearly review of rights.
import { cells, expect, look, send, test, visit } from "../support.js";

/** Units that no other journey needs: the last of the list, each width its own. */
async function unit(page, place) {
  await page.goto("/communes");
  const codes = (await cells(page.locator("main table"))).map((row) => row[1]);
  return codes.at(place);
}

test("a unit is renamed and called so from its day on", async ({ as }, info) => {
  const page = await as("sonoivu");
  const code = await unit(page, info.project.name === "phone" ? -2 : -1);
  await visit(page, `/communes/${code}/unit`);
  const before = (await page.locator("#names tbody th").first().textContent()).trim();
  await page.locator("summary", { hasText: "Đổi tên" }).click();
  const form = page.locator("form[action$='/names']");
  // the day is missing: said at its field, the name stays
  const name = `${before} Mới`;
  await form.locator("[name=name]").fill(name);
  await form.locator("[name=name_since]").fill("2026-12-01");
  await form.locator("[name=name_decision]").fill("12/NQ-HĐND");
  expect(await send(page, form.locator("button"))).toBe(422);
  await expect(page.locator("form[action$='/names'] [name=name]")).toHaveValue(name);
  await look(page);
  await page.locator("form[action$='/names'] [name=name_since]").fill("2026-11-02");
  expect(await send(page, page.locator("form[action$='/names'] button"))).toBe(303);
  await expect(page.locator("h1")).toContainText(name);
  await visit(page, "/communes?on=2026-11-01");
  await expect(page.locator("tr", { hasText: code })).toContainText(before);
  await expect(page.locator("tr", { hasText: code })).not.toContainText(name);
  await visit(page, "/communes?view=map&colour=border");
  await expect(page.locator("svg.map a")).toHaveCount(await page.locator("main tbody tr").count());
});

test("a split is refused at the field, with everything that was typed", async ({ as }, info) => {
  const page = await as("sonoivu");
  const code = await unit(page, info.project.name === "phone" ? -4 : -3);
  await visit(page, `/communes/${code}/split`);
  await page.fill("[name=since]", "2026-11-16");
  await page.fill("[name=decision]", "9/NQ-UBTVQH15");
  await page.fill("[name=code_1]", "99001");
  await page.fill("[name=code_2]", code);
  await page.fill("[name=name_1]", "Tách Thử");
  const chosen = page.locator("#people select").first();
  await chosen.selectOption("2");
  expect(await send(page, page.locator("form.full button.danger"))).toBe(422);
  await expect(page.locator("[name=name_1]")).toHaveValue("Tách Thử");
  await expect(page.locator("#people select").first()).toHaveValue("2");
  await expect(page.locator("#e-code_2")).toBeVisible();
  await look(page);
});

// the phone comes last: what follows ends units, which the other journeys count
test("a unit is split into two, and one of these goes into the other", { tag: "@phone" }, async ({ as }) => {
  const page = await as("sonoivu");
  const code = await unit(page, -4);
  await page.goto(`/communes/${code}/split`);
  const people = await page.locator("#people tbody tr").count();
  expect(people).toBeGreaterThan(0);
  await page.fill("[name=since]", "2026-11-16");
  await page.fill("[name=decision]", "9/NQ-UBTVQH15");
  for (const [place, name] of [["1", "Tách Một"], ["2", "Tách Hai"]]) {
    await page.fill(`[name=code_${place}]`, `9900${place}`);
    await page.fill(`[name=name_${place}]`, name);
  }
  await page.selectOption("[name=deal]", "evenly");
  expect(await send(page, page.locator("form.full button.danger"))).toBe(303);
  await expect(page.locator("h1")).toContainText("15/11/2026");
  await expect(page.locator("#kin li")).toHaveCount(2);
  await look(page);
  await page.locator("#kin a").last().click();
  await expect(page.locator("h1")).toContainText("Tách Hai");
  await look(page);
  await page.locator("summary", { hasText: "Nhập đơn vị" }).click();
  const merger = page.locator("form[action$='/merger']");
  await merger.locator("[name=into]").selectOption("99001");
  await merger.locator("[name=merged_since]").fill("2026-11-17");
  await merger.locator("[name=merged_decision]").fill("10/NQ-UBTVQH15");
  expect(await send(page, merger.locator("button"))).toBe(303);
  await page.goto("/communes");
  const row = (await cells(page.locator("main table"))).find((cells_) => cells_[1] === "99001");
  expect(Number(row.at(-1))).toBe(people);
});

test("letters for officers, leave with a deputy, the yearly review", async ({ as }, info) => {
  const admin = await as("quantri");
  await visit(admin, "/accounts/officers");
  await expect(admin.locator("main tbody tr")).not.toHaveCount(0);
  await visit(admin, "/accounts/reviews");

  const officer = await as("truong");
  await visit(officer, "/me/delegations");
  const form = officer.locator("form[action='/me/delegations']");
  const deputy = await form.locator("[name=deputy] option").nth(1).getAttribute("value");
  expect(deputy).toBeTruthy();
  await form.locator("[name=deputy]").selectOption(deputy);
  for (const [field, value] of [["starts_on", "2027-01-04"], ["ends_on", "2027-01-01"], ["reason", `Nghỉ phép (${info.project.name})`]]) {
    await form.locator(`[name=${field}]`).fill(value);
  }
  expect(await send(officer, form.locator("button.primary"))).toBe(422);
  await expect(officer.locator("form[action='/me/delegations'] [name=reason]")).toHaveValue(`Nghỉ phép (${info.project.name})`);
  await look(officer);
});
