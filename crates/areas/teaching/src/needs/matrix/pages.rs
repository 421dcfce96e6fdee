//! The matrix as tables: posts × competences, topics × competences, and the competences themselves.

use ::store::Db;
use axum::extract::State;
use kernel::ProgrammeId;
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Select},
};

use super::{
    super::{ReadNeeds, Tabs, model::FIELDS},
    store::{
        Competence, PostLine, TopicName, competences, post_levels, posts as posts_of, topic_levels, topics as topics_of,
    },
};
use crate::scheme;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::needs) struct Asked {
    bloc: String,
    programme: String,
}

/// A row of the matrix: what it is about, and the level under each competence (0 is shown as nothing).
struct Row<X> {
    head: X,
    levels: Vec<i64>,
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/posts.html")]
struct PostsPage<'a> {
    t: T,
    tabs: Tabs,
    edits: bool,
    bloc: Select<'a>,
    columns: Vec<Competence>,
    rows: Vec<Row<PostLine>>,
    lead: String,
}

/// GET /needs/matrix: which level of which competence each post asks for.
pub(in crate::needs) async fn posts(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let (mut columns, mut rows, mut most) = (Vec::new(), Vec::new(), 0);
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        most = scheme::rules(&mut conn, scheme.id, today).await?.needs_scale_most;
        columns = competences(&mut conn, scheme.id).await?;
        columns.retain(|c| !c.is_closed);
        let levels = post_levels(&mut conn, scheme.id).await?;
        let held = posts_of(&mut conn, &permit.actor, today).await?;
        let row = |post: PostLine| {
            let level = |c: &Competence| levels.get(&(post.code.clone(), c.id)).copied().unwrap_or(0);
            Row { levels: columns.iter().map(level).collect(), head: post }
        };
        rows = held.into_iter().filter(|p| asked.bloc.is_empty() || p.bloc == asked.bloc).map(row).collect();
    }
    drop(conn);
    let blocs: Vec<Choice> =
        people::registry::BLOCS.iter().map(|bloc| Choice::new(*bloc, t.get(format!("registry-bloc-{bloc}")))).collect();
    let bloc = Select::new(t, &Errors::new(), "bloc", "needs-bloc", &asked.bloc, &blocs).or_empty("needs-all");
    let rows: Vec<Row<PostLine>> = rows;
    let lead = t.args("needs-matrix-lead", [("n", rows.len().into()), ("most", most.into())]).into_owned();
    let tabs = Tabs::at(t, &ui, "/needs/matrix");
    let page = PostsPage { t, tabs, edits: ui.may("needs.edit"), bloc, columns, rows, lead };
    ui.page(t.get("needs-matrix"), &page)
}

/// A programme among those whose topics can be shown.
struct Programme {
    id: ProgrammeId,
    name: String,
    here: bool,
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/topics.html")]
struct TopicsPage {
    t: T,
    tabs: Tabs,
    edits: bool,
    programmes: Vec<Programme>,
    columns: Vec<Competence>,
    rows: Vec<Row<TopicName>>,
}

/// GET /needs/matrix/topics: which level of which competence each topic builds.
pub(in crate::needs) async fn topics(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let (mut columns, mut all, mut levels) = (Vec::new(), Vec::new(), Default::default());
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        columns = competences(&mut conn, scheme.id).await?;
        columns.retain(|c| !c.is_closed);
        all = topics_of(&mut conn, scheme.id).await?;
        levels = topic_levels(&mut conn, scheme.id).await?;
    }
    drop(conn);
    let first = all.first().map(|topic| topic.programme_id);
    let chosen = all.iter().map(|topic| topic.programme_id).find(|id| id.to_string() == asked.programme).or(first);
    let mut programmes: Vec<Programme> = Vec::new();
    for topic in &all {
        if programmes.last().is_none_or(|p| p.id != topic.programme_id) {
            let here = Some(topic.programme_id) == chosen;
            programmes.push(Programme { id: topic.programme_id, name: topic.programme.clone(), here });
        }
    }
    let row = |topic: TopicName| {
        let key = |c: &Competence| (topic.programme_code.clone(), topic.code.clone(), c.id);
        Row { levels: columns.iter().map(|c| levels.get(&key(c)).copied().unwrap_or(0)).collect(), head: topic }
    };
    let rows = all.into_iter().filter(|topic| Some(topic.programme_id) == chosen).map(row).collect();
    let edits = ui.may("needs.edit");
    let page = TopicsPage { t, tabs: Tabs::at(t, &ui, "/needs/matrix/topics"), edits, programmes, columns, rows };
    ui.page(t.get("needs-topics"), &page)
}

/// Competences of one field.
struct Group {
    field: &'static str,
    competences: Vec<Competence>,
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/competences.html")]
struct CompetencesPage {
    t: T,
    tabs: Tabs,
    edits: bool,
    groups: Vec<Group>,
}

/// GET /needs/competences
pub(in crate::needs) async fn competences_page(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let all = match scheme::of(&mut conn, &permit.actor).await? {
        Some(scheme) => competences(&mut conn, scheme.id).await?,
        None => Vec::new(),
    };
    drop(conn);
    let group = |field: &&'static str| Group {
        field,
        competences: all.iter().filter(|c| c.field == **field).cloned().collect(),
    };
    let groups: Vec<Group> = FIELDS.iter().map(group).filter(|g| !g.competences.is_empty()).collect();
    let page = CompetencesPage { t, tabs: Tabs::at(t, &ui, "/needs/competences"), edits: ui.may("needs.edit"), groups };
    ui.page(t.get("needs-competences"), &page)
}
