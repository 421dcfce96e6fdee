// Step 2: three programmes of 40 periods and the 30/70 meter.
import { cells, expect, number, test, visit } from "../support.js";

test("every programme has 40 periods and keeps 30/70 by its own topics", async ({ as }) => {
  const page = await as("tuyengiao");
  await visit(page, "/programmes");
  const links = await page.locator("main tbody tr a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const weighed = [];
  for (const href of links) {
    await visit(page, href);
    const meter = page.locator("main .meter, main svg.split").first();
    if ((await meter.count()) === 0) continue;
    const topics = await cells(page.locator("main table").first());
    const periods = (rows) => rows.reduce((sum, row) => sum + number(row[3]), 0);
    weighed.push({
      all: periods(topics),
      theory: periods(topics.filter((row) => row[2] === "Lý luận")),
      keeps: await page.locator("main .good").first().isVisible(),
    });
  }
  expect(weighed).toEqual(Array(3).fill({ all: 40, theory: 12, keeps: true }));
});
