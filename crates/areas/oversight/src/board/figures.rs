//! Everything that the board shows, gathered once for as long as nothing is written.

use std::sync::Arc;

use ::store::{Conn, Db, StoreError};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use kernel::{Actor, ClassId, UnitId};
use teaching::{
    classes::ClassState,
    curriculum::{VersionState, programmes},
    planning::{plan_curve, plan_years},
    scheme::{self, Milestone, Rules, Scheme, milestones},
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
    /// A milestone of the scheme is over and not done: its title, days since.
    Milestone(String, i64),
    /// A milestone comes within a month: its title, days left.
    MilestoneSoon(String, i64),
    /// The deadline of a class is over and communes sent nobody: class, its label, communes, days since.
    Silent(ClassId, String, i64, i64),
    /// The deadline of a class comes and communes sent nobody yet: class, its label, communes, days left.
    SilentSoon(ClassId, String, i64, i64),
    /// A class that is opened or running has fewer people than the least: class, its label, people, least.
    Small(ClassId, String, i64, i64),
    /// Nominations wait for the school: class, its label, people.
    ToAccept(ClassId, String, i64),
    /// A class has ended and its results are not decided: class, its label, days since.
    ToDecide(ClassId, String, i64),
    /// A programme waits for appraisal: its id, number of the version, name.
    ToAppraise(kernel::ProgrammeId, i64, String),
    /// An approved programme waits for being put in force: its id, number of the version, name.
    ToEnforce(kernel::ProgrammeId, i64, String),
    /// A year of the plan is not approved: the year.
    ToApprove(i64),
}

/// Days after the end of a class within which its results should be decided.
const DECIDE_WITHIN: i64 = 7;
/// Days before a milestone from which it is announced.
const ANNOUNCE_WITHIN: i64 = 31;

impl Due {
    /// How urgent: `bad` is overdue, `warn` comes soon or is too little, `info` is daily work.
    pub(super) fn tone(&self) -> &'static str {
        match self {
            Self::Milestone(..) | Self::Silent(..) => "bad",
            Self::ToDecide(_, _, days) if *days > DECIDE_WITHIN => "bad",
            Self::MilestoneSoon(..)
            | Self::SilentSoon(..)
            | Self::Small(..)
            | Self::ToDecide(..)
            | Self::ToApprove(_) => "warn",
            Self::ToAccept(..) | Self::ToAppraise(..) | Self::ToEnforce(..) => "info",
        }
    }
}

/// Which classes of the year a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Only {
    /// Every class that is not cancelled.
    All,
    /// With decided results.
    Completed,
    /// Being taught or marked.
    Running,
    /// Called or opened.
    Ahead,
    /// Opened or later: these have a size.
    Opened,
    /// Opened or later with fewer people than the least.
    Small,
    /// Running and coming.
    Now,
}

impl Only {
    pub(super) const ALL: [Self; 7] =
        [Self::All, Self::Completed, Self::Running, Self::Ahead, Self::Opened, Self::Small, Self::Now];

    /// From a query: anything unknown is every class.
    pub(super) fn of(code: &str) -> Self {
        Self::ALL.into_iter().find(|only| only.code() == code).unwrap_or(Self::All)
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Completed => "completed",
            Self::Running => "running",
            Self::Ahead => "ahead",
            Self::Opened => "opened",
            Self::Small => "small",
            Self::Now => "now",
        }
    }

    fn holds(self, class: &ClassFigures, least: i64) -> bool {
        let opened = !matches!(class.state, ClassState::Called | ClassState::Nominating | ClassState::Cancelled);
        match self {
            Self::All => true,
            Self::Completed => class.state.is_over(),
            Self::Running => matches!(class.state, ClassState::Running | ClassState::Marking),
            Self::Ahead => matches!(class.state, ClassState::Called | ClassState::Nominating | ClassState::Opened),
            Self::Opened => opened,
            Self::Small => opened && class.taken < least,
            Self::Now => !class.state.is_over(),
        }
    }
}

/// The board's figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    pub as_of: DateTime<Utc>,
    pub today: NaiveDate,
    pub coverage: Coverage,
    pub places: Vec<Place>,
    pub cuts: [i64; 4],
    pub year: i64,
    pub rules: Rules,
    /// Classes of the year that are not cancelled, in time order.
    pub classes: Vec<ClassFigures>,
    /// The communes with the highest and the lowest share.
    pub spread: Option<(CommuneCoverage, CommuneCoverage)>,
    /// The most urgent first.
    pub due: Vec<Due>,
    pub milestones: Vec<Milestone>,
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

impl Figures {
    /// The classes that a figure counts.
    pub(super) fn only(&self, only: Only) -> Vec<&ClassFigures> {
        self.classes.iter().filter(|c| only.holds(c, self.rules.class_size_least)).collect()
    }

    /// How many classes a figure counts.
    pub(super) fn count(&self, only: Only) -> usize {
        self.only(only).len()
    }

    /// Seats taken in classes that are opened or over, and how many these are.
    pub(super) fn sizes(&self) -> (i64, i64) {
        let opened = self.only(Only::Opened);
        (opened.iter().map(|c| c.taken).sum(), i64::try_from(opened.len()).unwrap_or(0))
    }
}

/// A board's place among what is kept; everybody of a province sees the same figures.
#[derive(PartialEq, Eq, Hash)]
struct TheBoard(Option<UnitId>);

/// The figures of the actor's scheme as the data stand; none without a scheme.
pub(super) async fn newest(db: &Db, actor: &Actor) -> Result<Arc<Option<Figures>>, StoreError> {
    db.kept(TheBoard(actor.province), async |conn| {
        let Some(scheme) = scheme::of(conn, actor).await? else { return Ok(None) };
        Ok(Some(gather(conn, &scheme, db.now(), db.today()).await?))
    })
    .await
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
    let classes = classes(conn, scheme.id, year).await?;
    let trained = trained_by_day(conn, scheme.id).await?;
    let versions = programmes(conn, scheme.id).await?;
    let planned = plan_curve(conn, scheme.id).await?;
    let years = plan_years(conn, scheme.id).await?;
    let milestones = milestones(conn, scheme.id).await?;

    let cuts = cuts(coverage.trained, coverage.people);
    let places = coverage
        .communes
        .iter()
        .zip(dots(&coverage.communes))
        .map(|(c, dot)| Place { commune: c.clone(), dot, step: step(c.trained, c.people, cuts) })
        .collect();
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

    let mut due = dues(&classes, &rules, today);
    due.extend(milestones.iter().filter(|m| m.done_on.is_none()).filter_map(|m| {
        let left = (m.due_on - today).num_days();
        match left {
            ..0 => Some(Due::Milestone(m.title.clone(), -left)),
            0..=ANNOUNCE_WITHIN => Some(Due::MilestoneSoon(m.title.clone(), left)),
            _ => None,
        }
    }));
    due.extend(versions.iter().filter_map(|p| match p.state {
        VersionState::Appraisal => Some(Due::ToAppraise(p.id, p.number, p.name.clone())),
        VersionState::Approved => Some(Due::ToEnforce(p.id, p.number, p.name.clone())),
        _ => None,
    }));
    // next year's plan is due in the last quarter
    let next = if today.month() >= 10 { year + 1 } else { year };
    due.extend(years.iter().filter(|y| y.decision_number.is_none() && y.year <= next).map(|y| Due::ToApprove(y.year)));
    let urgency = |d: &Due| ["bad", "warn", "info"].iter().position(|tone| *tone == d.tone());
    due.sort_by_key(urgency);

    // shares compared crosswise, so that no rounding decides
    let filled = || coverage.communes.iter().filter(|c| c.people > 0);
    let share = |a: &&CommuneCoverage, b: &&CommuneCoverage| (a.trained * b.people).cmp(&(b.trained * a.people));
    let spread = filled().max_by(share).cloned().zip(filled().min_by(share).cloned());
    Ok(Figures {
        as_of: now,
        today,
        cuts,
        places,
        year,
        classes,
        spread,
        due,
        milestones,
        years: curve.years(),
        goal_y: curve.y(coverage.people * coverage.goal_permille / 1000),
        planned_path: curve.path(&planned),
        done_path: curve.path(&trained),
        done_end: curve.end(&trained),
        by_year,
        // a class of the plan counts once its results can be decided: a week of teaching and the days to decide
        planned_by_today: until(&planned, today - Days::new(DECIDED_AFTER)),
        coverage,
        rules,
    })
}

/// Days from the Monday of a class to the day on which its people count as trained.
const DECIDED_AFTER: u64 = 11;

fn dues(classes: &[ClassFigures], rules: &Rules, today: NaiveDate) -> Vec<Due> {
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
            ClassState::Opened | ClassState::Running if c.taken < rules.class_size_least => {
                due.push(Due::Small(c.id, c.label(), c.taken, rules.class_size_least));
            }
            ClassState::Marking => {
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
