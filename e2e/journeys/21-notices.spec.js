// What the program tells: a commune opens a notice and is where it leads, people choose their letters, the school sees what left the house.
import { expect, flash, look, send, test, visit } from "../support.js";

test("a commune reads that it is called to nominate, and the notice leads to the class", async ({ as }) => {
  const officer = await as("xa-16681");
  await visit(officer, "/notices");
  await look(officer);
  const call = officer.locator("tbody tr", { hasText: "cử học viên trước hết ngày" }).first();
  await expect(call).toBeVisible();
  const unread = await officer.locator("tbody tr.info").count();
  const [answer] = await Promise.all([officer.waitForNavigation(), call.getByText("Mở", { exact: false }).last().click()]);
  expect(answer.status()).toBe(200);
  expect(officer.url()).toMatch(/\/classes\/[^/]+\/nominations$/);
  await visit(officer, "/notices");
  expect(await officer.locator("tbody tr.info").count()).toBeLessThanOrEqual(unread);
  const all = officer.locator("form[action='/notices/reading'] button");
  if (await all.count()) expect(await send(officer, all)).toBe(303);
  await visit(officer, "/notices");
  await expect(officer.locator(".bell .count")).toHaveCount(0);
});

test("somebody says where letters go and does without some of them", async ({ as }, info) => {
  const lecturer = await as("gv02");
  await visit(lecturer, "/me/notices");
  await look(lecturer);
  await lecturer.fill("#f-email", `giang-vien.${info.project.name}@truong.example`);
  await lecturer.locator("input[name=kind]").first().uncheck();
  expect(await send(lecturer, lecturer.locator("form[action='/me/notices'] button"))).toBe(303);
  await expect(flash(lecturer)).toContainText("Đã lưu");
  await expect(lecturer.locator("#f-email")).toHaveValue(`giang-vien.${info.project.name}@truong.example`);
  await expect(lecturer.locator("input[name=kind]").first()).not.toBeChecked();
});

test("the school sees by which ways notices leave, and sets the quiet hours", async ({ as }) => {
  const school = await as("truong");
  await visit(school, "/notices/log");
  await look(school);
  await expect(school.locator(".alert.info")).toContainText("Chưa có kênh gửi ra ngoài");
  await visit(school, "/notices/hours");
  await look(school);
  await school.fill("#f-quiet_from", "22:00");
  expect(await send(school, school.locator("form[action='/notices/hours'] button"))).toBe(303);
  await expect(flash(school)).toContainText("Đã lưu giờ yên lặng");
});

test("the office writes what a notice says, sees it first, and goes back to the built-in words", async ({ as }) => {
  const school = await as("truong");
  await visit(school, "/notices/templates");
  await look(school);
  await school.getByRole("link", { name: "Đã cấp chứng nhận" }).or(school.locator("a[href$='certificates.issued']")).first().click();
  await look(school);
  const save = school.locator("form[data-keep] button.primary");
  await school.fill("#f-body", "Chúc mừng bạn đã hoàn thành lớp {lop}.\n\n{đường đi}");
  expect(await send(school, save)).toBe(422);
  await expect(school.locator("#e-body")).toContainText("không có chỗ điền {đường đi}");
  await school.fill("#f-body", "Chúc mừng bạn đã hoàn thành lớp {lop}.\n\n{đường dẫn}");
  expect(await send(school, school.locator("button[value=preview]"))).toBe(200);
  await expect(school.locator("#said")).toContainText("hoàn thành lớp 29/2026.");
  await look(school);
  expect(await send(school, save)).toBe(303);
  await expect(flash(school)).toContainText("Dùng từ thông báo kế tiếp");
  expect(await send(school, school.locator("button[value=built_in]"))).toBe(303);
  await expect(school.locator(".pagehead .tag")).toHaveText("Lời có sẵn");
});
