//! A class from its first roll-call to its certificates, for tests that need one.

use std::sync::Arc;

use ::store::Db;
use chrono::{Days, NaiveDate};
use kernel::{Actor, ClassId, FixedClock, PersonId, clock::start_of};
use teaching::{
    classes::{class, learners},
    timetable::half_days,
};
use web::Permit;

use crate::{
    attendance::{Mark, Status, take_roll_call},
    results::{DecisionInput, decide, give_scores},
};

/// Somebody who was not simply present: at which half-day (from 1), who, how and why.
pub type Exception<'a> = (i64, PersonId, Status, &'a str);

/// Takes every roll-call of the class on its day, everybody present but for the exceptions.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn study_week(db: &Db, class: ClassId, head: &Actor, exceptions: &[Exception<'_>]) {
    let week = half_days(&mut db.read().await.unwrap(), class).await.unwrap();
    for half_day in week {
        let then = db.at(Arc::new(FixedClock::morning_of(half_day.held_on)));
        let marks: Vec<Mark> = exceptions
            .iter()
            .filter(|(seq, ..)| *seq == half_day.seq)
            .map(|(_, person, status, reason)| Mark { person: *person, status: *status, reason: (*reason).to_owned() })
            .collect();
        take_roll_call(&then, &Permit::check(head).unwrap(), class, half_day.seq, 0, &marks).await.unwrap();
    }
}

/// Gives every learner `all`, but for those named, on the last day of the class.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn essays(db: &Db, id: ClassId, head: &Actor, all: &str, others: &[(PersonId, &str)]) {
    let mut conn = db.read().await.unwrap();
    let last = class(&mut conn, head, id).await.unwrap().unwrap().ends_on;
    let list = learners(&mut conn, head, id).await.unwrap();
    drop(conn);
    let given: Vec<_> = list
        .iter()
        .map(|l| {
            let text = others.iter().find(|(person, _)| *person == l.person_id).map_or(all, |(_, text)| text);
            (l.person_id, text.parse().unwrap())
        })
        .collect();
    let then = db.at(Arc::new(FixedClock::morning_of(last)));
    give_scores(&then, &Permit::check(head).unwrap(), id, &given).await.unwrap();
}

/// Decides the results ten days after the last day of the class; gives that day.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn decided(db: &Db, id: ClassId, school_head: &Actor, number: &str) -> NaiveDate {
    let line = class(&mut db.read().await.unwrap(), school_head, id).await.unwrap().unwrap();
    let signed_on = line.ends_on + Days::new(10);
    let then = db.at(Arc::new(FixedClock(start_of(signed_on) + chrono::TimeDelta::hours(10))));
    let input = DecisionInput { number: number.to_owned(), signed_on, signed_by: "Người Ký Thử".to_owned() };
    decide(&then, &Permit::check(school_head).unwrap(), id, &input).await.unwrap();
    signed_on
}
