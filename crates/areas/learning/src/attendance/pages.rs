//! The half-days of a class and the roll-call of one.

use std::collections::HashMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{Days, NaiveDate};
use kernel::{ClassId, PersonId, Right};
use teaching::{
    classes::{self, ClassHead, ClassLine, ClassState},
    timetable::{self, HalfDay},
};
use web::{
    Answer, Form, Path, Permit, T, Ui, WebError,
    offline::{self, KEEP_DAYS},
};

use super::{
    Status, TakeAttendance,
    actions::{AttendanceError, Mark, take_roll_call},
    store::{Counted, RollCall, counts, marks, roll_call},
};

struct HalfDayShown {
    half_day: HalfDay,
    counted: Option<Counted>,
    may_take: bool,
    /// Whether the browser fetches its roll-call before it is opened: it is due, or comes soon.
    ahead: bool,
}

#[derive(askama::Template)]
#[template(path = "attendance/list.html")]
struct ListPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    half_days: Vec<HalfDayShown>,
}

/// GET /classes/{class}/sessions
pub(super) async fn list(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<TakeAttendance>,
    Path(id): Path<ClassId>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let half_days = timetable::half_days(&mut conn, id).await?;
    let counted = counts(&mut conn, id).await?;
    drop(conn);
    let today = db.today();
    let soon = today + Days::new(KEEP_DAYS.into());
    let shown = half_days.into_iter().map(|half_day| {
        let counted = counted.iter().find(|c| c.half_day_seq == half_day.seq).cloned();
        let due = half_day.held_on >= today || counted.is_none();
        let open = open_for_marks(class.state);
        let (may_take, ahead) = (open && half_day.held_on <= today, open && due && half_day.held_on <= soon);
        HalfDayShown { half_day, counted, may_take, ahead }
    });
    let page = ListPage {
        t,
        head: ClassHead::new(t, &permit.actor, &class, "sessions"),
        class: &class,
        half_days: shown.collect(),
    };
    ui.page(t.arg("classes-label", "label", class.label()), &page)
}

fn open_for_marks(state: ClassState) -> bool {
    matches!(state, ClassState::Opened | ClassState::Running | ClassState::Marking)
}

struct Row {
    person: PersonId,
    name: String,
    post: String,
    commune: String,
    commune_kind: String,
    status: Status,
    reason: String,
    error: bool,
}

#[derive(askama::Template)]
#[template(path = "attendance/roll_call.html")]
struct RollPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    half_day: HalfDay,
    last: Option<RollCall>,
    base: i64,
    rows: Vec<Row>,
    counted: [usize; 4],
    told: Option<String>,
    open: bool,
    /// Shut until this day, on which a page that was kept opens by itself.
    opens_on: Option<NaiveDate>,
    /// Whose marks they are: those that waited on a device are not saved as somebody else's.
    owner: String,
    saved: bool,
}

/// What was typed and why it was not saved.
#[derive(Default)]
struct Tried {
    marks: HashMap<PersonId, (Status, String)>,
    silent: Vec<PersonId>,
    told: Option<String>,
}

/// GET /classes/{class}/sessions/{seq}/roll-call
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<TakeAttendance>,
    Path((class, seq)): Path<(ClassId, i64)>,
) -> Answer {
    show(&ui, &db, &permit, class, seq, Tried::default(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    permit: &Permit<TakeAttendance>,
    id: ClassId,
    seq: i64,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let half_days = timetable::half_days(&mut conn, id).await?;
    let half_day = half_days.into_iter().find(|h| h.seq == seq).ok_or(WebError::NotFound)?;
    let learners = classes::learners(&mut conn, actor, id).await?;
    let last = roll_call(&mut conn, half_day.id).await?;
    let known = marks(&mut conn, half_day.id).await?;
    drop(conn);
    let mut counted = [0; 4];
    let rows: Vec<Row> = learners
        .into_iter()
        .map(|learner| {
            let mark = tried.marks.get(&learner.person_id).or_else(|| known.get(&learner.person_id));
            let (status, reason) = mark.cloned().unwrap_or((Status::Present, String::new()));
            for (place, kind) in Status::ALL.iter().enumerate() {
                if let Some(count) = counted.get_mut(place).filter(|_| *kind == status) {
                    *count += 1;
                }
            }
            Row {
                error: tried.silent.contains(&learner.person_id),
                person: learner.person_id,
                name: learner.full_name,
                post: learner.position_title,
                commune: learner.commune,
                commune_kind: learner.commune_kind,
                status,
                reason,
            }
        })
        .collect();
    let (takes, ahead) = (open_for_marks(class.state), half_day.held_on > db.today());
    let label = t.arg("classes-label", "label", class.label());
    let part = t.get(format!("classes-part-{}", half_day.part));
    let title = format!("{label}: {}, {part}", t.date(half_day.held_on));
    let page = RollPage {
        t,
        head: ClassHead::new(t, actor, &class, "sessions"),
        open: takes && !ahead,
        opens_on: (takes && ahead).then_some(half_day.held_on),
        owner: offline::reader(actor),
        base: last.as_ref().map_or(0, |l| l.seq),
        class: &class,
        half_day,
        last,
        rows,
        counted,
        told: tried.told,
        saved: ui.path.ends_with("?saved"),
    };
    if takes && status == StatusCode::OK {
        return ui.page_to_keep(title, &page);
    }
    ui.page_with(status, title, &page)
}

/// POST /classes/{class}/sessions/{seq}/roll-call: fields `owner`, `base`, `status-PERSON`, `reason-PERSON`.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<TakeAttendance>,
    Path((class, seq)): Path<(ClassId, i64)>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let field = |name: &str| typed.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    if field("owner").is_some_and(|owner| owner != offline::reader(&permit.actor)) {
        return Err(WebError::Forbidden(TakeAttendance::NAME));
    }
    let base = field("base").and_then(|v| v.parse().ok()).unwrap_or(0);
    let mut taken = Vec::new();
    for (name, value) in &typed {
        let Some(person) = name.strip_prefix("status-") else { continue };
        let (Ok(id), Some(status)) = (person.parse(), Status::from_code(value)) else {
            return Err(WebError::BadRequest);
        };
        let reason = field(&format!("reason-{person}")).unwrap_or_default().to_owned();
        taken.push(Mark { person: id, status, reason });
    }
    let silent = match take_roll_call(&db, &permit, class, seq, base, &taken).await {
        Ok(()) => {
            let here = format!("/classes/{class}/sessions/{seq}/roll-call?saved");
            return Ok(ui.see_with(&here, "attendance-saved", &[]));
        }
        Err(AttendanceError::NoReason(silent)) => (silent, ui.t.get("attendance-no-reason").into_owned()),
        Err(AttendanceError::Overtaken { by }) => (Vec::new(), ui.t.arg("attendance-overtaken", "by", by).into_owned()),
        Err(error) => return Err(error.into()),
    };
    let tried = Tried {
        marks: taken.into_iter().map(|m| (m.person, (m.status, m.reason))).collect(),
        silent: silent.0,
        told: Some(silent.1),
    };
    show(&ui, &db, &permit, class, seq, tried, StatusCode::UNPROCESSABLE_ENTITY).await
}
