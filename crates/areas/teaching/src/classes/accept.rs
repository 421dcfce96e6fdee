//! The school's page of a class: accepting and refusing what the communes propose.

use ::store::Db;
use axum::extract::State;
use kernel::{ClassId, NominationId};
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError};

use super::{
    AcceptNominations, ClassHead, actions,
    model::NominationState,
    store::{self, ClassLine, NominationLine, nominations},
};

#[derive(askama::Template)]
#[template(path = "classes/accept.html")]
struct AcceptPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    proposed: Vec<NominationLine>,
    rest: Vec<NominationLine>,
}

/// GET /classes/{class}/acceptance
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AcceptNominations>,
    Path(id): Path<ClassId>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let people = nominations(&mut conn, &permit.actor, id).await?;
    drop(conn);
    let (proposed, rest) = people.into_iter().partition(|p| p.state == NominationState::Proposed);
    let head = ClassHead::new(t, &permit.actor, &class, "acceptance");
    ui.page(t.arg("classes-label", "label", class.label()), &AcceptPage { t, head, class: &class, proposed, rest })
}

/// POST /classes/{class}/acceptance: fields `nomination` (many).
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AcceptNominations>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let ids: Vec<NominationId> =
        typed.iter().filter(|(name, _)| name == "nomination").filter_map(|(_, value)| value.parse().ok()).collect();
    let accepted = actions::accept(&db, &permit, class, &ids).await?;
    Ok(ui.see_with(&format!("/classes/{class}/acceptance"), "classes-accepted-done", &[("n", accepted.to_string())]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    reason: String,
}

/// POST /classes/{class}/nominations/{nomination}/refusal
pub(super) async fn post_refusal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AcceptNominations>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Refusal>,
) -> Answer {
    let moved_up = actions::refuse(&db, &permit, class, nomination, &typed.reason).await?;
    Ok(ui.see_with(&format!("/classes/{class}/acceptance"), "classes-withdrawn", &[("n", moved_up.to_string())]))
}
