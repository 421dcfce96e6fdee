//! Accounts for the administrator, and the audit.

use ::store::{AuditLine, Db};
use axum::extract::State;
use kernel::AccountId;
use serde::Deserialize;
use web::{
    Answer, Errors, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Pager, Select},
};

use super::{
    ManageAccounts, ROLES, ReadAudit,
    actions::{self, CloseError, ResetError},
    store::{AccountLine, Wanted, list, matching},
};

/// Lines on a page.
const PAGE: i64 = 50;
const PAGE_LINES: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    role: String,
    after: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/list.html", blocks = ["rows"])]
struct AccountsPage<'a> {
    t: T,
    /// The reader's own account, which somebody else must close.
    own: AccountId,
    filtered: bool,
    q: &'a str,
    roles: Select<'a>,
    accounts: Vec<AccountLine>,
    pager: Pager,
}

/// GET /accounts
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let part = asked.q.trim();
    let wanted = Wanted { after: &asked.after, role: &asked.role, part, province: permit.actor.province };
    let mut accounts = list(&mut conn, &wanted, (db.now(), db.today()), PAGE + 1).await?;
    let total = matching(&mut conn, &wanted).await?;
    let more = accounts.len() > PAGE_LINES;
    accounts.truncate(PAGE_LINES);
    let address =
        |after: &str| web::form::address("/accounts", &[("q", part), ("role", &asked.role), ("after", after)]);
    let pager = Pager {
        t,
        first: (!asked.after.is_empty()).then(|| address("")),
        next: accounts.last().filter(|_| more).map(|a| address(&a.username)),
        shown: t.args("accounts-shown", [("shown", accounts.len().into()), ("total", total.into())]).into_owned(),
    };
    let choices: Vec<Choice> =
        ROLES.iter().map(|r| Choice::new(r.code, t.get(format!("accounts-role-{}", r.code)))).collect();
    let errors = Errors::new();
    let roles = Select::new(t, &errors, "role", "accounts-role", &asked.role, &choices).or_empty("accounts-role-all");
    let filtered = !part.is_empty() || !asked.role.is_empty();
    let own = permit.actor.account;
    let page = AccountsPage { t, own, filtered, q: &asked.q, roles, accounts, pager };
    ui.page_or_part(t.get("accounts-title"), &page, &page.as_rows())
}

#[derive(askama::Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    t: T,
    crumbs: Crumbs,
    password: String,
}

/// POST /accounts/{account}/password: a one-time password, shown once.
pub(super) async fn post_password(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(account): Path<AccountId>,
) -> Answer {
    match actions::reset_password(&db, &permit, account).await {
        Ok(password) => once(&ui, password),
        Err(ResetError::Store(error)) => Err(WebError::Store(error)),
        Err(ResetError::System(error)) => Err(WebError::Internal(error)),
        Err(_) => Err(WebError::NotFound),
    }
}

/// A one-time password, shown once.
pub(super) fn once(ui: &Ui, password: String) -> Answer {
    let title = ui.t.get("accounts-reset-title");
    let crumbs = Crumbs::to(ui.t, title.clone()).by("/accounts", ui.t.get("accounts-title"));
    ui.page(&title, &ResetPage { t: ui.t, crumbs, password })
}

/// POST /accounts/{account}/closure
pub(super) async fn post_closure(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(account): Path<AccountId>,
) -> Answer {
    actions::set_open(&db, &permit, account, false).await?;
    Ok(ui.see_with("/accounts", "accounts-closed", &[]))
}

/// POST /accounts/{account}/reopening
pub(super) async fn post_reopening(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Path(account): Path<AccountId>,
) -> Answer {
    actions::set_open(&db, &permit, account, true).await?;
    Ok(ui.see_with("/accounts", "accounts-reopened", &[]))
}

impl From<CloseError> for WebError {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::NotFound => Self::NotFound,
            CloseError::UnitEnded(unit) => Self::refused_with("accounts-reopen-unit-ended", [("unit", unit.into())]),
            CloseError::Needed(classes) => Self::refused_with("accounts-close-needed", [("classes", classes.into())]),
            CloseError::Own => Self::refused("accounts-close-own"),
            CloseError::Store(error) => Self::Store(error),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AuditAsked {
    before: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/audit.html")]
struct AuditPage {
    t: T,
    lines: Vec<AuditLine>,
    pager: Pager,
}

/// GET /audit: what was done, without the content of personal records.
pub(super) async fn get_audit(
    ui: Ui,
    State(db): State<Db>,
    _permit: Permit<ReadAudit>,
    Query(asked): Query<AuditAsked>,
) -> Answer {
    let t = ui.t;
    let before = asked.before.parse().unwrap_or(i64::MAX);
    let lines = ::store::latest(&mut db.read().await?, before, PAGE).await?;
    let last = lines.last().map(|l| l.seq).filter(|seq| *seq > 1);
    let pager = Pager {
        t,
        first: (before != i64::MAX).then(|| "/audit".to_owned()),
        next: last.map(|seq| format!("/audit?before={seq}")),
        shown: t.arg("accounts-audit-shown", "total", lines.first().map_or(0, |l| l.seq)).into_owned(),
    };
    ui.page(t.get("accounts-audit-title"), &AuditPage { t, lines, pager })
}
