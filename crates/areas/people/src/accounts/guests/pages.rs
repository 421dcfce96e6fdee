//! The list of visiting lecturers, a link shown once, and the page that a link opens.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use kernel::AccountId;
use serde::Deserialize;
use web::{
    Answer, App, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Wrong},
};

use super::{
    InviteLecturers,
    actions::{Guest, GuestError, MOST_DAYS, enter, guests, held, invite, renew, revoke},
};
use crate::accounts::{roles::role, sign_in::opened};

/// Most characters of a name.
const NAME_MOST: usize = 120;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    valid_to: String,
}

struct Shown {
    guest: Guest,
    /// `open`, `over`, `revoked` or `closed`.
    state: &'static str,
}

#[derive(askama::Template)]
#[template(path = "accounts/guests/list.html")]
struct GuestsPage<'a> {
    t: T,
    wrong: Option<Wrong>,
    fields: [Field<'a>; 2],
    guests: Vec<Shown>,
    /// Last day that a new link of somebody listed is offered.
    until: String,
}

fn state(guest: &Guest, today: NaiveDate) -> &'static str {
    match guest {
        guest if guest.disabled_at.is_some() => "closed",
        guest if guest.revoked_at.is_some() => "revoked",
        guest if guest.valid_to < today => "over",
        _ => "open",
    }
}

async fn page(ui: &Ui, db: &Db, permit: &Permit<InviteLecturers>, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let today = db.today();
    let all = guests(&mut db.read().await?, &permit.actor).await?;
    let guests = all.into_iter().map(|guest| Shown { state: state(&guest, today), guest }).collect();
    let fields = [
        Field::new(t, errors, "name", "accounts-guest-name", &typed.name).hint("accounts-guest-name-hint").required(),
        Field::new(t, errors, "valid_to", "accounts-guest-until", &typed.valid_to).kind("date").required(),
    ];
    let until = (today + chrono::Days::new(30)).to_string();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(
        status,
        t.get("accounts-guests"),
        &GuestsPage { t, wrong: Wrong::of(t, errors), fields, guests, until },
    )
}

/// GET /lecturers/guests
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<InviteLecturers>) -> Answer {
    page(&ui, &db, &permit, &Typed::default(), &Errors::new()).await
}

#[derive(askama::Template)]
#[template(path = "accounts/guests/link.html")]
struct LinkPage {
    t: T,
    crumbs: Crumbs,
    name: String,
    until: String,
    address: String,
}

/// The link, shown once.
fn once(ui: &Ui, app: &App, name: String, until: NaiveDate, token: &str) -> Answer {
    let t = ui.t;
    let title = t.get("accounts-guest-link");
    let crumbs = Crumbs::to(t, title.clone()).by("/lecturers/guests", t.get("accounts-guests"));
    let address = format!("{}/guest/{token}", app.base_url);
    ui.page(&title, &LinkPage { t, crumbs, name, until: t.date(until), address })
}

fn day(typed: &str, errors: &mut Errors) -> Option<NaiveDate> {
    typed.trim().parse().map_err(|_| errors.add("valid_to", "accounts-delegation-day-unread")).ok()
}

/// POST /lecturers/guests
pub(super) async fn post(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<InviteLecturers>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let name = errors.line(ui.t, "name", "accounts-guest-name", &typed.name, NAME_MOST);
    if let (Some(until), true) = (day(&typed.valid_to, &mut errors), errors.is_empty()) {
        match invite(&app.db, &permit, &name, until).await {
            Ok((_, token)) => return once(&ui, &app, name, until, &token),
            Err(GuestError::Day) => errors.add_with("valid_to", "accounts-guest-day", vec![("most", MOST_DAYS.into())]),
            Err(error) => return Err(error.into()),
        }
    }
    page(&ui, &app.db, &permit, &typed, &errors).await
}

impl From<GuestError> for WebError {
    fn from(error: GuestError) -> Self {
        match error {
            GuestError::NotFound => Self::NotFound,
            GuestError::Day => Self::refused_with("accounts-guest-day", [("most", MOST_DAYS.into())]),
            GuestError::Gone => Self::refused("accounts-guest-gone"),
            GuestError::System(error) => Self::Internal(error),
            GuestError::Store(error) => Self::Store(error),
        }
    }
}

/// POST /lecturers/guests/{guest}/link: a new link, those before are revoked.
pub(super) async fn post_link(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<InviteLecturers>,
    Path(guest): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let known = guests(&mut app.db.read().await?, &permit.actor).await?;
    let name = known.into_iter().find(|g| g.id == guest).ok_or(WebError::NotFound)?.name;
    let until = typed.valid_to.trim().parse().map_err(|_| WebError::from(GuestError::Day))?;
    let token = renew(&app.db, &permit, guest, until).await?;
    once(&ui, &app, name, until, &token)
}

/// POST /lecturers/guests/{guest}/revocation
pub(super) async fn post_revocation(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<InviteLecturers>,
    Path(guest): Path<AccountId>,
) -> Answer {
    revoke(&db, &permit, guest).await?;
    Ok(ui.see_with("/lecturers/guests", "accounts-guest-revoked", &[]))
}

#[derive(askama::Template)]
#[template(path = "accounts/guests/enter.html")]
struct EnterPage<'a> {
    t: T,
    name: String,
    until: String,
    token: &'a str,
}

/// GET /guest/{token}: says whose link it is; nothing is used up.
pub(super) async fn get_enter(ui: Ui, State(db): State<Db>, Path(token): Path<String>) -> Answer {
    let t = ui.t;
    let link = held(&mut db.read().await?, &token, db.today()).await?.ok_or(GuestError::Gone)?;
    let page = EnterPage { t, name: link.name, until: t.date(link.valid_to), token: &token };
    ui.bare(t.get("accounts-guest-enter"), &page)
}

/// POST /guest/{token}: opens the session.
pub(super) async fn post_enter(ui: Ui, State(app): State<App>, Path(token): Path<String>) -> Answer {
    let (session, actor) = enter(&app.db, &token).await?;
    Ok(opened(&ui, &app, &session, role(&actor.role).map_or("/", |r| r.home)))
}
