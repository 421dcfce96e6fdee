// Step 3: the five-year plan and the approval of a year.
import { cells, expect, flash, look, number, send, test, visit } from "../support.js";

test("the plan's figures add up and show on which weeks", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/plan");
  const years = await cells(page.locator("main table").first());
  const classes = number(await page.locator(".kpi .num").nth(1).textContent());
  expect(years.reduce((sum, year) => sum + number(year[1]), 0)).toBe(classes);
  // the calendar of each year lists its classes
  for (const [year, held] of years) {
    await page.goto(`/plan?year=${year}`);
    await expect(page.locator("#calendar tbody tr")).toHaveCount(number(held));
  }
  const trained = number(await page.locator(".kpi .num").first().textContent());
  expect(number(years.at(-1)[4])).toBe(trained);
});

test("the Home Affairs department approves the next year", { tag: "@short" }, async ({ as }) => {
  const page = await as("sonoivu");
  await visit(page, "/plan");
  const form = page.locator("form[action$='/approval']").first();
  const year = (await form.getAttribute("action")).match(/years\/(\d+)/)[1];
  await form.locator("[name=decision]").fill(`77/KH-SNV-${year}`);
  expect(await send(page, form.locator("button"))).toBe(303);
  await expect(flash(page)).toBeVisible();
  const row = page.locator("main table").first().locator("tr", { hasText: year });
  await expect(row.locator(".tag.good")).toHaveText(`77/KH-SNV-${year}`);
  await expect(row.locator("form")).toHaveCount(0);
  await look(page);
});

test("who only reads the plan is offered no approval", async ({ as }) => {
  const page = await as("thuongvu");
  await visit(page, "/plan");
  await expect(page.locator("main form")).toHaveCount(0);
});
