//! The commune's page of a class: whom to send, who is on the list, what speaks against whom.

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::{ClassId, NominationId, PersonId};
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError};

use super::{
    ClassHead, Nominate,
    actions::{self, ClassError},
    model::{Candidate, Finding, findings},
    store::{self, ClassLine, NominationLine, candidates, nominations},
};
use crate::scheme;

/// A person with what speaks against sending them.
struct Shown {
    person: Candidate,
    told: Vec<String>,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "classes/nominate.html")]
struct NominatePage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    quota: i64,
    own: Vec<NominationLine>,
    suggested: Vec<Shown>,
    others: Vec<Shown>,
    failed: Vec<(String, String)>,
    confirm: bool,
}

/// What was wrong with the last try.
#[derive(Default)]
struct Tried {
    chosen: Vec<PersonId>,
    found: Vec<(PersonId, Finding)>,
    nobody: bool,
}

fn tell(t: T, finding: &Finding) -> String {
    match finding {
        Finding::WrongAudience => t.get("classes-finding-audience"),
        Finding::AlreadyTrained(on) => t.arg("classes-finding-trained", "on", t.date(*on)),
        Finding::AlreadyHere => t.get("classes-finding-here"),
        Finding::InOtherClass(number, year) => t.arg("classes-finding-other", "label", format!("{number:02}/{year}")),
        Finding::NotInPost => t.get("classes-finding-post"),
        Finding::HeadAndDeputy(other) => t.arg("classes-finding-deputy", "other", other.clone()),
        Finding::OfficeNearlyEmpty(away, size, most) => t.args(
            "classes-finding-office",
            [("away", (*away).into()), ("size", (*size).into()), ("most", (*most).into())],
        ),
    }
    .into_owned()
}

/// GET /classes/{class}/nominations
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<Nominate>, Path(class): Path<ClassId>) -> Answer {
    show(&ui, &db, &permit, class, &Tried::default(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    permit: &Permit<Nominate>,
    id: ClassId,
    tried: &Tried,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let actor = &permit.actor;
    let commune = actor.commune().ok_or(WebError::NotFound)?;
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.starts_on).await?;
    let quota = store::quota(&mut conn, id, commune).await?.ok_or(WebError::NotFound)?;
    let own = nominations(&mut conn, actor, id).await?;
    let everybody = candidates(&mut conn, id, commune).await?;
    drop(conn);
    let name = |id: PersonId| everybody.iter().find(|c| c.person_id == id).map_or("", |c| c.full_name.as_str());
    let failed: Vec<(String, String)> =
        tried.found.iter().map(|(person, found)| (name(*person).to_owned(), tell(t, found))).collect();
    let confirm = !tried.found.is_empty() && tried.found.iter().all(|(_, f)| !f.refuses());
    let (mut suggested, mut others) = (Vec::new(), Vec::new());
    for person in everybody.iter().filter(|c| !c.here) {
        let found = findings(&class.audience_code, &everybody, &[person.person_id], |n| rules.office_absent_most(n));
        let shown = Shown {
            person: person.clone(),
            told: found.iter().map(|(_, f)| tell(t, f)).collect(),
            chosen: tried.chosen.contains(&person.person_id),
        };
        let fits = !found.iter().any(|(_, f)| f.refuses());
        if fits { suggested.push(shown) } else { others.push(shown) }
    }
    let page = NominatePage {
        t,
        head: ClassHead::new(t, actor, &class, "nominations"),
        class: &class,
        quota,
        own,
        suggested,
        others,
        failed: if tried.nobody { vec![(String::new(), t.get("classes-nobody").into_owned())] } else { failed },
        confirm,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// POST /classes/{class}/nominations: fields `person` (many) and `confirm`.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let people: Vec<PersonId> =
        typed.iter().filter(|(name, _)| name == "person").filter_map(|(_, value)| value.parse().ok()).collect();
    let confirmed = typed.iter().any(|(name, _)| name == "confirm");
    let here = format!("/classes/{class}/nominations");
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    match actions::nominate(&db, &permit, class, &people, confirmed).await {
        Ok(done) => Ok(ui.see_with(
            &here,
            "classes-nominated",
            &[("proposed", done.proposed.to_string()), ("waiting", done.waiting.to_string())],
        )),
        Err(ClassError::Findings(found)) => {
            show(&ui, &db, &permit, class, &Tried { chosen: people, found, nobody: false }, wrong).await
        }
        Err(ClassError::Nobody) => {
            show(&ui, &db, &permit, class, &Tried { nobody: true, ..Tried::default() }, wrong).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Leaving {
    reason: String,
}

/// POST /classes/{class}/nominations/{nomination}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Leaving>,
) -> Answer {
    let moved_up = actions::withdraw(&db, &permit, class, nomination, &typed.reason).await?;
    Ok(ui.see_with(&format!("/classes/{class}/nominations"), "classes-withdrawn", &[("n", moved_up.to_string())]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Instead {
    person: String,
    confirm: String,
}

/// POST /classes/{class}/nominations/{nomination}/substitution
pub(super) async fn post_substitution(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Instead>,
) -> Answer {
    let here = format!("/classes/{class}/nominations");
    let Ok(person) = typed.person.parse() else { return Err(WebError::refused("classes-nobody")) };
    match actions::substitute(&db, &permit, class, nomination, person, !typed.confirm.is_empty()).await {
        Ok(()) => Ok(ui.see_with(&here, "classes-substituted", &[])),
        Err(ClassError::Findings(found)) => {
            let tried = Tried { chosen: vec![person], found, nobody: false };
            show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
