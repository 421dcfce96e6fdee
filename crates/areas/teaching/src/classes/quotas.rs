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
    components::{Choice, Field, Overtaken, Select, Wrong},
};

use super::{
    ClassHead, OpenClasses,
    actions::{ClassError, SeatsDraft, change_seats},
    nominating::seats::{Pool, PoolKind},
    store::{self, ClassLine, QuotaLine, pools, quotas},
};

/// Most seats of one commune that the form takes; the seats of the class bound their sum.
const SEATS_MOST: i64 = 999;

/// The quota of a commune as typed.
struct Row {
    line: QuotaLine,
    typed: String,
    wrong: Option<String>,
}

/// Kinds of pools, in the order of the form.
const KINDS: [PoolKind; 2] = [PoolKind::Bloc, PoolKind::Level];

/// The seats kept for some as typed.
struct PoolRow {
    kind: PoolKind,
    code: &'static str,
    typed: String,
    taken: i64,
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
    /// What seats are kept by, and how many for whom.
    pool_kind: Select<'a>,
    pools: Vec<PoolRow>,
    rows: Vec<Row>,
    shared: String,
    over: Option<String>,
}

impl QuotasPage<'_> {
    /// Whether seats are kept for some, or something about them is wrong.
    fn keeps(&self) -> bool {
        !self.pool_kind.value.is_empty()
            || self.pool_kind.error.is_some()
            || self.pools.iter().any(|p| p.wrong.is_some())
    }
}

/// The form as typed: `pool-CODE` is how many seats are kept for a bloc or a level, `quota-CODE` is the quota of a commune.
#[derive(Debug, Default)]
struct Typed {
    seat_limit: String,
    nominate_by: String,
    seen: String,
    quotas: BTreeMap<String, String>,
    pool_kind: String,
    pools: BTreeMap<String, String>,
}

impl Typed {
    fn of(class: &ClassLine, quotas: &[QuotaLine], pools: &[Pool]) -> Self {
        Self {
            seat_limit: class.seat_limit.to_string(),
            nominate_by: class.nominate_by.to_string(),
            seen: class.edition.to_string(),
            quotas: quotas.iter().map(|q| (q.code.clone(), q.seats.to_string())).collect(),
            pool_kind: pools.first().map(|pool| pool.kind.code().to_owned()).unwrap_or_default(),
            pools: pools.iter().map(|pool| (pool.code.clone(), pool.seats.to_string())).collect(),
        }
    }

    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "seat_limit" => typed.seat_limit = value,
                "nominate_by" => typed.nominate_by = value,
                "seen" => typed.seen = value,
                "pool_kind" => typed.pool_kind = value,
                name => {
                    if let Some(code) = name.strip_prefix("quota-") {
                        typed.quotas.insert(code.to_owned(), value);
                    } else if let Some(code) = name.strip_prefix("pool-") {
                        typed.pools.insert(code.to_owned(), value);
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
        let kinds = KINDS.map(PoolKind::code);
        let kind = errors.choice_or_empty(t, "pool_kind", "classes-pool-kind", &self.pool_kind, &kinds);
        let mut pools = Vec::new();
        for kind in KINDS.into_iter().filter(|k| Some(k.code()) == kind) {
            for code in kind.codes() {
                match self.pools.get(*code).map_or("", |typed| typed.trim()) {
                    "" | "0" => {}
                    typed => match typed.parse().ok().filter(|seats| (1..=SEATS_MOST).contains(seats)) {
                        Some(seats) => pools.push((kind, (*code).to_owned(), seats)),
                        None => tried.at = Some(((*code).to_owned(), t.get("classes-quota-off").into_owned())),
                    },
                }
            }
        }
        let draft = SeatsDraft { seat_limit: seat_limit?, nominate_by: nominate_by?, quotas: wanted, pools };
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

/// A class whose seats may still change, its quotas, the seats kept for some.
async fn changeable(db: &Db, actor: &Actor, id: ClassId) -> Result<(ClassLine, Vec<QuotaLine>, Vec<Pool>), WebError> {
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let lines = quotas(&mut conn, actor, id).await?;
    if !class.state.is_open_to_change() {
        return Err(ClassError::Closed(class.state).into());
    }
    let kept = pools(&mut conn, id).await?;
    Ok((class, lines, kept))
}

/// GET /classes/{class}/quotas
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<OpenClasses>, Path(id): Path<ClassId>) -> Answer {
    let (class, lines, kept) = changeable(&db, &permit.actor, id).await?;
    let typed = Typed::of(&class, &lines, &kept);
    show(&ui, &permit.actor, &class, (lines, kept), &typed, Tried::default())
}

fn show(
    ui: &Ui,
    actor: &Actor,
    class: &ClassLine,
    (lines, kept): (Vec<QuotaLine>, Vec<Pool>),
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
    let pools =
        KINDS.into_iter().flat_map(|kind| kind.codes().iter().map(move |code| (kind, *code))).map(|(kind, code)| {
            let has = kept.iter().find(|pool| pool.kind == kind && pool.code == code);
            PoolRow {
                kind,
                code,
                typed: typed.pools.get(code).cloned().unwrap_or_default(),
                taken: has.map_or(0, |pool| pool.taken),
                wrong: tried.at.as_ref().filter(|(at, _)| at == code).map(|(_, told)| told.clone()),
            }
        });
    let kinds: Vec<Choice> =
        KINDS.iter().map(|kind| Choice::new(kind.code(), t.get(format!("classes-pool-{}", kind.code())))).collect();
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
        pool_kind: Select::new(t, &tried.errors, "pool_kind", "classes-pool-kind", &typed.pool_kind, &kinds)
            .or_empty("classes-pool-none"),
        pools: pools.collect(),
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
    let (class, lines, kept) = changeable(&db, &permit.actor, id).await?;
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
                let (class, lines, kept) = changeable(&db, &permit.actor, id).await?;
                let (was, wants): (i64, i64) =
                    (lines.iter().map(|q| q.seats).sum(), draft.quotas.iter().map(|(_, seats)| seats).sum());
                let (by, at) = store::seats_by(&mut db.read().await?, id).await?.unwrap_or_default();
                let overtaken = Overtaken::by(t, Some(&by), at)
                    .differs("classes-seat-limit", t.num(class.seat_limit), t.num(draft.seat_limit))
                    .differs("classes-nominate-by", t.date(class.nominate_by), t.date(draft.nominate_by))
                    .differs("classes-quotas-shared", t.num(was), t.num(wants));
                tried.overtaken = Some(overtaken);
                return show(&ui, &permit.actor, &class, (lines, kept), &typed, tried);
            }
            Err(error) => return Err(error.into()),
        }
    }
    show(&ui, &permit.actor, &class, (lines, kept), &typed, tried)
}
