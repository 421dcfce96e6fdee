//! The school's page of a class: accepting and refusing what the communes propose.

use std::collections::BTreeSet;

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::{ClassId, NominationId};
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError};

use super::{
    AcceptNominations, ClassHead,
    actions::ClassError,
    nominating::{
        actions::{self, doubts},
        model::NominationState,
    },
    store::{self, ClassLine, NominationLine, nominations},
    telling::{Listed, listed, taken, tell},
};
use crate::scheme;

/// Somebody who waits for the school's word.
struct Asked {
    line: NominationLine,
    doubts: Vec<String>,
    ticked: bool,
}

#[derive(askama::Template)]
#[template(path = "classes/accept.html")]
struct AcceptPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    taken: String,
    may_change: bool,
    proposed: Vec<Asked>,
    rest: Vec<Listed>,
    failed: Vec<(String, String)>,
    refused: Option<&'a Refused>,
}

impl AcceptPage<'_> {
    fn refused_at(&self, nomination: &NominationId) -> Option<&Refused> {
        self.refused.filter(|r| r.nomination == *nomination)
    }
}

/// A refusal without a reason.
struct Refused {
    nomination: NominationId,
    typed: String,
}

/// What was wrong with the last try.
#[derive(Default)]
struct Tried {
    ticked: Option<BTreeSet<NominationId>>,
    nobody: bool,
    refused: Option<Refused>,
}

/// GET /classes/{class}/acceptance
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AcceptNominations>,
    Path(class): Path<ClassId>,
) -> Answer {
    show(&ui, &db, &permit, class, &Tried::default(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    permit: &Permit<AcceptNominations>,
    id: ClassId,
    tried: &Tried,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let people = nominations(&mut conn, &permit.actor, id).await?;
    let doubts = doubts(&mut conn, id).await?;
    let seats = store::seats(&mut conn, &class, db.today()).await?;
    let until = scheme::rules(&mut conn, class.scheme_id, class.starts_on).await?.substitute_until_day;
    drop(conn);
    let (proposed, rest): (Vec<_>, Vec<_>) = people.into_iter().partition(|p| p.state == NominationState::Proposed);
    let proposed: Vec<Asked> = proposed
        .into_iter()
        .map(|line| {
            let doubts: Vec<String> =
                doubts.iter().filter(|(n, ..)| *n == line.id).map(|(.., finding)| tell(t, finding)).collect();
            let ticked = tried.ticked.as_ref().map_or(doubts.is_empty(), |ticked| ticked.contains(&line.id));
            Asked { line, doubts, ticked }
        })
        .collect();
    let mut failed = Vec::new();
    if tried.nobody {
        failed.push((String::new(), t.get("classes-nobody").into_owned()));
    } else if tried.ticked.is_some() {
        for asked in proposed.iter().filter(|a| a.ticked) {
            failed.extend(asked.doubts.iter().map(|told| (asked.line.full_name.clone(), told.clone())));
        }
    }
    if tried.refused.is_some() {
        failed.push((String::new(), t.get("classes-no-reason").into_owned()));
    }
    let page = AcceptPage {
        t,
        head: ClassHead::new(t, &permit.actor, &class, "acceptance"),
        taken: taken(t, &class),
        may_change: class.takes_substitutes(until, db.today()),
        proposed,
        rest: listed(t, &class, &seats, rest),
        failed,
        refused: tried.refused.as_ref(),
        class: &class,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
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
    let nobody = match actions::accept(&db, &permit, class, &ids).await {
        Ok(accepted) => {
            let here = format!("/classes/{class}/acceptance");
            return Ok(ui.see_with(&here, "classes-accepted-done", &[("n", accepted.to_string())]));
        }
        Err(ClassError::Nobody) => true,
        Err(ClassError::Findings(_)) => false,
        Err(error) => return Err(error.into()),
    };
    let tried = Tried { ticked: Some(ids.into_iter().collect()), nobody, refused: None };
    show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
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
    match actions::refuse(&db, &permit, class, nomination, &typed.reason).await {
        Ok(moved_up) => {
            let here = format!("/classes/{class}/acceptance");
            Ok(ui.see_with(&here, "classes-withdrawn", &[("n", moved_up.to_string())]))
        }
        Err(ClassError::NoReason) => {
            let refused = Refused { nomination, typed: typed.reason };
            let tried = Tried { refused: Some(refused), ..Tried::default() };
            show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
