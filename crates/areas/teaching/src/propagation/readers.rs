//! Who has read a document and who has not, as a page and as a spreadsheet.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::sheet::{self, Cell, Column, Table};
use kernel::CircularId;
use web::{Answer, Download, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    PublishCirculars,
    actions::find,
    store::{Circular, Reader, readers, without_account},
};

struct Row {
    reader: Reader,
    role: String,
}

struct Readers {
    circular: Circular,
    rows: Vec<Row>,
    unreachable: Vec<String>,
}

async fn read(t: T, db: &Db, permit: &Permit<PublishCirculars>, id: CircularId) -> Result<Readers, WebError> {
    let circular = find(db, &permit.actor, id).await?;
    let mut conn = db.read().await?;
    let all = readers(&mut conn, &permit.actor, id).await?;
    let row = |reader: Reader| Row { role: t.get(format!("accounts-role-{}", reader.role)).into_owned(), reader };
    Ok(Readers {
        circular,
        rows: all.into_iter().map(row).collect(),
        unreachable: without_account(&mut conn, &permit.actor, id).await?,
    })
}

#[derive(askama::Template)]
#[template(path = "propagation/readers.html")]
struct ReadersPage {
    t: T,
    crumbs: Crumbs,
    circular: Circular,
    waiting: Vec<Row>,
    done: Vec<Row>,
    unreachable: Vec<String>,
    share: String,
}

/// GET /circulars/{circular}/readers
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PublishCirculars>,
    Path(id): Path<CircularId>,
) -> Answer {
    let t = ui.t;
    let Readers { circular, rows, unreachable } = read(t, &db, &permit, id).await?;
    let all = rows.len();
    let (done, waiting): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.reader.confirmed_at.is_some());
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let page = ReadersPage {
        t,
        crumbs: Crumbs::to(t, t.get("propagation-readers"))
            .by("/circulars", t.get("propagation-title"))
            .by(format!("/circulars/{id}"), circular.title.clone()),
        share: t
            .args(
                "propagation-share",
                [
                    ("done", done.len().into()),
                    ("all", all.into()),
                    ("share", t.pct(count(done.len()), count(all)).into()),
                ],
            )
            .into_owned(),
        circular,
        waiting,
        done,
        unreachable,
    };
    ui.page(t.get("propagation-readers"), &page)
}

/// GET /circulars/{circular}/readers.xlsx
pub(super) async fn get_sheet(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PublishCirculars>,
    Path(id): Path<CircularId>,
) -> Answer {
    let t = ui.t;
    let found = read(t, &db, &permit, id).await?;
    let today = db.today();
    let column = |key: &str, width: f64| Column { title: t.get(key).into_owned(), width };
    let text = |text: &str| Cell::Text(text.to_owned());
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| Cell::Text(at.map(|at| t.stamp(at)).unwrap_or_default());
    let state = |r: &Reader| match (r.confirmed_at, r.opened_at) {
        (Some(_), _) => t.get("propagation-confirmed"),
        (None, Some(_)) => t.get("propagation-opened"),
        (None, None) => t.get("propagation-unread"),
    };
    let mut rows: Vec<Vec<Cell>> = found
        .rows
        .iter()
        .map(|row| {
            let r = &row.reader;
            vec![
                text(&r.name),
                text(&row.role),
                text(r.commune.as_deref().unwrap_or_default()),
                text(&state(r)),
                moment(r.opened_at),
                moment(r.confirmed_at),
            ]
        })
        .collect();
    rows.extend(found.unreachable.iter().map(|commune| {
        let empty = || Cell::Text(String::new());
        vec![empty(), empty(), text(commune), text(&t.get("propagation-no-account")), empty(), empty()]
    }));
    let table = Table {
        name: t.get("propagation-readers").chars().take(31).collect(),
        title: found.circular.title.clone(),
        notes: vec![found.circular.number.clone(), t.date(today)],
        columns: vec![
            column("propagation-reader", 32.0),
            column("propagation-role", 32.0),
            column("propagation-commune", 24.0),
            column("propagation-state", 18.0),
            column("propagation-opened-at", 18.0),
            column("propagation-confirmed-at", 18.0),
        ],
        rows,
        totals: Vec::new(),
        dated: today,
    };
    let bytes = sheet::write(&[table]).map_err(|e| WebError::Internal(e.to_string()))?;
    Ok(Download::xlsx(format!("quan-triet-{today}.xlsx"), bytes).into_response())
}
