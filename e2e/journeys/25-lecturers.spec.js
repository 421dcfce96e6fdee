// Lecturers: where a fee goes is given by the lecturer and opened by the school for a purpose; wishes, coaching notes.
import { expect, flash, look, send, test, visit } from "../support.js";

// each project has a lecturer of its own, so that what stays of one does not meet the other
const of = (info) => (info.project.name === "phone" ? "gv06" : "gv05");

/** The page of a lecturer, from the list. */
async function lecturer(page, username) {
  await visit(page, "/lecturers");
  await page.getByRole("rowheader").getByRole("link", { name: `Giảng viên ${username.slice(2)}`, exact: true }).click();
}

test("a lecturer gives where their fee goes, and the school opens it for a purpose", async ({ as }, info) => {
  const own = await as(of(info));
  await visit(own, "/teaching");
  await own.getByRole("link", { name: "Thông tin thanh toán" }).click();
  await look(own);
  await own.fill("#f-bank", "Ngân hàng Ví Dụ, chi nhánh Vinh");
  await own.fill("#f-number", "0101 2345 67");
  await own.fill("#f-holder", "GIANG VIEN VI DU");
  await own.fill("#f-tax_code", "0100109105");
  const save = own.locator("form.full button.primary");
  expect(await send(own, save)).toBe(422);
  await expect(own.locator("#e-tax_code")).toContainText("chữ số thứ mười");
  await look(own);
  await own.fill("#f-tax_code", "0100109106");
  expect(await send(own, save)).toBe(303);
  await expect(flash(own)).toContainText("Đã lưu thông tin thanh toán");

  const school = await as("truong");
  await lecturer(school, of(info));
  await school.getByRole("link", { name: "Thông tin thanh toán" }).click();
  await expect(school.locator("dl.facts dd")).toHaveText("•••• 4567");
  await look(school);
  await school.selectOption("#f-purpose", "fee");
  expect(await send(school, school.locator("form button.primary"))).toBe(200);
  await expect(school.locator("#f-number")).toHaveValue("0101234567");
  await look(school);
});

test("a lecturer says which topics they would rather teach", async ({ as }, info) => {
  const own = await as(of(info));
  await visit(own, "/me/preferences");
  await look(own);
  await own.locator("tbody select").first().selectOption("prefers");
  expect(await send(own, own.locator("form.full button.primary"))).toBe(303);
  await expect(own.locator("tbody select").first()).toHaveValue("prefers");
  const school = await as("truong");
  await lecturer(school, of(info));
  await expect(school.locator("li .tag.good")).toHaveText("Muốn dạy");
});

test("the head of the school notes something on a lecturer's teaching, who answers", async ({ as }, info) => {
  const head = await as("hieutruong");
  await lecturer(head, of(info));
  await head.getByRole("link", { name: "Góp ý giảng dạy" }).click();
  await look(head);
  const seen = `Chuyên đề 2, bản ${info.project.name}`;
  await head.fill("#f-observed", seen);
  await head.fill("#f-strengths", "Bám sát tình huống của cơ sở.");
  await head.fill("#f-improve", "Dành thêm thời gian cho học viên thảo luận.");
  expect(await send(head, head.locator("form.full button.primary"))).toBe(303);
  const own = await as(of(info));
  await visit(own, "/me/coaching");
  await look(own);
  const note = own.locator("section.card", { hasText: seen }).first();
  await note.locator("textarea").fill("Tôi sẽ chuẩn bị thêm câu hỏi.");
  expect(await send(own, note.locator("form button"))).toBe(303);
  await visit(head, head.url());
  await expect(head.locator("section.card", { hasText: seen }).first()).toContainText("Tôi sẽ chuẩn bị thêm câu hỏi.");
  await look(head);
});
