// Statistics crossed and kept, what units declare, courses of past years, ledgers and who is behind.
import { cells, expect, look, number, send, test, visit } from "../support.js";

test("two kinds are crossed, the picture and the files are of the same question, which is kept", async ({ as }, info) => {
  const page = await as("sonoivu");
  await visit(page, "/people/statistics?rows=bloc&cols=gender");
  const table = await cells(page.locator("table.cross"));
  const sums = table.map((row) => row.slice(1).map(number));
  const total = sums.pop();
  expect(sums.reduce((sum, row) => sum + row[0], 0)).toBe(total[0]);
  expect(total.slice(1).reduce((sum, n) => sum + n, 0)).toBe(total[0]);
  await expect(page.locator(".bars .meter")).toHaveCount(sums.length);
  await expect(page.locator(".legend .k")).not.toHaveCount(0);
  for (const link of await page.locator("a[href^='/reports/statistics']").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
    const file = await page.request.get(link);
    expect([link, file.status()]).toEqual([link, 200]);
    expect((await file.body()).length).toBeGreaterThan(500);
  }
  // a figure opens the people behind it
  const first = page.locator("table.cross tbody tr").first().locator("td a").last();
  const people = number(await first.textContent());
  await page.goto(await first.getAttribute("href"));
  await expect(page.locator("main tbody tr")).toHaveCount(Math.min(people, 50));
  await look(page);

  const name = `Khối theo giới tính, ${info.project.name}`;
  await page.goto("/people/statistics?rows=bloc&cols=gender");
  await page.locator("summary", { hasText: "Giữ" }).or(page.locator("#answer details summary")).first().click();
  await page.fill("[name=name]", name);
  expect(await send(page, page.locator("form[action='/people/statistics/saved'] button"))).toBe(303);
  await page.goto("/people/statistics");
  await page.locator("ul.saved a", { hasText: name }).click();
  await expect(page.locator("table.cross")).toBeVisible();
  expect(await cells(page.locator("table.cross"))).toEqual(table);
  await look(page);
});

test("what a unit declares stands beside what the register counts", async ({ as }, info) => {
  const page = await as("sonoivu");
  await visit(page, "/people/reconcile");
  await page.locator("table.communes a").nth(info.project.name === "phone" ? 1 : 0).click();
  await look(page);
  await page.locator("summary").first().click();
  const form = page.locator("form[action^='/people/reconcile/']");
  // a day that has not come is said at its field; what was typed stays
  await form.locator("[name=as_of]").fill("2030-01-01");
  await form.locator("[name=source]").fill(`Báo cáo của xã (${info.project.name})`);
  await form.locator("[name=total]").fill("66");
  expect(await send(page, form.locator("button.primary"))).toBe(422);
  await expect(page.locator("[name=source]")).toHaveValue(`Báo cáo của xã (${info.project.name})`);
  await look(page);
});

test("units declare by one file: faults by row and column, then a preview", async ({ as }, info) => {
  const page = await as("sonoivu");
  await visit(page, "/people/reconcile");
  const code = (await page.locator("table.communes a").nth(info.project.name === "phone" ? 3 : 2).getAttribute("href")).split("/").pop();
  await page.locator(".pagehead .actions a").click();
  const template = await page.request.get("/people/reconcile/file.xlsx");
  expect([template.status(), (await template.body()).length > 5000]).toEqual([200, true]);
  const choose = async (rows) => {
    const text = ["Mã;Số liệu tính đến ngày;Nguồn;Tổng cộng", ...rows].join("\n");
    await page.setInputFiles("[name=file]", { name: "khai.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    return await send(page, page.locator("#file-form button"));
  };
  expect(await choose([`${code};01/11/2026;;ba`])).toBe(422);
  await expect(page.locator("#faults tbody tr")).toHaveCount(2);
  await look(page);
  expect(await choose([`${code};01/11/2026;Báo cáo của xã (${info.project.name});66`])).toBe(200);
  await expect(page.locator("#preview tbody tr")).toHaveCount(1);
  await expect(page.locator("form.formfoot button")).toHaveText("Lưu số khai của 1 đơn vị");
  await look(page);
});

test("courses of past years are read in with a preview, written, and taken back", async ({ as }, info) => {
  const page = await as("sonoivu");
  await page.goto("/people");
  const [name, born] = (await cells(page.locator("#rows table"))).find((row) => /\d{2}\/\d{2}\/\d{4}/.test(row[1]));
  await visit(page, "/people/courses");
  const rows = [
    "Họ và tên,Ngày sinh,Tên lớp,Loại,Từ ngày,Đến ngày,Số tiết",
    `${name},${born},Kỹ năng số (${info.project.name}),KTKN,01/03/2023,03/03/2023,24`,
    "Không Có Ai Thử,01/01/1980,Kỹ năng số,KTKN,01/03/2023,03/03/2023,24",
  ];
  const buffer = Buffer.from(`\uFEFF${rows.join("\r\n")}\r\n`);
  await page.setInputFiles("input[type=file]", { name: `khoa-${info.project.name}.csv`, mimeType: "text/csv", buffer });
  expect(await send(page, page.locator("form[enctype] button"))).toBe(303);
  // who is not in the register is named with the row; nothing is written before it is said so
  await expect(page.locator("table.faults tbody tr")).toHaveCount(1);
  await expect(page.locator("table.courses tbody tr")).toHaveCount(1);
  await look(page);
  expect(await send(page, page.locator("form[action$='/commit'] button"))).toBe(303);
  await expect(page.locator("h1 .tag")).toBeVisible();
  expect(await send(page, page.locator("form[action$='/undo'] button"))).toBe(303);
  await expect(page.locator("form[action$='/undo']")).toHaveCount(0);
  await look(page);
});

test("ledgers and who is behind", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/people/behind");
  await page.locator("main tbody th a").first().click();
  await expect(page.locator("table.ledgers").or(page.locator("h1"))).not.toHaveCount(0);
  await look(page);
});

test("what each class tells the national database is listed and fetched", async ({ as }) => {
  const page = await as("sonoivu");
  await visit(page, "/change-sets");
  const link = page.locator("a[href$='/change-set']").first();
  await expect(link).toBeVisible();
  const file = await page.request.get(await link.getAttribute("href"));
  const set = await file.json();
  expect([set.format, file.headers()["content-type"]]).toEqual(["boiduong.change-set/1", "application/json"]);
  expect(set.entries.length).toBe(number(await page.locator("main tbody td.n").first().textContent()));
});
