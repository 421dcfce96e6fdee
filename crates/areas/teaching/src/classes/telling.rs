//! Findings and waiting, as sentences.

use web::T;

use super::{
    life::{Check, Weight},
    nominating::{
        model::Finding,
        seats::{Seats, Waits},
    },
    store::{ClassLine, NominationLine},
};

/// What speaks against sending somebody, as a sentence that follows the name.
pub(super) fn tell(t: T, finding: &Finding) -> String {
    match finding {
        Finding::WrongAudience => t.get("classes-finding-audience"),
        Finding::AlreadyTrained(on) => t.arg("classes-finding-trained", "on", t.date(*on)),
        Finding::AlreadyHere => t.get("classes-finding-here"),
        Finding::InOtherClass(number, year) => t.arg("classes-finding-other", "label", format!("{number:02}/{year}")),
        Finding::Kept(left) => t.arg("classes-finding-kept", "n", *left),
        Finding::Meanwhile => t.get("classes-finding-meanwhile"),
        Finding::NotInPost => t.get("classes-finding-post"),
        Finding::Leaves(on) => t.arg("classes-finding-leaves", "on", t.date(*on)),
        Finding::HeadAndDeputy(other) => t.arg("classes-finding-deputy", "other", other.clone()),
        Finding::OfficeNearlyEmpty(away, size, most) => t.args(
            "classes-finding-office",
            [("away", (*away).into()), ("size", (*size).into()), ("most", (*most).into())],
        ),
    }
    .into_owned()
}

/// A nomination with what is to be said about it: the note of its last move, or place and reason on the
/// waiting list.
pub(super) struct Listed {
    pub line: NominationLine,
    pub told: String,
}

/// Nominations as lists show them.
pub(super) fn listed(t: T, class: &ClassLine, seats: &Seats, lines: Vec<NominationLine>) -> Vec<Listed> {
    let tell = |line: NominationLine| {
        let told = if line.place > 0 { waits(t, class, seats, &line) } else { line.note.clone() };
        Listed { line, told }
    };
    lines.into_iter().map(tell).collect()
}

fn waits(t: T, class: &ClassLine, seats: &Seats, line: &NominationLine) -> String {
    let place = ("place", line.place.into());
    match seats.wait(line.commune_id, &line.group) {
        Some(Waits::ClassFull(seats)) => t.args("classes-waits-full", [place, ("seats", seats.into())]),
        Some(Waits::Kept(seats)) => {
            t.args("classes-waits-kept", [place, ("seats", seats.into()), ("until", t.date(class.nominate_by).into())])
        }
        Some(Waits::QuotaUsed(quota)) => {
            t.args("classes-waits-quota", [place, ("quota", quota.into()), ("until", t.date(class.nominate_by).into())])
        }
        None => t.args("classes-waits-next", [place]),
    }
    .into_owned()
}

/// The seats that are kept for some until the deadline, in words; nothing once it is over.
pub(super) fn told_pools(t: T, seats: &Seats) -> Vec<String> {
    let told = seats.pools().iter().filter(|_| seats.hold()).map(|pool| {
        let whom = t.get(format!("registry-{}-{}", pool.kind.code(), pool.code));
        let args = [("whom", whom.into_owned().into()), ("n", pool.seats.into()), ("free", pool.free().into())];
        t.args("classes-pool-told", args).into_owned()
    });
    told.collect()
}

/// Seats taken of all, as a short text.
pub(super) fn taken(t: T, class: &ClassLine) -> String {
    t.args("classes-taken-of", [("taken", class.taken().into()), ("seats", class.seat_limit.into())]).into_owned()
}

/// A condition in words.
struct Told {
    tone: &'static str,
    word: &'static str,
    text: String,
    todo: Option<String>,
    /// Where it is done.
    href: Option<String>,
}

/// Conditions in words, each with what is missing and a link to where it is done.
#[derive(askama::Template)]
#[template(path = "classes/checks.html")]
pub(crate) struct Checks {
    t: T,
    checks: Vec<Told>,
}

impl Checks {
    /// `base` is the address before the part that a condition names.
    pub(crate) fn new(t: T, checks: &[Check], base: &str) -> Self {
        let told = |check: &Check| {
            let (tone, word) = match check.weight {
                _ if check.met() => ("good", "classes-check-met"),
                Weight::Must => ("bad", "classes-check-must"),
                Weight::Reason => ("warn", "classes-check-reason"),
                Weight::Advice => ("info", "classes-check-advice"),
            };
            Told {
                tone,
                word,
                text: t.get(check.key).into_owned(),
                todo: (!check.met()).then(|| todo(t, check)),
                href: (!check.page.is_empty()).then(|| format!("{base}{}", check.page)),
            }
        };
        Self { t, checks: checks.iter().map(told).collect() }
    }
}

/// What is missing for a condition.
pub(super) fn todo(t: T, check: &Check) -> String {
    let day = check.day.map(|day| t.date(day)).unwrap_or_default();
    let args = [("n", check.missing.into()), ("of", check.of.into()), ("day", day.into())];
    t.args(format!("{}-todo", check.key), args).into_owned()
}
