//! Two versions of a programme side by side: what was added, removed, moved and changed.

use ::store::{Conn, Db};
use axum::extract::State;
use kernel::ProgrammeId;
use serde::Deserialize;
use web::{
    Answer, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Select},
};

use super::{
    ReadProgrammes,
    pages::MeterPart,
    store::{Objective, ProgrammeLine, Topic, objectives, topics, versions},
    topic::facts,
};
use crate::scheme::{self, Rules};

/// What became of one item from the older to the newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Place in the newer version.
    Added(usize),
    /// Place in the older version.
    Removed(usize),
    /// Places in the older and the newer version; whether its order among what stayed changed.
    Kept { old: usize, new: usize, moved: bool },
}

/// Pairs the items of two lists by their keys. Of what stayed, the fewest are called moved whose leaving brings the others into the same
/// order: a topic that goes from the end to the front has moved, not all the others.
pub(super) fn fates<K: PartialEq>(old: &[K], new: &[K]) -> Vec<Fate> {
    let pairs: Vec<(usize, usize)> =
        new.iter().enumerate().filter_map(|(n, key)| Some((old.iter().position(|o| o == key)?, n))).collect();
    // longest rising run of old places in the new order
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(pairs.len());
    for (at, (place, _)) in pairs.iter().enumerate() {
        let before = pairs.iter().zip(&best).take(at).enumerate().filter(|(_, ((p, _), _))| p < place);
        let (length, from) = before.map(|(i, (_, (n, _)))| (*n, Some(i))).max().unwrap_or((0, None));
        best.push((length + 1, from));
    }
    let mut stays = vec![false; pairs.len()];
    let mut at = best.iter().enumerate().max_by_key(|(_, (length, _))| *length).map(|(i, _)| i);
    while let Some(i) = at {
        if let Some(stay) = stays.get_mut(i) {
            *stay = true;
        }
        at = best.get(i).and_then(|(_, from)| *from);
    }
    let mut found: Vec<Fate> = pairs
        .iter()
        .zip(&stays)
        .map(|((old, new), stays)| Fate::Kept { old: *old, new: *new, moved: !stays })
        .chain((0..new.len()).filter(|n| pairs.iter().all(|(_, p)| p != n)).map(Fate::Added))
        .chain((0..old.len()).filter(|o| pairs.iter().all(|(p, _)| p != o)).map(Fate::Removed))
        .collect();
    // in the new order, what is gone at its old place
    found.sort_by_key(|fate| match fate {
        Fate::Added(new) | Fate::Kept { new, .. } => (*new, 1),
        Fate::Removed(old) => (*old, 0),
    });
    found
}

/// One row of the page.
pub(super) struct Row {
    pub tone: &'static str,
    pub tag: &'static str,
    pub title: String,
    pub old: Option<usize>,
    pub new: Option<usize>,
    /// Label, old and new value.
    pub changes: Vec<(String, String, String)>,
}

#[derive(askama::Template)]
#[template(path = "curriculum/diff.html")]
struct DiffPage<'a> {
    t: T,
    crumbs: Crumbs,
    line: &'a ProgrammeLine,
    from: Select<'a>,
    to: Select<'a>,
    sides: Option<[Side; 2]>,
    /// Objectives and topics, each with the key of its heading; what has no difference is left out.
    lists: Vec<(&'static str, Vec<Row>)>,
    same: usize,
}

/// A version beside the other.
struct Side {
    title: String,
    meter: MeterPart,
}

struct Whole {
    line: ProgrammeLine,
    topics: Vec<Topic>,
    objectives: Vec<Objective>,
}

impl Whole {
    async fn read(conn: &mut Conn, line: ProgrammeLine) -> Result<Self, WebError> {
        let topics = topics(conn, line.version_id).await?;
        let objectives = objectives(conn, line.version_id).await?;
        Ok(Self { line, topics, objectives })
    }

    fn side(&self, t: T, rules: &Rules) -> Side {
        let title = t.arg("curriculum-version", "n", self.line.number).into_owned();
        Side { title, meter: MeterPart::of(t, self.line.theory, self.line.other, rules) }
    }
}

/// A topic by which it is known again: its code, which is copied from version to version; the title where codes repeat.
fn keys(topics: &[Topic]) -> Vec<&str> {
    let once = |code: &str| topics.iter().filter(|t| t.code == code).count() == 1;
    topics.iter().map(|t| if once(&t.code) { t.code.as_str() } else { t.title.as_str() }).collect()
}

/// What a topic says, field by field, in words.
pub(crate) fn topic_values(t: T, topic: &Topic) -> Vec<(String, String)> {
    let mut values = vec![(t.get("curriculum-topic-title").into_owned(), topic.title.clone())];
    values.extend(facts(t, topic).into_iter().map(|(label, text)| (t.get(label).into_owned(), text)));
    let lists = [
        ("curriculum-materials", topic.materials.replace('\n', "; ")),
        ("curriculum-lecturers", topic.lecturer_names()),
        ("curriculum-documents", topic.document_names()),
        ("curriculum-positions", topic.position_titles()),
    ];
    values.extend(lists.into_iter().map(|(label, text)| (t.get(label).into_owned(), text)));
    values
}

fn changes(old: Vec<(String, String)>, new: Vec<(String, String)>) -> Vec<(String, String, String)> {
    let both = old.into_iter().zip(new);
    both.filter(|((_, old), (_, new))| old != new).map(|((label, old), (_, new))| (label, old, new)).collect()
}

/// Rows of what differs, and how many items stayed as they were.
pub(super) fn rows<X>(
    (old, new): (&[X], &[X]),
    fates: Vec<Fate>,
    title: impl Fn(&X) -> String,
    values: impl Fn(&X) -> Vec<(String, String)>,
) -> (Vec<Row>, usize) {
    let mut same = 0;
    let mut rows = Vec::new();
    for fate in fates {
        let (was, is, moved) = match fate {
            Fate::Added(new) => (None, Some(new), false),
            Fate::Removed(old) => (Some(old), None, false),
            Fate::Kept { old, new, moved } => (Some(old), Some(new), moved),
        };
        let (before, after) = (was.and_then(|w| old.get(w)), is.and_then(|i| new.get(i)));
        let changes = match (before, after) {
            (Some(before), Some(after)) => changes(values(before), values(after)),
            _ => Vec::new(),
        };
        let (tone, tag) = match (before, after) {
            (None, _) => ("good", "curriculum-diff-added"),
            (_, None) => ("bad", "curriculum-diff-removed"),
            _ if moved && changes.is_empty() => ("info", "curriculum-diff-moved"),
            _ if moved => ("warn", "curriculum-diff-moved-changed"),
            _ if !changes.is_empty() => ("warn", "curriculum-diff-changed"),
            _ => {
                same += 1;
                continue;
            }
        };
        let title = after.or(before).map(&title).unwrap_or_default();
        rows.push(Row { tone, tag, title, old: was.map(|n| n + 1), new: is.map(|n| n + 1), changes });
    }
    (rows, same)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
}

/// GET /programmes/{programme}/comparison: `from` and `to` are numbers of versions; without them the newest and the one before it.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path(programme): Path<ProgrammeId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
    let all = versions(&mut conn, &permit.actor, programme).await?;
    let newest = all.first().ok_or(WebError::NotFound)?;
    let chosen = |typed: &str, otherwise: usize| match typed {
        "" => Ok(all.get(otherwise).unwrap_or(newest).clone()),
        typed => all.iter().find(|v| v.number.to_string() == typed).cloned().ok_or(WebError::NotFound),
    };
    let (from, to) = (chosen(&asked.from, 1)?, chosen(&asked.to, 0)?);
    let audiences = scheme::audiences(&mut conn, scheme.id).await?;
    let audience = |o: &Objective| {
        let named = o.audience_code.as_ref().and_then(|code| audiences.iter().find(|a| a.code == *code));
        named.map_or_else(|| t.get("curriculum-audience-all").into_owned(), |a| a.name.clone())
    };
    let (old, new) = (Whole::read(&mut conn, from).await?, Whole::read(&mut conn, to).await?);
    drop(conn);
    let (objectives, same_aims) = rows(
        (&old.objectives, &new.objectives),
        fates(&texts(&old.objectives), &texts(&new.objectives)),
        |o| o.text.clone(),
        |o| vec![(t.get("curriculum-audience").into_owned(), audience(o))],
    );
    let (topics, same) = rows(
        (&old.topics, &new.topics),
        fates(&keys(&old.topics), &keys(&new.topics)),
        |topic| topic.title.clone(),
        |topic| topic_values(t, topic),
    );
    let choices: Vec<Choice> = all
        .iter()
        .map(|v| {
            let state = t.get(format!("curriculum-state-{}", v.state.code()));
            let text = format!("{} · {state}", t.arg("curriculum-version", "n", v.number));
            Choice::new(v.number.to_string(), text)
        })
        .collect();
    let errors = web::Errors::new();
    let (from, to) = (old.line.number.to_string(), new.line.number.to_string());
    let title = t.get("curriculum-diff-title").into_owned();
    let page = DiffPage {
        t,
        crumbs: Crumbs::to(t, title.clone())
            .by("/programmes", t.get("curriculum-nav"))
            .by(format!("/programmes/{programme}"), newest.name.clone()),
        line: newest,
        from: Select::new(t, &errors, "from", "curriculum-diff-from", &from, &choices),
        to: Select::new(t, &errors, "to", "curriculum-diff-to", &to, &choices),
        sides: (!newest.is_elective_pool).then(|| [old.side(t, &rules), new.side(t, &rules)]),
        lists: [("curriculum-objectives", objectives), ("curriculum-topics", topics)]
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .collect(),
        same: same + same_aims,
    };
    ui.page(title, &page)
}

fn texts(objectives: &[Objective]) -> Vec<&str> {
    objectives.iter().map(|o| o.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_stayed_the_fewest_have_moved() {
        let kept = |old, new, moved| Fate::Kept { old, new, moved };
        assert_eq!(
            fates(&["a", "b", "c"], &["a", "b", "c"]),
            [kept(0, 0, false), kept(1, 1, false), kept(2, 2, false)]
        );
        // the last came to the front
        assert_eq!(fates(&["a", "b", "c"], &["c", "a", "b"]), [kept(2, 0, true), kept(0, 1, false), kept(1, 2, false)]);
        // one gone, one new: nothing has moved
        assert_eq!(
            fates(&["a", "b", "c"], &["a", "c", "d"]),
            [kept(0, 0, false), Fate::Removed(1), kept(2, 1, false), Fate::Added(2)]
        );
        assert_eq!(fates(&["a"], &[]), [Fate::Removed(0)]);
        assert_eq!(fates::<&str>(&[], &[]), []);
    }
}
