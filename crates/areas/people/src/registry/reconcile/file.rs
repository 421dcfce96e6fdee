//! Declarations of many communes as one sheet: the template down, the filled sheet up with a preview and its faults by row and
//! column.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::store::{Conn, Db, Tx};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use chrono::NaiveDate;
use documents::sheet::{self, Cell as Written, Column, Table};
use kernel::{Actor, UnitId, text::fold};
use web::{Answer, Download, Errors, Lang, Permit, T, Ui, Upload, WebError, components::Crumbs};

use super::{
    commune::{Input, LINES, Typed, declare, read, words},
    store::{CommuneLine, communes, latest_lines},
};
use crate::{
    organisation::titled,
    registry::import::{Cell, FileError, ImportPeople, Sheet, read_sheets},
};

/// Largest file in bytes: a line for each commune of a province needs far less.
pub(in crate::registry) const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Rows within which the headings stand.
const HEAD_WITHIN: usize = 20;

/// What a column is called: the code and the name of the commune, the day, the source, then the lines.
fn headings(t: T) -> Vec<(&'static str, String)> {
    let plain = [
        ("code", "reconcile-code"),
        ("name", "registry-commune"),
        ("as_of", "reconcile-as-of"),
        ("source", "reconcile-source"),
    ];
    let plain = plain.into_iter().map(|(field, key)| (field, t.get(key).into_owned()));
    plain.chain(LINES.into_iter().map(|(field, dimension, key)| (field, line_label(t, dimension, key)))).collect()
}

/// A line with its dimension: `Khối: Đảng`.
pub(super) fn line_label(t: T, dimension: &str, key: &str) -> String {
    let word = t.get(words(dimension, key));
    if dimension == "total" { word.into_owned() } else { format!("{}: {word}", t.get(format!("registry-{dimension}"))) }
}

/// GET /people/reconcile/file.xlsx: a line for each commune within the actor's scope, to be filled in.
pub(in crate::registry) async fn get_template(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    let (t, today) = (ui.t, db.today());
    let lines = communes(&mut db.read().await?, &permit.actor, today).await?;
    let headings = headings(t);
    let width = |field: &str| match field {
        "name" | "source" => 34.0,
        "as_of" => 16.0,
        _ => 13.0,
    };
    let row = |c: &CommuneLine| {
        let mut cells = vec![Written::Text(c.code.clone()), Written::Text(titled(t, &c.kind, &c.name))];
        cells.resize_with(headings.len(), || Written::Empty);
        cells
    };
    let table = Table {
        name: t.get("reconcile-file-sheet").into_owned(),
        title: t.get("reconcile-file-title").into_owned(),
        notes: vec![t.get("reconcile-file-note").into_owned()],
        rows: lines.iter().map(row).collect(),
        columns: headings.iter().map(|(field, title)| Column { title: title.clone(), width: width(field) }).collect(),
        totals: Vec::new(),
        dated: today,
    };
    let bytes = web::apart(move || sheet::write(&[table])).await?;
    Ok(Download::xlsx(format!("khai-so-lieu-{today}.xlsx"), bytes).into_response())
}

/// A row of the sheet as it goes through the form: its number in the file and what it says, by field.
type Row = (usize, Typed);

/// A fault with its place in the file.
struct Fault {
    row: usize,
    column: String,
    text: String,
}

/// A cell as the form of one commune would have it typed.
fn typed(field: &str, cell: &Cell) -> String {
    match cell {
        Cell::Day(day) => day.to_string(),
        Cell::Text(text) if field == "as_of" => {
            let text = text.trim();
            NaiveDate::parse_from_str(text, "%d/%m/%Y").map_or_else(|_| text.to_owned(), |day| day.to_string())
        }
        other => other.text().trim().to_owned(),
    }
}

/// The rows that say something, below headings in either language; none where no sheet has a code and a total.
fn rows(sheets: &[Sheet]) -> Option<Vec<Row>> {
    let known: HashMap<String, &'static str> = [Lang::Vi, Lang::En]
        .into_iter()
        .flat_map(|lang| headings(T::new(lang)))
        .map(|(f, title)| (fold(&title), f))
        .collect();
    for sheet in sheets {
        for (head, row) in sheet.rows.iter().enumerate().take(HEAD_WITHIN) {
            let columns: BTreeMap<usize, &'static str> = row
                .iter()
                .enumerate()
                .filter_map(|(place, cell)| Some((place, *known.get(&fold(cell.text().trim()))?)))
                .collect();
            if !["code", "total"].iter().all(|field| columns.values().any(|found| found == field)) {
                continue;
            }
            let said = sheet.rows.iter().enumerate().skip(head + 1).map(|(number, row)| {
                let cells = columns.iter().filter(|(_, field)| **field != "name");
                let cells = cells.map(|(place, field)| (*field, row.get(*place).unwrap_or(&Cell::Empty)));
                let typed = cells.map(|(field, cell)| (field.to_owned(), typed(field, cell)));
                (number + 1, typed.filter(|(_, text)| !text.is_empty()).collect::<Typed>())
            });
            // the template comes with every code: a line that nobody filled in says nothing
            return Some(said.filter(|(_, typed)| typed.keys().any(|field| field != "code")).collect());
        }
    }
    None
}

/// What would be declared.
struct Wanted {
    commune: CommuneLine,
    input: Input,
}

impl Wanted {
    fn total(&self) -> i64 {
        self.input.lines.iter().find(|(dimension, ..)| *dimension == "total").map_or(0, |(.., people)| *people)
    }
}

/// What the rows say of the communes within the actor's scope, without what is declared already; how many of these there are;
/// and the faults.
async fn check(
    conn: &mut Conn,
    t: T,
    actor: &Actor,
    rows: &[Row],
    today: NaiveDate,
) -> Result<(Vec<Wanted>, usize, Vec<Fault>), WebError> {
    let communes = communes(conn, actor, today).await?;
    let mut declared: HashMap<UnitId, BTreeSet<(String, String, i64)>> = HashMap::new();
    for (commune, dimension, key, people) in latest_lines(conn, actor).await? {
        declared.entry(commune).or_default().insert((dimension, key, people));
    }
    let titles: HashMap<&str, String> = headings(t).into_iter().collect();
    let title = |field: &str| titles.get(field).cloned().unwrap_or_default();
    let (mut wanted, mut same, mut faults) = (Vec::<Wanted>::new(), 0, Vec::new());
    let mut seen = BTreeSet::new();
    for (row, typed) in rows {
        let code = typed.get("code").map_or("", String::as_str);
        let mut fault = |field: &str, text: String| faults.push(Fault { row: *row, column: title(field), text });
        let Some(commune) = communes.iter().find(|c| c.code == code) else {
            fault("code", t.arg("reconcile-file-no-commune", "code", code.to_owned()).into_owned());
            continue;
        };
        if !seen.insert(code) {
            fault("code", t.arg("reconcile-file-twice", "code", code.to_owned()).into_owned());
            continue;
        }
        let mut errors = Errors::new();
        let Some(input) = read(t, typed, today, &mut errors) else {
            errors.all(t).into_iter().for_each(|(field, text)| fault(field, text));
            continue;
        };
        let lines =
            input.lines.iter().map(|(dimension, key, people)| ((*dimension).to_owned(), (*key).to_owned(), *people));
        let is_same = commune.as_of == Some(input.as_of)
            && commune.source.as_deref() == Some(&input.source)
            && declared.get(&commune.commune_id) == Some(&lines.collect());
        if is_same {
            same += 1;
        } else {
            wanted.push(Wanted { commune: commune.clone(), input });
        }
    }
    Ok((wanted, same, faults))
}

#[derive(askama::Template)]
#[template(path = "registry/reconcile/file.html")]
struct FilePage {
    t: T,
    crumbs: Crumbs,
    /// What is wrong with the file as a whole.
    error: Option<String>,
    faults: Vec<Fault>,
    preview: Option<Preview>,
}

/// What the file would declare.
struct Preview {
    wanted: Vec<Wanted>,
    same: usize,
    /// The rows on their way through the form.
    carried: String,
}

fn page(ui: &Ui, error: Option<String>, faults: Vec<Fault>, preview: Option<Preview>) -> Answer {
    let t = ui.t;
    let title = t.get("reconcile-file");
    let crumbs = Crumbs::to(t, title.clone())
        .by("/people/statistics", t.get("statistics-title"))
        .by("/people/reconcile", t.get("reconcile-title"));
    let is_wrong = error.is_some() || !faults.is_empty();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    ui.page_with(status, title, &FilePage { t, crumbs, error, faults, preview })
}

/// GET /people/reconcile/file
pub(in crate::registry) async fn get(ui: Ui, _permit: Permit<ImportPeople>) -> Answer {
    page(&ui, None, Vec::new(), None)
}

/// POST /people/reconcile/file: a file is shown with what it would declare; sent again with the field `rows` that the page
/// carries, it is done, all or nothing.
pub(in crate::registry) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    upload: Upload,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let carried = upload.fields.iter().find(|(name, _)| name == "rows").map(|(_, rows)| rows.clone());
    let refused = |text: String| page(&ui, Some(text), Vec::new(), None);
    let rows: Vec<Row> = match &carried {
        Some(rows) => serde_json::from_str(rows).map_err(|_| WebError::BadRequest)?,
        None => {
            let read = match upload.bytes {
                bytes if bytes.is_empty() && upload.file_name.is_empty() => Err(FileError::None),
                bytes => web::blocking(move || read_sheets(bytes).map(|sheets| rows(&sheets))).await?,
            };
            match read {
                Err(error) => return refused(t.get(format!("import-file-{}", error.code())).into_owned()),
                Ok(None) => return refused(t.get("reconcile-file-no-sheet").into_owned()),
                Ok(Some(rows)) if rows.is_empty() => return refused(t.get("reconcile-file-empty").into_owned()),
                Ok(Some(rows)) => rows,
            }
        }
    };
    let (wanted, same, faults) = check(&mut db.read().await?, t, &permit.actor, &rows, today).await?;
    if !faults.is_empty() {
        return page(&ui, None, faults, None);
    }
    if carried.is_some() {
        let n = wanted.len();
        db.write(async |tx: &mut Tx| {
            for one in &wanted {
                declare(tx, &permit, &one.commune, &one.input).await?;
            }
            Ok::<_, ::store::StoreError>(())
        })
        .await?;
        return Ok(ui.see_with("/people/reconcile", "reconcile-file-done", &[("n", n.to_string())]));
    }
    let carried = serde_json::to_string(&rows).map_err(|e| WebError::Internal(e.to_string()))?;
    page(&ui, None, Vec::new(), Some(Preview { wanted, same, carried }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }

    #[test]
    fn rows_that_say_something_are_read_below_headings_in_either_language() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        for lang in [Lang::Vi, Lang::En] {
            let titles: HashMap<&str, String> = headings(T::new(lang)).into_iter().collect();
            let head = ["code", "name", "as_of", "source", "total"].map(|field| text(&titles[field].to_uppercase()));
            let sheet = Sheet {
                name: "Khai".into(),
                rows: vec![
                    vec![text("Khai số liệu")],
                    head.to_vec(),
                    vec![text("00001"), text("Xã Một"), Cell::Day(day), text("Báo cáo 1"), Cell::Number(12.0)],
                    vec![text("00002"), text("Xã Hai"), Cell::Empty, Cell::Empty, Cell::Empty],
                    vec![text("00003"), text("Xã Ba"), text(" 01/11/2026 "), text("Báo cáo 3"), text("1.200")],
                ],
            };
            let typed = |row: &Typed| ["code", "as_of", "source", "total"].map(|field| row[field].clone());
            let rows = rows(&[sheet]).unwrap();
            assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 5]);
            assert_eq!(typed(&rows[0].1), ["00001", "2026-11-01", "Báo cáo 1", "12"]);
            assert_eq!(typed(&rows[1].1), ["00003", "2026-11-01", "Báo cáo 3", "1.200"]);
        }
        assert_eq!(rows(&[Sheet { name: "Khác".into(), rows: vec![vec![text("Mã"), text("Tên")]] }]), None);
    }
}
