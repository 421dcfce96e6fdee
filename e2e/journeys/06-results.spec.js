// Step 6: marks of the essays, the completion rule explained, the decision.
import { UNDER_WAY, classes, expect, flash, look, number, send, test, visit } from "../support.js";

test("a wrong mark is explained, what was typed stays, right marks are kept", async ({ as }) => {
  const school = await as("truong");
  const found = (await classes(school)).find((row) => ["Đang học", "Chấm bài thu hoạch"].includes(row.state));
  expect(found, UNDER_WAY).toBeDefined();
  const page = school;
  await visit(page, `${found.href}/scores`);
  const marks = page.locator("input[name^=score-]");
  const kept = await marks.evaluateAll((all) => all.slice(0, 3).map((input) => input.value));
  await marks.nth(0).fill("11");
  await marks.nth(1).fill("7,125");
  await marks.nth(2).fill("8,25");
  expect(await send(page, page.locator("form.full button.primary"))).toBe(422);
  await expect(page.locator("form .error")).toHaveText(["Điểm từ 0 đến 10.", "Nhiều nhất hai chữ số thập phân."]);
  expect(await marks.evaluateAll((all) => all.slice(0, 3).map((input) => input.value))).toEqual(["11", "7,125", "8,25"]);
  await expect(marks.nth(0)).toBeFocused();
  await look(page);
  // what was right was not saved either: all or nothing
  await page.goto(`${found.href}/scores`);
  expect(await marks.evaluateAll((all) => all.slice(0, 3).map((input) => input.value))).toEqual(kept);

  const mark = kept[2] === "8,5" ? "8,25" : "8,5";
  await marks.nth(2).fill(mark);
  expect(await send(page, page.locator("form.full button.primary"))).toBe(303);
  await expect(flash(page)).toHaveText("Đã lưu 1 điểm mới.");
  await expect(marks.nth(2)).toHaveValue(mark);
  await visit(page, `${found.href}/results`);
});

test("a class that is over shows the rule, every outcome with its reason, and the figures agree", async ({ as }) => {
  const page = await as("hieutruong");
  const over = (await classes(page)).find((row) => row.state === "Đã kết thúc");
  await visit(page, `${over.href}/results`);
  const rows = page.locator("main table tbody tr");
  const completed = await rows.filter({ has: page.locator("td .tag.good") }).count();
  const failed = rows.filter({ has: page.locator("td .tag.warn") });
  const [done, all] = (await page.locator(".kpi .num").first().textContent()).split("/").map(number);
  expect([done, all]).toEqual([completed, completed + (await failed.count())]);
  for (const reason of await failed.locator("td:has(.tag.warn) small").allTextContents()) expect(reason).toMatch(/Vắng|thu hoạch/);
});

test("the head of the school signs the decision of a class, from a phone", { tag: "@phone" }, async ({ as }) => {
  const head = await as("hieutruong");
  const found = (await classes(head)).find((row) => row.state === "Chấm bài thu hoạch");
  expect(found, UNDER_WAY).toBeDefined();
  await visit(head, `${found.href}/results`);
  const form = head.locator("form[action$='/decision']");
  await form.locator("[name=number]").fill("");
  await form.evaluate((element) => (element.noValidate = true));
  expect(await send(head, form.locator("button.primary"))).toBe(422);
  await expect(head.locator("#e-number")).toHaveText("Chưa ghi số quyết định.");
  await look(head);
  await form.locator("[name=number]").fill("99/QĐ-TCT");
  expect(await send(head, form.locator("button.primary"))).toBe(303);
  await expect(flash(head)).toHaveText("Đã quyết định kết quả lớp.");
  await expect(head.locator("h1 .tag")).toHaveText("Đã kết thúc");
  await look(head);
  const paper = await head.request.get(await head.locator("a[href$='/decision']").getAttribute("href"));
  expect((await paper.body()).subarray(0, 5).toString()).toBe("%PDF-");

  // the school issues the certificates; their papers come in a moment
  const school = await as("truong");
  await school.goto(`${found.href}/results`);
  const completed = number(await school.locator(".kpi .num").first().textContent());
  const [issued] = await Promise.all([
    school.waitForResponse((response) => response.request().method() === "POST", { timeout: 90_000 }),
    school.locator("form[action$='/certificates'] button").click({ noWaitAfter: true }),
  ]);
  expect(issued.status()).toBe(303);
  await expect(flash(school)).toHaveText(`Đã vào sổ và in ${completed} giấy chứng nhận.`);
  await expect(async () => {
    await school.reload();
    await expect(school.locator("main table a[href^='/certificates/']")).toHaveCount(completed, { timeout: 100 });
  }).toPass({ timeout: 90_000 });
  await look(school);
  // the marks are closed now
  await visit(school, `${found.href}/scores`);
  await expect(school.locator("input[name^=score-]:enabled")).toHaveCount(0);
});
