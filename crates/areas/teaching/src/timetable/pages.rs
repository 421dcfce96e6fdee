//! The timetable of a class: what is published, and for the school the draft with what is wrong in it.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, ClassId};
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError};

use super::{
    EditTimetables,
    actions::{TimetableError, mend, propose, publish_timetable},
    desk::{Desk, desk},
    model::{Busy, Fault, Reason, Sitting, Why, differing, faults, reason},
    published::{Published, WeekPart, line},
    store::{Row, rows},
};
use crate::{
    classes::{self, ClassHead, ClassLine, ReadClasses},
    lecturers::offers,
};

struct Drafted {
    seq: i64,
    day: String,
    part: String,
    held: bool,
    differs: bool,
    sittings: Vec<Listed>,
}

/// A sitting of the draft in words.
struct Listed {
    title: String,
    line: String,
    /// Why this lecturer.
    why: Option<String>,
}

/// What the school has of the timetable.
struct Draft {
    seen: i64,
    days: Vec<Drafted>,
    /// What stops publishing, and what wants a look.
    stops: Vec<String>,
    looks: Vec<String>,
    /// Half-days that differ from what is published.
    differing: usize,
    /// Whether somebody fell out, or is missing.
    mends: bool,
    open: bool,
    /// Who was asked: name, message key of the answer, reason.
    offers: Vec<(String, &'static str, String)>,
}

#[derive(askama::Template)]
#[template(path = "timetable/timetable.html")]
struct TimetablePage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    refused: Option<String>,
    draft: Option<Draft>,
    week: WeekPart<'a>,
}

/// A half-day by name: `sáng 23/11/2026`.
fn named(t: T, desk: &Desk, slot: usize) -> String {
    let half_day = desk.half_days.get(slot);
    half_day
        .map_or_else(String::new, |h| format!("{}, {}", t.date(h.held_on), t.get(format!("classes-part-{}", h.part))))
}

/// Why somebody or something cannot be had, in words that follow a name.
pub(super) fn busy(t: T, busy: &Busy) -> String {
    match busy {
        Busy::Class(label) => t.arg("timetable-busy-class", "label", label.clone()),
        Busy::Away(reason) if reason.is_empty() => t.get("timetable-busy-away"),
        Busy::Away(reason) => t.arg("timetable-busy-away-for", "reason", reason.clone()),
        Busy::Declined => t.get("timetable-busy-declined"),
        Busy::Closed => t.get("timetable-busy-closed"),
    }
    .into_owned()
}

fn tell(t: T, desk: &Desk, fault: &Fault) -> String {
    let at = |slot: &usize| ("at", named(t, desk, *slot).into());
    match fault {
        Fault::Taken(slot, name, why) | Fault::PlaceTaken(slot, name, why) => {
            t.args("timetable-fault-taken", [at(slot), ("name", name.clone().into()), ("why", busy(t, why).into())])
        }
        Fault::Gone(slot, title) => t.args("timetable-fault-gone", [at(slot), ("title", title.clone().into())]),
        Fault::PlaceSmall(slot, name) => t.args("timetable-fault-small", [at(slot), ("name", name.clone().into())]),
        Fault::Long(slot, n) => t.args("timetable-fault-long", [at(slot), ("n", (*n).into())]),
        Fault::Missing(title, n) => {
            t.args("timetable-fault-missing", [("title", title.clone().into()), ("n", (*n).into())])
        }
        Fault::Excess(title, n) => {
            t.args("timetable-fault-excess", [("title", title.clone().into()), ("n", (*n).into())])
        }
        Fault::NoLecturer(slot, title, why) => {
            let key = match why {
                Some(Why::NobodyNamed) => "timetable-fault-nobody-named",
                Some(_) => "timetable-fault-nobody-free",
                None => "timetable-fault-no-lecturer",
            };
            t.args(key, [at(slot), ("title", title.clone().into())])
        }
        Fault::Alone(slot, name, title) => {
            let args = [at(slot), ("name", name.clone().into()), ("title", title.clone().into())];
            t.args("timetable-fault-alone", args)
        }
        Fault::NoPlace(slot, title) => t.args("timetable-fault-no-place", [at(slot), ("title", title.clone().into())]),
        Fault::NotNamed(slot, name, title) => {
            let args = [at(slot), ("name", name.clone().into()), ("title", title.clone().into())];
            t.args("timetable-fault-not-named", args)
        }
        Fault::Order(first, second) => {
            t.args("timetable-fault-order", [("first", first.clone().into()), ("second", second.clone().into())])
        }
    }
    .into_owned()
}

fn listed(t: T, desk: &Desk, row: &Row, sitting: &Sitting) -> Listed {
    let key = |reason| match reason {
        Reason::Only => "timetable-why-only",
        Reason::Despite => "timetable-why-despite",
        Reason::Prefers => "timetable-why-prefers",
        Reason::Hours => "timetable-why-hours",
        Reason::Load => "timetable-why-load",
    };
    let held = desk.week.slots.get(sitting.slot).is_none_or(|s| s.held);
    let why = (!held).then(|| reason(&desk.week, &desk.draft, sitting)).flatten();
    Listed { title: row.title.clone(), line: line(t, row), why: why.map(|why| t.get(key(why)).into_owned()) }
}

fn draft(t: T, desk: &Desk, published: &[Row], offers: Vec<(String, &'static str, String)>) -> Draft {
    let found = faults(&desk.week, &desk.draft);
    let before: Vec<_> = published.iter().map(Row::sitting).collect();
    let differs = differing(&before, &desk.draft);
    let days = desk.half_days.iter().enumerate().map(|(slot, h)| Drafted {
        seq: h.seq,
        day: t.date(h.held_on),
        part: h.part.clone(),
        held: desk.week.slots.get(slot).is_none_or(|s| s.held),
        differs: differs.contains(&slot),
        sittings: desk
            .rows
            .iter()
            .zip(&desk.draft)
            .filter(|(r, _)| r.seq == h.seq)
            .map(|(r, s)| listed(t, desk, r, s))
            .collect(),
    });
    Draft {
        seen: desk.state.edition,
        days: days.collect(),
        mends: found.iter().any(|f| {
            matches!(f, Fault::Taken(..) | Fault::Gone(..) | Fault::PlaceTaken(..) | Fault::NoLecturer(_, _, None))
        }),
        stops: found.iter().filter(|f| f.stops()).map(|f| tell(t, desk, f)).collect(),
        looks: found.iter().filter(|f| !f.stops()).map(|f| tell(t, desk, f)).collect(),
        differing: differs.len(),
        offers,
        open: desk.class.state.is_alive() && desk.week.slots.iter().any(|s| !s.held),
    }
}

/// The page as it stands now, with what became of a try to change it.
async fn show(ui: &Ui, db: &Db, actor: &Actor, id: ClassId, error: Option<TimetableError>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let edits = ui.may("timetable.edit");
    let (class, draft, published) = if edits {
        let desk = desk(&mut conn, actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
        let now = rows(&mut conn, id, desk.state.published, desk.state.published).await?;
        let published = Published::read(&mut conn, id).await?;
        let draft = draft(t, &desk, &now, offers::told(&mut conn, id).await?);
        (desk.class, Some((draft, (desk.state.changed_by, desk.state.changed_at))), published)
    } else {
        let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
        (class, None, Published::read(&mut conn, id).await?)
    };
    drop(conn);
    let (draft, saved) = draft.unzip();
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let (refused, status) = match error {
        None => (None, StatusCode::OK),
        Some(TimetableError::Overtaken) => {
            let (by, at) = saved.unwrap_or_default();
            let at = at.map(|at| t.moment(at)).unwrap_or_default();
            let told = t.args("timetable-overtaken-by", [("by", by.unwrap_or_default().into()), ("at", at.into())]);
            (Some(told), StatusCode::CONFLICT)
        }
        Some(error @ (TimetableError::NotFound | TimetableError::Store(_))) => return Err(error.into()),
        Some(TimetableError::Over | TimetableError::Held) => (Some(t.get("timetable-over")), wrong),
        Some(TimetableError::Nothing) => (Some(t.get("timetable-nothing")), wrong),
        Some(TimetableError::Wrong(_) | TimetableError::Faults(_)) => (Some(t.get("timetable-faults-stop")), wrong),
    };
    let whole = draft.as_ref().is_none_or(|d| d.differing > 0);
    let page = TimetablePage {
        t,
        head: ClassHead::new(t, actor, &class, "timetable"),
        class: &class,
        refused: refused.map(std::borrow::Cow::into_owned),
        draft,
        week: published.part(t, id, false, whole),
    };
    ui.page_with(status, t.arg("timetable-title", "label", class.label()), &page)
}

/// GET /classes/{class}/timetable
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    show(&ui, &db, &permit.actor, class, None).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    seen: String,
}

impl Seen {
    fn edition(&self) -> i64 {
        self.seen.parse().unwrap_or(0)
    }
}

/// POST /classes/{class}/timetable/proposal
pub(super) async fn post_proposal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Seen>,
) -> Answer {
    let back = format!("/classes/{class}/timetable");
    match propose(&db, &permit, class, typed.edition()).await {
        Ok(open) if open.is_empty() => Ok(ui.see_with(&back, "timetable-proposed", &[])),
        Ok(open) => Ok(ui.see_with(&back, "timetable-proposed-open", &[("n", ui.t.num(open.len()))])),
        Err(error) => show(&ui, &db, &permit.actor, class, Some(error)).await,
    }
}

/// POST /classes/{class}/timetable/mending
pub(super) async fn post_mending(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Seen>,
) -> Answer {
    let t = ui.t;
    let back = format!("/classes/{class}/timetable");
    match mend(&db, &permit, class, typed.edition()).await {
        Ok(mended) => {
            let key = if mended.open.is_empty() { "timetable-mended" } else { "timetable-mended-open" };
            let args = [("moved", t.num(mended.moved.len())), ("open", t.num(mended.open.len()))];
            Ok(ui.see_with(&back, key, &args))
        }
        Err(error) => show(&ui, &db, &permit.actor, class, Some(error)).await,
    }
}

/// POST /classes/{class}/timetable/publication
pub(super) async fn post_publication(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Seen>,
) -> Answer {
    match publish_timetable(&db, &permit, class, typed.edition()).await {
        Ok(number) => {
            let args = [("n", ui.t.num(number - 1))];
            Ok(ui.see_with(&format!("/classes/{class}/timetable"), "timetable-published", &args))
        }
        Err(error) => show(&ui, &db, &permit.actor, class, Some(error)).await,
    }
}
