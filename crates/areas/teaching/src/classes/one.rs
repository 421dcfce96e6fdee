//! One class: facts, quotas, people, half-days, history; opening and cancelling it.

use ::store::Db;
use axum::extract::State;
use kernel::ClassId;
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError};

use super::{
    ClassHead, OpenClasses, ReadClasses,
    actions::{cancel_class, open_class},
    store::{
        self, ClassLine, HalfDay, MoveLine, NominationLine, QuotaLine, half_days, heads_only, moves, nominations,
        quotas,
    },
};
use crate::scheme;

#[derive(askama::Template)]
#[template(path = "classes/one.html")]
struct OnePage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    quotas: Vec<QuotaLine>,
    silent: usize,
    people: Vec<NominationLine>,
    half_days: Vec<HalfDay>,
    moves: Vec<MoveLine>,
    names: bool,
    may_open: bool,
    least: i64,
    percent_accepted: String,
    percent_proposed: String,
    meter: String,
}

/// GET /classes/{class}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadClasses>, Path(id): Path<ClassId>) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.starts_on).await?;
    let quotas = quotas(&mut conn, actor, id).await?;
    let people = nominations(&mut conn, actor, id).await?;
    let half_days = half_days(&mut conn, id).await?;
    let moves = moves(&mut conn, id).await?;
    drop(conn);
    let free = (class.seat_limit - class.taken()).max(0);
    let meter = t.args(
        "classes-meter",
        [("accepted", class.accepted.into()), ("proposed", class.proposed.into()), ("free", free.into())],
    );
    let share = |n: i64| format!("{}%", n * 100 / class.seat_limit.max(1));
    let page = OnePage {
        t,
        head: ClassHead::new(t, actor, &class, ""),
        silent: quotas.iter().filter(|q| q.proposed + q.accepted + q.waiting == 0).count(),
        quotas,
        people,
        half_days,
        moves,
        names: !actor.sees_nobody() || heads_only(actor).is_some(),
        may_open: ui.may("classes.open"),
        least: rules.class_size_least,
        percent_accepted: share(class.accepted),
        percent_proposed: share(class.proposed),
        meter: meter.into_owned(),
        class: &class,
    };
    ui.page(t.arg("classes-label", "label", class.label()), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reason {
    reason: String,
}

/// POST /classes/{class}/opening
pub(super) async fn post_opening(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Reason>,
) -> Answer {
    open_class(&db, &permit, class, &typed.reason).await?;
    Ok(ui.see_with(&format!("/classes/{class}"), "classes-opened", &[]))
}

/// POST /classes/{class}/cancellation
pub(super) async fn post_cancellation(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Reason>,
) -> Answer {
    cancel_class(&db, &permit, class, &typed.reason).await?;
    Ok(ui.see_with(&format!("/classes/{class}"), "classes-cancelled", &[]))
}
