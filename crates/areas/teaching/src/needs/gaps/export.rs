//! Gaps as a spreadsheet.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::sheet::{self, Cell, Column, Table};
use kernel::Scope;
use people::organisation::titled;
use web::{Answer, Download, Permit, T, Ui, WebError};

use super::{
    super::{ReadNeeds, model::Tally},
    figures::{Figures, figures, of_province},
};

/// GET /needs/gaps.xlsx: the province's gaps, or those of the reader's commune; no names.
pub(in crate::needs) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>) -> Answer {
    let today = db.today();
    let tables = match permit.actor.scope {
        Scope::Own(_) => return Err(WebError::NotFound),
        Scope::Commune(commune) => {
            let mut conn = db.read().await?;
            let figures = figures(&mut conn, &db, &permit.actor, Some(commune)).await?;
            tables(ui.t, &figures, today)
        }
        Scope::Province | Scope::Nobody => tables(ui.t, &*of_province(&db, &permit.actor).await?, today),
    };
    let bytes = web::apart(move || sheet::write(&tables)).await?;
    Ok(Download::xlsx(format!("khoang-trong-nang-luc-{today}.xlsx"), bytes).into_response())
}

fn tables(t: T, figures: &Figures, dated: chrono::NaiveDate) -> [Table; 2] {
    let column = |key: &str, width: f64| Column { title: t.get(key).into_owned(), width };
    let scheme = figures.scheme.as_ref().map_or("", |s| s.short_name.as_str());
    let counts = |tally: Tally| [tally.required, tally.known, tally.gaps, tally.levels].map(Cell::Whole);
    let heads = || ["needs-required-n", "needs-known-n", "needs-gap-n", "needs-levels-n"].map(|key| column(key, 14.0));
    let table = |key: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>| Table {
        name: t.get(key).into_owned(),
        title: format!("{} – {scheme}", t.get("needs-gaps")),
        notes: vec![t.arg("needs-as-of", "day", t.date(dated)).into_owned()],
        columns,
        rows,
        totals: Vec::new(),
        dated,
    };
    let by_commune = figures.by_commune();
    let communes = figures.communes.iter().filter_map(|(id, code, name, kind)| {
        let (people, tally) = by_commune.get(id).copied()?;
        let head = [Cell::Text(code.clone()), Cell::Text(titled(t, kind, name)), Cell::Whole(people)];
        Some(head.into_iter().chain(counts(tally)).collect())
    });
    let competences = figures.competences.iter().zip(figures.by_competence()).map(|(c, tally)| {
        let head = [Cell::Text(c.code.clone()), Cell::Text(c.name.clone())];
        head.into_iter().chain(counts(tally)).collect()
    });
    [
        table(
            "needs-by-competence",
            [column("needs-code", 10.0), column("needs-competence", 60.0)].into_iter().chain(heads()).collect(),
            competences.collect(),
        ),
        table(
            "needs-by-commune",
            [column("needs-code", 10.0), column("needs-commune", 30.0), column("needs-people", 12.0)]
                .into_iter()
                .chain(heads())
                .collect(),
            communes.collect(),
        ),
    ]
}
