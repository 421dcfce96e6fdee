// Step 1: an office's roster as it comes, its preview, writing and taking back; search and statistics.
import { MEN, WOMEN, roster, rowOf } from "../roster.js";
import { cells, expect, flash, look, number, send, test, visit } from "../support.js";

const COMMUNE = "16681";
const upload = (page, name, buffer) =>
  page.setInputFiles("input[type=file]", { name, mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer });

/** Numbers of the preview by kind. */
async function counts(page) {
  const found = {};
  for (const kind of ["faulty", "new", "changed", "unchanged", "skipped"]) {
    found[kind] = number(await page.locator(`nav.tabs a[href$="kind=${kind}"] .count`).textContent());
  }
  return found;
}

test("a roster is read, a column put right, faults are named, the batch is written and taken back", async ({ as }, info) => {
  const page = await as(`xa-${COMMUNE}`);
  // two people of the register: one comes back with another education, one as known
  await page.goto("/people");
  const known = (await cells(page.locator("#rows table"))).filter((row) => row[4] !== "–");
  const [changed, same] = known;
  const born = async (row) => {
    await page.goto(await page.locator("#rows table a", { hasText: row[0] }).first().getAttribute("href"));
    const gender = await page.locator("dl.facts div", { hasText: /^Giới tính/ }).locator("dd").textContent();
    await page.goto("/people");
    return gender.trim() === "Nam" ? { man: row[1] } : { woman: row[1] };
  };
  const other = changed[4] === "Thạc sĩ" ? "Đại học" : "Thạc sĩ";
  const tag = info.project.name === "phone" ? "Phương" : "Minh";
  const people = [
    { name: changed[0], ...(await born(changed)), post: changed[2], education: other },
    { name: same[0], ...(await born(same)), post: same[2], education: same[4] },
    { name: `Hồ Thị ${tag} Thử`, woman: new Date(Date.UTC(1990, 4, 17)), post: "Chuyên viên giáo dục" },
    { name: `NGUYỄN  VĂN ${tag.toUpperCase()} THỬ`, man: "03/9/1985", post: "Chuyên viên tư pháp - hộ tịch", theory: "Trung cấp" },
    { name: `Trần Văn ${tag} Sai`, man: "31/02/1985", post: "Chuyên viên giáo dục" },
    { name: `Lê Thị ${tag} Sai`, woman: "12/3/88", post: "Chuyên viên giáo dục" },
    { name: `Phan Văn ${tag} Sai`, man: "01/01/1980", woman: "01/01/1980", post: "Chuyên viên giáo dục" },
    { name: `Vũ Thị ${tag} Sai`, woman: "01/01/1980", post: "Thợ may" },
  ];

  await visit(page, "/people/import");
  // the words of the field end above its button
  const gap = await page.locator(".drop").evaluate((drop) => {
    const [words, field] = [drop.querySelector("span"), drop.querySelector("input")];
    return field.getBoundingClientRect().top + Number.parseFloat(getComputedStyle(field).paddingTop) - words.getBoundingClientRect().bottom;
  });
  expect(gap).toBeGreaterThanOrEqual(0);
  await upload(page, "danh-sach-thu.xlsx", await roster("phường Thành Vinh", people));
  await page.locator("form[enctype] button").click();
  await page.waitForURL(/\/people\/import\/[0-9a-f-]+/);
  // nothing tells that "Việc được giao" is the post: the page says what is missing
  await expect(page.locator(".alert")).toContainText("chức vụ");
  await expect(page.locator("form[action$='/commit']")).toHaveCount(0);
  await look(page);

  await page.locator(".alert a").click();
  await expect(page.locator("tbody tr").nth(5)).toContainText("Việc được giao");
  await look(page);
  await page.selectOption("[name=column-5]", "position");
  await page.locator("form.full button").click();
  await page.waitForURL(/\/people\/import\/[0-9a-f-]+$/);
  expect(await counts(page)).toEqual({ faulty: 4, new: 2, changed: 1, unchanged: 1, skipped: 1 });

  await page.locator("nav.tabs a[href$='kind=faulty']").click();
  const faulty = await cells(page.locator("#rows table"));
  expect(faulty.map(([row, name, why]) => [number(row), name, why])).toEqual([
    [rowOf(4), people[4].name, `cột ${MEN}: không có ngày này trong lịch: 31/02/1985`],
    [rowOf(5), people[5].name, `cột ${WOMEN}: năm chỉ có 2 chữ số, không rõ thế kỷ: 12/3/88`],
    [rowOf(6), people[6].name, `cột ${WOMEN}: có ngày sinh ở cả cột nam và cột nữ: 01/01/1980 / 01/01/1980`],
    [rowOf(7), people[7].name, "cột F: không nhận ra chức vụ: Thợ may"],
  ]);
  await look(page);
  const back = await page.request.get(await page.locator("a[href$='faults.xlsx']").getAttribute("href"));
  expect((await back.body()).subarray(0, 2).toString()).toBe("PK");
  await page.locator("nav.tabs a[href$='kind=changed']").click();
  await expect(page.locator("#rows .facts dt")).toHaveText(["Chuyên môn"]);
  await expect(page.locator("#rows del")).toHaveText([changed[4]]);
  await expect(page.locator("#rows ins")).toHaveText([other]);

  await page.locator("form[action$='/commit'] button").click();
  await expect(flash(page)).toHaveText("Đã ghi: 2 người mới, 1 người thay đổi.");
  await look(page);
  await page.goto(`/people?q=${encodeURIComponent(`nguyen van ${tag} thu`)}`);
  expect((await cells(page.locator("#rows table"))).map((row) => row.slice(0, 3))).toEqual([
    [`Nguyễn Văn ${tag} Thử`, "03/09/1985", "Chuyên viên tư pháp - hộ tịch"],
  ]);

  await page.goBack();
  await page.locator("a[data-open=undo]").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page);
  await page.getByRole("dialog").locator("button.danger").click();
  await expect(flash(page)).toHaveText("Đã thu hồi: 2 người mới rời sổ, 1 người trở lại như trước.");
  await page.goto(`/people?q=${encodeURIComponent(`nguyen van ${tag} thu`)}`);
  await expect(page.locator("#rows .empty")).toBeVisible();

  // the next file with these headings is read as the officer said, until that is forgotten
  await visit(page, "/people/import");
  await upload(page, "danh-sach-sau.xlsx", await roster("phường Thành Vinh", people));
  await page.locator("form[enctype] button").click();
  await page.waitForURL(/\/people\/import\/[0-9a-f-]+/);
  await expect(page.locator(".alert.info")).toContainText("Cách ghép cột được nhớ");
  expect(await counts(page)).toEqual({ faulty: 4, new: 2, changed: 1, unchanged: 1, skipped: 1 });
  await look(page);
  await page.locator("form[action$='/forget'] button").click();
  await expect(flash(page)).toHaveText("Đã quên cách ghép cột; tệp sau được đọc theo tiêu đề.");
  await expect(page.locator(".alert.warn")).toContainText("chức vụ");
  await page.locator("form[action$='/withdraw'] button").click();
  await visit(page, "/people/import");
});

test("a row that is close to somebody waits for a choice, and an identity number finds its person", async ({ as }, info) => {
  const page = await as("sonoivu");
  const tag = info.project.name === "phone" ? "Phương" : "Minh";
  const plain = tag === "Phương" ? "Phuong" : "Minh";
  const year = tag === "Phương" ? "1988" : "1989";
  const head = "Họ và tên;Ngày sinh;Giới tính;Chức vụ;Xã, phường;Số định danh;Điện thoại\n";
  const file = async (name, rows) => {
    await page.goto("/people/import");
    await page.setInputFiles("input[type=file]", { name, mimeType: "text/csv", buffer: Buffer.from(head + rows.join("\n")) });
    await page.locator("form[enctype] button").click();
    await page.waitForURL(/\/people\/import\/[0-9a-f-]+$/);
  };
  const identity = `0991${year.slice(2)}00${tag === "Phương" ? "7101" : "7202"}`;
  await file("goc.csv", [`Hồ Thị ${tag} Gốc;05/03/${year};Nữ;Chuyên viên giáo dục;Thành Vinh;${identity};0912345678`]);
  await page.locator("form[action$='/commit'] button").click();
  await expect(flash(page)).toHaveText("Đã ghi: 1 người mới, 0 người thay đổi.");

  await file("gan-giong.csv", [
    `Ho Thi ${plain} Goc;05/03/${year};Nữ;Chuyên viên giáo dục;Thành Vinh;;`,
    `Hồ Thị ${tag} Gốc;03/05/${year};Nữ;Chuyên viên giáo dục;Thành Vinh;;0987654321`,
  ]);
  await expect(page.locator(".alert.warn")).toContainText("2 dòng chưa rõ là ai");
  await expect(page.locator("#rows fieldset")).toHaveCount(2);
  await look(page);
  const row = (place) => page.locator("#rows fieldset").nth(place);
  await row(0).getByLabel(/Bỏ qua/).check();
  await row(1).getByLabel(new RegExp(`Cùng một người với Hồ Thị ${tag} Gốc`)).check();
  await page.locator("form[action$='/choices'] .btn.primary").click();
  await expect(flash(page)).toHaveText("Đã lưu 2 lựa chọn; còn 0 dòng chưa rõ.");
  await page.locator("nav.tabs a[href$='kind=changed']").click();
  await expect(page.locator("#rows ins")).toHaveText([`03/05/${year}`, "0987654321"]);
  await look(page);
  await page.locator("form[action$='/withdraw'] button").click();

  // what is sensitive is taken for a purpose, and comes back unchanged
  await page.goto(`/people?q=${identity}`);
  await expect(page.locator("h1")).toContainText(`Hồ Thị ${tag} Gốc`);
  await page.goto(`/people?q=${encodeURIComponent(`ho thi ${plain} goc`)}`);
  await page.locator("#rows a[href^='/people/personnel-form']").click();
  await look(page);
  expect(await send(page, page.locator("main form .btn.primary"))).toBe(422);
  await page.selectOption("[name=purpose]", "inspection");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("main form .btn.primary").click()]);
  expect(download.suggestedFilename()).toMatch(/^so-yeu-ly-lich-.*\.xlsx$/);
  await page.goto("/people/import");
  await page.setInputFiles("input[type=file]", await download.path());
  await page.locator("form[enctype] button").click();
  await page.waitForURL(/\/people\/import\/[0-9a-f-]+$/);
  expect(await counts(page)).toEqual({ faulty: 0, new: 0, changed: 0, unchanged: 1, skipped: 0 });
  await page.locator("form[action$='/withdraw'] button").click();
});

test("a long import tells how far it is and is stopped without a trace", async ({ as }) => {
  const page = await as(`xa-${COMMUNE}`);
  await page.goto("/people/import");
  const before = await page.locator("main tbody tr").count();
  const day = (n) => `${String((n % 28) + 1).padStart(2, "0")}/${String((n % 12) + 1).padStart(2, "0")}/${1965 + (n % 40)}`;
  const letters = (n) => [...String(n)].map((digit) => "abcdeghikl"[digit]).join("");
  const rows = Array.from({ length: 115_000 }, (_, n) => `Hồ Văn ${letters(n)};${day(n)};Nam;Chuyên viên giáo dục;Thành Vinh`);
  const text = `Họ và tên;Ngày sinh;Giới tính;Chức vụ;Xã, phường\n${rows.join("\n")}\n`;
  await page.setInputFiles("input[type=file]", { name: "dai.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("form[enctype] button").click();
  // it may be over soon: nothing else is looked at before it is stopped
  await page.getByRole("button", { name: "Dừng lại" }).click();
  await expect(page.getByRole("alert")).toContainText("Đã dừng theo yêu cầu; chưa có gì được ghi.");
  await expect(page.locator("[data-progress-here] progress")).toHaveCount(0);
  await page.goto("/people/import");
  expect(await page.locator("main tbody tr").count()).toBe(before);
});

test("a renamed PDF is refused with a reason and writes nothing", async ({ as }) => {
  const page = await as(`xa-${COMMUNE}`);
  await page.goto("/people/import");
  const before = await page.locator("main tbody tr").count();
  await upload(page, "danh-sach.xlsx", Buffer.from("%PDF-1.7\n%âãÏÓ\n1 0 obj\n"));
  expect(await send(page, page.locator("form[enctype] button"))).toBe(422);
  await expect(page.getByRole("alert")).toContainText("không phải bảng tính Excel (.xlsx) hay CSV");
  await look(page);
  await page.goto("/people/import");
  expect(await page.locator("main tbody tr").count()).toBe(before);
});

test("the register is searched while typing, without tones, and drills down to a person", async ({ as }) => {
  const page = await as("sonoivu");
  await visit(page, "/people");
  const [first] = await cells(page.locator("#rows table"));
  const plain = first[0].normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get("q") === plain);
  await page.locator("#f-q").pressSequentially(plain);
  await (await answered).finished();
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe(plain);
  await expect(page.locator("#f-q")).toBeFocused();
  await expect(page.locator("#rows table")).toContainText(first[0]);
  await page.locator("#rows table a").first().click();
  await expect(page.locator("h1")).toContainText(/\S/);
  await look(page);
});

test("the statistics agree with the register and are laid beside the declared totals", async ({ as }) => {
  const page = await as("sonoivu");
  await visit(page, "/people/statistics");
  const lines = await cells(page.locator("main table").first());
  const sum = lines.slice(0, -1).reduce((all, line) => all + number(line[1]), 0);
  expect(number(lines.at(-1)[1])).toBe(sum);
  await page.goto("/people");
  expect(number((await page.locator("#rows [data-announce]").textContent()).split("/").pop())).toBe(sum);
});
