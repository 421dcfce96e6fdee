// Needs: the frame of competences, ratings, gaps, and questionnaires from writing to results.
import readXlsxFile from "read-excel-file/node";
import { file, zip } from "../files.js";
import { cells, expect, flash, look, number, send, test, visit } from "../support.js";

/** The commune of the person whom a journey rates, and one of its learners. */
const [COMMUNE, LEARNER, OFFLINE] = ["16681", "hv00001", "hv00002"];
/** Starts of the names of rows of a table. */
const heads = (table) => table.locator("tbody th").evaluateAll((all) => all.map((th) => th.textContent.trim()));

test("the matrix of posts, competences and topics is edited, taken away as a file and brought back", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/needs/competences");
  await visit(page, "/needs/matrix/topics");
  await visit(page, "/needs/matrix");
  const row = page.locator("main tbody tr").first();
  const edit = await row.locator("td.acts a").getAttribute("href");
  await visit(page, edit);
  const level = page.locator("select[name^=level-]").first();
  const before = await level.inputValue();
  const after = before === "3" ? "2" : "3";
  await level.selectOption(after);
  expect(await send(page, page.locator("main form button.primary"))).toBe(303);
  await expect(flash(page)).toContainText("Đã lưu");
  await expect(row.locator("td").first()).toHaveText(after);

  const taken = await page.request.get("/needs/matrix/file.xlsx");
  const bytes = await taken.body();
  const sheets = await readXlsxFile(bytes);
  expect(sheets[0].data.flat()).toContain("Mã chức danh");
  await visit(page, "/needs/matrix/import");
  await page.setInputFiles("#f-file", file("khung.xlsx", bytes));
  await send(page, page.locator("main form button.primary"));
  await expect(page.locator("main .empty h2")).toHaveText("Tệp giống hệt khung năng lực hiện có");
  await look(page);
  await page.setInputFiles("#f-file", file("khung.xlsx", Buffer.from("không phải bảng tính")));
  expect(await send(page, page.locator("main form button.primary"))).toBe(422);
  await expect(page.getByRole("alert")).toContainText("chưa ghi được gì");
  await look(page);

  await page.goto(edit);
  await level.selectOption(before);
  await send(page, page.locator("main form button.primary"));
});

test("a questionnaire is built, sent, answered on the page, and its levels and a superior's make the gap", async ({ as }, info) => {
  const page = await as("truong");
  const title = `Nhu cầu bồi dưỡng (${info.project.name})`;
  await visit(page, "/surveys");
  await visit(page, "/surveys/new");
  await page.fill("[name=title]", "Phiếu 😀");
  expect(await send(page, page.locator("main form button.primary"))).toBe(422);
  await expect(page.locator("[name=title]")).toHaveValue("Phiếu 😀");
  await look(page);
  await page.fill("[name=title]", title);
  expect(await send(page, page.locator("main form button.primary"))).toBe(303);
  const survey = new URL(page.url()).pathname;
  for (const [kind, text, choices] of [
    ["section", "Nhu cầu của anh, chị"],
    ["scale", "Mức cần thiết của việc bồi dưỡng"],
    ["one", "Hình thức học phù hợp", "Trực tiếp\nTrực tuyến\nKết hợp"],
    ["several", "Nội dung cần bồi dưỡng", "Kỹ năng số\nTiếp công dân\nSoạn thảo văn bản"],
    ["text", "Việc khó nhất đang gặp"],
    ["competences", "Tự đánh giá năng lực"],
  ]) {
    await page.goto(`${survey}/items/new?kind=${kind}`);
    if (kind === "several") await look(page);
    await page.fill("[name=text]", text);
    if (choices) await page.fill("[name=choices]", choices);
    if (kind === "one") await page.check("[name=required]");
    expect(await send(page, page.locator("main form button.primary"))).toBe(303);
  }
  await visit(page, survey);
  await visit(page, `${survey}/preview`);
  await visit(page, `${survey}/sending`);
  await page.selectOption("[name=commune]", COMMUNE);
  await page.fill("[name=closes_on]", "2026-11-01");
  expect(await send(page, page.locator("main form button.primary"))).toBe(422);
  await expect(page.locator("[name=commune]")).toHaveValue(COMMUNE);
  await page.fill("[name=closes_on]", "2026-12-20");
  expect(await send(page, page.locator("main form button.primary"))).toBe(303);
  await expect(flash(page)).toContainText(/Đã gửi phiếu đến \d+ người/);

  const learner = await as(LEARNER);
  await visit(learner, "/surveys");
  await visit(learner, `${survey}/answer`);
  await learner.locator("main form button.primary").click();
  await expect(learner.getByRole("alert")).toContainText("Hình thức học phù hợp: chưa trả lời.");
  await look(learner);
  await answer(learner);
  await learner.locator("main form button.primary").click();
  await expect(learner.locator("[data-survey-done]")).toBeAttached();
  await expect(learner.locator("main h2").first()).toContainText("Đã nhận câu trả lời");
  await look(learner);

  // what the answer says of the own levels, and what the superior says, is the gap
  await learner.goto("/needs");
  const own = new URL(learner.url()).pathname;
  await look(learner);
  const table = learner.locator("main table").first();
  const rated = (await cells(table)).map((row) => row[2]);
  expect(rated.length).toBeGreaterThan(0);
  expect(rated.every((cell) => cell.startsWith("2"))).toBe(true);
  const officer = await as(`xa-${COMMUNE}`);
  await visit(officer, "/needs/ratings");
  await visit(officer, own.replace("/people/", "/ratings/"));
  await officer.locator("select[name^=level-]").first().selectOption("1");
  expect(await send(officer, officer.locator("main form button.primary"))).toBe(303);
  await learner.reload();
  const first = (await cells(table))[0];
  expect(first[3]).toMatch(/^1/);
  expect(first[6]).toBe(`Thiếu ${number(first[1]) - 1} mức`);
  await visit(officer, `/needs/communes/${COMMUNE}`);
  const name = await learner.locator("main .pagehead p").textContent();
  expect(name).toContain("khoảng trống");

  // figures and charts, by group, as a file
  await visit(page, `${survey}/results`);
  await expect(page.locator("main svg.bar").first()).toBeVisible();
  await expect(page.locator("main .card", { hasText: "Hình thức học phù hợp" }).locator("tbody tr").first()).toContainText("Trực tiếp");
  await page.locator("a[href*='by=gender']").click();
  await expect(page.locator("main .card table thead th").first()).toHaveText("Giới tính");
  await look(page);
  await visit(page, `${survey}/replies`);
  const results = await readXlsxFile(await (await page.request.get(`${survey}/results.xlsx`)).body());
  expect(results[0].data.flat()).toContain("Hình thức học phù hợp");
});

/** Answers the questions of the journey's questionnaire. */
async function answer(page) {
  await page.locator("fieldset", { hasText: "Mức cần thiết" }).locator("input[value='4']").check();
  await page.locator("fieldset", { hasText: "Hình thức học" }).locator("input").first().check();
  await page.locator("fieldset", { hasText: "Nội dung cần" }).locator("input").nth(1).check();
  await page.locator("textarea").fill("Nhiều quy định mới");
  for (const level of await page.locator("select[name*='.']").all()) await level.selectOption("2");
}

test("an answer without a connection waits on the device and arrives by itself; a sent questionnaire is withdrawn", async ({ as, seen }, info) => {
  const school = await as("truong");
  await school.goto("/surveys");
  const survey = await school.locator("main tbody th a", { hasText: `Nhu cầu bồi dưỡng (${info.project.name})` }).first().getAttribute("href");
  const page = await as(OFFLINE);
  await visit(page, `${survey}/answer`);
  seen.offline = true;
  const wait = async () => {
    await page.context().setOffline(true);
    await page.locator("main form button.primary").click();
    await expect(page.locator("[data-say=waiting]")).toBeVisible();
    await page.context().setOffline(false);
  };
  // one that is not complete comes back with what is wrong, and with everything that was typed
  await page.locator("textarea").fill("Nhiều quy định mới");
  await wait();
  await expect(page.getByRole("alert")).toContainText("Hình thức học phù hợp: chưa trả lời.");
  await expect(page.locator("textarea")).toHaveValue("Nhiều quy định mới");
  await answer(page);
  await wait();
  await expect(page.locator("main h2").first()).toContainText("Đã nhận câu trả lời");
  await school.goto(`${survey}/replies?commune=${COMMUNE}`);
  await expect(school.locator("main .pagehead p")).toContainText(" 2 / ");

  await visit(school, `${survey}/withdrawal`);
  await school.fill("[name=reason]", "Lý do 😀");
  expect(await send(school, school.locator("main form button.primary"))).toBe(422);
  await look(school);
  await school.fill("[name=reason]", "Câu hỏi thứ ba chưa rõ");
  expect(await send(school, school.locator("main form button.primary"))).toBe(303);
  await look(school);
  await expect(school.locator("h1 .tag")).toHaveText("Đã thu hồi");
  const late = await as("hv00003");
  await visit(late, `${survey}/answer`);
  await expect(late.locator("main .empty h2")).toContainText("Câu hỏi thứ ba chưa rõ");
  await visit(school, `${survey}/results`);
  await expect(school.locator("main .card").first()).toContainText("2 người trả lời");
});

test("row 82: questions come from GIFT and QTI, with a preview and faults by line", async ({ as }, info) => {
  const page = await as("truong");
  await page.goto("/surveys/new");
  await page.fill("[name=title]", `Nhập câu hỏi (${info.project.name})`);
  await send(page, page.locator("main form button.primary"));
  const survey = new URL(page.url()).pathname;
  await visit(page, `${survey}/import`);
  const preview = async (sent) => {
    await page.setInputFiles("#f-file", sent);
    const status = await send(page, page.locator("form[action$='/preview'] button"));
    await look(page);
    return status;
  };
  expect(await preview(file("cau-hoi.txt", Buffer.from("Muốn học buổi nào? {=Sáng ~Chiều}\n\nNăm? {#1945}\n")))).toBe(422);
  await expect(page.getByRole("alert")).toContainText("Dòng 3");
  await send(page, page.locator("form[action$='/import'] button.primary"));
  const item = "<assessmentItem><itemBody><p>Học ở đâu?</p><choiceInteraction maxChoices='0'><simpleChoice>Trường</simpleChoice><simpleChoice>Xã</simpleChoice></choiceInteraction></itemBody></assessmentItem>";
  const manifest = "<manifest><resources><resource type='imsqti_item_xmlv2p1' href='a.xml'/></resources></manifest>";
  await page.goto(`${survey}/import`);
  expect(await preview(file("goi.zip", zip([["imsmanifest.xml", manifest], ["a.xml", item]])))).toBe(200);
  await send(page, page.locator("form[action$='/import'] button.primary"));
  await look(page);
  expect(await heads(page.locator("main table"))).toEqual(["Muốn học buổi nào?Sáng · Chiều", "Học ở đâu?Trường · Xã"]);
});

test("topics, the plan and communes say which gaps are closed", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/needs");
  await visit(page, `/needs/communes/${COMMUNE}`);
  await page.goto("/programmes");
  await page.locator("main tbody th a").first().click();
  await expect(page.locator("main th", { hasText: "Bù khoảng trống" })).toBeAttached();
  await expect(page.locator("main td[data-label='Bù khoảng trống'] small").first()).toContainText("người đang thiếu");
  await page.goto("/plan");
  const programmes = await heads(page.locator("#gaps table"));
  expect(programmes.length).toBeGreaterThan(0);
});
