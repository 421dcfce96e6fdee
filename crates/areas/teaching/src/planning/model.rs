//! What a scenario asks of the planner beside the rules of the scheme.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use web::T;

use crate::scheme::Rules;

/// A constraint that the plan room can switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// No class in a week with a public holiday or a day in lieu.
    Holidays,
    /// No class in a week with an event of the calendar.
    Events,
    /// No more classes in a week than the school has rooms for.
    Rooms,
    /// No more people in a week than the dormitory has beds.
    Beds,
    /// No class in a week in which nobody who is named for one of its topics is there.
    Lecturers,
    /// No more of an office away in a week than its share.
    OfficeAbsence,
    /// Head and deputy of an office never away together.
    HeadAndDeputy,
    /// Women, ethnic minorities, highland and border communes, people new in the post come earlier.
    Priority,
    /// Communes come forward at one pace.
    Evenness,
    /// Two classes of one person lie apart.
    RepeatGap,
    /// A year costs no more than it is given.
    Budget,
    /// Far communes of one former district come in as few weeks as can be.
    Travel,
}

impl Constraint {
    /// Every constraint, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::Holidays,
        Self::Events,
        Self::Rooms,
        Self::Beds,
        Self::Lecturers,
        Self::OfficeAbsence,
        Self::HeadAndDeputy,
        Self::Priority,
        Self::Evenness,
        Self::RepeatGap,
        Self::Budget,
        Self::Travel,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Holidays => "holidays",
            Self::Events => "events",
            Self::Rooms => "rooms",
            Self::Beds => "beds",
            Self::Lecturers => "lecturers",
            Self::OfficeAbsence => "office_absence",
            Self::HeadAndDeputy => "head_and_deputy",
            Self::Priority => "priority",
            Self::Evenness => "evenness",
            Self::RepeatGap => "repeat_gap",
            Self::Budget => "budget",
            Self::Travel => "travel",
        }
    }

    /// The constraint of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// A class by what stays when the plan is made anew: its week and the audience of its programme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// Monday of its week.
    pub monday: NaiveDate,
    /// Audience that its programme serves.
    pub audience: String,
}

/// What the planner counted of a plan, under the rules that it was made with; shares and years in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Share of those who can be trained and never are.
    pub untrained: i64,
    /// Mean weighted wait for the first training.
    pub wait: i64,
    /// Spread between communes of the share trained, over the years.
    pub uneven: i64,
    /// Journeys: weeks in which somebody of a group of far communes attends, over all groups; none where no commune is far.
    pub journeys: Option<i64>,
    /// How far the cost of the plan may lie above that of the best plan there is; none where that was not proved.
    pub gap: Option<i64>,
}

impl Figures {
    /// Counts those of a plan that was improved. `travel` has the group of each commune.
    #[must_use]
    pub fn of(instance: &planner::Instance, done: &planner::Improved, travel: &[Option<u32>]) -> Self {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a share or a few years, rounded")]
        let millionths = |value: f64| (value * 1e6).round() as i64;
        let parts = planner::Parts::of(instance, &done.plan);
        Self {
            untrained: millionths(parts.untrained),
            wait: millionths(parts.wait),
            uneven: millionths(parts.uneven),
            journeys: planner::journeys(instance, &done.plan, travel).and_then(|n| i64::try_from(n).ok()),
            gap: (done.bound > 0.0).then(|| millionths(done.gap())),
        }
    }
}

impl Figures {
    /// How far the plan may lie above the best one, as a percentage rounded up.
    #[must_use]
    pub fn within(self, t: T) -> Option<String> {
        self.gap.map(|gap| t.pct((gap + 999) / 1000, 1000_i64))
    }
}

/// What a scenario asks. Empty: the rules of the scheme and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// Constraints that are switched off.
    pub without: BTreeSet<Constraint>,
    /// Mondays of weeks in which no class is held.
    pub closed: BTreeSet<NaiveDate>,
    /// Classes that stay in their week.
    pub kept: BTreeSet<Slot>,
    /// Classes that the school hosts in a week.
    pub rooms: Option<i64>,
    /// Beds of the dormitory.
    pub beds: Option<i64>,
    /// Least people in a class.
    pub size_least: Option<i64>,
    /// Most people in a class.
    pub size_most: Option<i64>,
    /// Most classes in a quarter.
    pub quarter_most: Option<i64>,
    /// Most classes in a year.
    pub year_most: Option<i64>,
    /// Most people of one office away in a week, in percent.
    pub office_percent: Option<i64>,
    /// Least weeks between two classes of one person.
    pub repeat_gap: Option<i64>,
    /// What a class costs, in millions of đồng: an estimate of whoever makes the scenario.
    pub class_cost: Option<i64>,
    /// What years are given, in millions of đồng.
    pub budget: BTreeMap<i64, i64>,
    /// A year that is approved and planned anew, for a decision that takes the place of the former one.
    pub adjusts: Option<i64>,
}

impl Wishes {
    /// Whether a constraint binds.
    #[must_use]
    pub fn binds(&self, constraint: Constraint) -> bool {
        !self.without.contains(&constraint)
    }

    /// The scheme's rules with the scenario's figures in their places.
    #[must_use]
    pub fn rules(&self, rules: &Rules) -> Rules {
        let mut rules = rules.clone();
        let set = |rule: &mut i64, wish: Option<i64>| *rule = wish.unwrap_or(*rule);
        set(&mut rules.rooms, self.rooms);
        set(&mut rules.class_size_least, self.size_least);
        set(&mut rules.class_size_most, self.size_most);
        set(&mut rules.classes_per_quarter_most, self.quarter_most);
        set(&mut rules.classes_per_year_most, self.year_most);
        set(&mut rules.office_absent_most_percent, self.office_percent);
        set(&mut rules.repeat_gap_weeks, self.repeat_gap);
        rules.classes_per_year_least = rules.classes_per_year_least.min(rules.classes_per_year_most);
        rules
    }

    /// Classes that a week may hold: its rooms, and the beds for a whole class each.
    #[must_use]
    pub fn capacity(&self, rules: &Rules) -> i64 {
        let rooms = if self.binds(Constraint::Rooms) { rules.rooms } else { rules.classes_per_quarter_most };
        match self.beds {
            Some(beds) if self.binds(Constraint::Beds) => rooms.min(beds / rules.class_size_most.max(1)),
            _ => rooms,
        }
    }

    /// Most classes that a year's money pays; nothing when it is not known or does not bind.
    #[must_use]
    pub fn paid(&self, year: i64) -> Option<i64> {
        let (budget, cost) = (self.budget.get(&year)?, self.class_cost.filter(|cost| *cost > 0)?);
        self.binds(Constraint::Budget).then_some(budget / cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules {
            rooms: 2,
            class_size_least: 60,
            class_size_most: 70,
            classes_per_year_least: 28,
            classes_per_year_most: 32,
            classes_per_quarter_most: 9,
            ..Rules::default()
        }
    }

    #[test]
    fn beds_and_rooms_say_how_many_classes_a_week_holds() {
        let wishes = Wishes { beds: Some(139), ..Wishes::default() };
        assert_eq!(wishes.capacity(&rules()), 1);
        assert_eq!(Wishes { beds: Some(69), ..wishes.clone() }.capacity(&rules()), 0);
        let without = |constraint| Wishes { without: [constraint].into(), ..wishes.clone() };
        assert_eq!(without(Constraint::Beds).capacity(&rules()), 2);
        assert_eq!(Wishes { beds: None, ..without(Constraint::Rooms) }.capacity(&rules()), 9);
    }

    #[test]
    fn money_pays_whole_classes_of_its_year() {
        let mut wishes = Wishes { class_cost: Some(150), budget: [(2027, 3_000)].into(), ..Wishes::default() };
        assert_eq!((wishes.paid(2027), wishes.paid(2028)), (Some(20), None));
        wishes.without.insert(Constraint::Budget);
        assert_eq!(wishes.paid(2027), None);
    }

    #[test]
    fn a_year_with_fewer_classes_than_the_least_has_no_other_least() {
        let fewer = Wishes { year_most: Some(20), ..Wishes::default() }.rules(&rules());
        assert_eq!((fewer.classes_per_year_least, fewer.classes_per_year_most), (20, 20));
    }

    #[test]
    fn wishes_survive_being_written_and_codes_are_their_names() {
        let wishes = Wishes {
            without: Constraint::ALL.into(),
            closed: ["2027-03-01".parse().unwrap()].into(),
            kept: [Slot { monday: "2027-03-08".parse().unwrap(), audience: "dang".to_owned() }].into(),
            budget: [(2027, 3_000)].into(),
            ..Wishes::default()
        };
        let text = serde_json::to_string(&wishes).unwrap();
        assert_eq!(serde_json::from_str::<Wishes>(&text).unwrap(), wishes);
        assert_eq!(serde_json::from_str::<Wishes>("{}").unwrap(), Wishes::default());
        for constraint in Constraint::ALL {
            assert_eq!(Constraint::of_code(constraint.code()), Some(constraint));
            assert!(text.contains(&format!("\"{}\"", constraint.code())));
        }
    }
}
