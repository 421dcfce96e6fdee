//! What was answered, and by how many of whom.

use std::collections::{BTreeMap, HashMap};

use ::store::{Conn, Db};
use axum::{extract::State, response::IntoResponse};
use documents::sheet::{self, Cell, Column, Table};
use kernel::{Actor, CompetenceId, SurveyId, UnitId};
use people::organisation::titled;
use serde::Deserialize;
use web::{
    Answer, Download, Path, Permit, Query, T, Ui, WebError,
    components::{Bar, Crumbs},
};

use super::{
    super::{ReadNeeds, gaps::store::communes, matrix::competences},
    build::readable,
    model::{Content, Item, Tally, tally},
    store::{Given, HastyRow, ItemRow, Of, Stage, Survey, answers, hasty, invited, items},
};
use crate::scheme;

/// Written answers that a page shows; the file has them all.
const TEXTS_SHOWN: usize = 200;

/// A choice with how many gave it.
struct Count {
    text: String,
    n: i64,
    bar: Bar,
}

/// A question with its figures.
struct Shown {
    item: Item,
    answered: i64,
    /// Mean of a scale, as written.
    mean: String,
    counts: Vec<Count>,
    texts: Vec<String>,
    more_texts: usize,
    /// Competence, mean level, how many.
    levels: Vec<(String, String, i64)>,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/results.html")]
struct ResultsPage {
    t: T,
    crumbs: Crumbs,
    survey: Survey,
    total: i64,
    in_haste: i64,
    /// Why nothing is shown.
    withheld: Option<String>,
    questions: Vec<Shown>,
    /// One of [`GROUPINGS`], empty for everybody together.
    by: &'static str,
    calm: bool,
    groups: Vec<GroupedQuestion>,
    /// How many groups have fewer answers than are shown.
    left_out: Option<String>,
    hasty: Vec<(HastyRow, String)>,
}

impl ResultsPage {
    fn address(&self, by: &str, calm: bool) -> String {
        let place = format!("/surveys/{}/results", self.survey.id);
        match (by, calm) {
            ("", false) => place,
            ("", true) => format!("{place}?calm=1"),
            (by, false) => format!("{place}?by={by}"),
            (by, true) => format!("{place}?by={by}&calm=1"),
        }
    }

    /// The same answers by another grouping.
    fn grouped_by(&self, by: &str) -> String {
        self.address(by, self.calm)
    }

    /// The same grouping without what was given in haste, or with it again.
    fn other_answers(&self) -> String {
        self.address(self.by, !self.calm)
    }
}

/// What answers can be grouped by; their words are `surveys-by-CODE`.
const GROUPINGS: [&str; 3] = ["commune", "audience", "gender"];

/// A question with its figures by group.
struct GroupedQuestion {
    text: String,
    /// What the cells stand for.
    columns: Vec<String>,
    /// Name of the group, how many answered, a cell for each column.
    rows: Vec<(String, i64, Vec<String>)>,
}

impl GroupedQuestion {
    fn column(&self, place: usize) -> &str {
        self.columns.get(place).map_or("", String::as_str)
    }
}

/// The figures of each question by group, in the order of names; groups with fewer than `least` answers are left out and counted.
fn grouped(
    t: T,
    read: &Results,
    calm: bool,
    least: i64,
    name: &dyn Fn(&Of) -> String,
) -> (Vec<GroupedQuestion>, usize) {
    let mut groups: BTreeMap<(String, String), Vec<&Given>> = BTreeMap::new();
    for given in kept(read, calm) {
        let Some(of) = &given.of else { continue };
        let name = name(of);
        groups.entry((kernel::text::fold(&name), name)).or_default().push(given);
    }
    let before = groups.len();
    groups.retain(|_, given| count(given.len()) >= least);
    let figures: Vec<(String, Vec<(Item, Tally)>)> =
        groups.into_iter().map(|((_, name), given)| (name, figures_of(read, &given))).collect();
    let left_out = before - figures.len();
    let questions = read.items.iter().filter(|item| item.is_question() && item.kind != "text");
    let questions = questions.map(|item| {
        let of = |figures: &[(Item, Tally)]| {
            let tally = figures.iter().find(|(i, _)| i.id == item.id).map(|(_, tally)| tally.clone());
            tally.unwrap_or_default()
        };
        let mut levels: Vec<CompetenceId> = figures.iter().flat_map(|(_, f)| of(f).levels.into_keys()).collect();
        levels.sort();
        levels.dedup();
        let columns = match item.kind.as_str() {
            "scale" => vec![t.get("surveys-mean").into_owned()],
            "competences" => levels.iter().map(|id| read.competences.get(id).cloned().unwrap_or_default()).collect(),
            _ => item.choices.clone(),
        };
        let cells = |tally: &Tally| match item.kind.as_str() {
            "scale" => vec![mean(t, tally.sum, tally.answered)],
            "competences" => levels
                .iter()
                .map(|id| tally.levels.get(id).map_or_else(|| "–".to_owned(), |(sum, n)| mean(t, *sum, *n)))
                .collect(),
            _ => tally.counts.iter().map(|n| t.pct(*n, tally.answered)).collect(),
        };
        let row = |(name, figures): &(String, Vec<(Item, Tally)>)| {
            let tally = of(figures);
            (name.clone(), tally.answered, cells(&tally))
        };
        GroupedQuestion { text: item.text.clone(), columns, rows: figures.iter().map(row).collect() }
    });
    (questions.collect(), left_out)
}

/// The figures that the reader may see, or why there are none.
struct Results {
    survey: Survey,
    items: Vec<Item>,
    withheld: Option<String>,
    answers: Vec<Given>,
    /// Fewest answers of a group that is shown to whoever may not see who answered.
    group_least: i64,
    competences: HashMap<CompetenceId, String>,
}

/// Reads the results for an actor. Those of an anonymous questionnaire are of the whole, never of a commune; they are shown when
/// it is closed, so that nobody sees one answer come in, and only if enough people answered.
async fn results(conn: &mut Conn, t: T, db: &Db, actor: &Actor, survey: Survey) -> Result<Results, WebError> {
    let rules = scheme::rules(conn, survey.scheme_id, db.today()).await?;
    let group_least = rules.survey_group_least;
    let items = items(conn, survey.id).await?.iter().map(ItemRow::item).collect();
    let names = competences(conn, survey.scheme_id).await?.into_iter().map(|c| (c.id, c.name)).collect();
    let mut read = Results { items, withheld: None, answers: Vec::new(), competences: names, group_least, survey };
    let survey = &read.survey;
    if survey.is_anonymous {
        if !matches!(survey.stage(db.today()), Stage::Closed | Stage::Withdrawn) {
            read.withheld = Some(t.get("surveys-withheld-open").into_owned());
        } else if actor.commune().is_some() {
            read.withheld = Some(t.get("surveys-withheld-commune").into_owned());
        } else if survey.replies < rules.survey_group_least {
            read.withheld = Some(t.arg("surveys-withheld-few", "n", rules.survey_group_least).into_owned());
        }
    }
    if read.withheld.is_none() {
        read.answers = answers(conn, survey, actor.commune()).await?;
    }
    Ok(read)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn mean(t: T, sum: i64, n: i64) -> String {
    if n == 0 {
        return "–".to_owned();
    }
    // tenths, rounded half up
    let tenths = (sum * 20 + n) / (2 * n);
    let separator = if t.lang == web::Lang::Vi { ',' } else { '.' };
    format!("{}{separator}{}", tenths / 10, tenths % 10)
}

fn shown(t: T, item: &Item, tally: &Tally, names: &HashMap<CompetenceId, String>) -> Shown {
    let text = |place: usize| match item.kind.as_str() {
        "scale" => (place + 1).to_string(),
        _ => item.choices.get(place).cloned().unwrap_or_default(),
    };
    let one = |(place, n): (usize, &i64)| {
        let text = text(place);
        let label = format!("{text}: {}", t.pct(*n, tally.answered));
        Count { bar: Bar::of(label, *n, tally.answered, None, "info"), n: *n, text }
    };
    let level = |(id, (sum, n)): (&CompetenceId, &(i64, i64))| {
        (names.get(id).cloned().unwrap_or_default(), mean(t, *sum, *n), *n)
    };
    Shown {
        item: item.clone(),
        answered: tally.answered,
        mean: if item.kind == "scale" { mean(t, tally.sum, tally.answered) } else { String::new() },
        counts: tally.counts.iter().enumerate().map(one).collect(),
        texts: tally.texts.iter().take(TEXTS_SHOWN).cloned().collect(),
        more_texts: tally.texts.len().saturating_sub(TEXTS_SHOWN),
        levels: tally.levels.iter().map(level).collect(),
    }
}

/// A questionnaire that was sent.
async fn sent(ui: &Ui, db: &Db, permit: &Permit<ReadNeeds>, id: SurveyId) -> Result<Survey, WebError> {
    let survey = readable(ui, db, permit, id).await?;
    if survey.sent_at.is_some() { Ok(survey) } else { Err(WebError::NotFound) }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Leave out what was given in haste.
    calm: String,
    /// Commune whose people are named.
    commune: String,
    /// One of [`GROUPINGS`]: figures of each group.
    by: String,
}

/// The figures by question, in the questions' order.
fn figures(read: &Results, calm: bool) -> Vec<(Item, Tally)> {
    figures_of(read, &kept(read, calm))
}

/// The answers that count.
fn kept(read: &Results, calm: bool) -> Vec<&Given> {
    read.answers.iter().filter(|given| !(calm && given.hasty)).collect()
}

fn figures_of(read: &Results, given: &[&Given]) -> Vec<(Item, Tally)> {
    let contents: Vec<Content> = given.iter().map(|g| g.content.clone()).collect();
    let mut tallies = tally(&read.items, &contents);
    read.items.iter().filter_map(|item| Some((item.clone(), tallies.remove(&item.id)?))).collect()
}

/// GET /surveys/{survey}/results: `calm` leaves out answers given in haste.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(id): Path<SurveyId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let survey = sent(&ui, &db, &permit, id).await?;
    let mut conn = db.read().await?;
    let read = results(&mut conn, t, &db, actor, survey).await?;
    let named = !actor.sees_nobody() && !read.survey.is_anonymous;
    let listed = if named { hasty(&mut conn, id, actor.commune()).await? } else { Vec::new() };
    let audiences = scheme::audiences(&mut conn, read.survey.scheme_id).await?;
    let places: HashMap<UnitId, String> = communes(&mut conn, actor)
        .await?
        .into_iter()
        .map(|(id, _, name, kind)| (id, titled(t, &kind, &name)))
        .collect();
    drop(conn);
    let calm = !asked.calm.is_empty();
    let grouping = GROUPINGS.iter().find(|code| **code == asked.by).copied().unwrap_or_default();
    let names = |of: &Of| match grouping {
        "commune" => places.get(&of.commune).cloned(),
        "gender" => Some(t.get(format!("registry-gender-{}", of.gender)).into_owned()),
        _ => audiences.iter().find(|a| Some(&a.code) == of.audience.as_ref()).map(|a| a.name.clone()),
    };
    let (groups, left_out) = if grouping.is_empty() || read.withheld.is_some() {
        (Vec::new(), None)
    } else {
        let least = if actor.sees_nobody() { read.group_least } else { 1 };
        let name = |of: &Of| names(of).unwrap_or_else(|| t.get("surveys-group-none").into_owned());
        let (groups, n) = grouped(t, &read, calm, least, &name);
        let told = || t.args("surveys-groups-left", [("n", n.into()), ("least", least.into())]).into_owned();
        (groups, (n > 0).then(told))
    };
    let questions = figures(&read, calm).iter().map(|(item, tally)| shown(t, item, tally, &read.competences)).collect();
    let page = ResultsPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-results"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{id}"), read.survey.title.clone()),
        total: count(read.answers.len()),
        in_haste: count(read.answers.iter().filter(|given| given.hasty).count()),
        groups,
        left_out,
        by: grouping,
        calm,
        questions: if read.withheld.is_some() { Vec::new() } else { questions },
        withheld: read.withheld,
        hasty: listed.into_iter().map(|row| (row.clone(), places.get(&row.2).cloned().unwrap_or_default())).collect(),
        survey: read.survey,
    };
    ui.page(&page.survey.title, &page)
}

/// GET /surveys/{survey}/results.xlsx
pub(super) async fn get_file(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(id): Path<SurveyId>,
) -> Answer {
    let t = ui.t;
    let survey = sent(&ui, &db, &permit, id).await?;
    let mut conn = db.read().await?;
    let read = results(&mut conn, t, &db, &permit.actor, survey).await?;
    let rates = rates(&mut conn, t, &db, &permit.actor, &read.survey, "").await?;
    drop(conn);
    let dated = db.today();
    let column = |key: &str, width: f64| Column { title: t.get(key).into_owned(), width };
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut rows = Vec::new();
    for (item, tally) in figures(&read, false) {
        let shown = shown(t, &item, &tally, &read.competences);
        let row = |what: &str, n: i64, mean: &str| {
            vec![
                text(&item.text),
                text(&t.get(format!("surveys-kind-{}", item.kind))),
                text(what),
                Cell::Whole(n),
                text(mean),
            ]
        };
        rows.push(row(&t.get("surveys-answered"), shown.answered, &shown.mean));
        rows.extend(shown.counts.iter().map(|c| row(&c.text, c.n, "")));
        rows.extend(shown.levels.iter().map(|(name, mean, n)| row(name, *n, mean)));
        rows.extend(tally.texts.iter().map(|written| row(written, 1, "")));
    }
    let table = |name: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>| Table {
        name: t.get(name).into_owned(),
        title: read.survey.title.clone(),
        notes: read.withheld.iter().cloned().chain([t.arg("needs-as-of", "day", t.date(dated)).into_owned()]).collect(),
        columns,
        rows,
        totals: Vec::new(),
        dated,
    };
    let tables = [
        table(
            "surveys-results",
            vec![
                column("surveys-question", 60.0),
                column("surveys-kind", 20.0),
                column("surveys-choice", 50.0),
                column("surveys-n", 12.0),
                column("surveys-mean", 12.0),
            ],
            if read.withheld.is_some() { Vec::new() } else { rows },
        ),
        table(
            "surveys-who",
            vec![
                column("surveys-commune", 30.0),
                column("surveys-invited", 14.0),
                column("surveys-replies", 14.0),
                column("surveys-rate", 12.0),
            ],
            rates
                .iter()
                .map(|r| {
                    vec![
                        text(&r.name),
                        Cell::Whole(r.invited),
                        Cell::Whole(r.replied),
                        Cell::Share(share(r.replied, r.invited)),
                    ]
                })
                .collect(),
        ),
    ];
    let bytes = web::apart(move || sheet::write(&tables)).await?;
    Ok(Download::xlsx(format!("ket-qua-khao-sat-{dated}.xlsx"), bytes).into_response())
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a spreadsheet has floats only")]
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A commune with how many of whom answered.
struct Rate {
    name: String,
    invited: i64,
    replied: i64,
    bar: Bar,
    /// People who have not answered.
    left: i64,
    /// Address of their names, where the reader may see them and they are not shown.
    names: Option<String>,
    /// Who has not answered, by name and post, of the commune that was asked for.
    missing: Vec<(String, String)>,
}

/// People invited, people who replied, and name and post of the others.
type Response = (i64, i64, Vec<(String, String)>);

async fn rates(
    conn: &mut Conn,
    t: T,
    db: &Db,
    actor: &Actor,
    survey: &Survey,
    shown: &str,
) -> Result<Vec<Rate>, WebError> {
    let mut by_commune: HashMap<UnitId, Response> = HashMap::new();
    for person in invited(conn, survey.id, db.today(), actor.commune(), None).await? {
        let (all, replied, missing) = by_commune.entry(person.commune_id).or_default();
        *all += 1;
        match person.replied {
            Some(_) => *replied += 1,
            None => missing.push((person.full_name, person.position_title)),
        }
    }
    let named = !actor.sees_nobody();
    let rate = |(id, code, name, kind): (UnitId, String, String, String)| {
        let (invited, replied, missing) = by_commune.remove(&id)?;
        let label = t.pct(replied, invited);
        let bar = Bar::of(label, replied, invited, None, "good");
        let show = named && (code == shown || actor.commune().is_some());
        let names =
            (named && !show && !missing.is_empty()).then(|| format!("/surveys/{}/replies?commune={code}", survey.id));
        let missing = if show { missing } else { Vec::new() };
        Some(Rate { name: titled(t, &kind, &name), invited, replied, left: invited - replied, bar, names, missing })
    };
    Ok(communes(conn, actor).await?.into_iter().filter_map(rate).collect())
}

#[derive(askama::Template)]
#[template(path = "needs/survey/replies.html")]
struct RepliesPage {
    t: T,
    crumbs: Crumbs,
    survey: Survey,
    invited: i64,
    replied: i64,
    rates: Vec<Rate>,
}

/// GET /surveys/{survey}/replies: response by commune, and who of the commune that is asked for has not answered yet. Of an anonymous questionnaire it is known
/// that somebody answered, and nothing else.
pub(super) async fn replies(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(id): Path<SurveyId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let survey = sent(&ui, &db, &permit, id).await?;
    let mut conn = db.read().await?;
    let rates = rates(&mut conn, t, &db, &permit.actor, &survey, &asked.commune).await?;
    drop(conn);
    let page = RepliesPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-who"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{id}"), survey.title.clone()),
        invited: rates.iter().map(|r| r.invited).sum(),
        replied: rates.iter().map(|r| r.replied).sum(),
        rates,
        survey,
    };
    ui.page(t.get("surveys-who"), &page)
}
