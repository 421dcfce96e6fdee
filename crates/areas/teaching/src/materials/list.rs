//! The list of materials with its search.

use ::store::Db;
use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::{MaterialId, Right, text::Query as Words};
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Pager, Select},
};

use super::{
    ReadMaterials, WriteMaterials,
    edit::topic_ref,
    model::{KINDS, Snippet, Verdict, snippet, standing},
    store::{self, MaterialLine, Wanted, beginning},
};
use crate::{files::size, scheme};

/// Lines on a page.
const PAGE: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    kind: String,
    state: String,
    topic: String,
    after: String,
}

struct Line {
    line: MaterialLine,
    size: String,
    day: String,
    standing: (&'static str, &'static str),
    snippet: Option<Snippet>,
}

#[derive(askama::Template)]
#[template(path = "materials/list.html", blocks = ["rows"])]
struct ListPage<'a> {
    t: T,
    q: &'a str,
    topic: &'a str,
    filtered: bool,
    writes: bool,
    selects: Vec<Select<'a>>,
    lines: Vec<Line>,
    pager: Pager,
}

/// `near.microseconds.id` of the last line that was shown.
fn cursor(line: &MaterialLine) -> String {
    format!("{}.{}.{}", line.near, line.at.timestamp_micros(), line.id)
}

fn after(cursor: &str) -> Option<(i64, DateTime<Utc>, MaterialId)> {
    let mut parts = cursor.splitn(3, '.');
    let near = parts.next()?.parse().ok()?;
    let at = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?;
    Some((near, at, parts.next()?.parse().ok()?))
}

/// GET /materials
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadMaterials>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let query = Words::new(&asked.q);
    let verdict = match asked.state.as_str() {
        "waiting" => "comment",
        other => other,
    };
    let wanted = Wanted {
        query: query.clone(),
        kind: &asked.kind,
        verdict,
        after: after(&asked.after),
        topic: topic_ref(&asked.topic),
    };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = match scheme::of(&mut conn, &permit.actor).await? {
        Some(scheme) => store::list(&mut conn, scheme.id, &wanted, most).await?,
        None => Vec::new(),
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let filters = [("q", asked.q.as_str()), ("kind", &asked.kind), ("state", &asked.state), ("topic", &asked.topic)];
    let address = |after: &str| web::form::address("/materials", &[filters.as_slice(), &[("after", after)]].concat());
    let pager = Pager {
        t,
        first: (!asked.after.is_empty()).then(|| address("")),
        next: found.last().filter(|_| more).map(|line| address(&cursor(line))),
        shown: t.arg("materials-shown", "n", found.len()).into_owned(),
    };
    let mut lines = Vec::with_capacity(found.len());
    for line in found {
        let text = match &line.sha256 {
            Some(sha256) if !query.is_empty() => beginning(&mut conn, sha256).await?,
            _ => String::new(),
        };
        lines.push(Line {
            size: size(t, line.size),
            day: t.date(kernel::clock::local(line.at).date_naive()),
            standing: standing(line.verdict),
            snippet: snippet(&text, &query),
            line,
        });
    }
    let kinds: Vec<Choice> = KINDS.iter().map(|k| Choice::new(*k, t.get(format!("materials-kind-{k}")))).collect();
    let states: Vec<Choice> = ["waiting", Verdict::Approved.code(), Verdict::Returned.code()]
        .iter()
        .map(|s| Choice::new(*s, t.get(format!("materials-standing-{s}"))))
        .collect();
    let errors = Errors::new();
    let selects = vec![
        Select::new(t, &errors, "kind", "materials-kind", &asked.kind, &kinds).or_empty("materials-all").class("half"),
        Select::new(t, &errors, "state", "materials-standing", &asked.state, &states)
            .or_empty("materials-all")
            .class("half"),
    ];
    let filtered = [&asked.q, &asked.kind, &asked.state, &asked.topic].iter().any(|word| !word.is_empty());
    let page = ListPage {
        t,
        q: &asked.q,
        topic: &asked.topic,
        filtered,
        writes: ui.may(WriteMaterials::NAME),
        selects,
        lines,
        pager,
    };
    ui.page_or_part(t.get("materials-title"), &page, &page.as_rows())
}
