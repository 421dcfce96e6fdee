//! The reviews by year, and one of them as a list to confirm.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use chrono::Datelike;
use kernel::{AccountId, ReviewId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Crumbs, Field, Wrong},
};

use super::actions::{self, Line, Review, ReviewError, UNUSED_DAYS, Verdict, close, decide, lines, open, reviews};
use crate::accounts::ManageAccounts;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    year: String,
    unused_days: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/review/list.html")]
struct ReviewsPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    fields: [Field<'a>; 2],
    reviews: Vec<Review>,
}

async fn page(ui: &Ui, db: &Db, permit: &Permit<ManageAccounts>, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let reviews = reviews(&mut db.read().await?, &permit.actor).await?;
    let title = t.get("accounts-reviews");
    let fields = [
        Field::new(t, errors, "year", "accounts-review-year", &typed.year).kind("number").required().class("short"),
        Field::new(t, errors, "unused_days", "accounts-review-unused-days", &typed.unused_days)
            .kind("number")
            .hint("accounts-review-unused-hint")
            .required()
            .class("short"),
    ];
    let crumbs = Crumbs::to(t, title.clone()).by("/accounts", t.get("accounts-title"));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, title, &ReviewsPage { t, crumbs, wrong: Wrong::of(t, errors), fields, reviews })
}

/// GET /accounts/reviews
pub(super) async fn get_all(ui: Ui, State(db): State<Db>, permit: Permit<ManageAccounts>) -> Answer {
    let latest = reviews(&mut db.read().await?, &permit.actor).await?.first().map(|r| r.unused_days);
    let typed = Typed { year: db.today().year().to_string(), unused_days: latest.unwrap_or(UNUSED_DAYS).to_string() };
    page(&ui, &db, &permit, &typed, &Errors::new()).await
}

/// POST /accounts/reviews
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Form(typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let this_year = i64::from(db.today().year());
    // the year that ends may be reviewed in the next January
    let year = errors.whole(t, "year", "accounts-review-year", &typed.year, &(this_year - 1..=this_year));
    let days = errors.whole(t, "unused_days", "accounts-review-unused-days", &typed.unused_days, &(1..=366));
    if let (Some(year), Some(days)) = (year, days) {
        match open(&db, &permit, year, days).await {
            Ok(id) => return Ok(ui.see(&format!("/accounts/reviews/{id}"))),
            Err(ReviewError::Taken) => {
                errors.add_with("year", "accounts-review-taken", vec![("year", year.to_string().into())]);
            }
            Err(error) => return Err(error.into()),
        }
    }
    page(&ui, &db, &permit, &typed, &errors).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    show: String,
}

struct Shown {
    line: Line,
    unused: bool,
    own: bool,
}

#[derive(askama::Template)]
#[template(path = "accounts/review/one.html")]
struct ReviewPage {
    t: T,
    crumbs: Crumbs,
    review: Review,
    /// Address, text, number, whether it is shown.
    tabs: Vec<(String, String, usize, bool)>,
    lines: Vec<Shown>,
    /// Whether lines can be decided.
    open: bool,
}

/// GET /accounts/reviews/{review}: first those that wait.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(id): Path<ReviewId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let review = actions::review(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let lines = lines(&mut conn, &permit.actor, &review).await?;
    drop(conn);
    let all: Vec<Shown> = lines
        .into_iter()
        .map(|line| Shown {
            unused: line.unused(review.unused_days, line.decided_at.unwrap_or(db.now())),
            own: line.id == permit.actor.account,
            line,
        })
        .collect();
    let is = |line: &Shown, kind: &str| match kind {
        "waiting" => line.line.verdict.is_none(),
        "unused" => line.unused && line.line.verdict.is_none(),
        kind => line.line.verdict.as_deref() == Some(kind),
    };
    let kinds: &[&str] = if review.closed_at.is_some() {
        &["confirmed", "disabled"]
    } else {
        &["waiting", "unused", "confirmed", "disabled"]
    };
    let shown = kinds.iter().find(|kind| **kind == asked.show).or(kinds.first()).copied().unwrap_or_default();
    let tabs = kinds
        .iter()
        .map(|kind| {
            let count = all.iter().filter(|line| is(line, kind)).count();
            let href = format!("/accounts/reviews/{id}?show={kind}");
            (href, t.get(format!("accounts-review-{kind}")).into_owned(), count, *kind == shown)
        })
        .collect();
    let title = t.arg("accounts-review", "year", review.year.to_string()).into_owned();
    let crumbs = Crumbs::to(t, title.clone())
        .by("/accounts", t.get("accounts-title"))
        .by("/accounts/reviews", t.get("accounts-reviews"));
    let open = review.closed_at.is_none() && (shown == "waiting" || shown == "unused");
    let lines = all.into_iter().filter(|line| is(line, shown)).collect();
    ui.page(title, &ReviewPage { t, crumbs, review, tabs, lines, open })
}

/// POST /accounts/reviews/{review}/lines: a button of a row decides that row, one below the list those that are ticked.
pub(super) async fn post_lines(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(id): Path<ReviewId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let of = |name: &str| -> Vec<AccountId> {
        fields.iter().filter(|(n, _)| n == name).filter_map(|(_, value)| value.parse().ok()).collect()
    };
    let disables = fields.iter().any(|(n, v)| n == "disable" || (n == "ticked" && v == "disable"));
    let verdict = if disables { Verdict::Disabled } else { Verdict::Confirmed };
    let row = of(if disables { "disable" } else { "confirm" });
    let accounts = if row.is_empty() { of("account") } else { row };
    let decided = decide(&db, &permit, id, &accounts, verdict).await?;
    let key = if decided == accounts.len() { "accounts-review-decided" } else { "accounts-review-decided-some" };
    let args = [("n", decided.to_string()), ("others", (accounts.len() - decided).to_string())];
    Ok(ui.see_with(&format!("/accounts/reviews/{id}"), key, &args))
}

/// POST /accounts/reviews/{review}/closure
pub(super) async fn post_closure(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(id): Path<ReviewId>,
) -> Answer {
    close(&db, &permit, id).await?;
    Ok(ui.see_with("/accounts/reviews", "accounts-review-ended", &[]))
}

impl From<ReviewError> for WebError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Self::NotFound,
            ReviewError::Taken => Self::refused("accounts-review-taken-already"),
            ReviewError::Closed => Self::refused("accounts-review-is-closed"),
            ReviewError::Open(n) => Self::refused_with("accounts-review-open", [("n", n.into())]),
            ReviewError::Own => Self::refused("accounts-close-own"),
            ReviewError::Nothing => Self::refused("accounts-review-nothing"),
            ReviewError::Store(error) => Self::Store(error),
        }
    }
}
