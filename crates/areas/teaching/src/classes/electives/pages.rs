//! The open part of a class: what it is taught, what it may choose, the meter with it.

use ::store::{Conn, Db};
use axum::extract::State;
use kernel::{Actor, ClassId, TopicId};
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Overtaken, Wrong},
};

use super::{
    actions::{ElectiveError, choose, offered},
    model::{Unfit, fill, open_periods, weigh},
    store::{Choice, chosen},
};
use crate::{
    classes::{ClassHead, OpenClasses, ReadClasses, store, store::ClassLine},
    curriculum::{MeterPart, Taught, pool, taught},
    scheme::{self, Rules},
};

struct Offer {
    topic: Taught,
    ticked: bool,
}

#[derive(askama::Template)]
#[template(path = "classes/electives/electives.html")]
struct ElectivesPage<'a> {
    t: T,
    head: ClassHead<'a>,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    class: &'a ClassLine,
    /// Periods that the version leaves open.
    open: i64,
    meter: MeterPart,
    /// Who chose last and when.
    by: Option<String>,
    seen: i64,
    taught: Vec<Taught>,
    /// Codes of what was chosen.
    chosen: &'a [Taught],
    offers: Vec<Offer>,
    /// Whether the reader may choose now.
    chooses: bool,
    error: Option<String>,
}

impl ElectivesPage<'_> {
    fn is_chosen(&self, topic: &Taught) -> bool {
        self.chosen.iter().any(|c| c.id == topic.id)
    }
}

/// A class with its open part.
struct Desk {
    class: ClassLine,
    rules: Rules,
    version: Vec<Taught>,
    choice: Option<Choice>,
    chosen: Vec<Taught>,
    offered: Vec<Taught>,
}

impl Desk {
    async fn read(conn: &mut Conn, actor: &Actor, id: ClassId) -> Result<Self, WebError> {
        let class = store::class(conn, actor, id).await?.ok_or(WebError::NotFound)?;
        let rules = scheme::rules(conn, class.scheme_id, class.starts_on).await?;
        let version = taught(conn, class.programme_version_id).await?;
        let (choice, chosen) = chosen(conn, id).await?;
        let offered = offered(pool(conn, class.scheme_id).await?, &chosen);
        Ok(Self { class, rules, version, choice, chosen, offered })
    }

    /// The topics that are ticked.
    fn ticked(&self, ids: &[TopicId]) -> Vec<Taught> {
        self.offered.iter().filter(|o| ids.contains(&o.id)).cloned().collect()
    }

    /// The meter with what is ticked, also when it does not fit: fixed topics and the ticked ones together.
    fn meter(&self, t: T, ticked: &[Taught]) -> MeterPart {
        let fixed: Vec<Taught> = self.version.iter().filter(|v| ticked.is_empty() || !v.is_elective).cloned().collect();
        let (fixed, more) = (weigh(&fixed), weigh(ticked));
        MeterPart::of(t, fixed.0 + more.0, fixed.1 + more.1, &self.rules)
    }

    fn seen(&self) -> i64 {
        self.choice.as_ref().map_or(0, |choice| choice.seq)
    }
}

fn page(
    ui: &Ui,
    actor: &Actor,
    desk: &Desk,
    today: chrono::NaiveDate,
    ids: &[TopicId],
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let ticked = desk.ticked(ids);
    let class = &desk.class;
    let page = ElectivesPage {
        t,
        head: ClassHead::new(t, actor, class, "electives"),
        wrong: Wrong::of(t, errors),
        overtaken,
        open: open_periods(&desk.version),
        meter: desk.meter(t, &ticked),
        by: desk.choice.as_ref().map(|choice| {
            let args = [("name", choice.by_name.clone().into()), ("at", t.moment(choice.at).into())];
            t.args("electives-by", args).into_owned()
        }),
        seen: desk.seen(),
        taught: fill(&desk.version, &desk.chosen, &desk.rules).unwrap_or_else(|_| desk.version.clone()),
        chosen: &desk.chosen,
        offers: desk.offered.iter().map(|o| Offer { ticked: ids.contains(&o.id), topic: o.clone() }).collect(),
        chooses: ui.may("classes.open") && class.state.takes_people() && today < class.starts_on,
        error: errors.at(t, "electives"),
        class,
    };
    ui.page_with(status, t.arg("electives-title", "label", class.label()), &page)
}

/// GET /classes/{class}/electives
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &permit.actor, class).await?;
    let ids: Vec<TopicId> = desk.chosen.iter().map(|c| c.id).collect();
    page(&ui, &permit.actor, &desk, db.today(), &ids, &Errors::new(), None)
}

/// Topics and the choice seen, from the fields of the form.
fn typed(pairs: &[(String, String)]) -> (Vec<TopicId>, bool, i64) {
    let boxes: Vec<&str> = pairs.iter().filter(|(n, _)| n == "elective").map(|(_, v)| v.as_str()).collect();
    let ids: Vec<TopicId> = boxes.iter().filter_map(|id| id.parse().ok()).collect();
    let seen = pairs.iter().find(|(n, _)| n == "seen").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    let read = ids.len() == boxes.len();
    (ids, read, seen)
}

/// POST /classes/{class}/electives: fields `elective`, one for each topic that is ticked.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let t = ui.t;
    let (ids, read, seen) = typed(&pairs);
    let done = if read { choose(&db, &permit, class, &ids, seen).await } else { Err(ElectiveError::Unknown) };
    let mut errors = Errors::new();
    let mut overtaken = false;
    match done {
        Ok(()) => return Ok(ui.see_with(&format!("/classes/{class}/electives"), "electives-chosen", &[])),
        Err(ElectiveError::NotFound) => return Err(WebError::NotFound),
        Err(ElectiveError::Store(inner)) => return Err(inner.into()),
        Err(ElectiveError::Begun(_)) => return Err(WebError::refused("electives-begun")),
        Err(ElectiveError::Unknown) => errors.add("electives", "electives-unknown"),
        Err(ElectiveError::Unfit(unfit)) => match unfit {
            Unfit::Closed => errors.add("electives", "electives-closed"),
            Unfit::Over(n) => errors.add_with("electives", "electives-over", vec![("n", n.into())]),
            Unfit::Under(n) => errors.add_with("electives", "electives-under", vec![("n", n.into())]),
            Unfit::NoDay(title) => errors.add_with("electives", "electives-no-day", vec![("title", title.into())]),
            Unfit::Rule(faults) => {
                let told = faults.into_iter().map(|fault| {
                    let (key, n) = fault.message();
                    t.arg(key, "n", n).into_owned()
                });
                let told = told.collect::<Vec<_>>().join(" ");
                errors.add_with("electives", "electives-rule", vec![("told", told.into())]);
            }
        },
        Err(ElectiveError::Overtaken) => overtaken = true,
    }
    let desk = Desk::read(&mut db.read().await?, &permit.actor, class).await?;
    let told = overtaken.then(|| {
        let names = |topics: &[Taught]| topics.iter().map(|t| t.title.as_str()).collect::<Vec<_>>().join("; ");
        let (by, at) = (desk.choice.as_ref().map(|c| c.by_name.as_str()), desk.choice.as_ref().map(|c| c.at));
        Overtaken::by(t, by, at).differs("electives-choice", names(&desk.chosen), names(&desk.ticked(&ids)))
    });
    page(&ui, &permit.actor, &desk, db.today(), &ids, &errors, told)
}

/// GET /classes/{class}/electives/meter: the meter with what is ticked, as a part of a page.
pub(super) async fn get_meter(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<OpenClasses>,
    Path(class): Path<ClassId>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &permit.actor, class).await?;
    ui.part(&desk.meter(ui.t, &desk.ticked(&typed(&pairs).0)))
}
