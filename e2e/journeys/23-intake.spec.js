// Who arrives how, and who studies with whom: the school's list, a form filled for somebody, groups; how communes put people forward.
import { expect, flash, look, send, test, UNDER_WAY, visit } from "../support.js";

/** Address of the class that studies. */
async function studying(page) {
  await page.goto("/classes");
  const row = page.locator("main table tbody tr", { has: page.locator(".tag", { hasText: "Đang học" }) }).first();
  expect(await row.count(), UNDER_WAY).toBe(1);
  return row.locator("a").first().getAttribute("href");
}

test("row 33: how somebody arrives is said after they are accepted, and counted for kitchen and dormitory", async ({ as }, info) => {
  const school = await as("truong");
  const here = await studying(school);
  await visit(school, `${here}/intake`);
  await look(school);
  const said = () => school.locator(".kpi .num").first().textContent();
  const before = await said();
  // the last of the list whom nobody has spoken for: each browser takes one of its own
  await school.getByRole("link", { name: /^Khai thay/ }).last().click();
  await look(school);
  await school.selectOption("#f-diet", "other");
  const form = school.locator("form[action$='/intake']");
  expect(await send(school, form.locator("button.primary"))).toBe(422);
  await expect(school.locator("#e-diet_note")).toBeVisible();
  await school.fill("#f-diet_note", `Dị ứng lạc (${info.project.name})`);
  expect(await send(school, form.locator("button.primary"))).toBe(303);
  await expect(flash(school)).toContainText("Đã lưu");
  expect(await said()).not.toBe(before);
  await expect(school.locator("main")).toContainText(`Dị ứng lạc (${info.project.name})`);
  const [file] = await Promise.all([school.waitForEvent("download"), school.locator("a[href$='/intake.xlsx']").click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);

  // a learner whom nobody has put forward has nothing to say yet
  const learner = await as("hv00001");
  await visit(learner, "/registration");
  await look(learner);
});

test("study groups and committee are proposed and changed by hand; two monitors are refused at their row", async ({ as }) => {
  const school = await as("truong");
  const here = await studying(school);
  await visit(school, `${here}/groups`);
  await look(school);
  expect(await school.locator(".tiles .card").count()).toBeGreaterThan(4);
  // who somebody is stands below the name, not glued to it
  await expect(school.locator(".tiles li small").first()).toHaveCSS("display", "block");
  // the way of the class takes two lines on any screen, and says where it stands
  expect((await school.locator(".steps").boundingBox()).height).toBeLessThan(100);
  expect((await school.locator(".steps [aria-current] > span").first().boundingBox()).width).toBeGreaterThan(8);
  await expect(school.locator(".facts dt").first()).toHaveText("Lớp trưởng");
  await school.locator("summary", { hasText: "Sửa bằng tay" }).click();
  const duties = school.locator("select[name^=duty-]");
  const member = await duties.evaluateAll((all) => all.findIndex((s) => s.value === "member"));
  await duties.nth(member).selectOption("monitor");
  const save = school.locator("form[action$='/groups'] button.primary");
  expect(await send(school, save)).toBe(422);
  await expect(school.getByRole("alert")).toContainText("Lớp chỉ có một lớp trưởng");
  await look(school);
  await duties.nth(member).selectOption("member");
  // whoever the refusal named keeps the duty, so that nothing else has changed
  expect(await send(school, save)).toBe(303);
  // the lecturer who heads another class sees no names of this one
  const committee = await as("thuongvu");
  expect((await committee.goto(`${here}/groups`)).status()).toBe(404);
});

test("a commune reads its own score of nominations, the school reads all of them", async ({ as }) => {
  const officer = await as("xa-16681");
  await visit(officer, "/nominations");
  await look(officer);
  await expect(officer.locator(".kpi h2").first()).toHaveText("Điểm chung");
  const school = await as("truong");
  await visit(school, "/nominations");
  await look(school);
  expect(await school.locator("tbody tr").count()).toBeGreaterThan(100);
});
