//! Calling for a class of the plan.

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::Actor;
use people::accounts::accounts_of;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};

use super::{
    OpenClasses,
    actions::{CallInput, ClassError, call_class},
    planned::{PlannedClass, planned},
    rooms::rooms,
    store::communes,
};
use crate::scheme;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    planned: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    planned: String,
    starts_on: String,
    venue: String,
    head: String,
    seat_limit: String,
    nominate_by: String,
    /// Ticked: communes are told later.
    later: String,
}

#[derive(askama::Template)]
#[template(path = "classes/call.html")]
struct CallPage<'a> {
    t: T,
    crumbs: Crumbs,
    planned: Select<'a>,
    chosen: Option<PlannedClass>,
    venue: Select<'a>,
    head: Select<'a>,
    fields: Vec<Field<'a>>,
    communes: i64,
    later: bool,
    wrong: Option<Wrong>,
}

/// GET /classes/new
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Query(asked): Query<Asked>,
) -> Answer {
    let typed = Typed { planned: asked.planned, ..Typed::default() };
    show(&ui, &db, &permit.actor, typed, &Errors::new(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    mut typed: Typed,
    errors: &Errors,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
    let waiting = planned(&mut conn, scheme.id).await?;
    let mut rooms = rooms(&mut conn, scheme.id).await?;
    rooms.retain(|room| room.holds_classes() && !room.closed_on(db.today()));
    let heads = accounts_of(&mut conn, actor, "lecturer").await?;
    let communes = communes(&mut conn, actor).await?;
    drop(conn);
    let asked = waiting.iter().find(|p| p.id.to_string() == typed.planned);
    let chosen = asked.or(waiting.first()).filter(|_| errors.at(t, "planned").is_none() || asked.is_some());
    if let Some(chosen) = chosen.filter(|_| status == StatusCode::OK) {
        let days = chrono::Days::new(u64::try_from(rules.nominate_days_before).unwrap_or(0));
        typed.planned = chosen.id.to_string();
        typed.starts_on = chosen.monday.to_string();
        typed.nominate_by = (chosen.monday - days).max(db.today()).to_string();
        typed.seat_limit = rules.class_size_most.to_string();
    }
    let planned_choices: Vec<Choice> = waiting
        .iter()
        .map(|p| Choice::new(p.id.to_string(), format!("{} · {} · {}", t.date(p.monday), p.programme, t.num(p.people))))
        .collect();
    let venue_choices: Vec<Choice> = rooms
        .iter()
        .map(|room| {
            let closes = room.closed_from.map(|day| t.arg("classes-venue-closes", "day", t.date(day)));
            let text = format!("{} ({}){}", room.name, t.num(room.seats), closes.unwrap_or_default());
            Choice::new(room.id.to_string(), text)
        })
        .collect();
    let head_choices: Vec<Choice> = heads.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let page = CallPage {
        t,
        crumbs: Crumbs::to(t, t.get("classes-call")).by("/classes", t.get("classes-nav")),
        chosen: chosen.cloned(),
        communes,
        later: !typed.later.is_empty(),
        planned: Select::new(t, errors, "planned", "classes-planned", &typed.planned, &planned_choices),
        venue: Select::new(t, errors, "venue", "classes-venue", &typed.venue, &venue_choices),
        head: Select::new(t, errors, "head", "classes-head", &typed.head, &head_choices).or_empty("classes-head-later"),
        fields: vec![
            Field::new(t, errors, "starts_on", "classes-starts-on", &typed.starts_on).kind("date").required(),
            Field::new(t, errors, "seat_limit", "classes-seat-limit", &typed.seat_limit)
                .kind("number")
                .hint("classes-seat-limit-hint")
                .required(),
            Field::new(t, errors, "nominate_by", "classes-nominate-by", &typed.nominate_by).kind("date").required(),
        ],
        wrong: Wrong::of(t, errors),
    };
    ui.page_with(status, t.get("classes-call"), &page)
}

/// POST /classes
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let input = read(&typed, &mut errors);
    if let Some(input) = input.filter(|_| errors.is_empty()) {
        match call_class(&db, &permit, &input).await {
            Ok(class) => {
                let told = if input.publish { "classes-called" } else { "classes-called-quietly" };
                return Ok(ui.see_with(&format!("/classes/{class}"), told, &[]));
            }
            Err(ClassError::Field(field, key)) => errors.add(field, key),
            Err(ClassError::NotFound) => errors.add("planned", "classes-planned-gone"),
            Err(error) => return Err(error.into()),
        }
    }
    show(&ui, &db, &permit.actor, typed, &errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

fn read(typed: &Typed, errors: &mut Errors) -> Option<CallInput> {
    let starts_on = typed.starts_on.parse().map_err(|_| errors.add("starts_on", "classes-date-unread")).ok();
    let nominate_by = typed.nominate_by.parse().map_err(|_| errors.add("nominate_by", "classes-date-unread")).ok();
    let seat_limit =
        typed.seat_limit.trim().parse().map_err(|_| errors.add("seat_limit", "classes-seat-limit-off")).ok();
    let planned = typed.planned.parse().map_err(|_| errors.add("planned", "classes-planned-gone")).ok();
    let head = match typed.head.as_str() {
        "" => Some(None),
        typed => typed.parse().map(Some).map_err(|_| errors.add("head", "classes-head-unknown")).ok(),
    };
    let venue = typed.venue.parse().map_err(|_| errors.add("venue", "classes-no-venue")).ok();
    Some(CallInput {
        planned: planned?,
        starts_on: starts_on?,
        venue: venue?,
        head: head?,
        seat_limit: seat_limit?,
        nominate_by: nominate_by?,
        publish: typed.later.is_empty(),
    })
}
