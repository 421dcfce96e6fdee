// Step 3: the five-year plan and the approval of a year.
import { laidOut, readBytes } from "../office.js";
import { cells, expect, flash, look, number, send, test, visit } from "../support.js";

test("the plan's figures add up and show on which weeks", async ({ as }) => {
  const page = await as("truong");
  await visit(page, "/plan");
  const years = await cells(page.locator("main table").first());
  const classes = number(await page.locator(".kpi .num").nth(1).textContent());
  expect(years.reduce((sum, year) => sum + number(year[1]), 0)).toBe(classes);
  // the calendar of each year lists its classes
  for (const [year, held] of years) {
    await page.goto(`/plan?year=${year}`);
    await expect(page.locator("#calendar tbody tr")).toHaveCount(number(held));
  }
  const trained = number(await page.locator(".kpi .num").first().textContent());
  expect(number(years.at(-1)[4])).toBe(trained);
});

test("a year goes from the school over two bodies to the Standing Committee", { tag: "@short" }, async ({ as }) => {
  let page = await as("truong");
  await visit(page, "/plan");
  const row = page.locator("#years tbody tr", { hasText: "Trường đang soạn" }).first();
  const address = await row.locator("td a").getAttribute("href");
  const year = address.match(/years\/(\d+)/)[1];
  await visit(page, address);
  expect(await send(page, page.locator("form[action$='/submission'] button"))).toBe(303);
  await expect(flash(page)).toBeVisible();
  for (const body of ["sonoivu", "bantochuc"]) {
    page = await as(body);
    await visit(page, address);
    expect(await send(page, page.locator("form[action$='/agreement'] button"))).toBe(303);
  }
  page = await as("thuongvu");
  await visit(page, address);
  await page.locator("[name=decision]").fill(`77-KH/TU-${year}`);
  expect(await send(page, page.locator("form[action$='/approval'] button"))).toBe(303);
  await expect(page.locator("h1 .tag.good")).toContainText(`77-KH/TU-${year}`);
  await expect(page.locator("#way form")).toHaveCount(0);
  await look(page);
  // the paper, in each of its forms
  for (const format of ["pdf", "docx", "xlsx"]) {
    const paper = await page.request.get(`${address}/paper.${format}`);
    expect([paper.status(), (await paper.body()).length > 5_000]).toEqual([200, true]);
  }
  // an office program opens it and finds what stands in the PDF
  const file = async (format) => (await page.request.get(`${address}/paper.${format}`)).body();
  const opened = laidOut([["year", await file("docx")]]).get("year");
  const printed = readBytes(await file("pdf"));
  for (const { text } of [opened, printed]) expect(text).toContain(`77-KH/TU-${year}`);
  expect(Math.abs(opened.pages - printed.pages), `${opened.pages} and ${printed.pages} pages`).toBeLessThanOrEqual(Math.max(1, 0.3 * printed.pages));
  await visit(page, "/plan");
  await expect(page.locator("#years tr", { hasText: year }).locator(".tag.good")).toHaveText(`77-KH/TU-${year}`);
});

test("a class moves in the plan room, and the plan beside the one in effect says what is different", async ({ as }, info) => {
  const page = await as("truong");
  await visit(page, "/plan");
  await page.locator(".pagehead a[href^='/plan/scenarios/']").click();
  await expect(page.locator("#calendar h2")).toBeVisible();
  await look(page);
  const room = page.url();
  // the last year: nobody approves it here
  await page.locator("#calendar .seg a").last().click();
  const chip = page.locator("a.chip").first();
  const week = page.locator("[data-week]", { has: page.locator("a.chip") }).first();
  const from = await week.getAttribute("id");
  if (info.project.name === "desktop") {
    // dragging: the weeks say what they mean while the class is held
    const empty = page.locator("[data-week]:has(a:text('vì sao trống'))").last();
    const target = await empty.getAttribute("id");
    await empty.scrollIntoViewIfNeeded();
    const data = await page.evaluateHandle(() => new DataTransfer());
    await chip.dispatchEvent("dragstart", { dataTransfer: data });
    const meets = page.locator(`#${target} [data-meets] form`);
    await expect(meets).toHaveCount(1);
    await page.locator(`#${target}`).dispatchEvent("dragover", { dataTransfer: data });
    await expect(page.locator(`#${target}`)).toHaveClass(/over/);
    await Promise.all([page.waitForURL((url) => url.href.includes("year=")), page.locator(`#${target}`).dispatchEvent("drop", { dataTransfer: data })]);
    await expect(page.locator(`#${target} .chip`)).toHaveCount(1);
  } else {
    await chip.click();
    await expect(page.locator("#chosen")).toBeVisible();
    await look(page);
    const form = page.locator("[data-week]:has([data-meets] form)").last();
    const target = await form.getAttribute("id");
    expect(await send(page, form.locator("button"))).toBe(303);
    await expect(page.locator(`#${target} .chip`)).toHaveCount(1);
  }
  await expect(page.locator("h1 .tag.info")).toHaveText("dự thảo");
  await expect(page.locator("#words li").filter({ hasText: "chuyển từ tuần" })).not.toHaveCount(0);
  expect(from).toMatch(/^w-20/);
  await look(page);
  // it is kept by a name, then a lower budget makes another one of it
  await page.fill("[name=name]", `Chuyển lớp ${info.project.name}`);
  expect(await send(page, page.locator("form[action$='/name'] button"))).toBe(303);
  await page.fill("[name=class_cost]", "150");
  await page.locator("[name^=budget_]").last().fill("3000");
  expect(await send(page, page.locator("form[action$='/settings'] button"))).toBe(303);
  await expect(page.locator("#compare h2")).toContainText(`Chuyển lớp ${info.project.name}`);
  await expect(page.locator("#words li").filter({ hasText: "Bỏ lớp" })).not.toHaveCount(0);
  // a wrong figure is told at its field and what was typed stays
  await page.locator("[name=rooms]").evaluate((input) => input.setAttribute("type", "text"));
  await page.fill("[name=rooms]", "hai");
  expect(await send(page, page.locator("form[action$='/settings'] button"))).toBe(422);
  await expect(page.locator("#e-rooms")).toBeVisible();
  await look(page);
  await page.goto(room);
  await expect(page.locator("h1 .tag.good")).toHaveText("đang thực hiện");
});

test("why somebody is trained when they are", async ({ as }) => {
  const page = await as("sonoivu");
  await visit(page, "/people");
  const people = await page.locator("main tbody th a").evaluateAll((links) => links.map((link) => link.href));
  const why = page.locator("a[href^='/plan/why/']");
  // somebody of the list is not trained yet
  for (const person of people.slice(0, 20)) {
    await page.goto(person);
    if (await why.count()) break;
  }
  await why.click();
  await expect(page.locator("h1")).toContainText("Vì sao");
  await look(page);
});

test("the forecast says how likely the target is and what is late", async ({ as }) => {
  const page = await as("thuongvu");
  await visit(page, "/plan");
  await page.locator(".pagehead a[href='/plan/forecast']").click();
  const years = await cells(page.locator("#ahead table"));
  expect(years.length).toBeGreaterThan(1);
  // the share trained never falls while nobody leaves
  const shares = years.map((year) => parseFloat(year[2].replace(",", ".")));
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  await expect(page.locator("#late li").first()).toBeVisible();
  await look(page);
});

test("who only reads the plan is offered no step", async ({ as }) => {
  const page = await as("taichinh");
  await visit(page, "/plan");
  await expect(page.locator("main form")).toHaveCount(0);
  await page.locator("#years td a").first().click();
  await expect(page.locator("main form")).toHaveCount(0);
});
