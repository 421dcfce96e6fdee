// One full class from the plan to its printed papers, everybody at their own screen: the plan's year approved, the class called, nominated
// for by every commune with seats, laid out, opened, its learners received, its kit made and read. Communes and learners hold phones.
import { readBytes } from "../office.js";
import { expect, flash, look, send, test, visit } from "../support.js";

const PHONE = { browser: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } };
/** What the scheme's officers have from the first click to the printed papers. */
const TEN_MINUTES = 600_000;

/** Approves the next year of the plan that the school still writes; nothing when every year is approved. */
async function approveNextYear(as) {
  const school = await as("truong");
  await visit(school, "/plan");
  const row = school.locator("#years tbody tr", { hasText: "Trường đang soạn" }).first();
  if ((await row.count()) === 0) return;
  const address = await row.locator("td a").getAttribute("href");
  await school.goto(address);
  expect(await send(school, school.locator("form[action$='/submission'] button"))).toBe(303);
  for (const body of ["sonoivu", "bantochuc"]) {
    const page = await as(body);
    await page.goto(address);
    expect(await send(page, page.locator("form[action$='/agreement'] button"))).toBe(303);
  }
  const committee = await as("thuongvu");
  await committee.goto(address);
  await committee.locator("[name=decision]").fill("80-KH/TU");
  expect(await send(committee, committee.locator("form[action$='/approval'] button"))).toBe(303);
}

test("a class goes from the plan to its printed papers in under ten minutes, each role at its own screen", { tag: "@desktop" }, async ({ as }) => {
  test.setTimeout(TEN_MINUTES);
  const began = Date.now();
  await approveNextYear(as);

  // the school calls the next class of the plan; the communes are told at once
  const school = await as("truong");
  await school.goto("/classes/new");
  const venue = school.locator("#f-venue");
  const rooms = await venue.locator("option").evaluateAll((all) => all.map((o) => ({ value: o.value, seats: Number(o.textContent.match(/\((\d+)\)/)?.[1] ?? 0) })));
  await venue.selectOption(rooms.find((room) => room.seats >= 70).value);
  expect(await send(school, school.locator("form[action='/classes'] button.primary"))).toBe(303);
  const here = new URL(school.url()).pathname;
  const label = (await school.locator("h1").textContent()).match(/\d+\/\d{4}/)[0];
  await visit(school, here);

  // every commune with seats nominates for all of them on a phone, with its decision; what it sees is looked at for three of them
  await school.goto(`${here}/quotas`);
  const seats = await school.locator("input[name^=quota-]").evaluateAll((all) => all.map((i) => [i.name.slice("quota-".length), Number(i.value)]).filter(([, n]) => n > 0));
  expect(seats.length, "communes with seats").toBeGreaterThan(3);
  const sent = [];
  for (const [place, [code, seat]] of seats.entries()) {
    const officer = await as(`xa-${code}`, PHONE);
    const looks = place < 3;
    if (looks) {
      await visit(officer, "/notices");
      await expect(officer.locator("main")).toContainText(label);
    }
    await officer.goto(`${here}/nominations`);
    const form = officer.locator("form[action$='/nominations']");
    const people = form.locator("[name=person]");
    for (let one = 0; one < Math.min(seat, await people.count()); one += 1) {
      const box = people.nth(one);
      sent.push({ id: await box.getAttribute("value"), name: await box.locator("xpath=../span").textContent() });
      await box.check();
    }
    if ((await send(officer, form.locator("button.primary"))) === 422) {
      await form.locator("[name=confirm]").check();
      expect(await send(officer, form.locator("button.primary"))).toBe(303);
    }
    await officer.locator("summary", { hasText: "Ghi số quyết định" }).click();
    const decision = officer.locator("form[action$='/sending-decision']");
    await decision.locator("[name=decision]").fill("27/QĐ-UBND");
    await decision.locator("[name=signed_on]").fill("2026-11-18");
    expect(await send(officer, decision.locator("button"))).toBe(303);
    if (looks) await look(officer);
    await officer.context().close();
  }
  expect(sent.length, "people nominated").toBeGreaterThanOrEqual(60);

  // the school accepts, lays the week out, publishes it, opens the class, proposes groups
  await school.goto(`${here}/acceptance`);
  await expect(school.locator("form[action$='/acceptance'] [name=nomination]:checked")).toHaveCount(sent.length);
  expect(await send(school, school.locator("form[action$='/acceptance'] button.primary"))).toBe(303);
  await school.goto(`${here}/timetable`);
  expect(await send(school, school.locator("form[action$='/timetable/proposal'] button"))).toBe(303);
  expect(await send(school, school.locator("form[action$='/timetable/publication'] button"))).toBe(303);
  await school.goto(here);
  // full, and everybody sent by a decision: nothing to give a reason for
  await expect(school.locator("form[action$='/opening'] [name=reason]")).toHaveCount(0);
  expect(await send(school, school.locator("form[action$='/opening'] button"))).toBe(303);
  await expect(school.locator("h1 .tag")).toHaveText("Đã mở lớp");
  await school.goto(`${here}/groups`);
  expect(await send(school, school.locator("form[action$='/groups/proposal'] button").first())).toBe(303);
  await look(school);

  // a learner reads that they are accepted, says how they arrive, reads the week
  const code = await (async () => {
    await school.goto(`/people/${sent[0].id}`);
    return (await school.locator("main").innerText()).match(/hv\d{5}/i)[0].toLowerCase();
  })();
  const learner = await as(code, PHONE);
  await visit(learner, "/notices");
  await expect(learner.locator("main")).toContainText(label);
  await visit(learner, `/registration/${here.split("/").pop()}/intake`);
  expect(await send(learner, learner.locator("form[action$='/intake'] button.primary"))).toBe(303);

  // a lecturer of the week sees it, the head of the school the class, those who only read their board
  await school.goto(`${here}/timetable`);
  const lecturer = (await school.locator("main").innerText()).match(/Giảng viên (\d\d)/)[1];
  const teaching = await as(`gv${lecturer}`);
  await visit(teaching, "/teaching");
  await expect(teaching.locator("main")).toContainText(label);
  for (const who of ["hieutruong", "taichinh", "sonoivu", "bantochuc", "thuongvu"]) {
    const page = await as(who);
    expect((await page.goto(here)).status(), who).toBe(200);
    await expect(page.locator("h1"), who).toContainText(label);
  }

  // the kit: one click, every paper in both forms, the summons is signed, all of them in one file
  await visit(school, `${here}/kit`);
  expect(await send(school, school.locator("form[action$='/kit'] button"))).toBe(303);
  await expect(flash(school)).toContainText("Đã lập");
  await look(school);
  const papers = await school.locator("tbody a[href$='/paper.pdf']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  expect(papers.length, "papers of a class before its first day").toBeGreaterThanOrEqual(11);
  for (const href of papers) {
    const pdf = await school.request.get(href);
    expect([pdf.status(), pdf.headers()["content-type"]], href).toEqual([200, "application/pdf"]);
    expect(readBytes(await pdf.body()).text, href).toContain("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    const docx = await school.request.get(href.replace(/pdf$/, "docx"));
    expect((await docx.body()).subarray(0, 2).toString(), href).toBe("PK");
  }
  const opening = await school.locator("tbody th a", { hasText: "Quyết định mở lớp" }).getAttribute("href");
  await school.goto(opening);
  await school.locator("[name=signed_on]").fill("2026-11-18");
  await school.locator("[name=signer]").fill("Người Ký Thử");
  expect(await send(school, school.locator("form[action$='/signature'] button"))).toBe(303);
  const list = readBytes(await (await school.request.get(`${opening}/paper.pdf`)).body()).text;
  expect(list).toContain(label.split("/")[0]);
  expect(sent.filter(({ name }) => !list.includes(name)), "people who are not on the list").toEqual([]);
  const zip = await school.request.get(`${here}/kit.zip`);
  expect((await zip.body()).length).toBeGreaterThan(100_000);

  // the administrator reads what was sent outside, and who did what
  const administrator = await as("quantri");
  await visit(administrator, "/notices/log");
  await visit(administrator, "/audit");
  await expect(administrator.locator("main")).toContainText("kit.paper");
  const took = Date.now() - began;
  test.info().annotations.push({ type: "from the plan to the printed kit", description: `${Math.round(took / 1000)} s, ${seats.length} communes, ${sent.length} people` });
  expect(took, "milliseconds from the plan to the printed papers").toBeLessThan(TEN_MINUTES);

  // others need the week: the class is called off, and who was on it is free again
  await school.goto(here);
  await school.locator("summary", { hasText: "Hủy lớp" }).click();
  await school.locator("#f-cancel-reason").fill("Kết thúc lượt thử");
  expect(await send(school, school.locator("form[action$='/cancellation'] button"))).toBe(303);
});
