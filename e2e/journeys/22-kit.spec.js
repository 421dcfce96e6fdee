// The papers of a class: made by one click, opened by an office program, one signed and frozen, seen by the school alone.
import { laidOut, readBytes } from "../office.js";
import { expect, flash, look, send, test, visit } from "../support.js";

/** A class of the demonstration that is over; each kind of browser takes its own. */
async function classThatIsOver(page, info) {
  await visit(page, "/classes");
  const rows = page.locator("main table tbody tr", { has: page.locator(".tag", { hasText: "Đã kết thúc" }) });
  // from the end of the list: other journeys end classes, which stand first
  const place = (await rows.count()) - (info.project.name === "desktop" ? 2 : 3);
  expect(place, "classes that are over").toBeGreaterThan(0);
  return rows.nth(place).locator("a").first().getAttribute("href");
}

test("a class has every paper from one click, an office program opens each, what is signed stays", async ({ as }, info) => {
  test.setTimeout(180_000);
  const school = await as("truong");
  const here = await classThatIsOver(school, info);
  await visit(school, `${here}/kit`);
  await expect(school.locator("tbody tr", { hasText: "Tổng hợp phiếu đánh giá" })).not.toContainText("Chưa lập được");
  await look(school);
  // the index of the file is made last: it lists the others
  const wanted = (await school.locator("tbody .tag", { hasText: "Lập được" }).filter({ hasNotText: "Chưa" }).count()) + 1;
  expect(wanted, "papers of a class that is over").toBeGreaterThanOrEqual(18);
  const start = Date.now();
  expect(await send(school, school.locator("form[action$='/kit'] button"))).toBe(303);
  await expect(flash(school)).toContainText(`Đã lập ${wanted} văn bản mới`);
  expect(Date.now() - start, "milliseconds for the papers of a class").toBeLessThan(10_000);
  await look(school);

  // every paper as PDF and DOCX
  const papers = await school.locator("tbody tr", { has: school.locator("a[href$='/paper.docx']") }).evaluateAll((rows) =>
    rows.map((row) => ({ name: row.querySelector("th").textContent.trim(), href: row.querySelector("th a").getAttribute("href") })),
  );
  expect(papers).toHaveLength(wanted);
  const bytes = async (path) => (await school.request.get(path)).body();
  if (info.project.name === "desktop") {
    const files = [];
    for (const [n, { href }] of papers.entries()) files.push([`paper-${n}`, await bytes(`${href}/paper.docx`)]);
    const opened = laidOut(files);
    for (const [n, { name, href }] of papers.entries()) {
      const pdf = readBytes(await bytes(`${href}/paper.pdf`));
      const docx = opened.get(`paper-${n}`);
      expect(docx.text, name).toContain("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
      // the same words on nearly the same pages: office programs break tables a little differently
      const words = (text) => text.split(" ").filter((word) => /\p{L}{4}/u.test(word)).length;
      expect(Math.abs(words(docx.text) - words(pdf.text)), `${name}: words of both files`).toBeLessThan(0.08 * words(pdf.text) + 12);
      expect(Math.abs(docx.pages - pdf.pages), `${name}: ${docx.pages} and ${pdf.pages} pages`).toBeLessThanOrEqual(Math.max(1, 0.3 * pdf.pages));
    }
  }
  const archive = await school.request.get(`${here}/kit.zip`);
  expect(archive.headers()["content-type"]).toBe("application/zip");
  expect((await archive.body()).subarray(0, 2).toString()).toBe("PK");

  // one is signed: it is frozen, and the kit leaves it as it is
  const opening = papers.find(({ name }) => name === "Quyết định mở lớp").href;
  await visit(school, opening);
  await look(school);
  await school.locator("[name=signed_on]").fill("2027-01-02");
  await school.locator("[name=signer]").fill("Người Ký Thử");
  expect(await send(school, school.locator("form[action$='/signature'] button"))).toBe(422);
  await expect(school.locator("[name=signer]")).toHaveValue("Người Ký Thử");
  await look(school);
  await school.locator("[name=signed_on]").fill("2026-11-18");
  expect(await send(school, school.locator("form[action$='/signature'] button"))).toBe(303);
  await expect(school.locator("h1 .tag")).toHaveText("Đã ký");
  await expect(school.locator("code")).toHaveCount(2);
  await look(school);
  const signed = await bytes(`${opening}/paper.pdf`);
  await visit(school, `${here}/kit`);
  await expect(school.locator("form[action$='/kit'] button")).toHaveCount(1);
  expect(await send(school, school.locator("form[action$='/kit'] button"))).toBe(303);
  await expect(flash(school)).toContainText("Đã lập 0 văn bản mới");
  expect(Buffer.compare(await bytes(`${opening}/paper.pdf`), signed)).toBe(0);
  await expect(school.locator("tbody tr", { hasText: "Quyết định mở lớp" })).toContainText("Đã ký");

  // its number stands in the register
  await visit(school, "/papers");
  await expect(school.locator("tbody tr", { hasText: "Về việc mở lớp bồi dưỡng" }).first()).toContainText("QĐ-TCT");
  await look(school);
});

test("a wrong pattern is told at its field; communes, lecturers and learners see no papers", async ({ as }) => {
  const school = await as("truong");
  await visit(school, "/papers/settings");
  await look(school);
  await visit(school, "/papers/settings/timetable");
  await school.locator("[name=pattern]").fill("TCT");
  expect(await send(school, school.locator("form[action$='/settings/timetable'] button.primary"))).toBe(422);
  await expect(school.locator("#e-pattern")).toContainText("Thể thức Nhà nước");
  await expect(school.locator("[name=pattern]")).toHaveValue("TCT");
  await look(school);
  for (const who of ["xa-16681", "gv01", "hv00001"]) {
    const page = await as(who);
    expect((await page.goto("/papers")).status(), who).toBe(403);
  }
});
