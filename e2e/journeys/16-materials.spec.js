// Materials: sent by the page, shown, reviewed, found by their text; laws that end; documents to be read and receipts.
import { docx, file, pdf, wav, zip } from "../files.js";
import { cells, expect, flash, look, send, test, visit } from "../support.js";

/** A picture of one point. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
const OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** Waits for the answer to the form itself: the script sends the file before it. */
async function saved(page, button, action) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST" && new URL(response.url()).pathname.endsWith(action)),
    button.click(),
  ]);
  const { location } = answer.headers();
  if (location) await page.waitForURL((url) => url.pathname === new URL(location, answer.url()).pathname);
  await page.waitForLoadState();
  return answer.status();
}

async function add(page, title, sent) {
  await page.goto("/materials/new");
  await page.fill("[name=title]", title);
  await page.setInputFiles("#f-file", sent);
  return saved(page, page.locator("main form button.primary"), "/materials");
}

test("a material is sent, shown, renewed, reviewed by a colleague, reused and found by its text", async ({ as, seen }, info) => {
  const page = await as("gv01");
  const title = `Giáo án tiếp công dân (${info.project.name})`;
  await visit(page, "/materials");
  await visit(page, "/materials/new");
  // the name says PDF, the bytes say otherwise: refused, and what was typed stays
  page.on("response", (response) => {
    if (response.status() === 422 && response.url().includes("/uploads/")) seen.answered.add(response.url());
  });
  await page.fill("[name=title]", title);
  await page.setInputFiles("#f-file", file("giao-an.pdf", Buffer.from("không phải PDF"), "application/pdf"));
  await page.locator("main form button.primary").click();
  await expect(page.locator("[data-upload-error]")).toContainText("nội dung không phải PDF như tên tệp");
  await expect(page.locator("[name=title]")).toHaveValue(title);
  await look(page);
  expect(await add(page, title, file("giao-an.pdf", pdf(`Giao an ${info.project.name}`), "application/pdf"))).toBe(303);
  const material = new URL(page.url()).pathname;
  await expect(page.locator("iframe.preview-frame")).toBeVisible();
  await look(page);

  // a new version with words of its own
  const word = `lúa nếp ${info.project.name === "phone" ? "cẩm" : "cái hoa vàng"}`;
  await page.locator("details.fold summary", { hasText: "phiên bản mới" }).click();
  await page.setInputFiles("#f-file", file("giao-an.docx", docx("Tình huống tiếp công dân", `Xã trồng ${word} kiến nghị về kênh tưới.`), OFFICE));
  await page.fill("[name=note]", "Thêm tình huống của xã");
  expect(await saved(page, page.locator("form[action$='/versions'] button"), "/versions")).toBe(303);
  await expect(page.locator("main .pagehead p")).toContainText("Phiên bản 2");

  const colleague = await as("gv02");
  await visit(colleague, material);
  await colleague.fill("[name=body]", "Tình huống sát thực tế, nên thêm câu hỏi thảo luận.");
  expect(await send(colleague, colleague.locator("button[value=approved]"))).toBe(303);
  await expect(colleague.locator("h1 .tag")).toHaveText("Đã thông qua");
  await look(colleague);

  await page.goto(material);
  for (const at of [1, 2]) {
    await page.selectOption("form[action$='/topics'] select", { index: at });
    expect(await send(page, page.locator("form[action$='/topics'] button"))).toBe(303);
  }
  await expect(page.locator("form[action$='/topics/removal']")).toHaveCount(2);
  await look(page);

  // the text is read by a job soon after
  const found = page.locator("#rows tbody tr", { hasText: title });
  await expect(async () => {
    await page.goto(`/materials?q=${encodeURIComponent(word)}`);
    await expect(found.first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(found.first().locator("mark")).toBeVisible();
  await look(page);
});

test("a picture, a recording and a ZIP of lessons are taken in and shown", async ({ as }, info) => {
  const page = await as("gv01");
  expect(await add(page, `Sơ đồ quy trình (${info.project.name})`, file("so-do.png", PNG, "image/png"))).toBe(303);
  await expect(page.locator("figure.preview-media img")).toBeVisible();
  await look(page);
  expect(await add(page, `Lời giảng (${info.project.name})`, file("loi-giang.wav", wav(), "audio/wav"))).toBe(303);
  await expect(page.locator("audio")).toBeVisible();
  await look(page);
  await visit(page, "/materials/import");
  const lessons = zip([
    [`Bài 1 ${info.project.name}.docx`, docx(`Bài một ${info.project.name}`)],
    [`Bài 2 ${info.project.name}.docx`, docx(`Bài hai ${info.project.name}`)],
    ["chay.exe", "MZ"],
  ]);
  await page.setInputFiles("#f-file", file("bai.zip", lessons, "application/zip"));
  expect(await saved(page, page.locator("main form button.primary"), "/materials/import")).toBe(200);
  await expect(page.locator("main .pagehead p")).toContainText("3 tệp: 2 đã thêm, 1 không nhận");
  expect((await cells(page.locator("main table"))).map((row) => row[1])).toEqual(["Đã thêm", "Đã thêm", "Không nhận"]);
  await look(page);
});

test("a law that ends makes a task with an owner and a day; a reason settles it", async ({ as }, info) => {
  const number = `${info.project.name === "phone" ? 77 : 78}/2024/NĐ-CP`;
  const lecturer = await as("gv01");
  const title = `Căn cứ ${number} (${info.project.name})`;
  expect(await add(lecturer, title, file("can-cu.docx", docx(`Thực hiện theo Nghị định số ${number} của Chính phủ.`), OFFICE))).toBe(303);
  const page = await as("truong");
  await visit(page, "/legal");
  await visit(page, "/legal/new");
  await page.fill("[name=number]", number);
  await page.fill("[name=title]", "Văn bản trình diễn, không có thật");
  await page.fill("[name=issuer]", "Chính phủ");
  await page.fill("[name=replaced_by]", "171/2025/NĐ-CP");
  expect(await send(page, page.locator("main form button.primary"))).toBe(422);
  await expect(page.locator("[name=number]")).toHaveValue(number);
  await look(page);
  await page.fill("[name=ended_on]", "2026-10-01");
  expect(await send(page, page.locator("main form button.primary"))).toBe(303);
  const row = page.locator("main tr", { hasText: title });
  await expect(async () => {
    await page.goto("/freshness");
    await expect(row).toHaveCount(1, { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await look(page);
  await row.locator("td.acts a").click();
  await page.selectOption("[name=owner]", { label: "Giảng viên 03" });
  await page.fill("[name=due_on]", "2026-12-01");
  await look(page);
  expect(await send(page, page.locator("form[action='/freshness/task'] button"))).toBe(303);
  await page.goto("/freshness");
  await expect(row).toContainText("Giảng viên 03");
  await expect(row).toContainText("01/12/2026");
  await row.locator("td.acts a").click();
  await page.fill("[name=reason]", "Chỉ nhắc lại quá trình");
  expect(await send(page, page.locator("form[action='/freshness/reason'] button"))).toBe(303);
  await page.goto("/freshness");
  await expect(page.locator("tr.off", { hasText: title })).toContainText("Chỉ nhắc lại quá trình");
  await look(page);
});

test("a document is sent to be read: receipts, and who has not", async ({ as }, info) => {
  const page = await as("truong");
  const title = `Hướng dẫn cử học viên (${info.project.name})`;
  await visit(page, "/circulars/new");
  await page.fill("[name=title]", title);
  await page.fill("[name=read_by]", "2026-11-30");
  await page.setInputFiles("#f-file", file("huong-dan.pdf", pdf("Huong dan"), "application/pdf"));
  expect(await saved(page, page.locator("main form button.primary"), "/circulars")).toBe(422);
  await expect(page.locator("#e-targets")).toBeVisible();
  await expect(page.locator("[name=title]")).toHaveValue(title);
  await look(page);
  await page.fill("[name=names]", "xa-16681, gv02");
  expect(await saved(page, page.locator("main form button.primary"), "/circulars")).toBe(303);
  const circular = new URL(page.url()).pathname;
  await expect(flash(page)).toContainText(title);
  const reader = await as("xa-16681");
  await visit(reader, "/circulars");
  await reader.locator("main th a", { hasText: title }).click();
  await look(reader);
  expect(await send(reader, reader.locator("form[action$='/confirmation'] button"))).toBe(303);
  await look(reader);
  await visit(page, `${circular}/readers`);
  await expect(page.locator("main .pagehead p")).toContainText("1 trên 2 người đã xác nhận");
  await expect(page.locator("main table").first()).toContainText("Giảng viên 02");
  await expect(page.locator("main table").last()).toContainText("Đầu mối");
  const list = await page.request.get(`${circular}/readers.xlsx`);
  expect((await list.body()).subarray(0, 2).toString()).toBe("PK");
});
