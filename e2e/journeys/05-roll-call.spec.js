// Step 5: the study week: a roll-call of the whole class by keyboard and by thumb.
import { UNDER_WAY, classes, expect, flash, look, sendByScript, test, visit } from "../support.js";

/** Seconds that a person may need for a class of 70. */
const LIMIT = 180;

/** The lecturer whose class is in its study week or its essays, with the class. */
async function underWay(as) {
  for (let place = 1; place <= 12; place += 1) {
    const lecturer = `gv${String(place).padStart(2, "0")}`;
    const page = await as(lecturer);
    const found = (await classes(page)).find((row) => ["Đang học", "Chấm bài thu hoạch"].includes(row.state));
    if (found) return { lecturer, page, here: found.href };
  }
  return null;
}

/** Address of the latest half-day that can be marked. */
async function latest(page, here) {
  await visit(page, `${here}/sessions`);
  return page.locator("main table .acts a").last().getAttribute("href");
}

const shown = async (page) => {
  const found = {};
  for (const status of ["present", "absent", "excused", "late"]) found[status] = Number(await page.locator(`output[data-count=${status}]`).textContent());
  return found;
};

/** Everybody back to present, so that every project starts alike. */
async function allPresent(page, address) {
  await page.goto(address);
  await page.locator("[data-roll-row] input[value=present]").evaluateAll((all) => all.forEach((radio) => (radio.checked = true)));
  expect(await sendByScript(page, () => page.locator(".rollbar button.primary").click())).toBe(303);
}

function told(info, text) {
  console.log(`    ${text}`);
  info.annotations.push({ type: "measured", description: text });
}

test("a class is called by keyboard within three minutes", { tag: "@desktop" }, async ({ as }, info) => {
  const class_ = await underWay(as);
  expect(class_, UNDER_WAY).not.toBeNull();
  const { page, here } = class_;
  const address = await latest(page, here);
  await allPresent(page, address);
  const rows = await page.locator("[data-roll-row]").count();
  const people = rows;

  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const start = Date.now();
  await page.locator("body").click({ position: { x: 2, y: 2 } });
  const exceptions = new Map([[2, "v"], [7, "c"], [Math.floor(rows / 2), "m"], [rows - 1, "v"]]);
  for (let row = 0; row < rows; row += 1) {
    await press("j");
    await expect(page.locator("[data-roll-row]").nth(row)).toContainText(await page.evaluate(() => document.activeElement.closest("[data-roll-row]")?.querySelector("b").textContent ?? ""));
    const mark = exceptions.get(row);
    if (mark) await press(mark);
    if (mark === "c") {
      // from the mark to its reason and back
      await press("Tab");
      const reason = "Họp tại xã";
      await page.keyboard.type(reason);
      keys += reason.length;
      await press("Shift+Tab");
    }
  }
  expect(await shown(page)).toEqual({ present: people - 4, absent: 2, excused: 1, late: 1 });
  expect(await sendByScript(page, () => press("Control+Enter"))).toBe(303);
  await expect(flash(page)).toHaveText("Đã lưu điểm danh.");
  const machine = (Date.now() - start) / 1000;
  // a person looks at each name for a second and needs half a second for a key
  const human = people + keys * 0.5;
  told(info, `roll-call by keyboard: ${people} people, ${keys} keys, ${machine.toFixed(1)} s by machine, ${human.toFixed(0)} s at a second a name and half a second a key`);
  expect(human).toBeLessThan(LIMIT);
  expect(await shown(page)).toEqual({ present: people - 4, absent: 2, excused: 1, late: 1 });
  await look(page);
});

test("a class is called by thumb or mouse: default present, only exceptions are touched", async ({ as }, info) => {
  const class_ = await underWay(as);
  expect(class_, UNDER_WAY).not.toBeNull();
  const { page, here } = class_;
  const address = await latest(page, here);
  await allPresent(page, address);
  const rows = page.locator("[data-roll-row]");
  const people = await rows.count();
  const phone = info.project.name === "phone";
  let taps = 0;
  const touch = async (target) => {
    taps += 1;
    if (phone) await target.tap();
    else await target.click();
  };
  const start = Date.now();
  const mark = (row, status) => touch(rows.nth(row).locator(`label:has([value=${status}])`));
  await mark(1, "absent");
  await mark(5, "excused");
  await mark(people - 2, "late");
  expect(await shown(page)).toEqual({ present: people - 3, absent: 1, excused: 1, late: 1 });
  // excused without a reason: told at the field, marks kept
  const save = page.locator(".rollbar button.primary");
  expect(await sendByScript(page, () => touch(save))).toBe(422);
  const reason = rows.nth(5).locator(".why input");
  await expect(reason).toBeFocused();
  await expect(rows.nth(5).locator(".error")).toHaveText("Chưa ghi lý do.");
  expect(await shown(page)).toEqual({ present: people - 3, absent: 1, excused: 1, late: 1 });
  await look(page);
  await reason.fill("Con ốm");
  expect(await sendByScript(page, () => touch(save))).toBe(303);
  await expect(flash(page)).toHaveText("Đã lưu điểm danh.");
  const machine = (Date.now() - start) / 1000;
  const human = people + taps * 2 + 10;
  told(info, `roll-call by ${phone ? "thumb" : "mouse"}: ${people} people, ${taps} taps and one reason typed, ${machine.toFixed(1)} s by machine, ${human} s at a second a name, two seconds a tap, ten for the reason`);
  expect(human).toBeLessThan(LIMIT);
  const edge = await rows.first().locator(".marks label").first().boundingBox();
  expect(edge.height).toBeGreaterThanOrEqual(44);
  await look(page);
});

test("marks that were not saved come back after the line was lost", async ({ as }) => {
  const class_ = await underWay(as);
  expect(class_, UNDER_WAY).not.toBeNull();
  const { page, here } = class_;
  const address = await latest(page, here);
  await allPresent(page, address);
  await page.locator("[data-roll-row]").nth(3).locator("label:has([value=absent])").click();
  await page.reload();
  await expect(page.locator("[data-draft-note]")).toBeVisible();
  await expect(page.locator("[data-roll-row]").nth(3).locator("[value=absent]")).toBeChecked();
  await page.locator("[data-draft-drop]").click();
  await expect(page.locator("[data-draft-note]")).toBeHidden();
  await expect(page.locator("[data-roll-row]").nth(3).locator("[value=present]")).toBeChecked();
});

test("without JavaScript a lecturer signs in and calls the roll", async ({ as }) => {
  const class_ = await underWay(as);
  expect(class_, UNDER_WAY).not.toBeNull();
  const { lecturer, page: with_, here } = class_;
  const address = await latest(with_, here);
  const page = await as(lecturer, { fresh: true, browser: { javaScriptEnabled: false } });
  await page.goto(address);
  const row = page.locator("[data-roll-row]").nth(4);
  await row.locator("label:has([value=absent])").click();
  await page.locator(".rollbar button.primary").click();
  await expect(flash(page)).toHaveText("Đã lưu điểm danh.");
  await expect(page.locator("[data-roll-row]").nth(4).locator("[value=absent]")).toBeChecked();
  await allPresent(with_, address);
});
