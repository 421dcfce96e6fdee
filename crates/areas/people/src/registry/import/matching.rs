//! The page on which the meaning of columns is corrected by hand.

use std::collections::{BTreeMap, BTreeSet};

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{ImportId, UnitId};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};

use super::{
    Column, ImportError, ImportPeople, Mapping, Reading,
    actions::{other_sheet, remap, sheets_of},
    check::letter,
    pages::web_error,
    sheet::{Cell, Sheet},
};
use crate::organisation::commune_names;

/// Rows of the file that stand beside a column as a sample.
const SAMPLE: usize = 3;

/// The form as it was typed.
struct Typed {
    sheet: String,
    head_rows: String,
    commune: String,
    columns: BTreeMap<usize, String>,
}

impl Typed {
    fn of(reading: &Reading) -> Self {
        Self {
            sheet: reading.mapping.sheet.clone(),
            head_rows: reading.mapping.head_rows.to_string(),
            commune: reading.commune.map(|id| id.to_string()).unwrap_or_default(),
            columns: reading.mapping.columns.iter().map(|(place, c)| (*place, c.code().to_owned())).collect(),
        }
    }

    fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut typed =
            Self { sheet: String::new(), head_rows: String::new(), commune: String::new(), columns: BTreeMap::new() };
        for (name, value) in pairs {
            match name.as_str() {
                "sheet" => typed.sheet = value,
                "head_rows" => typed.head_rows = value,
                "commune" => typed.commune = value,
                _ => {
                    if let Some(place) = name.strip_prefix("column-").and_then(|place| place.parse().ok()) {
                        typed.columns.insert(place, value);
                    }
                }
            }
        }
        typed
    }

    /// Places whose meaning was chosen before.
    fn twice(&self) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        self.columns
            .iter()
            .filter(|(_, c)| !c.is_empty() && !seen.insert(c.as_str()))
            .map(|(place, _)| *place)
            .collect()
    }

    /// The reading that was typed, or what is wrong at which field.
    fn reading(&self) -> Result<(Mapping, Option<UnitId>), Errors> {
        let mut errors = Errors::new();
        if !self.twice().is_empty() {
            errors.add("", "import-column-twice");
        }
        let head_rows = self.head_rows.trim().parse().ok().filter(|rows| *rows <= 1000);
        if head_rows.is_none() {
            errors.add("head_rows", "import-head-rows-wrong");
        }
        let commune: Option<UnitId> = self.commune.parse().ok();
        if commune.is_none() && !self.commune.is_empty() {
            errors.add("commune", "import-commune-wrong");
        }
        match head_rows {
            Some(head_rows) if errors.is_empty() => {
                let meaning = |(place, code): (&usize, &String)| Column::of_code(code).map(|column| (*place, column));
                let columns = self.columns.iter().filter_map(meaning).collect();
                Ok((Mapping { sheet: self.sheet.clone(), head_rows, columns }, commune))
            }
            _ => Err(errors),
        }
    }
}

/// One column of the file.
struct ColumnLine<'a> {
    place: usize,
    letter: String,
    heading: String,
    sample: Vec<String>,
    chosen: &'a str,
    twice: bool,
}

#[derive(askama::Template)]
#[template(path = "registry/import/matching.html")]
struct MatchingPage<'a> {
    t: T,
    crumbs: Crumbs,
    id: ImportId,
    wrong: Option<Wrong>,
    sheets: Option<Select<'a>>,
    sheet: &'a str,
    head_rows: Field<'a>,
    commune: Option<Select<'a>>,
    columns: Vec<ColumnLine<'a>>,
    meanings: Vec<(&'static str, String)>,
}

/// GET /people/import/{import}/columns
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    show(&ui, &db, &permit, id, None, &Errors::new()).await
}

/// POST /people/import/{import}/columns: another `sheet`, or `head_rows`, `commune` and `column-N` of the same.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let typed = Typed::from_pairs(pairs);
    let done = if typed.columns.is_empty() && !typed.sheet.is_empty() {
        other_sheet(&db, &permit, id, &typed.sheet).await
    } else {
        match typed.reading() {
            Ok((mapping, commune)) => remap(&db, &permit, id, mapping, commune).await,
            Err(errors) => return show(&ui, &db, &permit, id, Some(typed), &errors).await,
        }
    };
    match done {
        Ok(_) => Ok(ui.see(&format!("/people/import/{id}"))),
        Err(ImportError::NoRoster) => {
            let mut errors = Errors::new();
            errors.add("sheet", "import-sheet-none");
            show(&ui, &db, &permit, id, None, &errors).await
        }
        Err(error) => Err(web_error(ui.t, error)),
    }
}

async fn show(
    ui: &Ui,
    db: &Db,
    permit: &Permit<ImportPeople>,
    id: ImportId,
    typed: Option<Typed>,
    errors: &Errors,
) -> Answer {
    let t = ui.t;
    let (batch, _, sheets) = sheets_of(db, permit.into(), id).await.map_err(|e| web_error(t, e))?;
    let communes = commune_names(&mut db.read().await?, &permit.actor).await?;
    let reading = batch.reading()?;
    let typed = typed.unwrap_or_else(|| Typed::of(&reading));
    let name = &reading.mapping.sheet;
    let sheet = sheets.iter().find(|s| s.name == *name).ok_or(WebError::NotFound)?;
    let sheet_choices: Vec<Choice> = sheets.iter().map(|s| Choice::new(&s.name, &s.name)).collect();
    let commune_choices: Vec<Choice> =
        communes.iter().map(|c| Choice::new(c.commune_id.to_string(), &c.name)).collect();
    let page = MatchingPage {
        t,
        crumbs: Crumbs::to(t, t.get("import-columns"))
            .by("/people", t.get("registry-title"))
            .by("/people/import", t.get("import-title"))
            .by(format!("/people/import/{id}"), batch.file_name.clone()),
        id,
        wrong: Wrong::of(t, errors),
        sheets: (sheets.len() > 1)
            .then(|| Select::new(t, errors, "sheet", "import-sheet-choose", name, &sheet_choices)),
        sheet: name,
        head_rows: Field::new(t, errors, "head_rows", "import-head-rows", &typed.head_rows)
            .kind("number")
            .class("short"),
        commune: (communes.len() > 1).then(|| {
            Select::new(t, errors, "commune", "import-commune-all", &typed.commune, &commune_choices)
                .or_empty("import-commune-column")
        }),
        columns: lines(sheet, reading.mapping.head_rows, &typed),
        meanings: Column::ALL
            .into_iter()
            .map(|c| (c.code(), t.get(format!("import-column-{}", c.code())).into_owned()))
            .collect(),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("import-columns"), &page)
}

/// Columns that have a heading or content, with both.
fn lines<'a>(sheet: &Sheet, head_rows: usize, typed: &'a Typed) -> Vec<ColumnLine<'a>> {
    let twice = typed.twice();
    let texts = |rows: std::ops::Range<usize>, place: usize, most: usize| -> Vec<String> {
        let rows = sheet.rows.iter().take(rows.end).skip(rows.start);
        rows.filter_map(|cells| cells.get(place).filter(|c| !c.is_empty()).map(Cell::text)).take(most).collect()
    };
    let width = sheet.rows.iter().skip(head_rows.saturating_sub(2)).map(Vec::len).max().unwrap_or(0);
    (0..width)
        .map(|place| ColumnLine {
            place,
            letter: letter(place),
            heading: texts(head_rows.saturating_sub(2)..head_rows, place, 2).join(" / "),
            sample: texts(head_rows..sheet.rows.len(), place, SAMPLE),
            chosen: typed.columns.get(&place).map_or("", String::as_str),
            twice: twice.contains(&place),
        })
        .filter(|c| !c.heading.is_empty() || !c.sample.is_empty())
        .collect()
}
