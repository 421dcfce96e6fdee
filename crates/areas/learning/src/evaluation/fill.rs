//! The form of a class as its learners fill it, and the list of those forms.

use std::collections::BTreeMap;

use ::store::{Conn, Db};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use kernel::{AnswerId, ClassId, Right};
use teaching::{classes::label, scheme};
use web::{Answer, Form, Path, Permit, T, Ui, WebError, components::Crumbs, offline};

use super::{
    AnswerEvaluations,
    actions::{self, EvaluationError, own_form},
    model::{Block, Fault, Indicator, Object, REMARK_MOST, SCORE_LEAST, SCORE_MOST, blank_most, field, places},
    store::{self, Own},
};

/// A form in the list of its learner.
struct Line {
    own: Own,
    label: String,
    days: String,
    is_open: bool,
}

#[derive(askama::Template)]
#[template(path = "evaluation/list.html")]
struct ListPage {
    t: T,
    waiting: usize,
    lines: Vec<Line>,
}

/// GET /evaluations: the forms of one's own classes.
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<AnswerEvaluations>) -> Answer {
    let t = ui.t;
    let person = permit.actor.own_person().ok_or(WebError::NotFound)?;
    let mut conn = db.read().await?;
    let today = db.today();
    let mut lines = Vec::new();
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        let line = |own: Own| Line {
            label: label(own.number, own.year),
            days: t.dates(own.starts_on, own.ends_on),
            is_open: today <= own.closes_on && own.replied.is_none(),
            own,
        };
        lines.extend(store::own(&mut conn, person, scheme.id).await?.into_iter().map(line));
    }
    drop(conn);
    lines.sort_by_key(|line| !line.is_open);
    let waiting = lines.iter().filter(|line| line.is_open).count();
    ui.page(t.get("evaluation-nav"), &ListPage { t, waiting, lines })
}

/// A place of the form with what was typed.
struct Asked {
    field: String,
    text: String,
    value: String,
    error: Option<String>,
}

/// Places of one object, or of one topic of a lecturer.
struct Group {
    heading: String,
    /// What the lecturer taught.
    note: String,
    asked: Vec<Asked>,
}

/// How the form stands before its learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// To be filled.
    Open,
    /// Answered already.
    Replied,
    /// Closed; what was typed stays to be seen.
    Shut,
}

#[derive(askama::Template)]
#[template(path = "evaluation/fill.html")]
struct FillPage {
    t: T,
    crumbs: Crumbs,
    label: String,
    class: ClassId,
    mode: Mode,
    note: String,
    /// Why it was not sent; field and text.
    wrong: Vec<(String, String)>,
    /// It may be sent as void.
    blank: Option<String>,
    /// Whose answer it is: one that waited on a device is not sent as somebody else's.
    owner: String,
    /// Number of the answer in the browser; it is not kept.
    answer: String,
    rule: String,
    groups: Vec<Group>,
    remark: Asked,
    remark_most: usize,
    /// Lessons already shown before what was typed too late.
    shown: bool,
}

/// What a form asks.
struct Sheet {
    own: Own,
    indicators: Vec<Indicator>,
    blocks: Vec<Block>,
    blank_most: usize,
    all: usize,
}

async fn sheet(conn: &mut Conn, permit: &Permit<AnswerEvaluations>, class: ClassId) -> Result<Sheet, WebError> {
    let own = own_form(conn, &permit.actor, class).await?;
    let rules = scheme::rules(conn, own.scheme_id, own.ends_on).await?;
    let indicators = store::indicators(conn, own.scheme_id, own.edition).await?;
    let blocks = store::blocks(conn, class).await?;
    let all = places(&indicators, blocks.len()).len();
    Ok(Sheet { own, indicators, blocks, all, blank_most: blank_most(all, rules.evaluation_blank_most_percent) })
}

fn told(t: T, fault: Fault) -> String {
    match fault {
        Fault::Score => t.args("evaluation-fault-score", [("least", SCORE_LEAST.into()), ("most", SCORE_MOST.into())]),
        Fault::TooLong(length) => {
            t.args("evaluation-fault-long", [("length", length.into()), ("most", REMARK_MOST.into())])
        }
        Fault::Sign => t.get("evaluation-fault-sign"),
    }
    .into_owned()
}

/// The places of the form under their headings, with what was typed and what is wrong with it.
fn groups(t: T, sheet: &Sheet, typed: &dyn Fn(&str) -> String, faults: &BTreeMap<String, String>) -> Vec<Group> {
    let mut groups: Vec<(Option<usize>, Object, Group)> = Vec::new();
    for (number, place) in places(&sheet.indicators, sheet.blocks.len()).into_iter().enumerate() {
        let Some(indicator) = sheet.indicators.get(place.indicator) else { continue };
        if groups.last().is_none_or(|(block, object, _)| (*block, *object) != (place.block, indicator.object)) {
            let block = place.block.and_then(|at| sheet.blocks.get(at));
            let heading = match block {
                Some(block) => block.name.clone(),
                None => t.get(format!("evaluation-object-{}", indicator.object.code())).into_owned(),
            };
            let note = block.map(|block| block.topic.clone()).unwrap_or_default();
            let group = Group { heading, note, asked: Vec::new() };
            groups.push((place.block, indicator.object, group));
        }
        let field = field(number);
        let asked =
            Asked { text: indicator.text.clone(), value: typed(&field), error: faults.get(&field).cloned(), field };
        if let Some((.., group)) = groups.last_mut() {
            group.asked.push(asked);
        }
    }
    groups.into_iter().map(|(.., group)| group).collect()
}

fn page(
    ui: &Ui,
    db: &Db,
    permit: &Permit<AnswerEvaluations>,
    sheet: &Sheet,
    typed: &[(String, String)],
    refused: Option<EvaluationError>,
) -> Answer {
    let t = ui.t;
    let today = db.today();
    let own = &sheet.own;
    let of = |name: &str| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let closed = |day: NaiveDate| t.arg("evaluation-closed-on", "day", t.date(day)).into_owned();
    let mode = match () {
        () if own.replied.is_some() => Mode::Replied,
        () if today > own.closes_on => Mode::Shut,
        () => Mode::Open,
    };
    let (mut wrong, mut blank, mut faults) = (Vec::new(), None, BTreeMap::new());
    match refused {
        Some(EvaluationError::Faults(found)) => {
            wrong.extend(found.iter().map(|(field, fault)| (field.clone(), told(t, *fault))));
            faults.extend(wrong.iter().cloned());
        }
        Some(EvaluationError::Blank(empty, all)) => {
            let args = [("n", empty.into()), ("of", all.into()), ("most", sheet.blank_most.into())];
            let text = t.args("evaluation-blank", args).into_owned();
            wrong.push((String::new(), text.clone()));
            blank = Some(text);
        }
        Some(EvaluationError::Closed(day)) => {
            wrong.push((String::new(), format!("{} {}", closed(day), t.get("evaluation-typed-stays"))));
        }
        _ => {}
    }
    let label = t.arg("classes-label", "label", label(own.number, own.year)).into_owned();
    let page = FillPage {
        t,
        crumbs: Crumbs::to(t, label.clone()).by("/evaluations", t.get("evaluation-nav")),
        class: own.class_id,
        note: match mode {
            Mode::Open => t.arg("evaluation-open-until", "day", t.date(own.closes_on)).into_owned(),
            Mode::Replied => t.get("evaluation-replied-note").into_owned(),
            Mode::Shut => closed(own.closes_on),
        },
        owner: offline::reader(&permit.actor),
        answer: match of("answer") {
            number if number.is_empty() => AnswerId::new(&kernel::SystemIds).to_string(),
            number => number,
        },
        rule: t
            .args(
                "evaluation-rule",
                [
                    ("least", SCORE_LEAST.into()),
                    ("most", SCORE_MOST.into()),
                    ("n", sheet.all.into()),
                    ("blank", sheet.blank_most.into()),
                ],
            )
            .into_owned(),
        groups: groups(t, sheet, &of, &faults),
        remark: Asked {
            field: "remark".to_owned(),
            text: t.get("evaluation-remark").into_owned(),
            value: of("remark"),
            error: faults.get("remark").cloned(),
        },
        remark_most: REMARK_MOST,
        shown: mode == Mode::Open || !wrong.is_empty(),
        label,
        mode,
        wrong,
        blank,
    };
    if page.mode == Mode::Open && page.wrong.is_empty() {
        return ui.page_to_keep(&page.label, &page);
    }
    let status = if page.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, &page.label, &page)
}

/// GET /evaluations/{class}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerEvaluations>,
    Path(class): Path<ClassId>,
) -> Answer {
    let sheet = sheet(&mut db.read().await?, &permit, class).await?;
    page(&ui, &db, &permit, &sheet, &[], None)
}

/// POST /evaluations/{class}: fields `s0`, `s1` … in the order of the form, `remark`, `owner`; `void` sends a form with too many empty places.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerEvaluations>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let of = |name: &str| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    if of("owner").is_some_and(|owner| owner != offline::reader(&permit.actor)) {
        return Err(WebError::Forbidden(AnswerEvaluations::NAME));
    }
    let here = format!("/evaluations/{class}");
    match actions::answer(&db, &permit, class, &typed, of("void").is_some()).await {
        Ok(true) => Ok(ui.see_with(&here, "evaluation-thanks", &[])),
        // sent twice, or once more by somebody who has answered: it says so and counts nothing
        Ok(false) => Ok(ui.see_with(&here, "evaluation-answered-before", &[])),
        Err(error @ (EvaluationError::Faults(_) | EvaluationError::Blank(..) | EvaluationError::Closed(_))) => {
            let sheet = sheet(&mut db.read().await?, &permit, class).await?;
            page(&ui, &db, &permit, &sheet, &typed, Some(error))
        }
        Err(error) => Err(error.into()),
    }
}
