//! A feed as iCalendar text (RFC 5545): an event a half-day, in universal time, so that no reader has to know Viet Nam's.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use kernel::clock::start_of;
use web::T;

use super::store::Line;

/// The feed of some half-days, in their order. `hours` are those of the morning and the afternoon.
pub(super) fn feed(t: T, name: &str, hours: [(NaiveTime, NaiveTime); 2], lines: &[Line]) -> String {
    let mut calendar = Calendar::new();
    calendar.name(name);
    for day in lines.chunk_by(|a, b| a.half_day_id == b.half_day_id) {
        let Some(first) = day.first() else { continue };
        let [morning, afternoon] = hours;
        let (from, to) = if first.part == "sang" { morning } else { afternoon };
        let titles = join(day.iter().map(|line| line.title.as_str()));
        let label = crate::classes::label(first.number, first.year);
        let mut event = Event::new();
        event
            .uid(&format!("{}@boiduong", first.half_day_id))
            .timestamp(first.published_at)
            .sequence(u32::try_from(first.version).unwrap_or(0))
            .starts(utc(first, from))
            .ends(utc(first, to))
            .summary(&t.args("feeds-summary", [("class", label.into()), ("topics", titles.into())]))
            .status(if first.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
        let places = join(day.iter().filter_map(|line| line.venue.as_deref()));
        let online = day.iter().any(|line| line.is_online).then(|| t.get("timetable-online").into_owned());
        let place = join([places.as_str()].into_iter().chain(online.as_deref()));
        if !place.is_empty() {
            event.location(&place);
        }
        let people = join(day.iter().flat_map(|line| [line.lecturer.as_deref(), line.partner.as_deref()]).flatten());
        if !people.is_empty() {
            event.description(&t.arg("feeds-lecturers", "names", people));
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}

/// Texts one after the other, each once, empty ones left out.
fn join<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut found: Vec<&str> = Vec::new();
    for text in texts {
        if !text.is_empty() && !found.contains(&text) {
            found.push(text);
        }
    }
    found.join("; ")
}

fn utc(line: &Line, at: NaiveTime) -> DateTime<Utc> {
    start_of(line.held_on) + TimeDelta::seconds(at.num_seconds_from_midnight().into())
}
