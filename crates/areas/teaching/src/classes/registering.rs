//! A person's own page of classes: asking for a seat, which the unit confirms, and where they stand on the waiting list.

use ::store::{Db, StoreError, sql};
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::{Actor, ClassId, NominationId, PersonId, UnitId};
use web::{Answer, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    RegisterForClasses,
    actions::ClassError,
    nominating::{
        actions::{ask, take_back},
        model::NominationState,
    },
    store::{self, ClassLine, NOMINATIONS, NominationLine, candidate},
    telling::{Listed, listed, tell},
};
use crate::{
    intake::{Duty, own_places},
    timetable::{Published, WeekPart},
};

sql!(
    OPEN_TO_PERSON,
    "SELECT c.id FROM class c
     WHERE c.scheme_id IN (SELECT s.id FROM scheme s WHERE s.province_id = $3)
       AND ((c.state = 'nominating' AND c.nominate_by >= $4
             AND EXISTS (SELECT 1 FROM class_quota q WHERE q.class_id = c.id AND q.commune_id = $2))
            OR (c.ends_on >= $4 AND EXISTS (SELECT 1 FROM nomination n WHERE n.class_id = c.id AND n.person_id = $1)))
     ORDER BY c.starts_on, c.number, c.id"
);
sql!(COMMUNE_OF, "SELECT commune_id FROM v_registry_person WHERE person_id = $1");

/// A class as the person sees it.
struct Shown {
    class: ClassLine,
    /// What speaks against the person; nothing when they may ask.
    told: Vec<String>,
    /// Where their nomination stands.
    own: Option<Listed>,
    may_ask: bool,
    /// Study group and duty.
    place: Option<(Option<i64>, Duty)>,
}

#[derive(askama::Template)]
#[template(path = "classes/registering.html")]
struct RegistrationPage {
    t: T,
    classes: Vec<Shown>,
    refused: Option<String>,
}

/// The commune in which somebody works.
pub(super) async fn commune_of(conn: &mut ::store::Conn, person: PersonId) -> Result<Option<UnitId>, StoreError> {
    let row: Option<(UnitId,)> = conn.opt(&COMMUNE_OF, &[&person]).await?;
    Ok(row.map(|(unit,)| unit))
}

/// GET /registration
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<RegisterForClasses>) -> Answer {
    show(&ui, &db, &permit.actor, None, StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    refused: Option<String>,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let person = actor.own_person().ok_or(WebError::NotFound)?;
    let today = db.today();
    let mut conn = db.read().await?;
    let mut classes = Vec::new();
    if let Some(commune) = commune_of(&mut conn, person).await? {
        let open: Vec<(ClassId,)> = conn.all(&OPEN_TO_PERSON, &[&person, &commune, &actor.province, &today]).await?;
        let places = own_places(&mut conn, person).await?;
        for (id,) in open {
            let Some(class) = store::any_class(&mut conn, id).await? else { continue };
            let candidate = candidate(&mut conn, id, commune, person).await?;
            let seats = store::seats(&mut conn, &class, today).await?;
            let lines: Vec<NominationLine> = conn.all(&NOMINATIONS, &[&id, &false, &Some(commune)]).await?;
            let lines = lines.into_iter().filter(|line| line.person_id == person).collect();
            let own = listed(t, &class, &seats, lines).into_iter().next_back();
            let told: Vec<String> = candidate
                .iter()
                .flat_map(|c| c.findings(&class.audience_code))
                .map(|finding| tell(t, &finding))
                .collect();
            let again = own.as_ref().is_none_or(|own| !own.line.state.is_open());
            let may_ask = again && told.is_empty() && class.state.takes_people() && today <= class.nominate_by;
            let place = places.iter().find(|(of, ..)| *of == id).map(|(_, group, duty)| (*group, *duty));
            classes.push(Shown { told, own, may_ask, place, class });
        }
    }
    drop(conn);
    ui.page_with(status, t.get("classes-registration"), &RegistrationPage { t, classes, refused })
}

async fn answer(
    ui: &Ui,
    db: &Db,
    permit: &Permit<RegisterForClasses>,
    done: Result<(), ClassError>,
    flash: &str,
) -> Answer {
    let t = ui.t;
    let told = match done {
        Ok(()) => return Ok(ui.see_with("/registration", flash, &[])),
        Err(ClassError::Findings(found)) => found.iter().map(|(_, f)| tell(t, f)).collect::<Vec<_>>().join(" "),
        Err(ClassError::Late(day)) => t.arg("classes-registration-late", "day", t.date(day)).into_owned(),
        Err(ClassError::NoQuota) => t.get("classes-no-quota").into_owned(),
        Err(error) => return Err(error.into()),
    };
    show(ui, db, &permit.actor, Some(told), StatusCode::UNPROCESSABLE_ENTITY).await
}

sql!(
    OWN_LINES,
    "SELECT n.id FROM nomination n JOIN class c ON c.id = n.class_id AND c.state <> 'called'
     WHERE n.class_id = $1 AND n.person_id = $2 ORDER BY n.id DESC LIMIT 1"
);

#[derive(askama::Template)]
#[template(path = "classes/own.html")]
struct OwnClassPage<'a> {
    t: T,
    crumbs: Crumbs,
    class: &'a ClassLine,
    own: &'a Listed,
    /// For those who hold a seat.
    week: Option<WeekPart<'a>>,
}

/// GET /registration/{class}: a class as somebody on its list sees it, with its published timetable.
pub(super) async fn get_one(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RegisterForClasses>,
    Path(id): Path<ClassId>,
) -> Answer {
    let t = ui.t;
    let person = permit.actor.own_person().ok_or(WebError::NotFound)?;
    let mut conn = db.read().await?;
    let (own,): (NominationId,) = conn.opt(&OWN_LINES, &[&id, &person]).await?.ok_or(WebError::NotFound)?;
    let class = store::any_class(&mut conn, id).await?.ok_or(WebError::NotFound)?;
    let seats = store::seats(&mut conn, &class, db.today()).await?;
    let lines: Vec<NominationLine> = conn.all(&NOMINATIONS, &[&id, &false, &None::<UnitId>]).await?;
    let lines = lines.into_iter().filter(|line| line.id == own).collect();
    let own = listed(t, &class, &seats, lines).into_iter().next().ok_or(WebError::NotFound)?;
    let published = Published::read(&mut conn, id).await?;
    drop(conn);
    let seated = matches!(
        own.line.state,
        NominationState::Accepted | NominationState::Completed | NominationState::NotCompleted
    );
    let label = t.arg("classes-label", "label", class.label()).into_owned();
    let page = OwnClassPage {
        t,
        crumbs: Crumbs::to(t, label.clone()).by("/registration", t.get("classes-registration")),
        class: &class,
        own: &own,
        week: seated.then(|| published.own_part(t, id)),
    };
    ui.page(label, &page)
}

/// POST /registration/{class}
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RegisterForClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let done = ask(&db, &permit, class).await;
    answer(&ui, &db, &permit, done, "classes-registered").await
}

/// POST /registration/{class}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RegisterForClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let done = take_back(&db, &permit, class).await;
    answer(&ui, &db, &permit, done, "classes-registration-taken-back").await
}

impl Shown {
    /// Whether the school asks how the person arrives.
    fn arrives(&self) -> bool {
        self.class.state.is_ahead() && self.own.as_ref().is_some_and(|own| own.line.state == NominationState::Accepted)
    }

    fn asked(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.line.state == NominationState::Asked)
    }
}
