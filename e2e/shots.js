// Pictures of pages of a running server, for looking at and for the README.
// node shots.js BASE OUT_DIR ROLE:PATH... [--phone] [--dark]
import { chromium } from "@playwright/test";
import { mkdirSync } from "node:fs";

const [base, out, ...rest] = process.argv.slice(2);
const phone = rest.includes("--phone");
const dark = rest.includes("--dark");
const full = !rest.includes("--window");
const wanted = rest.filter((word) => !word.startsWith("--"));
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const contexts = new Map();
for (const [place, entry] of wanted.entries()) {
  const [user, path] = entry.split(/:(.*)/s);
  if (!contexts.has(user)) {
    const context = await browser.newContext({
      viewport: phone ? { width: 390, height: 844 } : { width: 1360, height: 900 },
      colorScheme: dark ? "dark" : "light",
      baseURL: base,
    });
    const page = await context.newPage();
    if (user !== "-") {
      await page.goto("/sign-in");
      await page.fill("[name=username]", user);
      await page.fill("[name=password]", process.env.DEMO_PASSWORD ?? "NgheAn@2030");
      await page.click("main button.primary");
      await page.waitForLoadState();
    }
    contexts.set(user, page);
  }
  const page = contexts.get(user);
  const answer = await page.goto(path);
  await page.waitForLoadState("networkidle");
  const name = `${String(place).padStart(2, "0")}-${user}${path.replaceAll(/[^a-z0-9]+/gi, "_")}${phone ? "-phone" : ""}${dark ? "-dark" : ""}.png`;
  await page.screenshot({ path: `${out}/${name}`, fullPage: full });
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  console.log(answer?.status(), name, width > 0 ? `scrolls sideways by ${width}` : "");
}
await browser.close();
