//! One topic of a version: adding, changing, moving, removing, with the meter beside the form.

use ::store::{Conn, Db};
use axum::extract::State;
use kernel::{Actor, ProgrammeId, TopicId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditProgrammes,
    actions::{self, EditError, TopicDraft, Way},
    model::{DELIVERIES, KINDS, LECTURERS, METHODS, TITLE_MOST},
    pages::MeterPart,
    store::{ProgrammeLine, TopicLine, topics, versions},
};
use crate::scheme::{self, Rules};

/// A topic as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TopicForm {
    title: String,
    kind: String,
    periods: String,
    day: String,
    method: String,
    lecturer_type: String,
    delivery: String,
    /// The edition that the form was made from.
    seen: String,
}

impl TopicForm {
    /// As an empty form proposes it.
    fn fresh() -> Self {
        Self {
            kind: "skill".to_owned(),
            periods: "4".to_owned(),
            method: "drill".to_owned(),
            lecturer_type: "truong_chinh_tri".to_owned(),
            delivery: "truc_tiep".to_owned(),
            ..Self::default()
        }
    }

    fn of(topic: &TopicLine) -> Self {
        Self {
            title: topic.title.clone(),
            kind: topic.kind.clone(),
            periods: topic.periods.to_string(),
            day: topic.day.map(|d| d.to_string()).unwrap_or_default(),
            method: topic.method.clone(),
            lecturer_type: topic.lecturer_type.clone(),
            delivery: topic.delivery.clone(),
            seen: topic.edition.to_string(),
        }
    }

    /// The topic, or what is wrong at which field.
    fn read(&self, t: T, rules: &Rules) -> Result<TopicDraft, Errors> {
        let mut errors = Errors::new();
        let title = errors.line(t, "title", "curriculum-topic-title", &self.title, TITLE_MOST);
        let kind = errors.choice(t, "kind", "curriculum-kind", &self.kind, &KINDS);
        let periods = errors.whole(t, "periods", "curriculum-periods", &self.periods, &(1..=rules.periods()));
        let day = match self.day.trim() {
            "" => None,
            day => errors.whole(t, "day", "curriculum-day", day, &(1..=rules.class_days)),
        };
        let method = errors.choice(t, "method", "curriculum-method", &self.method, &METHODS);
        let lecturer_type = errors.choice(t, "lecturer_type", "curriculum-lecturer", &self.lecturer_type, &LECTURERS);
        let delivery = errors.choice(t, "delivery", "curriculum-delivery", &self.delivery, &DELIVERIES);
        match periods {
            Some(periods) if errors.is_empty() => {
                Ok(TopicDraft { title, kind, periods, day, method, lecturer_type, delivery })
            }
            _ => Err(errors),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "curriculum/topic.html")]
struct TopicPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    /// Of a topic that is there already.
    seen: Option<&'a str>,
    heading: String,
    meter: Option<MeterPart>,
    action: String,
    back: String,
    meter_from: String,
    title: Field<'a>,
    kind: Select<'a>,
    periods: Field<'a>,
    day: Select<'a>,
    method: Select<'a>,
    lecturer_type: Select<'a>,
    delivery: Select<'a>,
}

#[derive(askama::Template)]
#[template(path = "curriculum/removal.html")]
struct RemovalPage<'a> {
    t: T,
    crumbs: Crumbs,
    topic: &'a TopicLine,
    action: String,
    back: String,
}

/// A version that the school edits, with its rules and topics; anything else refuses.
struct Desk {
    rules: Rules,
    line: ProgrammeLine,
    topics: Vec<TopicLine>,
}

impl Desk {
    async fn read(
        conn: &mut Conn,
        db: &Db,
        actor: &Actor,
        programme: ProgrammeId,
        number: i64,
    ) -> Result<Self, WebError> {
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
        let rules = scheme::rules(conn, scheme.id, db.today()).await?;
        let found = versions(conn, actor, programme).await?.into_iter().find(|v| v.number == number);
        let line = found.ok_or(WebError::NotFound)?;
        if !line.state.editable() {
            return Err(EditError::Closed(number, line.state).into());
        }
        let topics = topics(conn, line.version_id).await?;
        Ok(Self { rules, line, topics })
    }

    fn topic(&self, id: TopicId) -> Result<&TopicLine, WebError> {
        self.topics.iter().find(|t| t.id == id).ok_or(WebError::NotFound)
    }

    fn place(&self) -> String {
        format!("/programmes/{}/versions/{}", self.line.id, self.line.number)
    }

    /// The meter as it would be with a topic of this kind and periods in the place of `instead`.
    fn meter(&self, t: T, instead: Option<TopicId>, kind: &str, periods: &str) -> Option<MeterPart> {
        if self.line.is_elective_pool {
            return None;
        }
        let others = self.topics.iter().filter(|x| Some(x.id) != instead);
        let (mut theory, mut other) = (0, 0);
        let typed = periods.trim().parse::<i64>().unwrap_or(0).clamp(0, self.rules.periods());
        for (kind, periods) in others.map(|x| (x.kind.as_str(), x.periods)).chain([(kind, typed)]) {
            *(if kind == "theory" { &mut theory } else { &mut other }) += periods;
        }
        Some(MeterPart::of(t, theory, other, &self.rules))
    }

    fn crumbs(&self, t: T, here: String) -> Crumbs {
        Crumbs::to(t, here)
            .by("/programmes", t.get("curriculum-nav"))
            .by(self.place(), format!("{} · {}", self.line.name, t.arg("curriculum-version", "n", self.line.number)))
    }
}

fn choices(t: T, prefix: &str, codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice::new(*code, t.get(format!("curriculum-{prefix}-{code}")))).collect()
}

/// What is saved now against what was typed, in the words of the form.
fn overtaken(t: T, now: &TopicLine, typed: &TopicDraft) -> Overtaken {
    let day = |day: Option<i64>| match day {
        Some(day) => t.arg("curriculum-day-n", "n", day),
        None => t.get("curriculum-day-none"),
    };
    let code = |prefix, code: &str| match code {
        "" => "–".into(),
        code => t.get(format!("curriculum-{prefix}-{code}")),
    };
    Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
        .differs("curriculum-topic-title", &now.title, &typed.title)
        .differs("curriculum-kind", code("kind", &now.kind), code("kind", typed.kind))
        .differs("curriculum-periods", t.num(now.periods), t.num(typed.periods))
        .differs("curriculum-day", day(now.day), day(typed.day))
        .differs("curriculum-method", code("method", &now.method), code("method", typed.method))
        .differs("curriculum-lecturer", code("lecturer", &now.lecturer_type), code("lecturer", typed.lecturer_type))
        .differs("curriculum-delivery", code("delivery", &now.delivery), code("delivery", typed.delivery))
}

fn page(
    ui: &Ui,
    desk: &Desk,
    topic: Option<TopicId>,
    form: &TopicForm,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let heading = t.get(if topic.is_some() { "curriculum-topic-change" } else { "curriculum-topic-add" }).into_owned();
    let place = desk.place();
    let days: Vec<Choice> = (1..=desk.rules.class_days)
        .map(|d| Choice::new(d.to_string(), t.arg("curriculum-day-n", "n", d).into_owned()))
        .collect();
    let (kinds, methods) = (choices(t, "kind", &KINDS), choices(t, "method", &METHODS));
    let (lecturers, deliveries) = (choices(t, "lecturer", &LECTURERS), choices(t, "delivery", &DELIVERIES));
    let select = |name, label, value, choices| Select::new(t, errors, name, label, value, choices);
    let id = topic.map(|x| x.to_string()).unwrap_or_default();
    let body = TopicPage {
        t,
        crumbs: desk.crumbs(t, heading.clone()),
        wrong: Wrong::of(t, errors),
        overtaken,
        seen: topic.map(|_| form.seen.as_str()),
        meter: desk.meter(t, topic, &form.kind, &form.periods),
        action: if topic.is_some() { format!("{place}/topics/{id}") } else { format!("{place}/topics") },
        meter_from: web::form::address(&format!("{place}/meter"), &[("topic", &id)]),
        back: place,
        title: Field::new(t, errors, "title", "curriculum-topic-title", &form.title)
            .kind("textarea")
            .required()
            .class("wide"),
        kind: select("kind", "curriculum-kind", &form.kind, &kinds),
        periods: Field::new(t, errors, "periods", "curriculum-periods", &form.periods)
            .kind("number")
            .required()
            .class("short"),
        day: select("day", "curriculum-day", &form.day, &days).or_empty("curriculum-day-none"),
        method: select("method", "curriculum-method", &form.method, &methods).or_empty("curriculum-choose"),
        lecturer_type: select("lecturer_type", "curriculum-lecturer", &form.lecturer_type, &lecturers)
            .or_empty("curriculum-choose"),
        delivery: select("delivery", "curriculum-delivery", &form.delivery, &deliveries),
        heading,
    };
    ui.page_with(status, &body.heading, &body)
}

/// GET /programmes/{programme}/versions/{number}/topics/new
pub(super) async fn get_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    page(&ui, &desk, None, &TopicForm::fresh(), &Errors::new(), None)
}

/// GET /programmes/{programme}/versions/{number}/topics/{topic}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    let form = TopicForm::of(desk.topic(topic)?);
    page(&ui, &desk, Some(topic), &form, &Errors::new(), None)
}

/// POST /programmes/{programme}/versions/{number}/topics: adds a topic.
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
    Form(form): Form<TopicForm>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    match form.read(ui.t, &desk.rules) {
        Err(errors) => page(&ui, &desk, None, &form, &errors, None),
        Ok(draft) => {
            actions::add_topic(&db, &permit, programme, number, &draft).await?;
            Ok(ui.see_with(&desk.place(), "curriculum-topic-added", &[]))
        }
    }
}

/// POST /programmes/{programme}/versions/{number}/topics/{topic}: changes a topic, unless somebody saved it or took
/// it out after the form was made; what was typed stays.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
    Form(mut form): Form<TopicForm>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    let draft = match form.read(ui.t, &desk.rules) {
        Err(errors) => return page(&ui, &desk, Some(topic), &form, &errors, None),
        Ok(draft) => draft,
    };
    let seen = form.seen.parse().unwrap_or(0);
    match actions::change_topic(&db, &permit, programme, number, topic, &draft, seen).await {
        Ok(()) => Ok(ui.see_with(&desk.place(), "curriculum-topic-changed", &[])),
        Err(EditError::Overtaken) => {
            let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
            let now = desk.topic(topic)?;
            form.seen = now.edition.to_string();
            let told = overtaken(ui.t, now, &draft);
            page(&ui, &desk, Some(topic), &form, &Errors::new(), Some(told))
        }
        Err(EditError::NotFound) => {
            let mut errors = Errors::new();
            errors.add("", "curriculum-topic-gone");
            page(&ui, &desk, None, &form, &errors, None)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    to: String,
}

/// POST /programmes/{programme}/versions/{number}/topics/{topic}/place: field `to` is `up` or `down`.
pub(super) async fn post_place(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
    Form(asked): Form<Where>,
) -> Answer {
    let way = match asked.to.as_str() {
        "up" => Way::Up,
        "down" => Way::Down,
        _ => return Err(WebError::BadRequest),
    };
    actions::move_topic(&db, &permit, programme, number, topic, way).await?;
    Ok(ui.see(&format!("/programmes/{programme}/versions/{number}#topic-{topic}")))
}

/// GET /programmes/{programme}/versions/{number}/topics/{topic}/removal: asks.
pub(super) async fn get_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
) -> Answer {
    let t = ui.t;
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    let line = desk.topic(topic)?;
    let back = desk.place();
    let title = t.get("curriculum-topic-remove").into_owned();
    let body = RemovalPage {
        t,
        crumbs: desk.crumbs(t, title.clone()),
        topic: line,
        action: format!("{back}/topics/{topic}/removal"),
        back,
    };
    ui.page(title, &body)
}

/// POST /programmes/{programme}/versions/{number}/topics/{topic}/removal
pub(super) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
) -> Answer {
    actions::remove_topic(&db, &permit, programme, number, topic).await?;
    Ok(ui.see_with(&format!("/programmes/{programme}/versions/{number}"), "curriculum-topic-removed", &[]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Weighed {
    topic: String,
    kind: String,
    periods: String,
}

/// GET /programmes/{programme}/versions/{number}/meter: the meter with what is being typed, as a part of a page.
pub(super) async fn get_meter(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
    Query(weighed): Query<Weighed>,
) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
    let meter = desk.meter(ui.t, weighed.topic.parse().ok(), &weighed.kind, &weighed.periods);
    ui.part(&meter.ok_or(WebError::NotFound)?)
}
