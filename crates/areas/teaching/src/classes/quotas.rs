//! Seats of a class, its deadline and what each commune gets: looked at before communes are told, changed while seats may change.

use std::collections::BTreeMap;

use ::store::Db;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Actor, ClassId, UnitId};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Field, Overtaken, Wrong},
};

use super::{
    ClassHead, OpenClasses,
    actions::{ClassError, SeatsDraft, change_seats},
    store::{self, ClassLine, QuotaLine, quotas},
};

/// Most seats of one commune that the form takes; the seats of the class bound their sum.
const SEATS_MOST: i64 = 999;

/// The quota of a commune as typed.
struct Row {
    line: QuotaLine,
    typed: String,
    wrong: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "classes/quotas.html")]
struct QuotasPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    fields: Vec<Field<'a>>,
    rows: Vec<Row>,
    shared: String,
    over: Option<String>,
}

/// The form as typed: `quota-CODE` is the quota of a commune.
#[derive(Debug, Default)]
struct Typed {
    seat_limit: String,
    nominate_by: String,
    seen: String,
    quotas: BTreeMap<String, String>,
}

impl Typed {
    fn of(class: &ClassLine, quotas: &[QuotaLine]) -> Self {
        Self {
            seat_limit: class.seat_limit.to_string(),
            nominate_by: class.nominate_by.to_string(),
            seen: class.edition.to_string(),
            quotas: quotas.iter().map(|q| (q.code.clone(), q.seats.to_string())).collect(),
        }
    }

    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "seat_limit" => typed.seat_limit = value,
                "nominate_by" => typed.nominate_by = value,
                "seen" => typed.seen = value,
                name => {
                    if let Some(code) = name.strip_prefix("quota-") {
                        typed.quotas.insert(code.to_owned(), value);
                    }
                }
            }
        }
        typed
    }

    /// The draft, or what is wrong at which field and commune.
    fn read(&self, t: T, lines: &[QuotaLine], tried: &mut Tried) -> Option<SeatsDraft> {
        let errors = &mut tried.errors;
        let seat_limit =
            self.seat_limit.trim().parse().map_err(|_| errors.add("seat_limit", "classes-seat-limit-off")).ok();
        let nominate_by = errors.day(t, "nominate_by", "classes-nominate-by", &self.nominate_by);
        let mut wanted: Vec<(UnitId, i64)> = Vec::new();
        for line in lines {
            let Some(typed) = self.quotas.get(&line.code) else { continue };
            match typed.trim().parse().ok().filter(|seats| (0..=SEATS_MOST).contains(seats)) {
                Some(seats) => wanted.push((line.commune_id, seats)),
                None => tried.at = Some((line.code.clone(), t.get("classes-quota-off").into_owned())),
            }
        }
        let draft = SeatsDraft { seat_limit: seat_limit?, nominate_by: nominate_by?, quotas: wanted };
        Some(draft).filter(|_| tried.errors.is_empty() && tried.at.is_none())
    }
}

/// What was wrong with the last try.
#[derive(Default)]
struct Tried {
    errors: Errors,
    /// The commune whose quota is wrong, and why.
    at: Option<(String, String)>,
    over: Option<String>,
    overtaken: Option<Overtaken>,
}

impl Tried {
    fn status(&self) -> StatusCode {
        if self.at.is_some() || self.over.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            Overtaken::status(self.overtaken.as_ref(), &self.errors)
        }
    }
}

/// A class whose seats may still change.
async fn changeable(db: &Db, actor: &Actor, id: ClassId) -> Result<(ClassLine, Vec<QuotaLine>), WebError> {
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let lines = quotas(&mut conn, actor, id).await?;
    if !class.state.is_open_to_change() {
        return Err(ClassError::Closed(class.state).into());
    }
    Ok((class, lines))
}

/// GET /classes/{class}/quotas
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<OpenClasses>, Path(id): Path<ClassId>) -> Answer {
    let (class, lines) = changeable(&db, &permit.actor, id).await?;
    let typed = Typed::of(&class, &lines);
    show(&ui, &permit.actor, &class, lines, &typed, Tried::default())
}

fn show(
    ui: &Ui,
    actor: &Actor,
    class: &ClassLine,
    lines: Vec<QuotaLine>,
    typed: &Typed,
    tried: Tried,
) -> Result<Response, WebError> {
    let t = ui.t;
    let status = tried.status();
    let shared: i64 = lines.iter().map(|q| q.seats).sum();
    let shared = t.args("classes-shared-of", [("shared", shared.into()), ("seats", class.seat_limit.into())]);
    let rows = lines
        .into_iter()
        .map(|line| Row {
            typed: typed.quotas.get(&line.code).cloned().unwrap_or_else(|| line.seats.to_string()),
            wrong: tried.at.as_ref().filter(|(code, _)| *code == line.code).map(|(_, told)| told.clone()),
            line,
        })
        .collect();
    let page = QuotasPage {
        t,
        head: ClassHead::new(t, actor, class, "quotas"),
        wrong: Wrong::of(t, &tried.errors),
        fields: vec![
            Field::new(t, &tried.errors, "seat_limit", "classes-seat-limit", &typed.seat_limit)
                .kind("number")
                .hint("classes-seat-limit-hint")
                .required(),
            Field::new(t, &tried.errors, "nominate_by", "classes-nominate-by", &typed.nominate_by)
                .kind("date")
                .required(),
        ],
        rows,
        shared: shared.into_owned(),
        over: tried.over,
        overtaken: tried.overtaken,
        class,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// POST /classes/{class}/quotas: saves, unless somebody saved after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(id): Path<ClassId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let t = ui.t;
    let typed = Typed::from(pairs);
    let (class, lines) = changeable(&db, &permit.actor, id).await?;
    let mut tried = Tried::default();
    if let Some(draft) = typed.read(t, &lines, &mut tried) {
        match change_seats(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(moved) => {
                let args = [("n", moved.to_string())];
                return Ok(ui.see_with(&format!("/classes/{id}"), "classes-seats-changed", &args).into_response());
            }
            Err(ClassError::Field(field, key)) => tried.errors.add(field, key),
            Err(ClassError::Held(code, seats)) => {
                tried.at = Some((code, t.arg("classes-quota-held-n", "n", seats).into_owned()));
            }
            Err(ClassError::Shared { shared, limit }) => {
                let args = [("shared", shared.into()), ("limit", limit.into())];
                tried.over = Some(t.args("classes-quotas-over", args).into_owned());
            }
            Err(ClassError::Overtaken) => {
                let (class, lines) = changeable(&db, &permit.actor, id).await?;
                let (was, wants): (i64, i64) =
                    (lines.iter().map(|q| q.seats).sum(), draft.quotas.iter().map(|(_, seats)| seats).sum());
                let overtaken = Overtaken::by(t, None, None)
                    .differs("classes-seat-limit", t.num(class.seat_limit), t.num(draft.seat_limit))
                    .differs("classes-nominate-by", t.date(class.nominate_by), t.date(draft.nominate_by))
                    .differs("classes-quotas-shared", t.num(was), t.num(wants));
                tried.overtaken = Some(overtaken);
                return show(&ui, &permit.actor, &class, lines, &typed, tried);
            }
            Err(error) => return Err(error.into()),
        }
    }
    show(&ui, &permit.actor, &class, lines, &typed, tried)
}
