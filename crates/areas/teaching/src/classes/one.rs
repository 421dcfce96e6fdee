//! One class: facts, quotas, people, half-days, history; its next step and what stands before it, cancelling it, giving it a head.

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::{AccountId, Actor, ClassId, Scope, UnitId};
use people::{accounts::accounts_of, organisation::titled};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Select, Split},
};

use super::{
    ClassHead, OpenClasses, ReadClasses,
    actions::{ClassError, assign_head, cancel_class, file_class, open_class, publish_class},
    life::{Check, Weight, ahead},
    model::ClassMove,
    nominating::{
        seats::Seats,
        store::{TransferLine, transfers},
    },
    store::{
        self, ClassLine, MoveLine, NominationLine, QuotaLine, heads_only, moves, names_hidden, nominations, quotas,
    },
    telling::{Checks, Listed, listed, taken, todo, told_pools},
};
use crate::timetable::{Published, WeekPart};

#[derive(askama::Template)]
#[template(path = "classes/one.html")]
struct OnePage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    taken: String,
    quotas: &'a [QuotaLine],
    silent: usize,
    few: Option<String>,
    people: Vec<Listed>,
    week: WeekPart<'a>,
    moves: &'a [MoveLine],
    transfers: Vec<(&'a TransferLine, String)>,
    /// Seats that are kept for some until the deadline.
    pools: Vec<String>,
    names: bool,
    /// A lecturer sees the names of the own class, but neither records of people nor of communes.
    may_people: bool,
    may_communes: bool,
    may_open: bool,
    meter: Split,
    refused: Vec<String>,
    next: Option<Next>,
    reason: String,
    reason_error: Option<String>,
    cancel_reason: String,
    cancel_error: Option<String>,
    heading: Select<'a>,
}

/// The next step of the class with what stands before it.
struct Next {
    step: ClassMove,
    /// Address of the form that takes the step; none where another page does.
    action: Option<&'static str>,
    /// Key of the field that the form asks for, if it asks for anything.
    asks: Option<&'static str>,
    /// Whether the step cannot do without it.
    needs: bool,
    checks: Checks,
}

/// From whom to whom seats went.
fn told_transfer(t: T, line: &TransferLine) -> String {
    let from = titled(t, &line.from_kind, &line.from_name);
    let to = titled(t, &line.to_kind, &line.to_name);
    t.args("classes-transfer", [("n", line.seats.into()), ("from", from.into()), ("to", to.into())]).into_owned()
}

impl Next {
    fn new(t: T, class: ClassId, step: ClassMove, checks: &[Check]) -> Self {
        let (action, field) = match step {
            ClassMove::Publish => (Some("publication"), None),
            ClassMove::Open => {
                let asked = checks.iter().any(|check| check.weight == Weight::Reason && !check.met());
                (Some("opening"), asked.then_some("classes-step-reason"))
            }
            ClassMove::File => (Some("filing"), Some("classes-file-place")),
            ClassMove::Begin | ClassMove::FinishStudy | ClassMove::Complete | ClassMove::Cancel => (None, None),
        };
        let needs = step == ClassMove::File;
        Self { step, action, asks: field, needs, checks: Checks::new(t, checks, &format!("/classes/{class}/")) }
    }
}

/// A class for somebody who may see this much of it.
#[derive(PartialEq, Eq, Hash)]
struct Asked {
    class: ClassId,
    province: Option<UnitId>,
    scope: Scope,
    heads: Option<AccountId>,
    lecturers: bool,
}

/// What the page reads.
struct Seen {
    class: ClassLine,
    ahead: Option<(ClassMove, Vec<Check>)>,
    quotas: Vec<QuotaLine>,
    people: Vec<NominationLine>,
    seats: Seats,
    communes: i64,
    week: Published,
    moves: Vec<MoveLine>,
    transfers: Vec<TransferLine>,
    lecturers: Vec<(AccountId, String)>,
}

/// What was typed into one of the forms of the page.
#[derive(Default)]
struct Tried {
    reason: String,
    cancel_reason: String,
    head: String,
    refused: Vec<String>,
}

/// GET /classes/{class}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    show(&ui, &db, &permit.actor, class, Tried::default(), &Errors::new(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    id: ClassId,
    mut tried: Tried,
    errors: &Errors,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let may_open = ui.may("classes.open");
    let asked = Asked {
        class: id,
        province: actor.province,
        scope: actor.scope,
        heads: heads_only(actor),
        lecturers: may_open,
    };
    let seen = db
        .kept(asked, async |conn| {
            let class = store::class(conn, actor, id).await?.ok_or(WebError::NotFound)?;
            Ok::<_, WebError>(Seen {
                ahead: if may_open { ahead(conn, &class, db.today()).await? } else { None },
                quotas: quotas(conn, actor, id).await?,
                people: nominations(conn, actor, id).await?,
                seats: store::seats(conn, &class, db.today()).await?,
                communes: store::communes(conn, actor).await?,
                week: Published::read(conn, id).await?,
                moves: moves(conn, id).await?,
                transfers: if may_open { transfers(conn, id).await? } else { Vec::new() },
                lecturers: if may_open { accounts_of(conn, actor, "lecturer").await? } else { Vec::new() },
                class,
            })
        })
        .await?;
    let Seen { class, ahead, quotas, people, seats, communes, week, moves, transfers, lecturers } = &*seen;
    let communes = *communes;
    let free = (class.seat_limit - class.taken()).max(0);
    let meter = t.args(
        "classes-meter",
        [("accepted", class.accepted.into()), ("proposed", class.proposed.into()), ("free", free.into())],
    );
    let few = (communes > class.seat_limit && actor.commune().is_none()).then(|| {
        t.args(
            "classes-few-seats",
            [("communes", communes.into()), ("seats", class.seat_limit.into()), ("n", quotas.len().into())],
        )
        .into_owned()
    });
    if tried.head.is_empty() {
        tried.head = class.head_account_id.map(|id| id.to_string()).unwrap_or_default();
    }
    let choices: Vec<Choice> = lecturers.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let page = OnePage {
        t,
        head: ClassHead::new(t, actor, class, ""),
        silent: quotas.iter().filter(|q| q.proposed + q.accepted + q.waiting == 0).count(),
        taken: taken(t, class),
        quotas,
        few,
        people: listed(t, class, seats, people.clone()),
        week: week.part(t, id, true, true),
        moves,
        pools: told_pools(t, seats),
        transfers: transfers.iter().map(|line| (line, told_transfer(t, line))).collect(),
        names: !names_hidden(actor),
        may_people: ui.may("people.read"),
        may_communes: ui.may("communes.read"),
        may_open,
        meter: Split::of(meter.into_owned(), class.seat_limit, &[("d", class.accepted), ("c", class.proposed)], None),
        refused: std::mem::take(&mut tried.refused),
        next: ahead.as_ref().map(|(step, checks)| Next::new(t, id, *step, checks)),
        reason: tried.reason,
        reason_error: errors.at(t, "reason"),
        cancel_reason: tried.cancel_reason,
        cancel_error: errors.at(t, "cancel-reason"),
        heading: Select::new(t, errors, "head", "classes-head", &tried.head, &choices).or_empty("classes-head-later"),
        class,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reason {
    reason: String,
}

/// The answer to a step that somebody decides: done, or the page again with what stands before it.
async fn answer(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    class: ClassId,
    typed: Reason,
    (done, missing): (Result<(), ClassError>, &'static str),
    flash: &str,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let refused = match done {
        Ok(()) => return Ok(ui.see_with(&format!("/classes/{class}"), flash, &[])),
        Err(ClassError::Missing(checks)) => {
            if checks.iter().any(|check| check.weight == Weight::Reason) {
                errors.add("reason", missing);
            }
            checks.iter().map(|check| todo(t, check)).collect()
        }
        Err(ClassError::NoReason) => {
            errors.add("reason", missing);
            vec![t.get(missing).into_owned()]
        }
        Err(error) => return Err(error.into()),
    };
    let tried = Tried { reason: typed.reason, refused, ..Tried::default() };
    show(ui, db, actor, class, tried, &errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// POST /classes/{class}/publication
pub(super) async fn post_publication(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let done = publish_class(&db, &permit, class).await;
    let done = (done, "classes-no-reason");
    answer(&ui, &db, &permit.actor, class, Reason::default(), done, "classes-published").await
}

/// POST /classes/{class}/opening
pub(super) async fn post_opening(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Reason>,
) -> Answer {
    let done = (open_class(&db, &permit, class, &typed.reason).await, "classes-no-reason");
    answer(&ui, &db, &permit.actor, class, typed, done, "classes-opened").await
}

/// POST /classes/{class}/filing: field `reason` is the place where the papers lie.
pub(super) async fn post_filing(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Reason>,
) -> Answer {
    let done = (file_class(&db, &permit, class, &typed.reason).await, "classes-no-place");
    answer(&ui, &db, &permit.actor, class, typed, done, "classes-filed").await
}

/// POST /classes/{class}/cancellation
pub(super) async fn post_cancellation(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Reason>,
) -> Answer {
    match cancel_class(&db, &permit, class, &typed.reason).await {
        Ok(()) => Ok(ui.see_with(&format!("/classes/{class}"), "classes-cancelled", &[])),
        Err(ClassError::NoReason) => {
            let mut errors = Errors::new();
            errors.add("cancel-reason", "classes-no-reason");
            let refused = vec![ui.t.get("classes-no-reason").into_owned()];
            let tried = Tried { cancel_reason: typed.reason, refused, ..Tried::default() };
            show(&ui, &db, &permit.actor, class, tried, &errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Heading {
    head: String,
}

/// POST /classes/{class}/head
pub(super) async fn post_head(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Heading>,
) -> Answer {
    let done = match typed.head.parse() {
        Ok(head) => assign_head(&db, &permit, class, head).await,
        Err(_) => Err(ClassError::Field("head", "classes-head-unknown")),
    };
    match done {
        Ok(()) => Ok(ui.see_with(&format!("/classes/{class}"), "classes-head-assigned", &[])),
        Err(ClassError::Field(field, key)) => {
            let mut errors = Errors::new();
            errors.add(field, key);
            let refused = vec![ui.t.get(key).into_owned()];
            let tried = Tried { head: typed.head, refused, ..Tried::default() };
            show(&ui, &db, &permit.actor, class, tried, &errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
