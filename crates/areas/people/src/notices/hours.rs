//! The hours in which no letter and no message leaves.

use ::store::{Change, Db};
use axum::extract::State;
use chrono::{DateTime, NaiveTime, Timelike, Utc};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    ManageNotices,
    model::{Quiet, USUAL},
    store::{SET_QUIET, hold_setting, setting},
};

/// The form as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    seen: String,
    quiet_from: String,
    quiet_to: String,
}

#[derive(askama::Template)]
#[template(path = "notices/hours.html")]
struct HoursPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: &'a str,
    fields: [Field<'a>; 2],
}

/// A setting as it is saved.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Setting {
    pub quiet_from: i64,
    pub quiet_to: i64,
    pub edition: i64,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// `21:00`
fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(errors: &mut Errors, field: &'static str, typed: &str) -> i64 {
    match NaiveTime::parse_from_str(typed.trim(), "%H:%M") {
        Ok(time) => i64::from(time.hour() * 60 + time.minute()),
        Err(_) => {
            errors.add(field, "notices-hour-unread");
            0
        }
    }
}

fn page(ui: &Ui, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let field = |name, key, value| Field::new(t, errors, name, key, value).kind("time").required().class("short");
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = HoursPage {
        t,
        crumbs: Crumbs::to(t, t.get("notices-hours")).by("/notices/log", t.get("notices-log")),
        wrong: Wrong::of(t, errors),
        overtaken,
        seen: &typed.seen,
        fields: [
            field("quiet_from", "notices-quiet-from", &typed.quiet_from),
            field("quiet_to", "notices-quiet-to", &typed.quiet_to),
        ],
    };
    ui.page_with(status, t.get("notices-hours"), &page)
}

/// GET /notices/hours
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ManageNotices>) -> Answer {
    let saved = setting(&mut db.read().await?, permit.actor.province).await?;
    let (quiet, edition) = saved.map_or((USUAL, 0), |s| (Quiet { from: s.quiet_from, to: s.quiet_to }, s.edition));
    let typed = Typed { seen: edition.to_string(), quiet_from: clock(quiet.from), quiet_to: clock(quiet.to) };
    page(&ui, &typed, &Errors::new(), None)
}

/// POST /notices/hours
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageNotices>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let province = actor.province.ok_or(WebError::NotFound)?;
    let mut errors = Errors::new();
    let from = minute(&mut errors, "quiet_from", &typed.quiet_from);
    let wanted = Quiet { from, to: minute(&mut errors, "quiet_to", &typed.quiet_to) };
    if !errors.is_empty() {
        return page(&ui, &typed, &errors, None);
    }
    let seen: i64 = typed.seen.parse().unwrap_or(0);
    let newer = db
        .write(async |tx| {
            hold_setting(tx, province).await?;
            let before = setting(tx, Some(province)).await?;
            let (was, edition) =
                before.as_ref().map_or((USUAL, 0), |s| (Quiet { from: s.quiet_from, to: s.quiet_to }, s.edition));
            if was == wanted {
                return Ok(None);
            }
            if edition != seen {
                return Ok(before);
            }
            let now = tx.now();
            tx.exec(&SET_QUIET, &[&province, &wanted.from, &wanted.to, &(edition + 1), &actor.name, &now]).await?;
            tx.audit(actor, "notices.hours.set", province, Change::changed(&was, &wanted))?;
            Ok::<_, ::store::StoreError>(None)
        })
        .await?;
    if let Some(newer) = newer {
        let told = Overtaken::by(t, Some(&newer.changed_by), Some(newer.changed_at))
            .differs("notices-quiet-from", clock(newer.quiet_from), clock(wanted.from))
            .differs("notices-quiet-to", clock(newer.quiet_to), clock(wanted.to));
        typed.seen = newer.edition.to_string();
        return page(&ui, &typed, &errors, Some(told));
    }
    Ok(ui.see_with("/notices/log", "notices-hours-saved", &[]))
}
