//! The form of a scenario's constraints and figures.

use std::collections::BTreeSet;

use web::{Errors, T, components::Field};

use crate::{
    planning::model::{Constraint, Wishes},
    scheme::Rules,
};

/// The names of the fields of the years' budgets.
const BUDGETS: [&str; 6] = ["budget_1", "budget_2", "budget_3", "budget_4", "budget_5", "budget_6"];

/// A figure of a scenario: its field, the range of its values, the wish that it sets and the rule in its place.
struct Figure {
    name: &'static str,
    label: &'static str,
    least: i64,
    most: i64,
    wish: Wish,
    rule: Rule,
}

type Wish = fn(&mut Wishes) -> &mut Option<i64>;
type Rule = fn(&Rules) -> Option<i64>;

const fn figure(name: &'static str, label: &'static str, (least, most): (i64, i64), wish: Wish, rule: Rule) -> Figure {
    Figure { name, label, least, most, wish, rule }
}

#[rustfmt::skip]
const FIGURES: [Figure; 9] = [
    figure("rooms", "planning-set-rooms", (1, 20), |w| &mut w.rooms, |r| Some(r.rooms)),
    figure("beds", "planning-set-beds", (0, 5_000), |w| &mut w.beds, |_| None),
    figure("size_least", "planning-set-size-least", (1, 500), |w| &mut w.size_least, |r| Some(r.class_size_least)),
    figure("size_most", "planning-set-size-most", (1, 500), |w| &mut w.size_most, |r| Some(r.class_size_most)),
    figure("year_most", "planning-set-year-most", (1, 400), |w| &mut w.year_most, |r| Some(r.classes_per_year_most)),
    figure("quarter_most", "planning-set-quarter-most", (1, 100), |w| &mut w.quarter_most, |r| Some(r.classes_per_quarter_most)),
    figure("office_percent", "planning-set-office-percent", (1, 100), |w| &mut w.office_percent, |r| Some(r.office_absent_most_percent)),
    figure("repeat_gap", "planning-set-repeat-gap", (1, 400), |w| &mut w.repeat_gap, |r| Some(r.repeat_gap_weeks)),
    figure("class_cost", "planning-set-class-cost", (1, 100_000), |w| &mut w.class_cost, |_| None),
];

/// What a form says, field by field.
pub(super) type Typed = Vec<(String, String)>;

/// The last value of a field.
fn value<'a>(typed: &'a [(String, String)], name: &str) -> &'a str {
    typed.iter().rev().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
}

/// Reads the form over what the scenario asks already: locks and closed weeks stay.
pub(super) fn read(
    t: T,
    typed: &[(String, String)],
    before: &Wishes,
    rules: &Rules,
    years: &[i64],
    errors: &mut Errors,
) -> Wishes {
    let mut wishes = before.clone();
    let on: BTreeSet<Constraint> =
        typed.iter().filter(|(name, _)| name == "on").filter_map(|(_, code)| Constraint::of_code(code)).collect();
    wishes.without = Constraint::ALL.into_iter().filter(|c| !on.contains(c)).collect();
    for figure in FIGURES {
        let text = value(typed, figure.name);
        *(figure.wish)(&mut wishes) = if text.is_empty() {
            None
        } else {
            let number = errors.whole(t, figure.name, figure.label, text, &(figure.least..=figure.most));
            number.filter(|n| Some(*n) != (figure.rule)(rules))
        };
    }
    let changed = wishes.rules(rules);
    if errors.is_empty() && changed.class_size_least > changed.class_size_most {
        errors.add("size_least", "planning-size-order");
    }
    wishes.budget.retain(|year, _| !years.contains(year));
    for (year, name) in years.iter().zip(BUDGETS) {
        let text = value(typed, name);
        if !text.is_empty()
            && let Some(money) = errors.whole(t, name, "planning-set-budget-short", text, &(0..=10_000_000))
        {
            wishes.budget.insert(*year, money);
        }
    }
    if wishes.class_cost.is_none() && wishes.budget.keys().any(|year| years.contains(year)) && errors.is_empty() {
        errors.add("class_cost", "planning-cost-needed");
    }
    wishes
}

/// The form as it stands in a scenario.
pub(super) fn typed(wishes: &Wishes, rules: &Rules, years: &[i64]) -> Typed {
    let mut typed: Typed = Constraint::ALL
        .into_iter()
        .filter(|c| wishes.binds(*c))
        .map(|c| ("on".to_owned(), c.code().to_owned()))
        .collect();
    let mut wishes = wishes.clone();
    for figure in FIGURES {
        let number = (figure.wish)(&mut wishes).or_else(|| (figure.rule)(rules));
        typed.push((figure.name.to_owned(), number.map(|n| n.to_string()).unwrap_or_default()));
    }
    for (year, name) in years.iter().zip(BUDGETS) {
        let money = wishes.budget.get(year).map(ToString::to_string).unwrap_or_default();
        typed.push((name.to_owned(), money));
    }
    typed
}

/// Whether the plan is made anew but for what is locked; else as few people as possible are called to another week.
pub(super) fn anew(typed: &[(String, String)]) -> bool {
    value(typed, "how") == "anew"
}

/// A constraint on the form.
pub(super) struct Switch {
    pub code: &'static str,
    pub name: String,
    pub on: bool,
}

/// The switches of the form.
pub(super) fn switches(t: T, typed: &[(String, String)]) -> Vec<Switch> {
    let on = |code: &str| typed.iter().any(|(name, value)| name == "on" && value == code);
    let one = |c: Constraint| Switch {
        code: c.code(),
        name: t.get(format!("planning-constraint-{}", c.code().replace('_', "-"))).into_owned(),
        on: on(c.code()),
    };
    Constraint::ALL.into_iter().map(one).collect()
}

/// The fields of the form's figures, then those of the years' budgets.
pub(super) fn fields<'a>(t: T, typed: &'a [(String, String)], years: &[i64], errors: &Errors) -> Vec<Field<'a>> {
    let field = |name: &'static str, label: &str| {
        Field::new(t, errors, name, label, value(typed, name)).kind("number").class("short")
    };
    let mut fields: Vec<Field<'a>> = FIGURES.iter().map(|figure| field(figure.name, figure.label)).collect();
    for (year, name) in years.iter().zip(BUDGETS) {
        let mut budget = field(name, "planning-set-budget-short");
        budget.label = t.arg("planning-set-budget", "year", year.to_string()).into_owned();
        fields.push(budget);
    }
    fields
}
