//! Study groups and the class committee: proposed, put together by hand, shown.

use std::collections::HashMap;

use ::store::{Conn, Db};
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, ClassId, NominationId};
use serde::Deserialize;
use web::{Answer, Errors, Form, Path, Permit, T, Ui, WebError, components::Overtaken};

use super::{
    EditGroups,
    actions::{IntakeError, propose_groups, save_groups},
    model::{Duty, Place},
    store::{Arriving, Grouping, arriving, grouping},
};
use crate::classes::{self, ClassHead, ClassLine, ReadClasses};

/// Most groups that the form takes.
const GROUPS_MOST: i64 = 30;

/// A learner with what is typed of them.
struct Shown {
    line: Arriving,
    unit: String,
    group: Option<i64>,
    duty: Duty,
    fault: Option<String>,
}

/// A study group as it stands.
struct Group {
    number: i64,
    /// How many people, women and communes.
    about: String,
    people: Vec<(String, String, Duty)>,
}

#[derive(askama::Template)]
#[template(path = "intake/groups.html")]
struct GroupsPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    overtaken: Option<Overtaken>,
    faults: Vec<String>,
    groups: Vec<Group>,
    committee: Vec<(Duty, String, String)>,
    loose: usize,
    count: i64,
    seen: i64,
    by: Option<String>,
    people: Vec<Shown>,
    duties: [Duty; 4],
    edits: bool,
    /// Whether the form below stands open: something in it is to be put right.
    open: bool,
}

/// What is typed: places, the number of groups, the edition seen.
#[derive(Debug, Default)]
struct Typed {
    /// In the order of the form: of two that cannot both be, the later one is told.
    groups: Vec<(NominationId, String)>,
    duties: HashMap<NominationId, String>,
    count: String,
    seen: i64,
    keep: bool,
}

impl Typed {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "groups" => typed.count = value,
                "seen" => typed.seen = value.parse().unwrap_or(0),
                "keep" => typed.keep = true,
                name => {
                    let Some((what, id)) = name.split_once('-') else { continue };
                    let Ok(id) = id.parse() else { continue };
                    match what {
                        "group" => typed.groups.push((id, value)),
                        "duty" => drop(typed.duties.insert(id, value)),
                        _ => {}
                    }
                }
            }
        }
        typed
    }

    /// The group and the duty typed for somebody; a group that is no number is none that there is.
    fn place(&self, id: NominationId) -> Option<Place> {
        let (_, typed) = self.groups.iter().find(|(of, _)| *of == id)?;
        let group = match typed.trim() {
            "" => None,
            typed => Some(typed.parse().unwrap_or(0)),
        };
        let duty = self.duties.get(&id).and_then(|code| Duty::ALL.into_iter().find(|d| d.code() == code));
        Some((id, group, duty.unwrap_or(Duty::Member)))
    }
}

struct Desk {
    class: ClassLine,
    people: Vec<Arriving>,
    grouping: Option<Grouping>,
}

impl Desk {
    async fn read(conn: &mut Conn, actor: &Actor, id: ClassId) -> Result<Self, WebError> {
        // whoever sees nobody sees the names of the own class alone
        if classes::names_hidden(actor) {
            return Err(WebError::NotFound);
        }
        let class = classes::class(conn, actor, id).await?.ok_or(WebError::NotFound)?;
        let people = arriving(conn, actor, id).await?;
        Ok(Self { class, people, grouping: grouping(conn, id).await? })
    }
}

#[derive(Default)]
struct Tried {
    typed: Option<Typed>,
    faults: Vec<(NominationId, &'static str)>,
    overtaken: bool,
    count: bool,
}

fn page(ui: &Ui, actor: &Actor, desk: Desk, tried: &Tried) -> Answer {
    let t = ui.t;
    let Desk { class, people, grouping } = desk;
    let count = grouping.as_ref().map_or(0, |g| g.groups);
    let groups = (1..=count).map(|number| {
        let of = || people.iter().filter(move |p| p.group_number == Some(number));
        let mut communes: Vec<_> = of().map(|p| p.commune_id).collect();
        communes.sort();
        communes.dedup();
        let mut lines: Vec<_> = of().map(|p| (p.full_name.clone(), p.unit(t), p.duty())).collect();
        lines.sort_by_key(|(.., duty)| *duty != Duty::Leader);
        let women = of().filter(|p| p.woman()).count();
        let about = [("n", lines.len().into()), ("women", women.into()), ("communes", communes.len().into())];
        Group { number, about: t.args("intake-group-of", about).into_owned(), people: lines }
    });
    let groups: Vec<Group> = groups.collect();
    let mut committee: Vec<_> =
        people.iter().filter(|p| p.duty().in_committee()).map(|p| (p.duty(), p.full_name.clone(), p.unit(t))).collect();
    committee.sort_by_key(|(duty, ..)| *duty != Duty::Monitor);
    let loose = people.iter().filter(|p| p.group_number.is_none()).count();
    let name = |id: NominationId| {
        people.iter().find(|p| p.nomination_id == id).map_or_else(String::new, |p| p.full_name.clone())
    };
    let mut faults: Vec<String> =
        tried.faults.iter().map(|(id, key)| format!("{}: {}", name(*id), t.get(*key))).collect();
    if tried.count {
        faults.push(t.arg("intake-groups-off", "most", GROUPS_MOST).into_owned());
    }
    let shown = people.iter().map(|line| {
        let typed = tried.typed.as_ref().and_then(|typed| typed.place(line.nomination_id));
        let (_, group, duty) = typed.unwrap_or((line.nomination_id, line.group_number, line.duty()));
        let fault = tried.faults.iter().find(|(id, _)| *id == line.nomination_id);
        Shown {
            unit: line.unit(t),
            group,
            duty,
            fault: fault.map(|(_, key)| t.get(*key).into_owned()),
            line: line.clone(),
        }
    });
    let by = grouping
        .as_ref()
        .map(|g| t.args("intake-by", [("name", g.by_name.clone().into()), ("at", t.moment(g.at).into())]).into_owned());
    let overtaken = tried
        .overtaken
        .then(|| Overtaken::by(t, grouping.as_ref().map(|g| g.by_name.as_str()), grouping.as_ref().map(|g| g.at)));
    let status = match (&overtaken, faults.is_empty()) {
        (Some(_), _) => Overtaken::status(overtaken.as_ref(), &Errors::new()),
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let page = GroupsPage {
        t,
        head: ClassHead::new(t, actor, &class, "groups"),
        open: overtaken.is_some() || !faults.is_empty(),
        overtaken,
        faults,
        groups,
        committee,
        loose,
        count: tried.typed.as_ref().and_then(|typed| typed.count.trim().parse().ok()).unwrap_or(count),
        seen: grouping.as_ref().map_or(0, |g| g.edition),
        by,
        people: shown.collect(),
        duties: Duty::ALL,
        edits: ui.may("groups.edit") && class.state.is_alive(),
        class: &class,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// GET /classes/{class}/groups
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadClasses>, Path(id): Path<ClassId>) -> Answer {
    let desk = Desk::read(&mut db.read().await?, &permit.actor, id).await?;
    page(&ui, &permit.actor, desk, &Tried::default())
}

/// Which proposal is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    seen: String,
    keep: String,
}

/// POST /classes/{class}/groups/proposal: from the start, or with field `keep` for those who have no group.
pub(super) async fn post_proposal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditGroups>,
    Path(id): Path<ClassId>,
    Form(asked): Form<Asked>,
) -> Answer {
    let seen = asked.seen.parse().unwrap_or(0);
    match propose_groups(&db, &permit, id, !asked.keep.is_empty(), seen).await {
        Ok(()) => Ok(ui.see_with(&format!("/classes/{id}/groups"), "intake-proposed", &[])),
        Err(IntakeError::Overtaken) => {
            let desk = Desk::read(&mut db.read().await?, &permit.actor, id).await?;
            page(&ui, &permit.actor, desk, &Tried { overtaken: true, ..Tried::default() })
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /classes/{class}/groups: fields `group-ID` and `duty-ID` for each learner, `groups`, `seen`.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditGroups>,
    Path(id): Path<ClassId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let typed = Typed::from(pairs);
    let count = typed.count.trim().parse().ok().filter(|n| (1..=GROUPS_MOST).contains(n));
    let mut tried = Tried { count: count.is_none(), ..Tried::default() };
    if let Some(count) = count {
        let places: Vec<Place> = typed.groups.iter().filter_map(|(id, _)| typed.place(*id)).collect();
        match save_groups(&db, &permit, id, &places, count, typed.seen).await {
            Ok(()) => return Ok(ui.see_with(&format!("/classes/{id}/groups"), "intake-grouped", &[])),
            Err(IntakeError::Faults(faults)) => tried.faults = faults.into_iter().map(|f| (f.of(), f.key())).collect(),
            Err(IntakeError::Overtaken) => tried.overtaken = true,
            Err(error) => return Err(error.into()),
        }
    }
    tried.typed = Some(typed);
    let desk = Desk::read(&mut db.read().await?, &permit.actor, id).await?;
    page(&ui, &permit.actor, desk, &tried)
}
