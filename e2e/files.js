// Small files that journeys send: made here, so that nothing is kept in the repository.
import { crc32 } from "node:zlib";

/** A ZIP of [name, content] pairs, stored without packing. */
export function zip(parts) {
  const [bodies, heads] = [[], []];
  let offset = 0;
  for (const [name, content] of parts) {
    const [title, data] = [Buffer.from(name, "utf8"), Buffer.from(content)];
    const head = Buffer.alloc(26);
    // version, names in UTF-8, stored, no time, the first day that the format knows
    [20, 0x0800, 0, 0, 0x21].forEach((value, at) => head.writeUInt16LE(value, at * 2));
    head.writeUInt32LE(crc32(data), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt16LE(title.length, 22);
    const body = Buffer.concat([Buffer.from("PK\x03\x04"), head, title, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    heads.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), head, rest, title]));
    bodies.push(body);
    offset += body.length;
  }
  const central = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A Word document of paragraphs. */
export function docx(...paragraphs) {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`).join("");
  const space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  return zip([
    ["[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'],
    ["word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="${space}"><w:body>${body}</w:body></w:document>`],
  ]);
}

/** A PDF of one empty page with a line of letters without tone marks. */
export function pdf(text) {
  const stream = `BT /F1 24 Tf 72 700 Td (${text}) Tj ET`;
  const parts = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let out = "%PDF-1.4\n";
  const places = parts.map((part, at) => {
    const place = out.length;
    out += `${at + 1} 0 obj\n${part}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const start = out.length;
  return Buffer.from(`${out}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`, "latin1");
}

/** A second of a quiet tone. */
export function wav() {
  const data = Buffer.alloc(8000);
  for (let at = 0; at < data.length; at += 1) data[at] = 128 + Math.round(20 * Math.sin(at / 5));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** A file as an input takes it. */
export const file = (name, buffer, mimeType = "application/octet-stream") => ({ name, buffer, mimeType });
