// Text documents as an office program opens them, and what stands in a PDF.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Turns text documents into PDF as an office program lays them out, with the letters that the project carries. */
export function laidOut(files) {
  const folder = mkdtempSync(join(tmpdir(), "boiduong-kit-"));
  try {
    const fonts = fileURLToPath(new URL("../crates/documents/fonts", import.meta.url));
    const same = "<alias binding='same'><family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias>";
    const conf = join(folder, "fonts.conf");
    writeFileSync(conf, `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${join(folder, "cache")}</cachedir>${same}</fontconfig>`);
    for (const [name, bytes] of files) writeFileSync(join(folder, `${name}.docx`), bytes);
    const names = files.map(([name]) => join(folder, `${name}.docx`));
    const home = `-env:UserInstallation=file://${join(folder, "profile")}`;
    const env = { ...process.env, FONTCONFIG_FILE: conf };
    mkdirSync(join(folder, "out"));
    execFileSync("soffice", [home, "--headless", "--convert-to", "pdf", "--outdir", join(folder, "out"), ...names], { env, stdio: "pipe", timeout: 120_000 });
    return new Map(files.map(([name]) => [name, read(join(folder, "out", `${name}.pdf`))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Words and number of pages of a PDF. */
function read(file) {
  const pages = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).split("\f");
  return { text: pages.join(" ").replace(/\s+/g, " "), pages: pages.length - 1 };
}

/** The same of bytes. */
export function readBytes(bytes) {
  const folder = mkdtempSync(join(tmpdir(), "boiduong-kit-"));
  try {
    writeFileSync(join(folder, "one.pdf"), bytes);
    return read(join(folder, "one.pdf"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
