//! Changing a half-day of the draft by hand: who and what can be had is listed first, the rest with the reason.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, ClassId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditTimetables,
    actions::{Refusal, TimetableError, Wanted, Where, change_half_day, exchange},
    desk::{Desk, desk},
    model::{Busy, Teacher},
    pages::busy,
};

/// Rows of the form; a half-day has no more sittings than periods.
const ROWS: usize = 4;
const TOPICS: [&str; ROWS] = ["topic-1", "topic-2", "topic-3", "topic-4"];
const PERIODS: [&str; ROWS] = ["periods-1", "periods-2", "periods-3", "periods-4"];
const LECTURERS: [&str; ROWS] = ["lecturer-1", "lecturer-2", "lecturer-3", "lecturer-4"];
const PARTNERS: [&str; ROWS] = ["partner-1", "partner-2", "partner-3", "partner-4"];
const PLACES: [&str; ROWS] = ["place-1", "place-2", "place-3", "place-4"];
/// Value of the place of an online sitting.
const ONLINE: &str = "online";

/// A row as typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    topic: String,
    periods: String,
    lecturer: String,
    partner: String,
    place: String,
}

fn typed(pairs: &[(String, String)]) -> (Vec<Typed>, i64) {
    let value =
        |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).unwrap_or_default();
    let names = TOPICS.iter().zip(PERIODS).zip(LECTURERS).zip(PARTNERS).zip(PLACES);
    let rows = names.map(|((((topic, periods), lecturer), partner), place)| Typed {
        topic: value(topic),
        periods: value(periods),
        lecturer: value(lecturer),
        partner: value(partner),
        place: value(place),
    });
    (rows.collect(), value("seen").parse().unwrap_or(0))
}

/// The rows of the draft.
fn drafted(desk: &Desk, slot: usize) -> Vec<Typed> {
    let here = desk.draft.iter().filter(|s| s.slot == slot);
    let id = |id: Option<kernel::AccountId>| id.map(|id| id.to_string()).unwrap_or_default();
    let mut rows: Vec<Typed> = here
        .map(|s| Typed {
            topic: s.topic.map(|t| t.to_string()).unwrap_or_default(),
            periods: s.periods.to_string(),
            lecturer: id(s.lecturer),
            partner: id(s.partner),
            place: if s.online { ONLINE.to_owned() } else { s.venue.map(|v| v.to_string()).unwrap_or_default() },
        })
        .collect();
    rows.resize_with(ROWS, Typed::default);
    rows
}

/// The filled rows, with the number of each; what cannot be read is noted at its field.
fn read(t: T, rows: &[Typed], errors: &mut Errors) -> Vec<(usize, Wanted)> {
    let mut wanted = Vec::new();
    let names = TOPICS.iter().zip(PERIODS).zip(LECTURERS).zip(PARTNERS).zip(PLACES);
    for ((at, row), ((((topic, periods), lecturer), partner), place)) in rows.iter().enumerate().zip(names) {
        if row.topic.is_empty() {
            continue;
        }
        let length = errors.whole(t, periods, "timetable-periods", &row.periods, &(1..=40));
        let person = |typed: &str, field, key, errors: &mut Errors| match typed {
            "" => None,
            id => id.parse().map_err(|_| errors.add(field, key)).ok(),
        };
        let found = row.topic.parse().map_err(|_| errors.add(topic, "timetable-topic-unknown")).ok();
        let lecturer = person(&row.lecturer, lecturer, "timetable-lecturer-unknown", errors);
        let partner = person(&row.partner, partner, "timetable-partner-unknown", errors);
        let place = match row.place.as_str() {
            "" => Some(Where::Open),
            ONLINE => Some(Where::Online),
            id => id.parse().map(Where::At).map_err(|_| errors.add(place, "timetable-place-unknown")).ok(),
        };
        if let (Some(topic), Some(periods), Some(place)) = (found, length, place) {
            wanted.push((at, Wanted { topic, periods, lecturer, partner, place }));
        }
    }
    wanted
}

struct Row<'a> {
    number: usize,
    /// The first of the rows that are folded away while they are empty.
    opens: bool,
    topic: Select<'a>,
    periods: Field<'a>,
    lecturer: Select<'a>,
    partner: Select<'a>,
    place: Select<'a>,
}

#[derive(askama::Template)]
#[template(path = "timetable/edit.html")]
struct EditPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    back: String,
    seen: i64,
    rows: Vec<Row<'a>>,
    folded: bool,
    /// The folded rows stand open: something in them is wrong.
    shown: bool,
    others: Select<'a>,
}

/// Lecturers for a row: named for the topic and free, free, and last who cannot come, each with the reason and the load.
fn people(t: T, desk: &Desk, slot: usize, topic: &str) -> Vec<Choice> {
    let named = |teacher: &Teacher| teacher.topics.iter().any(|id| id.to_string() == topic);
    let here = |teacher: &Teacher| {
        let mine = desk.draft.iter().filter(|s| s.lecturer == Some(teacher.id));
        teacher.load + mine.map(|s| s.periods).sum::<i64>()
    };
    let mut all: Vec<&Teacher> = desk.week.teachers.iter().collect();
    all.sort_by_key(|one| (!one.is_free(slot), !named(one), here(one) * 1000 / one.norm.max(1)));
    let choice = |one: &Teacher| {
        let load = t.args("timetable-load", [("load", here(one).into()), ("norm", one.norm.into())]);
        let mut text = format!("{} · {load}", one.name);
        match one.busy_at(slot) {
            Some(why) => text = format!("{text} · {}", busy(t, why)),
            None if !topic.is_empty() && !named(one) => text = format!("{text} · {}", t.get("timetable-not-named")),
            None => {}
        }
        Choice::new(one.id.to_string(), text)
    };
    all.into_iter().map(choice).collect()
}

fn places(t: T, desk: &Desk, slot: usize) -> Vec<Choice> {
    let mut all: Vec<_> = desk.week.places.iter().collect();
    all.sort_by_key(|p| (!p.is_free(slot) || !p.fits, p.id != desk.week.home, p.field));
    let choice = |p: &super::model::Place| {
        let why = p.busy_at(slot).map(|why| busy(t, why));
        let small = (!p.fits).then(|| t.get("timetable-place-small").into_owned());
        let text = [Some(p.name.clone()), why.or(small)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Choice::new(p.id.to_string(), text)
    };
    let online = Choice::new(ONLINE, t.get("timetable-online"));
    all.into_iter().map(choice).chain([online]).collect()
}

async fn open(db: &Db, actor: &Actor, class: ClassId, seq: i64) -> Result<(Desk, usize), WebError> {
    let desk = desk(&mut db.read().await?, actor, class, db.today()).await?.ok_or(WebError::NotFound)?;
    let slot = usize::try_from(seq - 1).ok().filter(|slot| *slot < desk.week.slots.len());
    let slot = slot.ok_or(WebError::NotFound)?;
    Ok((desk, slot))
}

fn form(ui: &Ui, desk: &Desk, slot: usize, rows: &[Typed], errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let part = |slot: usize| {
        desk.half_days
            .get(slot)
            .map(|h| format!("{}, {}", t.date(h.held_on), t.get(format!("classes-part-{}", h.part))))
    };
    let topics: Vec<Choice> = desk
        .week
        .topics
        .iter()
        .map(|topic| {
            let stands =
                desk.draft.iter().filter(|s| s.topic == Some(topic.id) && s.slot != slot).filter_map(|s| part(s.slot));
            let stands = stands.collect::<Vec<_>>().join("; ");
            let periods = t.arg("timetable-periods-n", "n", topic.periods);
            let text = if stands.is_empty() {
                format!("{} · {periods}", topic.title)
            } else {
                format!("{} · {periods} · {}", topic.title, t.arg("timetable-stands", "at", stands))
            };
            Choice::new(topic.id.to_string(), text)
        })
        .collect();
    let people: Vec<Vec<Choice>> = rows.iter().map(|row| people(t, desk, slot, &row.topic)).collect();
    let places = places(t, desk, slot);
    let names = TOPICS.iter().zip(PERIODS).zip(LECTURERS).zip(PARTNERS).zip(PLACES);
    let filled = rows.iter().rposition(|row| !row.topic.is_empty()).map_or(1, |last| last + 1);
    let made = rows.iter().zip(&people).zip(names).enumerate().map(|(at, ((row, people), names))| {
        let ((((topic, periods), lecturer), partner), place) = names;
        Row {
            number: at + 1,
            opens: at == filled,
            topic: Select::new(t, errors, topic, "timetable-topic", &row.topic, &topics)
                .or_empty("timetable-no-topic")
                .class("wide"),
            periods: Field::new(t, errors, periods, "timetable-periods", &row.periods).kind("number").class("short"),
            lecturer: Select::new(t, errors, lecturer, "timetable-lecturer", &row.lecturer, people)
                .or_empty("timetable-undecided")
                .class("half"),
            partner: Select::new(t, errors, partner, "timetable-partner", &row.partner, people)
                .or_empty("timetable-nobody")
                .class("half"),
            place: Select::new(t, errors, place, "timetable-place", &row.place, &places)
                .or_empty("timetable-undecided")
                .class("half"),
        }
    });
    let others: Vec<Choice> = (0..desk.week.slots.len())
        .filter(|other| *other != slot && desk.week.slots.get(*other).is_some_and(|s| !s.held))
        .filter_map(|other| Some(Choice::new((other + 1).to_string(), part(other)?)))
        .collect();
    let back = format!("/classes/{}/timetable", desk.class.id);
    let heading = part(slot).unwrap_or_default();
    let label = t.arg("classes-label", "label", desk.class.label());
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = EditPage {
        t,
        crumbs: Crumbs::to(t, heading.clone())
            .by("/classes", t.get("classes-nav"))
            .by(format!("/classes/{}", desk.class.id), label)
            .by(back.clone(), t.get("timetable-tab")),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: format!("{back}/{}", slot + 1),
        back,
        seen: desk.state.edition,
        rows: made.collect(),
        folded: filled < ROWS,
        shown: desk.draft.iter().all(|s| s.slot != slot) || !errors.is_empty(),
        others: Select::new(t, errors, "other", "timetable-exchange-with", "", &others),
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /classes/{class}/timetable/{seq}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path((class, seq)): Path<(ClassId, i64)>,
) -> Answer {
    let (desk, slot) = open(&db, &permit.actor, class, seq).await?;
    if !desk.class.state.is_alive() || desk.week.slots.get(slot).is_none_or(|s| s.held) {
        return Err(WebError::refused("timetable-held"));
    }
    form(&ui, &desk, slot, &drafted(&desk, slot), &Errors::new(), None)
}

/// A refusal at its field.
fn told(t: T, at: usize, refusal: Refusal, errors: &mut Errors) {
    let field = |names: [&'static str; ROWS]| names.get(at).copied().unwrap_or_default();
    let why = |taken: &Busy| vec![("why", busy(t, taken).into())];
    match refusal {
        Refusal::Topic => errors.add(field(TOPICS), "timetable-topic-unknown"),
        Refusal::Periods(n) => errors.add_with(field(PERIODS), "timetable-periods-over", vec![("n", n.into())]),
        Refusal::Lecturer => errors.add(field(LECTURERS), "timetable-lecturer-unknown"),
        Refusal::Taken(taken) => errors.add_with(field(LECTURERS), "timetable-lecturer-taken", why(&taken)),
        Refusal::Partner => errors.add(field(PARTNERS), "timetable-partner-unknown"),
        Refusal::PartnerTaken(taken) => errors.add_with(field(PARTNERS), "timetable-partner-taken", why(&taken)),
        Refusal::Place => errors.add(field(PLACES), "timetable-place-unknown"),
        Refusal::PlaceTaken(taken) => errors.add_with(field(PLACES), "timetable-place-taken", why(&taken)),
        Refusal::PlaceSmall => errors.add(field(PLACES), "timetable-place-too-small"),
    }
}

/// POST /classes/{class}/timetable/{seq}
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path((class, seq)): Path<(ClassId, i64)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let t = ui.t;
    let (typed, seen) = typed(&pairs);
    open(&db, &permit.actor, class, seq).await?;
    let mut errors = Errors::new();
    let wanted = read(t, &typed, &mut errors);
    let mut overtaken = false;
    if errors.is_empty() {
        let (numbers, wanted): (Vec<usize>, Vec<Wanted>) = wanted.into_iter().unzip();
        match change_half_day(&db, &permit, class, seq, &wanted, seen).await {
            Ok(()) => return Ok(ui.see_with(&format!("/classes/{class}/timetable"), "timetable-changed", &[])),
            Err(TimetableError::Wrong(wrong)) => {
                for (at, refusal) in wrong {
                    told(t, numbers.get(at).copied().unwrap_or_default(), refusal, &mut errors);
                }
            }
            Err(TimetableError::Overtaken) => overtaken = true,
            Err(error) => return Err(error.into()),
        }
    }
    let (desk, slot) = open(&db, &permit.actor, class, seq).await?;
    let head = overtaken.then(|| {
        let (by, at) = (desk.state.changed_by.as_deref(), desk.state.changed_at);
        let words = |rows: &[Typed]| {
            let title = |row: &Typed| {
                let topic = desk.week.topics.iter().find(|t| t.id.to_string() == row.topic)?;
                let who = desk.week.teachers.iter().find(|t| t.id.to_string() == row.lecturer).map(|t| t.name.clone());
                Some([Some(topic.title.clone()), who].into_iter().flatten().collect::<Vec<_>>().join(", "))
            };
            rows.iter().filter_map(title).collect::<Vec<_>>().join("; ")
        };
        Overtaken::by(t, by, at).differs("timetable-half-day", words(&drafted(&desk, slot)), words(&typed))
    });
    form(&ui, &desk, slot, &typed, &errors, head)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exchange {
    other: String,
    seen: String,
}

/// POST /classes/{class}/timetable/{seq}/exchange
pub(super) async fn post_exchange(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path((class, seq)): Path<(ClassId, i64)>,
    Form(typed): Form<Exchange>,
) -> Answer {
    let (desk, slot) = open(&db, &permit.actor, class, seq).await?;
    let Ok(other) = typed.other.parse::<i64>() else {
        let mut errors = Errors::new();
        errors.add("other", "timetable-other-unknown");
        return form(&ui, &desk, slot, &drafted(&desk, slot), &errors, None);
    };
    match exchange(&db, &permit, class, (seq, other), typed.seen.parse().unwrap_or(0)).await {
        Ok(()) => Ok(ui.see_with(&format!("/classes/{class}/timetable"), "timetable-exchanged", &[])),
        Err(TimetableError::Overtaken) => {
            let (desk, slot) = open(&db, &permit.actor, class, seq).await?;
            let head = Overtaken::by(ui.t, desk.state.changed_by.as_deref(), desk.state.changed_at);
            form(&ui, &desk, slot, &drafted(&desk, slot), &Errors::new(), Some(head))
        }
        Err(error) => Err(error.into()),
    }
}
