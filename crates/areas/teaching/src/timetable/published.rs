//! The published timetable of a class: what everybody of the class sees of it.

use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use kernel::ClassId;
use web::T;

use super::store::{self, Row, Version};

/// A half-day with what is taught.
pub(super) struct Day {
    pub held_on: NaiveDate,
    pub part: String,
    pub rows: Vec<Row>,
}

/// A half-day that the newest version changed: what was there, what is there now.
pub(super) struct Moved {
    pub held_on: NaiveDate,
    pub part: String,
    /// Message key of what changed, before, after.
    pub what: Vec<(&'static str, String, String)>,
}

/// The version that holds, with what it changed.
pub struct Published {
    pub(super) days: Vec<Day>,
    pub(super) version: Option<Version>,
    pub(super) moved: Vec<Moved>,
}

/// Topics, lecturers and places of a half-day in words; empty where nothing is decided.
fn told(rows: &[&Row]) -> [String; 3] {
    let join = |texts: Vec<&str>| {
        let mut texts: Vec<&str> = texts.into_iter().filter(|t| !t.is_empty()).collect();
        texts.dedup();
        texts.join("; ")
    };
    let lecturers = rows.iter().flat_map(|r| [r.lecturer.as_deref(), r.partner.as_deref()]).flatten();
    [
        join(rows.iter().map(|r| r.title.as_str()).collect()),
        join(lecturers.collect()),
        join(rows.iter().filter_map(|r| r.venue.as_deref()).collect()),
    ]
}

const WHAT: [&str; 3] = ["timetable-topics", "timetable-lecturers", "timetable-places"];

impl Published {
    /// Reads what is published of a class.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn read(conn: &mut Conn, class: ClassId) -> Result<Self, StoreError> {
        let published = store::state(conn, class).await?.map_or(0, |s| s.published);
        let rows = store::rows(conn, class, (published - 1).max(1), published).await?;
        let half_days = store::half_days(conn, class).await?;
        let of = |seq: i64, version: i64| -> Vec<&Row> {
            rows.iter().filter(|r| r.seq == seq && r.version == version).collect()
        };
        let mut moved = Vec::new();
        for h in half_days.iter().filter(|_| published > 1) {
            let (before, after) = (told(&of(h.seq, published - 1)), told(&of(h.seq, published)));
            let each = WHAT.into_iter().zip(before.into_iter().zip(after));
            // what was open and is decided now is no change that anybody has to hear of
            let what: Vec<_> = each
                .filter(|(_, (before, after))| before != after && !before.is_empty())
                .map(|(key, (before, after))| (key, before, after))
                .collect();
            if !what.is_empty() {
                moved.push(Moved { held_on: h.held_on, part: h.part.clone(), what });
            }
        }
        let days = half_days.into_iter().map(|h| Day {
            rows: of(h.seq, published).into_iter().cloned().collect(),
            held_on: h.held_on,
            part: h.part,
        });
        let days = days.collect();
        let version = store::versions(conn, class).await?.into_iter().next();
        Ok(Self { days, version, moved })
    }

    /// The part of a page that shows it; `linked` leads to the page of the timetable, `whole` shows the
    /// half-days beside what is said of the version.
    #[must_use]
    pub fn part(&self, t: T, class: ClassId, linked: bool, whole: bool) -> WeekPart<'_> {
        let version = self.version.as_ref().filter(|v| v.number > 1);
        let since = version.map(|v| {
            let args = [("n", (v.number - 1).into()), ("at", t.moment(v.at).into()), ("by", v.by_name.as_str().into())];
            t.args("timetable-published-at", args).into_owned()
        });
        WeekPart { t, class, published: self, since, feed: format!("/classes/{class}/feed"), linked, whole }
    }

    /// The same for a learner of the class, who reads it as a calendar of their own.
    #[must_use]
    pub fn own_part(&self, t: T, class: ClassId) -> WeekPart<'_> {
        WeekPart { feed: "/me/feed".to_owned(), ..self.part(t, class, false, true) }
    }
}

/// The week of a class in a page.
#[derive(askama::Template)]
#[template(path = "timetable/week.html")]
pub struct WeekPart<'a> {
    t: T,
    class: ClassId,
    published: &'a Published,
    since: Option<String>,
    /// Where its calendar is made.
    feed: String,
    linked: bool,
    whole: bool,
}

impl WeekPart<'_> {
    fn line(&self, row: &Row) -> String {
        line(self.t, row)
    }
}

/// Periods, lecturers and place of a sitting in one line; what is not decided is left out.
pub(super) fn line(t: T, row: &Row) -> String {
    let periods = t.arg("timetable-periods-n", "n", row.periods).into_owned();
    let people = [row.lecturer.clone(), row.partner.clone()].into_iter().flatten();
    let place = if row.is_online { Some(t.get("timetable-online").into_owned()) } else { row.venue.clone() };
    let address = row.address.clone().filter(|address| !address.is_empty());
    [periods].into_iter().chain(people).chain(place).chain(address).collect::<Vec<_>>().join(" · ")
}

/// A half-day with what is taught, as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its day.
    pub held_on: NaiveDate,
    /// In the morning.
    pub morning: bool,
    /// What is taught, in its order; empty while nothing is decided.
    pub lessons: Vec<Lesson>,
}

/// A topic, or a part of it, on a half-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Title, as it was when it was laid out.
    pub title: String,
    /// It is held at a place of field trips.
    pub is_field_trip: bool,
    /// Somebody must teach it.
    pub is_taught: bool,
    /// Periods.
    pub periods: i64,
    /// Who teaches; nobody while it is open.
    pub lecturer: Option<String>,
    /// The school's lecturer beside a visiting one.
    pub companion: Option<String>,
    /// Where, with the address; none while it is open.
    pub venue: Option<String>,
    /// Learners take part from where they are.
    pub online: bool,
}

impl Published {
    /// The half-days of the version that holds, for papers.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let lesson = |row: &Row| {
            let sitting = row.sitting();
            let address = row.address.as_deref().filter(|address| !address.is_empty());
            let venue = row.venue.as_deref();
            Lesson {
                is_field_trip: sitting.is_field_trip(),
                is_taught: sitting.is_taught(),
                title: sitting.title,
                periods: row.periods,
                lecturer: row.lecturer.clone(),
                companion: row.partner.clone(),
                venue: venue.map(|venue| [Some(venue), address].into_iter().flatten().collect::<Vec<_>>().join(", ")),
                online: row.is_online,
            }
        };
        let part = |day: &Day| Part {
            held_on: day.held_on,
            morning: day.part == "sang",
            lessons: day.rows.iter().map(lesson).collect(),
        };
        self.days.iter().map(part).collect()
    }
}
