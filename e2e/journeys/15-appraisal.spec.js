// A version from the outline to the decision: drafting, the appraisal room, opinions and answers, votes, papers, comparison.
import { cells, classes, expect, look, number, send, test, visit } from "../support.js";

/** The programme that a project walks; the first one belongs to 02. */
const place = (info) => (info.project.name === "phone" ? 2 : 1);

async function programme(page, info) {
  await page.goto("/programmes");
  return page.locator("main tbody th a").nth(place(info)).getAttribute("href");
}

test("a version is drafted, heard, answered, voted and decided; nothing is approved while an opinion waits", async ({ as }, info) => {
  const school = await as("truong");
  await visit(school, await programme(school, info));
  await send(school, school.locator("form[action$='/versions'] button"));
  await send(school, school.locator("form[action$='/drafting'] button"));
  const version = new URL(school.url()).pathname;
  const home = version.split("/versions")[0];
  await visit(school, `${version}/topics/new`);
  await visit(school, `${version}/objectives/new`);
  await school.fill("[name=text]", "Hướng dẫn lại được cho đồng nghiệp ở cơ quan mình");
  await send(school, school.locator("main form button.primary"));
  await expect(school.locator("#objectives li").last()).toContainText("Hướng dẫn lại được");
  await look(school);
  await visit(school, `${version}/appraisal`);
  await school.goto(version);
  expect(await send(school, school.locator("form[action$='/submission'] button"))).toBe(303);

  // the appraising body invites, the invited body speaks about a numbered passage
  const chair = await as("tuyengiao");
  const room = `${version}/appraisal`;
  await visit(chair, room);
  await chair.locator("details.fold summary").first().click();
  await chair.selectOption("#f-account", { label: "Sở Nội vụ" });
  await chair.fill("#f-due_on", "2026-11-10");
  expect(await send(chair, chair.locator("#member-form button"))).toBe(422);
  await expect(chair.locator("#e-due_on")).toContainText("không được trước hôm nay");
  await look(chair);
  await chair.fill("#f-due_on", "2026-11-25");
  expect(await send(chair, chair.locator("#member-form button"))).toBe(303);
  const expert = await as("sonoivu");
  await visit(expert, room);
  for (const [passage, text] of [["topic-2", "Bổ sung bài tập của xã miền núi"], ["objective-1", "Nêu kết quả đo được"]]) {
    await expert.selectOption("#f-passage", passage);
    await expert.fill("#f-text", text);
    expect(await send(expert, expert.locator("#opinion-form button.primary"))).toBe(303);
  }
  await look(expert);

  await visit(chair, version);
  await expect(chair.locator("form[action$='/approval']")).toHaveCount(0);
  await expect(chair.locator("main")).toContainText("Còn 2 ý kiến chưa được tiếp thu hoặc giải trình.");
  const refused = await chair.request.post(`${home}/approval`, { form: { decision: "1-TB" }, headers: { origin: new URL(chair.url()).origin } });
  expect(refused.status()).toBe(422);

  // the school accepts one and explains the other
  await visit(school, room);
  expect(await send(school, school.locator("form[action$='/answer'] button").first())).toBe(422);
  await look(school);
  for (const [verdict, text] of [["accepted", "Đã đưa bài tập của xã miền núi vào tài liệu"], ["explained", "Kết quả đo được nằm trong bài thu hoạch"]]) {
    const form = school.locator("li.warn form[action$='/answer']").first();
    await form.locator(`[value=${verdict}]`).check();
    await form.locator("textarea").fill(text);
    expect(await send(school, form.locator("button"))).toBe(303);
  }
  await look(school);

  await expert.goto(room);
  await expert.locator("#vote-form [value=agree_with_changes]").check();
  expect(await send(expert, expert.locator("#vote-form button"))).toBe(303);
  await look(expert);
  await chair.goto(room);
  await expect(chair.locator("#round-1 td .tag")).toHaveText("Đồng ý, có chỉnh sửa");
  expect(await send(chair, chair.locator("form[action$='/closing'] button"))).toBe(303);
  await look(chair);
  await chair.goto(version);
  await chair.fill("[name=decision]", `2${place(info)}-TB/BTGDVTU`);
  expect(await send(chair, chair.locator("form[action$='/approval'] button.primary"))).toBe(303);
  await look(chair);
  await expect(chair.locator("h1 .tag")).toHaveText("Đã phê duyệt");

  for (const paper of ["explanation", "minutes"]) {
    for (const [end, start] of [["pdf", "%PDF"], ["docx", "PK"]]) {
      const answer = await school.request.get(`${room}/${paper}.${end}`);
      expect([paper, end, answer.status(), (await answer.body()).subarray(0, start.length).toString()]).toEqual([paper, end, 200, start]);
    }
  }
  await school.goto(version);
  await school.locator("main a[href*='/comparison']").click();
  await look(school);
  const rows = (await cells(school.locator("main table").first())).flat().join(" ");
  expect(rows).toContain("Hướng dẫn lại được");
});

test("the framework document leaves in three formats", async ({ as }) => {
  const page = await as("thuongvu");
  await visit(page, "/programmes");
  const links = page.locator("main details.menu .panel a");
  for (const [at, end, start] of [[0, "pdf", "%PDF"], [1, "docx", "PK"], [2, "xlsx", "PK"]]) {
    const href = await links.nth(at).getAttribute("href");
    expect(href).toBe(`/programmes/framework.${end}`);
    const answer = await page.request.get(href);
    expect([end, answer.status(), (await answer.body()).subarray(0, start.length).toString()]).toEqual([end, 200, start]);
  }
});

test("row 83: a version leaves as a workbook and as a cartridge, and comes back without a change", async ({ as }, info) => {
  const page = await as("truong");
  const pool = await page.goto("/programmes").then(() => page.locator("main tbody th a").last().getAttribute("href"));
  const taken = await (await page.request.get(`${pool}/topics.xlsx`)).body();
  await visit(page, `${pool}/import`);
  await page.setInputFiles("#f-file", { name: `phan-mo-${info.project.name}.xlsx`, mimeType: "application/octet-stream", buffer: taken });
  expect(await send(page, page.locator("#import-form button"))).toBe(200);
  await expect(page.locator("main .empty h2")).toHaveText("Tệp không thay đổi gì");
  await look(page);
  const pack = await page.request.get(`${pool}/cartridge.imscc`);
  expect([pack.status(), (await pack.body()).subarray(0, 2).toString()]).toEqual([200, "PK"]);
  await page.setInputFiles("#f-file", { name: "sai.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("sai") });
  expect(await send(page, page.locator("#import-form button"))).toBe(422);
  await look(page);
});

test("a class chooses for its open part, and the meter follows what is ticked", async ({ as }) => {
  const page = await as("truong");
  const waiting = (await classes(page)).filter((c) => !["Đã kết thúc", "Đã lưu hồ sơ", "Đã hủy", "Đang học", "Chấm bài"].includes(c.state));
  expect(waiting.length, "a class that has not begun").toBeGreaterThan(0);
  for (const { href } of waiting) {
    await page.goto(`${href}/electives`);
    if ((await page.locator("#electives-form").count()) > 0) break;
  }
  await look(page);
  // too little is told while it is ticked, and when it is sent; then what fills the open part
  const boxes = page.locator("#electives-form label.check");
  for (const one of await boxes.all()) await one.locator("input").uncheck();
  const open = number(await page.locator("main .cardhead .soft").first().textContent());
  const offers = await boxes.evaluateAll((all) => all.map((label) => ({ theory: label.textContent.includes("Lý luận"), periods: Number(label.textContent.match(/(\d+) tiết/)[1]) })));
  const practice = offers.map((offer, at) => ({ ...offer, at })).filter((offer) => !offer.theory);
  const pairs = practice.flatMap((one) => practice.filter((other) => other.at > one.at).map((other) => [one, other]));
  const fitting = [...practice.map((one) => [one]), ...pairs].find((some) => some.reduce((sum, one) => sum + one.periods, 0) === open);
  await boxes.nth(fitting[0].at).locator("input").check();
  await expect(page.locator("#meter .meter")).toBeVisible();
  if (fitting.length === 2) {
    expect(await send(page, page.locator("#electives-form button.primary"))).toBe(422);
    await expect(page.locator("#e-electives")).toContainText("thiếu");
    await look(page);
    await boxes.nth(fitting[1].at).locator("input").check();
  }
  await look(page);
  expect(await send(page, page.locator("#electives-form button.primary"))).toBe(303);
  await expect(page.locator("main tr.info")).toHaveCount(fitting.length);
  await look(page);
});
