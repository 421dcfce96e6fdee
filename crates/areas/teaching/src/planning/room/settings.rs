//! The form of a scenario's constraints and figures.

use std::collections::BTreeSet;

use web::{Errors, T, components::Field};

use crate::{
    planning::model::{Constraint, Wishes},
    scheme::Rules,
};

/// The names of the fields of the years' budgets.
const BUDGETS: [&str; 6] = ["budget_1", "budget_2", "budget_3", "budget_4", "budget_5", "budget_6"];

/// A figure of a scenario: its field, its text, its range, the wish that it sets and the rule in its place.
struct Figure {
    name: &'static str,
    label: &'static str,
    least: i64,
    most: i64,
    wish: fn(&mut Wishes) -> &mut Option<i64>,
    rule: fn(&Rules) -> Option<i64>,
}

const FIGURES: [Figure; 9] = [
    Figure {
        name: "rooms",
        label: "planning-set-rooms",
        least: 1,
        most: 20,
        wish: |w| &mut w.rooms,
        rule: |r| Some(r.rooms),
    },
    Figure { name: "beds", label: "planning-set-beds", least: 0, most: 5_000, wish: |w| &mut w.beds, rule: |_| None },
    Figure {
        name: "size_least",
        label: "planning-set-size-least",
        least: 1,
        most: 500,
        wish: |w| &mut w.size_least,
        rule: |r| Some(r.class_size_least),
    },
    Figure {
        name: "size_most",
        label: "planning-set-size-most",
        least: 1,
        most: 500,
        wish: |w| &mut w.size_most,
        rule: |r| Some(r.class_size_most),
    },
    Figure {
        name: "year_most",
        label: "planning-set-year-most",
        least: 1,
        most: 400,
        wish: |w| &mut w.year_most,
        rule: |r| Some(r.classes_per_year_most),
    },
    Figure {
        name: "quarter_most",
        label: "planning-set-quarter-most",
        least: 1,
        most: 100,
        wish: |w| &mut w.quarter_most,
        rule: |r| Some(r.classes_per_quarter_most),
    },
    Figure {
        name: "office_percent",
        label: "planning-set-office-percent",
        least: 1,
        most: 100,
        wish: |w| &mut w.office_percent,
        rule: |r| Some(r.office_absent_most_percent),
    },
    Figure {
        name: "repeat_gap",
        label: "planning-set-repeat-gap",
        least: 1,
        most: 400,
        wish: |w| &mut w.repeat_gap,
        rule: |r| Some(r.repeat_gap_weeks),
    },
    Figure {
        name: "class_cost",
        label: "planning-set-class-cost",
        least: 1,
        most: 100_000,
        wish: |w| &mut w.class_cost,
        rule: |_| None,
    },
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
