// Pictures of the running demonstration for the README: BASE_URL=http://127.0.0.1:8080 node e2e/shots.js [FOLDER]
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const base = process.env.BASE_URL ?? "http://127.0.0.1:8080";
const out = process.argv[2] ?? fileURLToPath(new URL("../docs/screenshots", import.meta.url));
const password = process.env.DEMO_PASSWORD ?? "NgheAn@2030";
const DESK = { viewport: { width: 1360, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** A page of somebody's own browser. */
async function as(username, settings) {
  const context = await browser.newContext({ ...settings, baseURL: base, locale: "vi-VN", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click("form[action='/sign-in'] button")]);
  return page;
}

async function shoot(page, path, name) {
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${out}/${name}.png` });
  console.log(`${name}.png: ${path}`);
}

/** Address of the first class in one of the states. */
async function classIn(page, ...states) {
  await page.goto("/classes");
  for (const state of states) {
    const row = page.locator("main table tbody tr", { has: page.locator(".tag", { hasText: state }) }).first();
    if (await row.count()) return row.locator("a").first().getAttribute("href");
  }
  return null;
}

const school = await as("truong", DESK);
await shoot(school, "/board", "board");
await shoot(school, "/plan", "plan");
await shoot(school, await classIn(school, "Đang học", "Chấm bài", "Đã mở"), "class");

// a commune that may nominate now
const open = await classIn(school, "Cử học viên", "Đang cử");
if (open) {
  await school.goto(open);
  const codes = await school.locator("main a[href^='/communes/']").evaluateAll((all) => all.map((a) => a.getAttribute("href").split("/").pop()));
  for (const code of codes) {
    const officer = await as(`xa-${code}`, PHONE);
    const answer = await officer.goto(`${open}/nominations`);
    if (answer.ok() && (await officer.locator("main input[type=checkbox]").count()) > 0) {
      await shoot(officer, `${open}/nominations`, "nomination-phone");
      break;
    }
    await officer.context().close();
  }
}

// the class head of a class under way
const study = await classIn(school, "Đang học", "Chấm bài");
for (let place = 1; study && place <= 12; place += 1) {
  const head = await as(`gv${String(place).padStart(2, "0")}`, PHONE);
  const answer = await head.goto(`${study}/sessions`);
  const link = answer.ok() ? await head.locator("main table .acts a").last().getAttribute("href", { timeout: 2000 }).catch(() => null) : null;
  if (link) {
    await shoot(head, link, "roll-call-phone");
    break;
  }
  await head.context().close();
}

// the first page of a certificate, drawn by poppler
const done = await classIn(school, "Đã kết thúc");
await school.goto(`${done}/results`);
const paper = await school.locator("main a[href^='/certificates/']").first().getAttribute("href");
const pdf = await (await school.request.get(paper)).body();
writeFileSync(`${out}/certificate.pdf`, pdf);
execFileSync("pdftoppm", ["-png", "-r", "60", "-singlefile", `${out}/certificate.pdf`, `${out}/certificate`]);
execFileSync("rm", [`${out}/certificate.pdf`]);
console.log("certificate.png");
await browser.close();
