// Step 7: papers that open, and the public page that says whether one is true.
import { classes, expect, look, test, visit } from "../support.js";

test("a certificate opens as PDF and its public page says what stands on it", { tag: "@short" }, async ({ as, page }) => {
  const school = await as("truong");
  const over = (await classes(school)).findLast((row) => row.state === "Đã kết thúc");
  await school.goto(`${over.href}/results`);
  const link = school.locator("main table a[href^='/certificates/']").first();
  const register = (await link.textContent()).trim();
  const paper = await school.request.get(await link.getAttribute("href"));
  expect(paper.headers()["content-type"]).toBe("application/pdf");
  expect((await paper.body()).subarray(0, 5).toString()).toBe("%PDF-");
  const again = await school.request.get(await link.getAttribute("href"));
  expect(Buffer.compare(await paper.body(), await again.body())).toBe(0);
  const batch = await school.request.get(`${over.href}/certificates`);
  expect((await batch.body()).length).toBeGreaterThan((await paper.body()).length);

  // from the person's record to the public page, which needs no account
  const row = school.locator("main table tbody tr", { has: school.locator("a[href^='/certificates/']") }).first();
  const person = row.locator("th a");
  const name = (await person.textContent()).trim();
  await visit(school, await person.getAttribute("href"));
  const public_ = await school.locator("a[href^='/verify/']").first().getAttribute("href");
  await visit(page, public_);
  await expect(page.locator(".seal.good h1")).toHaveText("Giấy chứng nhận có thật");
  await expect(page.locator("dl.facts")).toContainText(name);
  await expect(page.locator("dl.facts")).toContainText(register);

  // typed by hand: with gaps and small letters
  await visit(page, "/verify");
  const code = public_.split("/").pop();
  await page.fill("[name=code]", `${code.slice(0, 4)} ${code.slice(4).toLowerCase()}`);
  await page.locator("form[action='/verify'] button").click();
  await expect(page.locator(".seal.good h1")).toBeVisible();
  await visit(page, `/verify/${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`, { status: 404 });
  await expect(page.locator(".seal.bad h1")).toHaveText("Không có giấy chứng nhận này");
});

test("a certificate is closed to strangers", async ({ as, page }) => {
  const school = await as("truong");
  const over = (await classes(school)).findLast((row) => row.state === "Đã kết thúc");
  await school.goto(`${over.href}/results`);
  const href = await school.locator("main table a[href^='/certificates/']").first().getAttribute("href");
  await page.goto(href);
  await expect(page).toHaveURL(/\/sign-in/);
  await look(page);
  for (const username of ["taichinh", "quantri"]) {
    const other = await as(username);
    await visit(other, href, { status: 404 });
  }
});
