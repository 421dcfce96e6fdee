// Step 2: three programmes of 40 periods and the 30/70 meter.
import { cells, expect, look, number, send, test, visit } from "../support.js";

test("every programme has 40 periods and keeps 30/70 by its own topics", async ({ as }) => {
  const page = await as("tuyengiao");
  await visit(page, "/programmes");
  const links = await page.locator("main tbody tr a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const weighed = [];
  for (const href of links) {
    await visit(page, href);
    const meter = page.locator("main .meter");
    if ((await meter.count()) === 0) continue;
    const topics = await cells(page.locator("main table").first());
    const periods = (rows) => rows.reduce((sum, row) => sum + number(row[4]), 0);
    weighed.push({
      all: periods(topics),
      theory: periods(topics.filter((row) => row[3].startsWith("Lý luận"))),
      keeps: await meter.locator("em.good").isVisible(),
    });
  }
  expect(weighed).toEqual(Array(3).fill({ all: 40, theory: 12, keeps: true }));
});

test("a next version that breaks the rule says so and is not sent to appraisal", async ({ as }) => {
  const page = await as("truong");
  await page.goto("/programmes");
  await page.locator("main tbody a").first().click();
  const begin = page.locator("form[action$='/versions'] button");
  if ((await begin.count()) > 0) await send(page, begin);
  const draft = page.locator("form[action$='/drafting'] button");
  if ((await draft.count()) > 0) await send(page, draft);
  await expect(page.locator("form[action$='/submission']")).toHaveCount(1);
  const version = new URL(page.url()).pathname;
  // a practical topic becomes theory: the meter says it while it is chosen, the version after it is kept
  const topic = page.locator("main tbody tr", { hasText: "Kỹ năng" }).first().locator("td.acts a[href*='/topics/']").first();
  const address = await topic.getAttribute("href");
  await visit(page, address);
  const kind = page.locator("#topic-form [name=kind]");
  const before = await kind.inputValue();
  await kind.selectOption("theory");
  await expect(page.locator("#meter")).toContainText(/Lý luận thừa \d+ tiết/);
  await send(page, page.locator("#topic-form button.primary"));
  await expect(page.locator("main .meter")).toContainText(/Lý luận thừa \d+ tiết/);
  await expect(page.locator("form[action$='/submission']")).toHaveCount(0);
  await expect(page.locator("main")).toContainText("Chưa gửi thẩm định được vì còn lệch quy định như trên.");
  await look(page);
  await page.goto(address);
  await kind.selectOption(before);
  await send(page, page.locator("#topic-form button.primary"));
  await page.goto(version);
  await expect(page.locator("main .meter em.good")).toBeVisible();
  await expect(page.locator("form[action$='/submission']")).toHaveCount(1);
});
