//! The notices of whoever reads.

use ::store::Db;
use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::NoticeCopyId;
use serde::Deserialize;
use web::{Answer, Path, Query, T, Ui, WebError, components::Pager, permit::SignedIn};

use super::{
    actions::{read_all, read_one},
    model::{Facts, Wording},
    store::{CopyLine, copies, counts},
};

/// Notices on a page.
const PAGE: i64 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

/// A notice in words.
struct Shown {
    id: NoticeCopyId,
    subject: String,
    body: String,
    link: String,
    at: DateTime<Utc>,
    unread: bool,
}

#[derive(askama::Template)]
#[template(path = "notices/list.html")]
struct ListPage {
    t: T,
    notices: Vec<Shown>,
    unread: i64,
    pager: Pager,
}

fn shown(t: T, line: CopyLine) -> Result<Shown, ::store::StoreError> {
    let facts: Facts = serde_json::from_str(&line.facts)?;
    let wording = Wording::of(&line.kind, line.written.wording(), t);
    Ok(Shown {
        id: line.id,
        subject: wording.title(&facts, t),
        body: wording.said(&facts, t),
        link: line.link,
        at: line.at,
        unread: line.read_at.is_none(),
    })
}

/// GET /notices
pub(super) async fn get(ui: Ui, State(db): State<Db>, who: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let after: Option<NoticeCopyId> = asked.after.parse().ok();
    let mut conn = db.read().await?;
    let (total, unread) = counts(&mut conn, &who.actor).await?;
    let mut lines = copies(&mut conn, &who.actor, after, PAGE + 1).await?;
    drop(conn);
    let more = lines.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = lines.last().filter(|_| more).map(|last| format!("/notices?after={}", last.id));
    let notices: Vec<Shown> = lines.into_iter().map(|line| shown(t, line)).collect::<Result<_, _>>()?;
    let page = ListPage {
        t,
        unread,
        pager: Pager {
            t,
            first: after.map(|_| "/notices".to_owned()),
            next,
            shown: format!("{} / {}", t.num(notices.len()), t.num(total)),
        },
        notices,
    };
    ui.page(t.get("notices-title"), &page)
}

/// POST /notices/{copy}/reading: notes that it was read, and goes where it leads.
pub(super) async fn post_one(ui: Ui, State(db): State<Db>, who: SignedIn, Path(copy): Path<NoticeCopyId>) -> Answer {
    let link = read_one(&db, &who.actor, copy).await?.ok_or(WebError::NotFound)?;
    Ok(ui.see(&link))
}

/// POST /notices/reading: everything is read.
pub(super) async fn post_all(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    read_all(&db, &who.actor).await?;
    Ok(ui.see("/notices"))
}
