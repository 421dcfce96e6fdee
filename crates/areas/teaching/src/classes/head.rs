//! The head of every page of a class: where it is, where it stands, what else there is.

use kernel::Actor;
use web::{T, components::Crumbs};

use super::{
    model::ClassState,
    store::{ClassLine, names_hidden},
};

struct Tab {
    href: String,
    key: &'static str,
    current: bool,
}

struct Step {
    key: String,
    class: &'static str,
}

/// The head of a class's pages; `learning` shows it above its own.
#[derive(askama::Template)]
#[template(path = "classes/head.html")]
pub struct ClassHead<'a> {
    t: T,
    crumbs: Crumbs,
    class: &'a ClassLine,
    tabs: Vec<Tab>,
    steps: Vec<Step>,
}

impl<'a> ClassHead<'a> {
    /// `current` is the last part of the page's address, empty for the class itself.
    #[must_use]
    pub fn new(t: T, actor: &Actor, class: &'a ClassLine, current: &str) -> Self {
        let named = !names_hidden(actor);
        let tabs = [
            ("", "classes-tab-overview", true),
            ("quotas", "classes-tab-quotas", actor.may("classes.open") && class.state.is_open_to_change()),
            ("timetable", "timetable-tab", true),
            ("electives", "classes-tab-electives", true),
            ("nominations", "classes-tab-nominations", actor.may("classes.nominate")),
            ("acceptance", "classes-tab-acceptance", actor.may("classes.accept")),
            ("intake", "intake-tab", actor.may("intake.read")),
            ("groups", "intake-tab-groups", named),
            ("sessions", "classes-tab-sessions", actor.may("attendance.take")),
            ("attendance", "classes-tab-attendance", named),
            ("scores", "classes-tab-scores", actor.may("essays.mark")),
            ("results", "classes-tab-results", named),
            ("evaluation", "classes-tab-evaluation", actor.may("evaluations.read")),
            ("kit", "classes-tab-kit", actor.may("papers.make")),
            ("accounts", "classes-tab-accounts", actor.may("accounts.learners")),
        ];
        let tabs = tabs.into_iter().filter(|(_, _, shown)| *shown).map(|(part, key, _)| Tab {
            href: if part.is_empty() {
                format!("/classes/{}", class.id)
            } else {
                format!("/classes/{}/{part}", class.id)
            },
            key,
            current: part == current,
        });
        let way = [
            ClassState::Called,
            ClassState::Nominating,
            ClassState::Opened,
            ClassState::Running,
            ClassState::Marking,
            ClassState::Completed,
            ClassState::Filed,
        ];
        let at = way.iter().position(|s| *s == class.state);
        let steps = way.iter().enumerate().map(|(place, state)| Step {
            key: format!("classes-step-{}", state.code()),
            class: match at {
                None => "stopped",
                Some(at) if place < at || *state == ClassState::Filed && at == place => "done",
                Some(at) if place == at => "now",
                Some(_) => "",
            },
        });
        let crumbs = Crumbs::to(t, class.label()).by("/classes", t.get("classes-nav"));
        Self { t, crumbs, class, tabs: tabs.collect(), steps: steps.collect() }
    }
}
