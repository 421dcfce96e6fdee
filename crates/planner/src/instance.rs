//! The files of `planning/FORMAT.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What must be planned (`"format": "coverage-plan/1"`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Always `coverage-plan/1`.
    pub format: String,
    /// Name for people.
    #[serde(default)]
    pub name: String,
    /// Least and most classes in a calendar year.
    pub classes_per_year: [u32; 2],
    /// Most classes in a calendar quarter.
    pub classes_per_quarter_most: u32,
    /// Least and most people in a class.
    pub class_size: [u32; 2],
    /// Share of the reachable people to be trained at least once, 0 to 1.
    pub coverage_target: f64,
    /// Least distance of two attendances of a person, in week ids.
    pub repeat_gap_weeks: u32,
    /// Weeks in time order; weeks with a public holiday are absent.
    pub weeks: Vec<Week>,
    /// Programmes.
    pub programmes: Vec<Programme>,
    /// Communes.
    pub communes: Vec<Commune>,
    /// Offices.
    pub offices: Vec<Office>,
    /// People.
    pub people: Vec<Person>,
    /// Pairs of people never away in the same week.
    pub exclusions: Vec<[u32; 2]>,
    /// What a plan under way asks beyond the files of the format.
    #[serde(skip)]
    pub beyond: Beyond,
}

/// What a plan under way asks beyond the files of `planning/FORMAT.md`, which know none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beyond {
    /// Years whose limits are others than those of the format: a year under way, one with classes that are called already, a lower budget.
    pub limits: BTreeMap<i32, Limits>,
    /// Whether evenness between communes is left out of the cost.
    pub uneven: bool,
    /// People who are trained already, and the first week in which they may attend once more: nothing is gained by it but that a class is
    /// filled, and they count in no figure.
    pub again: BTreeMap<u32, u32>,
    /// Group with which a commune travels, by its position; none for one that travels alone. Empty when nobody travels together.
    pub travel: Vec<Option<u32>>,
}

/// How many classes a calendar year may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Least classes.
    pub least: u32,
    /// Most classes.
    pub most: u32,
    /// Most classes of each quarter.
    pub quarters: [u32; 4],
}

/// A teaching week.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// Position in the list.
    pub id: u32,
    /// Its Monday, `2026-03-02`.
    pub monday: String,
    /// Calendar year.
    pub year: i32,
    /// Classes that the school hosts.
    pub capacity: u32,
}

impl Week {
    /// Calendar quarter of its year, 0 to 3.
    pub(crate) fn quarter(&self) -> usize {
        let month: usize = self.monday.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(1);
        (month.saturating_sub(1) / 3).min(3)
    }
}

/// A programme.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Its name.
    pub id: String,
    /// Weeks in which it cannot be taught.
    pub blocked_weeks: Vec<u32>,
}

/// A commune.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commune {
    /// Position in the list.
    pub id: u32,
    /// Its code.
    pub code: String,
    /// Whether it is remote.
    pub remote: bool,
    /// Whether it lies on the border.
    pub border: bool,
}

/// An office.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Position in the list.
    pub id: u32,
    /// Its commune.
    pub commune: u32,
    /// Its name.
    pub name: String,
    /// Most of its people away in one week.
    pub max_absent: u32,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Position in the list.
    pub id: u32,
    /// Office.
    pub office: u32,
    /// Programme that fits the position.
    pub programme: String,
    /// Priority, 1 to 6.
    pub weight: u32,
    /// First week in post.
    pub from_week: u32,
    /// Last week in post.
    pub to_week: u32,
    /// Weeks of leave and other duties.
    pub blocked_weeks: Vec<u32>,
}

/// A coverage plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its classes in time order.
    pub classes: Vec<PlanClass>,
}

/// A class of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanClass {
    /// Programme.
    pub programme: String,
    /// Week.
    pub week: u32,
    /// People.
    pub people: Vec<u32>,
}

/// What is wrong with an instance.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// Not JSON of the expected form.
    #[error("not a coverage-plan/1 file: {0}")]
    Json(#[from] serde_json::Error),
    /// A value breaks the format.
    #[error("{place}: {what}")]
    Broken {
        /// `people[12].office`.
        place: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Plan {
    /// Reads a plan of an instance, with a certificate beside it or not, and checks that it names only what exists.
    ///
    /// # Errors
    /// [`InstanceError`] with the first place.
    pub fn from_json(text: &str, instance: &Instance) -> Result<Self, InstanceError> {
        #[derive(Deserialize)]
        struct File {
            classes: Vec<PlanClass>,
        }
        let File { classes } = serde_json::from_str(text)?;
        let broken =
            |n: usize, what: &str| InstanceError::Broken { place: format!("classes[{n}]"), what: what.to_owned() };
        for (n, class) in classes.iter().enumerate() {
            if class.week as usize >= instance.weeks.len() {
                return Err(broken(n, "names a week that does not exist"));
            }
            if !instance.programmes.iter().any(|p| p.id == class.programme) {
                return Err(broken(n, "names a programme that does not exist"));
            }
            let mut people = class.people.clone();
            people.sort_unstable();
            if people.last().is_some_and(|last| *last as usize >= instance.people.len()) {
                return Err(broken(n, "names a person who does not exist"));
            }
            if people.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(broken(n, "names a person twice"));
            }
        }
        Ok(Self { classes })
    }
}

impl Instance {
    /// The limits of a year.
    #[must_use]
    pub fn limits(&self, year: i32) -> Limits {
        let [least, most] = self.classes_per_year;
        let usual = || Limits { least, most, quarters: [self.classes_per_quarter_most; 4] };
        self.beyond.limits.get(&year).copied().unwrap_or_else(usual)
    }

    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// [`InstanceError`] with the first place that breaks the format.
    pub fn from_json(text: &str) -> Result<Self, InstanceError> {
        let instance: Self = serde_json::from_str(text)?;
        instance.check()?;
        Ok(instance)
    }

    /// Checks that every id is its position and every reference exists.
    ///
    /// # Errors
    /// [`InstanceError::Broken`] with the first place.
    pub fn check(&self) -> Result<(), InstanceError> {
        let broken = |place: String, what: &str| Err(InstanceError::Broken { place, what: what.to_owned() });
        if self.format != "coverage-plan/1" {
            return broken("format".to_owned(), "is not coverage-plan/1");
        }
        for (name, [least, most]) in [("classes_per_year", self.classes_per_year), ("class_size", self.class_size)] {
            if least > most || most == 0 {
                return broken(name.to_owned(), "the least comes first and the most is above 0");
            }
        }
        if !(0.0..=1.0).contains(&self.coverage_target) {
            return broken("coverage_target".to_owned(), "is not between 0 and 1");
        }
        for (i, week) in self.weeks.iter().enumerate() {
            if week.id as usize != i {
                return broken(format!("weeks[{i}].id"), "is not its position");
            }
            if week.monday.get(5..7).and_then(|m| m.parse::<u32>().ok()).is_none_or(|m| !(1..=12).contains(&m)) {
                return broken(format!("weeks[{i}].monday"), "is not a date like 2026-03-02");
            }
            if week.monday.get(..4).and_then(|year| year.parse::<i32>().ok()) != Some(week.year) {
                return broken(format!("weeks[{i}].year"), "is not the year of its Monday");
            }
            if i > 0 && self.weeks[i - 1].monday >= week.monday {
                return broken(format!("weeks[{i}].monday"), "is not after the week before");
            }
        }
        let weeks = self.weeks.len();
        if weeks == 0 {
            return broken("weeks".to_owned(), "is empty");
        }
        for (i, programme) in self.programmes.iter().enumerate() {
            if self.programmes[..i].iter().any(|p| p.id == programme.id) {
                return broken(format!("programmes[{i}].id"), "stands twice");
            }
            if programme.blocked_weeks.iter().any(|w| *w as usize >= weeks) {
                return broken(format!("programmes[{i}].blocked_weeks"), "names a week that does not exist");
            }
        }
        for (i, commune) in self.communes.iter().enumerate() {
            if commune.id as usize != i {
                return broken(format!("communes[{i}].id"), "is not its position");
            }
        }
        for (i, office) in self.offices.iter().enumerate() {
            if office.id as usize != i || office.commune as usize >= self.communes.len() {
                return broken(format!("offices[{i}]"), "its id is not its position or its commune does not exist");
            }
        }
        for (i, person) in self.people.iter().enumerate() {
            if person.id as usize != i {
                return broken(format!("people[{i}].id"), "is not its position");
            }
            if person.office as usize >= self.offices.len() {
                return broken(format!("people[{i}].office"), "does not exist");
            }
            if !self.programmes.iter().any(|p| p.id == person.programme) {
                return broken(format!("people[{i}].programme"), "does not exist");
            }
            if person.weight == 0 {
                return broken(format!("people[{i}].weight"), "is not above 0");
            }
            if person.blocked_weeks.iter().any(|w| *w as usize >= weeks) {
                return broken(format!("people[{i}].blocked_weeks"), "names a week that does not exist");
            }
        }
        for (i, pair) in self.exclusions.iter().enumerate() {
            if pair.iter().any(|p| *p as usize >= self.people.len()) || pair[0] == pair[1] {
                return broken(format!("exclusions[{i}]"), "is not a pair of two people");
            }
        }
        Ok(())
    }
}
