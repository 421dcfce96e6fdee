// A roster as offices send them, made for a journey: nobody in it exists.
import writeExcelFile from "write-excel-file/node";

/** Rows above the first person: title lines, an empty one, headers over two merged rows. */
const HEAD = 6;
/** Letters of the columns with the birth dates of men and of women. */
export const MEN = "C";
export const WOMEN = "D";

/** Number of the file's row in which the person at this place of the list stands. */
export const rowOf = (place) => HEAD + 1 + place;

/**
 * The file: title lines, headers over two rows, the birth date in one column for men and another for women, a totals
 * line at the end. The heading of the posts says nothing that a program could guess.
 *
 * A person is `{ name, man, woman, post, education }`; a birth date is a `Date` (a date cell) or a text as typed.
 */
export async function roster(commune, people) {
  const title = (text) => [{ value: text, columnSpan: 8, fontWeight: "bold" }, null, null, null, null, null, null, null];
  const tall = (text) => ({ value: text, rowSpan: 2, fontWeight: "bold" });
  const day = (value) => (value instanceof Date ? { value, type: Date, format: "dd/mm/yyyy" } : (value ?? null));
  const rows = [
    title("ĐẢNG BỘ TỈNH NGHỆ AN"),
    title(`DANH SÁCH CÁN BỘ, CÔNG CHỨC ${commune.toUpperCase()}`),
    title("(danh sách do máy sinh ra để thử, không phải người thật)"),
    [],
    [tall("TT"), tall("Họ và tên"), { value: "Ngày, tháng, năm sinh", columnSpan: 2 }, null, tall("Dân tộc"), tall("Việc được giao"), { value: "Trình độ", columnSpan: 2 }, null],
    [null, null, "Nam", "Nữ", null, null, "Chuyên môn", "Lý luận chính trị"],
    ...people.map((p, place) => [place + 1, p.name, day(p.man), day(p.woman), p.ethnic ?? "Kinh", p.post, p.education ?? "Đại học", p.theory ?? null]),
    [null, `Tổng cộng: ${people.length} người`],
  ];
  return writeExcelFile(rows, { sheet: "Danh sách" }).toBuffer();
}
