//! Attendance of a class at a glance: a row for each person, a column for each half-day.

use std::collections::HashMap;

use ::store::Db;
use axum::extract::State;
use kernel::{ClassId, PersonId};
use teaching::{
    classes::{self, ClassHead, ReadClasses},
    scheme, timetable,
};
use web::{Answer, Path, Permit, T, Ui, WebError};

use super::{Status, store::class_marks};

/// A half-day of one person: no status where no roll-call was taken.
struct Cell {
    status: Option<Status>,
    reason: String,
}

struct Row {
    person: PersonId,
    name: String,
    unit: String,
    cells: Vec<Cell>,
    attended: i64,
    missed: i64,
    over: bool,
}

struct Column {
    day: String,
    part: String,
}

#[derive(askama::Template)]
#[template(path = "attendance/matrix.html")]
struct MatrixPage<'a> {
    t: T,
    head: ClassHead<'a>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    periods: i64,
    most: i64,
    rule: String,
    /// A lecturer sees the names of the own class, but no records of people.
    may_people: bool,
}

/// GET /classes/{class}/attendance: for whoever may see names in this class.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadClasses>, Path(id): Path<ClassId>) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    if actor.sees_nobody() && classes::heads_only(actor).is_none() {
        return Err(WebError::NotFound);
    }
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.ends_on).await?;
    let half_days = timetable::half_days(&mut conn, id).await?;
    let learners = classes::learners(&mut conn, actor, id).await?;
    let marks: HashMap<(PersonId, i64), (Status, String)> = class_marks(&mut conn, id)
        .await?
        .into_iter()
        .map(|m| ((m.person_id, m.half_day_seq), (m.status, m.reason)))
        .collect();
    drop(conn);
    let periods: i64 = half_days.iter().map(|h| h.periods).sum();
    let most = rules.absence_most(periods);
    let rows = learners
        .into_iter()
        .map(|learner| {
            let (mut attended, mut missed) = (0, 0);
            let cells = half_days
                .iter()
                .map(|h| {
                    let mark = marks.get(&(learner.person_id, h.seq));
                    match mark {
                        Some((status, _)) if status.counts() => attended += h.periods,
                        Some(_) => missed += h.periods,
                        None => {}
                    }
                    let (status, reason) = mark.map_or((None, ""), |(s, r)| (Some(*s), r.as_str()));
                    Cell { status, reason: reason.to_owned() }
                })
                .collect();
            Row {
                person: learner.person_id,
                unit: learner.unit(t),
                name: learner.full_name,
                cells,
                attended,
                missed,
                over: missed > most,
            }
        })
        .collect();
    let columns = half_days.iter().map(|h| Column {
        day: h.held_on.format("%d/%m").to_string(),
        part: t.get(format!("classes-part-{}", h.part)).into_owned(),
    });
    let rule = t.args("attendance-rule", [("most", most.into()), ("periods", periods.into())]);
    let page = MatrixPage {
        t,
        head: ClassHead::new(t, actor, &class, "attendance"),
        columns: columns.collect(),
        rows,
        periods,
        most,
        rule: rule.into_owned(),
        may_people: ui.may("people.read"),
    };
    ui.page(t.arg("classes-label", "label", class.label()), &page)
}
