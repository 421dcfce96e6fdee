// Learners evaluate their class without a name; the School reads the figures after the last day, each lecturer the own ones.
import { expect, flash, look, send, test, visit } from "../support.js";

/** Classes that have studied, by the address of their pages. */
async function classesThatStudied(school) {
  await school.goto("/classes");
  const rows = school.locator("main table tbody tr", { has: school.locator(".tag", { hasText: /Chấm bài thu hoạch|Đã kết thúc/ }) });
  return rows.locator("td a, th a").evaluateAll((links) => [...new Set(links.map((a) => a.getAttribute("href")).filter((href) => /^\/classes\/[0-9a-f-]+$/.test(href)))]);
}

/** The first class whose evaluation page says so. */
async function classWith(school, words) {
  for (const href of await classesThatStudied(school)) {
    await school.goto(`${href}/evaluation`);
    if ((await school.locator("main").textContent()).includes(words)) return href;
  }
  throw new Error(`no class whose evaluation says: ${words}`);
}

test("a learner answers once on any screen: wrong scores are told, too much left empty too", async ({ as }, info) => {
  const school = await as("truong");
  const here = await classWith(school, "Phiếu còn mở");
  await look(school);
  const before = Number(await school.locator(".kpi b").first().textContent());
  await school.goto(`${here}/accounts`);
  const people = (await school.locator("main tbody td[data-label='Tên đăng nhập']").allTextContents()).map((name) => name.trim());
  if (info.project.name !== "desktop") people.reverse();
  let page;
  for (const person of people) {
    page = await as(person);
    await page.goto(`/evaluations/${here.split("/").pop()}`);
    if (await page.locator("form[data-survey]").count()) break;
  }
  const scores = page.locator("form[data-survey] input.n");
  await look(page);
  const places = await scores.count();
  expect(places).toBeGreaterThan(15);
  for (let n = 0; n < places; n += 1) await scores.nth(n).fill(String(7 + (n % 4)));
  await scores.nth(0).fill("11");
  await page.locator("[name=remark]").fill(`Ý kiến từ ${info.project.name}`);
  const button = page.locator("form[data-survey] button.primary");
  expect(await send(page, button)).toBe(422);
  await expect(page.locator("#e-s0")).toHaveText("Điểm là một số nguyên từ 1 đến 10.");
  await expect(scores.nth(0)).toHaveValue("11");
  await expect(scores.nth(1)).toHaveValue("8");
  await look(page);
  for (let n = 0; n < 6; n += 1) await scores.nth(n).fill("");
  expect(await send(page, button)).toBe(422);
  await expect(page.locator("[role=alert]")).toContainText(`Phiếu còn trống 6 trên ${places} ô`);
  await look(page);
  for (let n = 0; n < 6; n += 1) await scores.nth(n).fill("9");
  await button.click();
  await expect(page.locator(".empty h2")).toHaveText("Cảm ơn anh, chị đã gửi phiếu.");
  await look(page);
  await visit(page, "/evaluations");
  await expect(page.locator("main .tag.good").first()).toHaveText("Đã gửi");
  // it is counted, and nothing of it is told while the form is open
  await school.goto(`${here}/evaluation`);
  expect(Number(await school.locator(".kpi b").first().textContent())).toBeGreaterThan(before);
  await expect(school.locator("main")).not.toContainText(`Ý kiến từ ${info.project.name}`);
});

test("after the last day the School reads means, bands and words; leaders no words, lecturers their own alone", async ({ as }) => {
  const school = await as("truong");
  const here = await classWith(school, "Điểm trung bình theo tiêu chí");
  await look(school);
  await expect(school.locator("main .tag.good").first()).toHaveText("Tốt");
  await expect(school.locator("h2", { hasText: "Ý kiến của học viên" })).toHaveCount(1);
  const leader = await as("thuongvu");
  await visit(leader, `${here}/evaluation`);
  await expect(leader.locator("h2", { hasText: "Ý kiến của học viên" })).toHaveCount(0);
  await school.locator("a[href$='/evaluations']").first().click();
  await expect(school.locator("h1")).toContainText("Đánh giá giảng dạy");
  await look(school);
  const lecturer = await as("gv01");
  await visit(lecturer, "/teaching/evaluations");
  await expect(lecturer.locator("main tbody tr")).not.toHaveCount(0);
  expect((await lecturer.request.get(`${here}/evaluation`)).status()).toBe(403);
});

test("the School changes what is asked and sees what was wrong", async ({ as }) => {
  const school = await as("truong");
  await visit(school, "/evaluations/indicators");
  const course = school.locator("[name=course]");
  const before = await course.inputValue();
  await course.fill("");
  expect(await send(school, school.locator("form[action='/evaluations/indicators'] button.primary"))).toBe(422);
  await expect(school.locator("#e-course")).toHaveText("Hãy ghi ít nhất một tiêu chí.");
  await look(school);
  await course.fill(before);
  expect(await send(school, school.locator("form[action='/evaluations/indicators'] button.primary"))).toBe(303);
  await expect(flash(school)).toHaveText("Đã lưu tiêu chí đánh giá.");
});
