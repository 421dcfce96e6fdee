//! One page for both sides: what I handed on, what was handed to me.

use ::store::Db;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::NaiveDate;
use kernel::DelegationId;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, T, Ui, WebError,
    components::{Choice, Field, Select, Wrong},
    permit::SignedIn,
    ui::{SESSION_COOKIE, cookie},
};

use super::{
    actions::{DelegationError, Deputy, Leave, Line, act, delegate, deputies, given, own_unit, received, withdraw},
    model::{Clash, DaysRefused, MOST_DAYS},
};

/// Most characters of a reason.
const REASON_MOST: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    deputy: String,
    starts_on: String,
    ends_on: String,
    reason: String,
}

/// How a delegation stands today.
struct Shown {
    line: Line,
    /// `coming`, `now`, `over` or `withdrawn`.
    state: &'static str,
}

impl Shown {
    fn of(line: Line, today: NaiveDate) -> Self {
        let state = match &line {
            line if line.withdrawn_at.is_some() => "withdrawn",
            line if line.ends_on < today => "over",
            line if line.starts_on > today => "coming",
            _ => "now",
        };
        Self { line, state }
    }

    fn tone(&self) -> &'static str {
        match self.state {
            "now" => "good",
            "coming" => "info",
            _ => "",
        }
    }
}

struct DeputyForm<'a> {
    wrong: Option<Wrong>,
    deputy: Select<'a>,
    fields: [Field<'a>; 3],
    nobody: bool,
}

#[derive(askama::Template)]
#[template(path = "accounts/delegation/page.html")]
struct DelegationsPage<'a> {
    t: T,
    acting: bool,
    form: Option<DeputyForm<'a>>,
    given: Vec<Shown>,
    received: Vec<Shown>,
}

async fn page(ui: &Ui, db: &Db, who: &SignedIn, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let known = deputies(&mut conn, &who.actor).await?;
    let shown = |lines: Vec<Line>| lines.into_iter().map(|line| Shown::of(line, today)).collect::<Vec<_>>();
    let given = shown(given(&mut conn, who.actor.account).await?);
    let received = shown(received(&mut conn, who.actor.account).await?);
    drop(conn);
    let named = |d: &Deputy| if d.name == d.username { d.name.clone() } else { format!("{} ({})", d.name, d.username) };
    let choices: Vec<Choice> = known.iter().map(|d| Choice::new(d.id.to_string(), named(d))).collect();
    let form = own_unit(&who.actor).map(|_| DeputyForm {
        wrong: Wrong::of(t, errors),
        deputy: Select::new(t, errors, "deputy", "accounts-delegation-deputy", &typed.deputy, &choices)
            .or_empty("accounts-delegation-choose")
            .class("wide"),
        fields: [
            Field::new(t, errors, "starts_on", "accounts-delegation-from", &typed.starts_on).kind("date").required(),
            Field::new(t, errors, "ends_on", "accounts-delegation-to", &typed.ends_on).kind("date").required(),
            Field::new(t, errors, "reason", "accounts-delegation-reason", &typed.reason).required().class("wide"),
        ],
        nobody: choices.is_empty(),
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let acting = who.actor.on_behalf_of.is_some();
    ui.page_with(status, t.get("accounts-delegations"), &DelegationsPage { t, acting, form, given, received })
}

/// GET /me/delegations
pub(super) async fn get(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    page(&ui, &db, &who, &Typed::default(), &Errors::new()).await
}

impl Typed {
    fn read(&self, t: T, errors: &mut Errors) -> Option<Leave> {
        let deputy = self.deputy.parse().map_err(|_| errors.add("deputy", "accounts-delegation-deputy-missing")).ok();
        let mut day = |field, text: &str| {
            text.trim().parse::<NaiveDate>().map_err(|_| errors.add(field, "accounts-delegation-day-unread")).ok()
        };
        let (starts_on, ends_on) = (day("starts_on", &self.starts_on), day("ends_on", &self.ends_on));
        let reason = errors.line(t, "reason", "accounts-delegation-reason", &self.reason, REASON_MOST);
        let leave = Leave { deputy: deputy?, starts_on: starts_on?, ends_on: ends_on?, reason };
        errors.is_empty().then_some(leave)
    }
}

/// POST /me/delegations
pub(super) async fn post(ui: Ui, State(db): State<Db>, who: SignedIn, Form(typed): Form<Typed>) -> Answer {
    if own_unit(&who.actor).is_none() {
        return Err(refusal(DelegationError::NotYours));
    }
    let mut errors = Errors::new();
    if let Some(leave) = typed.read(ui.t, &mut errors) {
        match delegate(&db, &who.actor, &leave).await {
            Ok(_) => return Ok(ui.see_with("/me/delegations", "accounts-delegation-done", &[])),
            Err(error) => told(ui.t, error, &mut errors)?,
        }
    }
    page(&ui, &db, &who, &typed, &errors).await
}

/// A refusal at its field; anything else is an error page.
fn told(t: T, error: DelegationError, errors: &mut Errors) -> Result<(), WebError> {
    match error {
        DelegationError::NoDeputy => errors.add("deputy", "accounts-delegation-deputy-missing"),
        DelegationError::Days(DaysRefused::Past) => errors.add("starts_on", "accounts-delegation-past"),
        DelegationError::Days(DaysRefused::Order) => errors.add("ends_on", "accounts-delegation-order"),
        DelegationError::Days(DaysRefused::Long) => {
            errors.add_with("ends_on", "accounts-delegation-long", vec![("most", MOST_DAYS.into())]);
        }
        DelegationError::Clash(clash) => {
            let (field, key, from, to) = match clash {
                Clash::Twice(from, to) => ("starts_on", "accounts-delegation-twice", from, to),
                Clash::OfficerStandsIn(from, to) => ("starts_on", "accounts-delegation-chain", from, to),
                Clash::DeputyAway(from, to) => ("deputy", "accounts-delegation-away", from, to),
            };
            errors.add_with(field, key, vec![("days", t.dates(from, to).into())]);
        }
        other => return Err(refusal(other)),
    }
    Ok(())
}

fn refusal(error: DelegationError) -> WebError {
    match error {
        DelegationError::NotYours => WebError::refused("accounts-delegation-not-yours"),
        DelegationError::Store(error) => WebError::Store(error),
        _ => WebError::NotFound,
    }
}

/// POST /me/delegations/{delegation}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    who: SignedIn,
    Path(id): Path<DelegationId>,
) -> Answer {
    withdraw(&db, &who.actor, id).await.map_err(refusal)?;
    Ok(ui.see_with("/me/delegations", "accounts-delegation-withdrawn", &[]))
}

/// POST /me/delegations/{delegation}/acting
pub(super) async fn post_acting(
    ui: Ui,
    State(db): State<Db>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<DelegationId>,
) -> Answer {
    let token = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    act(&db, &who.actor, token, Some(id)).await.map_err(refusal)?;
    Ok(ui.see("/"))
}

/// POST /me/acting/closure: back to one's own rights.
pub(super) async fn post_closure(ui: Ui, State(db): State<Db>, who: SignedIn, headers: HeaderMap) -> Answer {
    let token = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    act(&db, &who.actor, token, None).await.map_err(refusal)?;
    Ok(ui.see("/me/delegations"))
}
