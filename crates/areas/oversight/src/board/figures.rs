//! Everything that the board shows, gathered once for as long as nothing is written.

use std::sync::{Arc, Mutex, PoisonError};

use ::store::{Conn, Db, StoreError, audit_seq};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::ClassId;
use teaching::{
    classes::ClassState,
    curriculum::{VersionState, programmes},
    planning::{newest_plan, plan_curve, plan_years},
    scheme::{self, Rules, Scheme},
};

use super::{
    chart::{Curve, Dot, cuts, dots, step},
    store::{ClassFigures, classes, trained_by_day},
};
use crate::coverage::{CommuneCoverage, Coverage, coverage};

/// A commune on the map and in the table beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub commune: CommuneCoverage,
    pub dot: Dot,
    pub step: usize,
}

/// Something that waits for somebody.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Due {
    /// The deadline of a class is over and communes sent nobody: class, its label, communes, days since.
    Silent(ClassId, String, i64, i64),
    /// The deadline of a class comes and communes sent nobody yet: class, its label, communes, days left.
    SilentSoon(ClassId, String, i64, i64),
    /// Nominations wait for the school: class, its label, people.
    ToAccept(ClassId, String, i64),
    /// A class has ended and its results are not decided: class, its label, days since.
    ToDecide(ClassId, String, i64),
    /// A programme waits for appraisal: its id and name.
    ToAppraise(kernel::ProgrammeId, String),
    /// A year of the plan is not approved: the year.
    ToApprove(i64),
}

/// The board's figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    pub as_of: DateTime<Utc>,
    pub coverage: Coverage,
    pub places: Vec<Place>,
    pub cuts: [i64; 4],
    pub year: i64,
    pub rules: Rules,
    pub held: usize,
    pub completed: usize,
    pub running: usize,
    pub ahead: usize,
    /// Seats taken in classes that are opened or over, and how many these are.
    pub sizes: (i64, i64),
    /// Opened classes below the least size.
    pub small: usize,
    /// Highest and lowest share of a commune in thousandths.
    pub spread: (i64, i64),
    pub classes: Vec<ClassFigures>,
    pub due: Vec<Due>,
    pub years: Vec<(i32, i64)>,
    pub goal_y: i64,
    pub planned_path: String,
    pub done_path: String,
    pub done_end: Option<(i64, i64)>,
    /// Year, people planned until its end, people trained until its end (none for years ahead).
    pub by_year: Vec<(i64, i64, Option<i64>)>,
    /// People whom the plan had trained by today.
    pub planned_by_today: i64,
}

/// The newest figures, with the audit record and the day for which they hold.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<(i64, NaiveDate, Arc<Figures>)>>);

impl Kept {
    /// The figures as the data stand; none without a scheme.
    pub(super) async fn newest(&self, db: &Db) -> Result<Option<Arc<Figures>>, StoreError> {
        let today = db.today();
        let mut conn = db.read().await?;
        let seq = audit_seq(&mut conn).await?;
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, day, figures)) = held
            && of == seq
            && day == today
        {
            return Ok(Some(figures));
        }
        let Some(scheme) = scheme::first_scheme(&mut conn).await? else { return Ok(None) };
        let figures = Arc::new(gather(&mut conn, &scheme, db.now(), today).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((seq, today, Arc::clone(&figures)));
        Ok(Some(figures))
    }
}

/// Reads and computes everything that the board shows.
pub(super) async fn gather(
    conn: &mut Conn,
    scheme: &Scheme,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Figures, StoreError> {
    let rules = scheme::rules(conn, scheme.id, today).await?;
    let coverage = coverage(conn, scheme, &rules, today).await?;
    let year = i64::from(today.year()).clamp(scheme.first_year, scheme.last_year);
    let of_year = classes(conn, scheme.id, year).await?;
    let trained = trained_by_day(conn, scheme.id).await?;
    let versions = programmes(conn, scheme.id).await?;
    let (mut planned, mut years) = (Vec::new(), Vec::new());
    if let Some(plan) = newest_plan(conn, scheme.id).await? {
        planned = plan_curve(conn, plan.id).await?;
        years = plan_years(conn, plan.id).await?;
    }

    let cuts = cuts(coverage.trained, coverage.people);
    let places = coverage
        .communes
        .iter()
        .zip(dots(&coverage.communes))
        .map(|(c, dot)| Place { commune: c.clone(), dot, step: step(c.trained, c.people, cuts) })
        .collect();
    let shares = || coverage.communes.iter().filter(|c| c.people > 0).map(|c| c.trained * 1000 / c.people);
    let in_state = |wanted: &[ClassState]| of_year.iter().filter(|c| wanted.contains(&c.state)).count();
    let opened: Vec<&ClassFigures> =
        of_year.iter().filter(|c| !matches!(c.state, ClassState::Nominating | ClassState::Cancelled)).collect();
    let curve = Curve::new(scheme.first_year, scheme.last_year, coverage.people);
    let until = |by_day: &[(NaiveDate, i64)], last: NaiveDate| -> i64 {
        by_day.iter().filter(|(day, _)| *day <= last).map(|(_, people)| people).sum()
    };
    let by_year = (scheme.first_year..=scheme.last_year)
        .map(|y| {
            let last = NaiveDate::from_ymd_opt(i32::try_from(y).unwrap_or(0), 12, 31).unwrap_or_default();
            let done = (y <= i64::from(today.year())).then(|| until(&trained, last.min(today)));
            (y, until(&planned, last), done)
        })
        .collect();

    let mut due = dues(&of_year, today);
    due.extend(
        versions.iter().filter(|p| p.state == VersionState::Appraisal).map(|p| Due::ToAppraise(p.id, p.name.clone())),
    );
    // next year's plan is due in the last quarter
    let next = if today.month() >= 10 { year + 1 } else { year };
    due.extend(years.iter().filter(|y| y.decision_number.is_none() && y.year <= next).map(|y| Due::ToApprove(y.year)));

    Ok(Figures {
        as_of: now,
        cuts,
        places,
        year,
        held: of_year.len(),
        completed: in_state(&[ClassState::Completed]),
        running: in_state(&[ClassState::Running, ClassState::Marking]),
        ahead: in_state(&[ClassState::Nominating, ClassState::Opened]),
        sizes: (opened.iter().map(|c| c.taken).sum(), i64::try_from(opened.len()).unwrap_or(0)),
        small: opened.iter().filter(|c| c.taken < rules.class_size_least).count(),
        spread: (shares().max().unwrap_or(0), shares().min().unwrap_or(0)),
        classes: of_year.iter().filter(|c| c.state != ClassState::Completed).cloned().collect(),
        due,
        years: curve.years(),
        goal_y: curve.y(coverage.people * coverage.goal_permille / 1000),
        planned_path: curve.path(&planned),
        done_path: curve.path(&trained),
        done_end: curve.end(&trained),
        by_year,
        planned_by_today: until(&planned, today - chrono::Days::new(11)),
        coverage,
        rules,
    })
}

fn dues(classes: &[ClassFigures], today: NaiveDate) -> Vec<Due> {
    let mut due = Vec::new();
    for c in classes {
        let left = (c.nominate_by - today).num_days();
        match c.state {
            ClassState::Nominating if c.silent > 0 && left < 0 => {
                due.push(Due::Silent(c.id, c.label(), c.silent, -left));
            }
            ClassState::Nominating if c.silent > 0 && left <= 7 => {
                due.push(Due::SilentSoon(c.id, c.label(), c.silent, left));
            }
            ClassState::Marking if (today - c.ends_on).num_days() > 7 => {
                due.push(Due::ToDecide(c.id, c.label(), (today - c.ends_on).num_days()));
            }
            _ => {}
        }
        if c.proposed > 0 && c.state.takes_people() {
            due.push(Due::ToAccept(c.id, c.label(), c.proposed));
        }
    }
    due
}
