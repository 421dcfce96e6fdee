// Step 8: the board; its figures against the table, the export and the records behind it.
import readExcelFile from "read-excel-file/node";

import { cells, expect, number, test, visit } from "../support.js";

test("the board, its table, the export and a commune's page say the same", { tag: "@short" }, async ({ as }) => {
  const page = await as("bantochuc");
  await visit(page, "/board");
  const [trained, people] = (await page.locator(".kpi .num").first().textContent()).split("/").map(number);
  await page.locator("#by-commune a[href*='view=table']").click();
  const table = (await cells(page.locator("#by-commune table"))).map(([name, all, done]) => [name, number(all), number(done)]);
  expect(table.length).toBe(130);
  expect(table.reduce((sum, row) => sum + row[1], 0)).toBe(people);
  expect(table.reduce((sum, row) => sum + row[2], 0)).toBe(trained);
  expect(trained).toBeGreaterThan(0);

  const file = await page.request.get(await page.locator("a[href$='coverage.xlsx']").getAttribute("href"));
  const sheets = await readExcelFile(await file.body());
  const rows = (Array.isArray(sheets[0]) ? sheets : sheets[0].data).filter((row) => row.some((cell) => cell !== null));
  for (const [name, all, done] of table) {
    const row = rows.find((cells_) => [`Xã ${name}`, `Phường ${name}`].includes(cells_[2]));
    expect(row, name).toBeDefined();
    expect(row.slice(4, 6), name).toEqual([all, done]);
  }

  // down to the commune and to a person
  await page.locator("#by-commune table a").first().click();
  await expect(page.locator("h1")).toContainText(table[0][0]);
  const [done, all] = (await page.locator(".kpi .num").first().textContent()).split("/").map(number);
  expect([all, done]).toEqual(table[0].slice(1));
  await visit(page, new URL(page.url()).pathname);
  const members = page.locator("main section").last();
  await expect(members.locator("tbody tr")).toHaveCount(all);
  expect(await members.locator("tbody tr:has(.tag.good)").count()).toBe(done);
  await members.locator("tbody a").first().click();
  await expect(page.locator("h1")).toHaveCount(1);
  await visit(page, new URL(page.url()).pathname);
});

test("the map's dots and the classes of the year lead to what is behind them", async ({ as }) => {
  const page = await as("thuongvu");
  await visit(page, "/board");
  await expect(page.locator("svg.map circle")).toHaveCount(130);
  await expect(page.locator("svg.map a")).toHaveCount(130);
  const held = page.locator(".kpi .num a[href='/board/classes']");
  const classes = number(await held.textContent());
  await held.click();
  await expect(page.locator("main tbody tr")).toHaveCount(classes);
  // the Standing Committee reads aggregates: a class without its people
  await page.locator("main tbody a").first().click();
  await expect(page.locator("main a[href^='/people/']")).toHaveCount(0);
  await visit(page, new URL(page.url()).pathname);
});
