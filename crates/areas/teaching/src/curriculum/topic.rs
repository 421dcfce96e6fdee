//! One topic of a version: adding, changing, moving, removing, with the meter beside the form.

use ::store::{Conn, Db};
use axum::extract::State;
use kernel::{AccountId, Actor, ProgrammeId, TopicId};
use people::accounts::accounts_of;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditProgrammes, ReadProgrammes,
    actions::{self, EditError, TopicDraft, Way},
    model::{ASSESSMENTS, DELIVERIES, KINDS, LECTURERS, METHODS},
    pages::MeterPart,
    store::{LegalName, PostName, ProgrammeLine, Topic, documents, positions, topics, versions},
    topic_form::TopicForm,
};
use crate::scheme::{self, Rules};

/// A box to tick.
struct Tick {
    value: String,
    text: String,
    ticked: bool,
}

/// Boxes of one field.
struct Boxes {
    name: &'static str,
    label: &'static str,
    boxes: Vec<Tick>,
    error: Option<String>,
}

impl Boxes {
    /// `all` with what is ticked first, so that a closed list still shows it.
    fn of(
        t: T,
        errors: &Errors,
        (name, label): (&'static str, &'static str),
        ticked: &[String],
        all: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let mut boxes: Vec<Tick> =
            all.map(|(value, text)| Tick { ticked: ticked.contains(&value), value, text }).collect();
        boxes.sort_by_key(|one| !one.ticked);
        Self { name, label, boxes, error: errors.at(t, name) }
    }

    fn ticked(&self) -> usize {
        self.boxes.iter().filter(|one| one.ticked).count()
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
    /// The materials of a topic that is there already.
    shelf: Option<String>,
    meter_from: String,
    title: Field<'a>,
    kind: Select<'a>,
    periods: Field<'a>,
    day: Select<'a>,
    method: Select<'a>,
    lecturer_type: Select<'a>,
    delivery: Select<'a>,
    assessment: Select<'a>,
    materials: Field<'a>,
    /// Whether it belongs to the open part; none in the pool, whose topics all do.
    is_elective: Option<bool>,
    lists: Vec<Boxes>,
}

#[derive(askama::Template)]
#[template(path = "curriculum/removal.html")]
struct RemovalPage<'a> {
    t: T,
    crumbs: Crumbs,
    topic: &'a Topic,
    action: String,
    back: String,
}

/// A topic as everybody reads it.
#[derive(askama::Template)]
#[template(path = "curriculum/sheet.html")]
struct SheetPage<'a> {
    t: T,
    crumbs: Crumbs,
    topic: &'a Topic,
    /// Its number in the version, from 1, and its code.
    lead: String,
    facts: Vec<(&'static str, String)>,
    place: String,
    edits: bool,
}

/// What a topic is, field by field, in words; its lists left out.
pub(super) fn facts(t: T, topic: &Topic) -> Vec<(&'static str, String)> {
    let code = |prefix: &str, code: &str| match code {
        "" => "–".to_owned(),
        code => t.get(format!("curriculum-{prefix}-{code}")).into_owned(),
    };
    let day = topic.day.map_or_else(|| t.get("curriculum-day-none"), |day| t.arg("curriculum-day-n", "n", day));
    vec![
        ("curriculum-kind", code("kind", &topic.kind)),
        ("curriculum-periods", t.num(topic.periods)),
        ("curriculum-day", day.into_owned()),
        ("curriculum-method", code("method", &topic.method)),
        ("curriculum-lecturer", code("lecturer", &topic.lecturer_type)),
        ("curriculum-delivery", code("delivery", &topic.delivery)),
        ("curriculum-assessment", assessment(t, &topic.assessment)),
        ("curriculum-elective", yes_no(t, topic.is_elective)),
    ]
}

/// GET /programmes/{programme}/versions/{number}/topics/{topic}/sheet: the topic as everybody reads it.
pub(super) async fn get_sheet(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let found = versions(&mut conn, &permit.actor, programme).await?.into_iter().find(|v| v.number == number);
    let line = found.ok_or(WebError::NotFound)?;
    let all = topics(&mut conn, line.version_id).await?;
    let at = all.iter().position(|x| x.id == topic).ok_or(WebError::NotFound)?;
    let topic = all.get(at).ok_or(WebError::NotFound)?;
    let page = SheetPage {
        t,
        crumbs: crumbs(t, &line, topic.title.clone()),
        topic,
        lead: t
            .args("curriculum-sheet-lead", [("n", (at + 1).into()), ("code", topic.code.clone().into())])
            .into_owned(),
        facts: facts(t, topic),
        place: place(&line),
        edits: ui.may("programmes.edit") && line.state.editable(),
    };
    ui.page(&topic.title, &page)
}

/// Address of a version.
pub(super) fn place(line: &ProgrammeLine) -> String {
    format!("/programmes/{}/versions/{}", line.id, line.number)
}

/// The way down to something of a version.
pub(super) fn crumbs(t: T, line: &ProgrammeLine, here: String) -> Crumbs {
    Crumbs::to(t, here)
        .by("/programmes", t.get("curriculum-nav"))
        .by(place(line), format!("{} · {}", line.name, t.arg("curriculum-version", "n", line.number)))
}

/// A version that the school edits, with its rules and topics; anything else refuses.
pub(super) struct Desk {
    pub(super) rules: Rules,
    pub(super) line: ProgrammeLine,
    pub(super) topics: Vec<Topic>,
}

/// What a topic can be linked to.
pub(super) struct Links {
    pub(super) lecturers: Vec<(AccountId, String)>,
    pub(super) documents: Vec<LegalName>,
    pub(super) positions: Vec<PostName>,
}

impl Links {
    /// Lecturers who teach now, and those whom the topics have whatever became of them.
    pub(super) async fn read(conn: &mut Conn, actor: &Actor, topics: &[Topic]) -> Result<Self, WebError> {
        let mut lecturers = accounts_of(conn, actor, "lecturer").await?;
        for (id, name) in topics.iter().flat_map(|topic| &topic.lecturers) {
            if lecturers.iter().all(|(known, _)| known != id) {
                lecturers.push((*id, name.clone()));
            }
        }
        Ok(Self { lecturers, documents: documents(conn, actor).await?, positions: positions(conn, actor).await? })
    }

    fn boxes(&self, t: T, errors: &Errors, form: &TopicForm) -> Vec<Boxes> {
        let lecturers = self.lecturers.iter().map(|(id, name)| (id.to_string(), name.clone()));
        let documents = self.documents.iter().map(|d| {
            let text = if d.name == d.title { d.title.clone() } else { format!("{} · {}", d.name, d.title) };
            (d.place.to_string(), text)
        });
        let positions = self.positions.iter().map(|p| (p.id.to_string(), p.title.clone()));
        vec![
            Boxes::of(t, errors, ("lecturers", "curriculum-lecturers"), &form.lecturers, lecturers),
            Boxes::of(t, errors, ("documents", "curriculum-documents"), &form.documents, documents),
            Boxes::of(t, errors, ("positions", "curriculum-positions"), &form.positions, positions),
        ]
    }
}

impl Desk {
    pub(super) async fn read(
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

    fn topic(&self, id: TopicId) -> Result<&Topic, WebError> {
        self.topics.iter().find(|t| t.id == id).ok_or(WebError::NotFound)
    }

    pub(super) fn place(&self) -> String {
        place(&self.line)
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

    pub(super) fn crumbs(&self, t: T, here: String) -> Crumbs {
        crumbs(t, &self.line, here)
    }
}

fn choices(t: T, prefix: &str, codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice::new(*code, t.get(format!("curriculum-{prefix}-{code}")))).collect()
}

/// What is saved now against what was typed, in the words of the form.
fn overtaken(t: T, now: &Topic, links: &Links, typed: &TopicDraft) -> Overtaken {
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
        .differs("curriculum-kind", code("kind", &now.kind), code("kind", &typed.kind))
        .differs("curriculum-periods", t.num(now.periods), t.num(typed.periods))
        .differs("curriculum-day", day(now.day), day(typed.day))
        .differs("curriculum-method", code("method", &now.method), code("method", &typed.method))
        .differs("curriculum-lecturer", code("lecturer", &now.lecturer_type), code("lecturer", &typed.lecturer_type))
        .differs("curriculum-delivery", code("delivery", &now.delivery), code("delivery", &typed.delivery))
        .differs("curriculum-assessment", assessment(t, &now.assessment), assessment(t, &typed.assessment))
        .differs("curriculum-materials", now.materials.replace('\n', "; "), typed.materials.replace('\n', "; "))
        .differs("curriculum-elective", yes_no(t, now.is_elective), yes_no(t, typed.is_elective))
        .differs(
            "curriculum-lecturers",
            now.lecturer_names(),
            named(&links.lecturers, &typed.lecturers, |l| l.0, |l| l.1.clone()),
        )
        .differs(
            "curriculum-documents",
            now.document_names(),
            named(&links.documents, &typed.documents, |d| d.place, |d| d.name.clone()),
        )
        .differs(
            "curriculum-positions",
            now.position_titles(),
            named(&links.positions, &typed.positions, |p| p.id, |p| p.title.clone()),
        )
}

/// What a draft says, field by field, in words, as [`super::diff::topic_values`] says it of a topic.
pub(super) fn draft_values(t: T, draft: &TopicDraft, links: &Links) -> Vec<(String, String)> {
    let code = |prefix: &str, code: &str| match code {
        "" => "–".to_owned(),
        code => t.get(format!("curriculum-{prefix}-{code}")).into_owned(),
    };
    let day = draft.day.map_or_else(|| t.get("curriculum-day-none"), |day| t.arg("curriculum-day-n", "n", day));
    let values = [
        ("curriculum-topic-title", draft.title.clone()),
        ("curriculum-kind", code("kind", &draft.kind)),
        ("curriculum-periods", t.num(draft.periods)),
        ("curriculum-day", day.into_owned()),
        ("curriculum-method", code("method", &draft.method)),
        ("curriculum-lecturer", code("lecturer", &draft.lecturer_type)),
        ("curriculum-delivery", code("delivery", &draft.delivery)),
        ("curriculum-assessment", assessment(t, &draft.assessment)),
        ("curriculum-elective", yes_no(t, draft.is_elective)),
        ("curriculum-materials", draft.materials.replace('\n', "; ")),
        ("curriculum-lecturers", named(&links.lecturers, &draft.lecturers, |l| l.0, |l| l.1.clone())),
        ("curriculum-documents", named(&links.documents, &draft.documents, |d| d.place, |d| d.name.clone())),
        ("curriculum-positions", named(&links.positions, &draft.positions, |p| p.id, |p| p.title.clone())),
    ];
    values.into_iter().map(|(label, text)| (t.get(label).into_owned(), text)).collect()
}

/// Names of the chosen, in the order of the list.
fn named<X, I: PartialEq>(all: &[X], chosen: &[I], id: impl Fn(&X) -> I, name: impl Fn(&X) -> String) -> String {
    all.iter().filter(|x| chosen.contains(&id(x))).map(name).collect::<Vec<_>>().join("; ")
}

/// How a topic is assessed, in words.
pub(super) fn assessment(t: T, code: &str) -> String {
    match code {
        "" => t.get("curriculum-assessment-none").into_owned(),
        code => t.get(format!("curriculum-assessment-{code}")).into_owned(),
    }
}

/// Yes or no, in words.
pub(super) fn yes_no(t: T, yes: bool) -> String {
    t.get(if yes { "curriculum-yes" } else { "curriculum-no" }).into_owned()
}

fn page(
    ui: &Ui,
    (desk, links): (&Desk, &Links),
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
    let assessments = choices(t, "assessment", &ASSESSMENTS);
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
        shelf: topic
            .and_then(|id| desk.topics.iter().find(|x| x.id == id))
            .map(|x| web::form::address("/materials", &[("topic", &format!("{}:{}", desk.line.id, x.code))])),
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
        assessment: select("assessment", "curriculum-assessment", &form.assessment, &assessments)
            .or_empty("curriculum-assessment-none"),
        materials: Field::new(t, errors, "materials", "curriculum-materials", &form.materials)
            .kind("textarea")
            .hint("curriculum-materials-hint")
            .class("wide"),
        is_elective: (!desk.line.is_elective_pool).then_some(form.is_elective),
        lists: links.boxes(t, errors, form),
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
    let mut conn = db.read().await?;
    let desk = Desk::read(&mut conn, &db, &permit.actor, programme, number).await?;
    let links = Links::read(&mut conn, &permit.actor, &[]).await?;
    page(&ui, (&desk, &links), None, &TopicForm::fresh(), &Errors::new(), None)
}

/// GET /programmes/{programme}/versions/{number}/topics/{topic}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
) -> Answer {
    let mut conn = db.read().await?;
    let desk = Desk::read(&mut conn, &db, &permit.actor, programme, number).await?;
    let line = desk.topic(topic)?;
    let links = Links::read(&mut conn, &permit.actor, std::slice::from_ref(line)).await?;
    page(&ui, (&desk, &links), Some(topic), &TopicForm::of(line), &Errors::new(), None)
}

/// POST /programmes/{programme}/versions/{number}/topics: adds a topic.
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let form = TopicForm::from_pairs(pairs);
    let mut conn = db.read().await?;
    let desk = Desk::read(&mut conn, &db, &permit.actor, programme, number).await?;
    let links = Links::read(&mut conn, &permit.actor, &[]).await?;
    drop(conn);
    let errors = match form.read(ui.t, &desk.rules) {
        Err(errors) => errors,
        Ok(draft) => match actions::add_topic(&db, &permit, programme, number, &draft).await {
            Ok(_) => return Ok(ui.see_with(&desk.place(), "curriculum-topic-added", &[])),
            Err(EditError::Unknown(field)) => unknown(field),
            Err(error) => return Err(error.into()),
        },
    };
    page(&ui, (&desk, &links), None, &form, &errors, None)
}

fn unknown(field: &'static str) -> Errors {
    let mut errors = Errors::new();
    errors.add(field, "curriculum-link-unknown");
    errors
}

/// POST /programmes/{programme}/versions/{number}/topics/{topic}: changes a topic, unless somebody saved it or took
/// it out after the form was made; what was typed stays.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, topic)): Path<(ProgrammeId, i64, TopicId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let mut form = TopicForm::from_pairs(pairs);
    let mut conn = db.read().await?;
    let desk = Desk::read(&mut conn, &db, &permit.actor, programme, number).await?;
    let links =
        Links::read(&mut conn, &permit.actor, desk.topic(topic).map(std::slice::from_ref).unwrap_or_default()).await?;
    drop(conn);
    let draft = match form.read(ui.t, &desk.rules) {
        Err(errors) => return page(&ui, (&desk, &links), Some(topic), &form, &errors, None),
        Ok(draft) => draft,
    };
    let seen = form.seen.parse().unwrap_or(0);
    match actions::change_topic(&db, &permit, programme, number, topic, &draft, seen).await {
        Ok(()) => Ok(ui.see_with(&desk.place(), "curriculum-topic-changed", &[])),
        Err(EditError::Unknown(field)) => page(&ui, (&desk, &links), Some(topic), &form, &unknown(field), None),
        Err(EditError::Overtaken) => {
            let desk = Desk::read(&mut db.read().await?, &db, &permit.actor, programme, number).await?;
            let now = desk.topic(topic)?;
            form.seen = now.edition.to_string();
            let told = overtaken(ui.t, now, &links, &draft.within(&desk.line));
            page(&ui, (&desk, &links), Some(topic), &form, &Errors::new(), Some(told))
        }
        Err(EditError::NotFound) => {
            let mut errors = Errors::new();
            errors.add("", "curriculum-topic-gone");
            page(&ui, (&desk, &links), None, &form, &errors, None)
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
