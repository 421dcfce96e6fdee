// Step 10: every change is in the history, and the history is checked from outside.
import { execFileSync } from "node:child_process";

import { roster } from "../roster.js";
import { cells, expect, number, send, test, visit } from "../support.js";

test("a change shows in the history with who did it", async ({ as }) => {
  const admin = await as("quantri");
  await visit(admin, "/audit");
  const newest = async () => number((await cells(admin.locator("main table")))[0][0]);
  const before = await newest();
  const school = await as("sonoivu");
  await school.goto("/people/import");
  const people = [{ name: "Hồ Thị Nhật Ký", woman: "17/05/1990", post: "Chuyên viên giáo dục" }];
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await school.setInputFiles("input[type=file]", { name: "nhat-ky.xlsx", mimeType, buffer: await roster("xã Thử", people) });
  await school.locator("form[enctype] button").click();
  await school.waitForURL(/\/people\/import\/[0-9a-f-]+/);
  expect(await send(school, school.locator("form[action$='/withdraw'] button"))).toBe(303);
  await admin.reload();
  expect(await newest()).toBeGreaterThan(before);
  await expect(admin.locator("main table tbody tr").first()).toContainText("sonoivu");
  // the chain goes back to its first record
  await admin.locator("nav.pager a").last().click();
  await visit(admin, new URL(admin.url()).pathname + new URL(admin.url()).search);
});

test("the chain of the history is whole", async () => {
  const { BOIDUONG, BOIDUONG_PLACE } = process.env;
  test.skip(!BOIDUONG, "BOIDUONG names no program");
  const told = execFileSync(BOIDUONG, ["audit", "verify", ...JSON.parse(BOIDUONG_PLACE)], { encoding: "utf8" });
  expect(told).toMatch(/^audit whole: \d+ records\n$/);
  expect(number(told.match(/\d+/)[0])).toBeGreaterThan(1000);
});
