//! Taking a version away as a file, and bringing one back: what it would change, then the change.

use ::store::{Conn, Db};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use kernel::{Actor, ProgrammeId, TopicId};
use web::{
    Answer, Download, Errors, Path, Permit, T, Ui, Upload, WebError, apart,
    components::{Crumbs, Wrong},
};

use super::{
    super::{
        EditProgrammes, ReadProgrammes,
        actions::{EditError, TopicDraft},
        diff::{Row, fates, rows, topic_values},
        model::OBJECTIVE_MOST,
        objective::ObjectiveDraft,
        pages::MeterPart,
        store::{Objective, Topic, objectives, positions, topics, versions},
        topic::{Desk, Links, draft_values},
    },
    actions::{fingerprint, import_topics},
    sheet::{Book, COLUMNS, CellFault, IncomingAim, audience, form, read, workbook},
};
use crate::scheme::{self, Audience};

/// GET /programmes/{programme}/versions/{number}/topics.xlsx: the version with everything that it says.
pub(in super::super) async fn get_file(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut conn = db.read().await?;
    let found = versions(&mut conn, &permit.actor, programme).await?.into_iter().find(|v| v.number == number);
    let line = found.ok_or(WebError::NotFound)?;
    let topics = topics(&mut conn, line.version_id).await?;
    let aims = objectives(&mut conn, line.version_id).await?;
    let posts = positions(&mut conn, &permit.actor).await?;
    drop(conn);
    let name = format!("{}-v{number}.xlsx", line.code);
    let bytes = apart(move || workbook(t, &line, &topics, &aims, &posts, today)).await?;
    Ok(Download::xlsx(name, bytes).into_response())
}

/// A topic of either side, for the comparison.
struct Item {
    key: String,
    title: String,
    values: Vec<(String, String)>,
}

/// What a file would change.
struct Preview {
    /// What would change of the objectives and the topics, each with its heading.
    lists: Vec<(&'static str, Vec<Row>)>,
    same: usize,
    meter: Option<MeterPart>,
    /// What the file says, as the form carries it.
    carried: String,
    seen: String,
}

#[derive(askama::Template)]
#[template(path = "curriculum/exchange/import.html")]
struct ImportPage {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    place: String,
    error: Option<String>,
    faults: Vec<CellFault>,
    preview: Option<Preview>,
    /// Whether there is something to write.
    writes: bool,
    overtaken: bool,
}

/// A version on the school's desk with what its topics can be linked to.
struct Place {
    desk: Desk,
    links: Links,
    aims: Vec<Objective>,
    audiences: Vec<Audience>,
}

/// What a file stands for: topics, each with the one that it changes, and objectives, if it says anything of them.
struct Wanted {
    topics: Vec<(Option<TopicId>, TopicDraft)>,
    aims: Option<Vec<ObjectiveDraft>>,
}

impl Place {
    async fn read(
        conn: &mut Conn,
        db: &Db,
        actor: &Actor,
        (programme, number): (ProgrammeId, i64),
    ) -> Result<Self, WebError> {
        let desk = Desk::read(conn, db, actor, programme, number).await?;
        let links = Links::read(conn, actor, &desk.topics).await?;
        let aims = objectives(conn, desk.line.version_id).await?;
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
        let audiences = scheme::audiences(conn, scheme.id).await?;
        Ok(Self { desk, links, aims, audiences })
    }

    /// The objectives that rows stand for; every fault is noted.
    fn check_aims(&self, t: T, incoming: &[IncomingAim], faults: &mut Vec<CellFault>) -> Vec<ObjectiveDraft> {
        let sheet = t.get("curriculum-objectives").into_owned();
        let mut drafts = Vec::new();
        for aim in incoming {
            let mut fault = |key: &str, text: String| {
                faults.push(CellFault { row: aim.row, column: format!("{sheet} · {}", t.get(key)), text });
            };
            let mut errors = Errors::new();
            let text = errors.line(t, "text", "curriculum-objective", &aim.text, OBJECTIVE_MOST);
            errors.all(t).into_iter().for_each(|(_, told)| fault("curriculum-objective", told));
            match audience(&self.audiences, &aim.audience) {
                Ok(code) => drafts.push(ObjectiveDraft { audience: code.map(str::to_owned), text }),
                Err(()) => {
                    let told = t.arg("curriculum-exchange-unknown", "name", aim.audience.clone());
                    fault("curriculum-audience", told.into_owned());
                }
            }
        }
        drafts
    }

    /// What the file stands for, or every fault.
    fn check(&self, t: T, book: &Book) -> Result<Wanted, Vec<CellFault>> {
        let incoming = &book.topics;
        let heading = |field: &str| {
            let column = COLUMNS.iter().find(|(name, ..)| *name == field);
            column.map_or_else(String::new, |(_, key, _)| t.get(*key).into_owned())
        };
        let (mut drafts, mut faults) = (Vec::new(), Vec::new());
        for row in incoming {
            let mut fault = |field: &str, text: String| {
                faults.push(CellFault { row: row.row, column: heading(field), text });
            };
            let code = row.code();
            let first = incoming.iter().find(|other| !code.is_empty() && other.code() == code);
            if let Some(first) = first.filter(|first| first.row < row.row) {
                fault("code", t.arg("curriculum-exchange-twice", "row", first.row).into_owned());
            }
            let (form, unknown) = form(row, &self.links);
            for (field, name) in unknown {
                fault(field, t.arg("curriculum-exchange-unknown", "name", name).into_owned());
            }
            match form.read(t, &self.desk.rules) {
                Ok(draft) => {
                    let same: Vec<&Topic> = self.desk.topics.iter().filter(|x| x.code == code).collect();
                    let id = match same.as_slice() {
                        [one] => Some(one.id),
                        _ => None,
                    };
                    drafts.push((id, draft.within(&self.desk.line)));
                }
                Err(errors) => errors.all(t).into_iter().for_each(|(field, text)| fault(field, text)),
            }
        }
        let aims = book.aims.as_ref().map(|aims| self.check_aims(t, aims, &mut faults));
        if faults.is_empty() { Ok(Wanted { topics: drafts, aims }) } else { Err(faults) }
    }

    /// What would change of the objectives, and how many stay.
    fn aims_changed(&self, t: T, wanted: &[ObjectiveDraft]) -> (Vec<Row>, usize) {
        let named = |code: &Option<String>| {
            let known = code.as_ref().and_then(|code| self.audiences.iter().find(|a| a.code == *code));
            known.map_or_else(|| t.get("curriculum-audience-all").into_owned(), |a| a.name.clone())
        };
        let old: Vec<ObjectiveDraft> = self.aims.iter().map(ObjectiveDraft::of).collect();
        let texts = |aims: &[ObjectiveDraft]| aims.iter().map(|aim| aim.text.clone()).collect::<Vec<_>>();
        let fates = fates(&texts(&old), &texts(wanted));
        rows(
            (old.as_slice(), wanted),
            fates,
            |aim| aim.text.clone(),
            |aim| vec![(t.get("curriculum-audience").into_owned(), named(&aim.audience))],
        )
    }

    fn preview(&self, t: T, book: &Book, wanted: &Wanted) -> Result<Preview, WebError> {
        let drafts = &wanted.topics;
        let old: Vec<Item> = self
            .desk
            .topics
            .iter()
            .map(|x| Item { key: x.id.to_string(), title: x.title.clone(), values: topic_values(t, x) })
            .collect();
        let new: Vec<Item> = drafts
            .iter()
            .enumerate()
            .map(|(place, (id, draft))| Item {
                key: id.map_or_else(|| format!("new-{place}"), |id| id.to_string()),
                title: draft.title.clone(),
                values: draft_values(t, draft, &self.links),
            })
            .collect();
        let keys = |items: &[Item]| items.iter().map(|i| i.key.clone()).collect::<Vec<_>>();
        let fates = fates(&keys(&old), &keys(&new));
        let (topics, same) = rows((&old, &new), fates, |i| i.title.clone(), |i| i.values.clone());
        let (aims, same_aims) = wanted.aims.as_ref().map(|aims| self.aims_changed(t, aims)).unwrap_or_default();
        let lists = [("curriculum-objectives", aims), ("curriculum-topics", topics)];
        let weigh = |theory: bool| {
            drafts.iter().filter(|(_, d)| (d.kind == "theory") == theory).map(|(_, d)| d.periods).sum::<i64>()
        };
        let meter =
            (!self.desk.line.is_elective_pool).then(|| MeterPart::of(t, weigh(true), weigh(false), &self.desk.rules));
        let carried = serde_json::to_string(book).map_err(|e| WebError::Internal(e.to_string()))?;
        Ok(Preview {
            lists: lists.into_iter().filter(|(_, rows)| !rows.is_empty()).collect(),
            same: same + same_aims,
            meter,
            carried,
            seen: fingerprint(&self.desk.topics, &self.aims),
        })
    }

    fn page(&self, ui: &Ui, shown: Shown) -> Answer {
        let t = ui.t;
        let title = t.get("curriculum-exchange-title").into_owned();
        let mut errors = Errors::new();
        if let Some(key) = shown.unread {
            errors.add("file", key);
        }
        let status = match (shown.overtaken, errors.is_empty() && shown.faults.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, true) => StatusCode::OK,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = ImportPage {
            t,
            crumbs: self.desk.crumbs(t, title.clone()),
            wrong: Wrong::of(t, &errors),
            place: self.desk.place(),
            error: errors.at(t, "file"),
            faults: shown.faults,
            writes: shown.preview.as_ref().is_some_and(|preview| !preview.lists.is_empty()),
            preview: shown.preview,
            overtaken: shown.overtaken,
        };
        ui.page_with(status, title, &page)
    }
}

/// What the page shows besides the form.
#[derive(Default)]
struct Shown {
    unread: Option<&'static str>,
    faults: Vec<CellFault>,
    preview: Option<Preview>,
    overtaken: bool,
}

/// GET /programmes/{programme}/versions/{number}/import
pub(in super::super) async fn get_import(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
) -> Answer {
    let place = Place::read(&mut db.read().await?, &db, &permit.actor, which).await?;
    place.page(&ui, Shown::default())
}

/// POST /programmes/{programme}/versions/{number}/import: a file is shown with what it would change; sent again with the field `rows`
/// that the page carries, it is done.
pub(in super::super) async fn post_import(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
    upload: Result<Upload, WebError>,
) -> Answer {
    let t = ui.t;
    // a version that does not exist for the reader is told before a form that cannot be read
    let place = Place::read(&mut db.read().await?, &db, &permit.actor, which).await?;
    let upload = upload?;
    let field = |name: &str| upload.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let carried = field("rows");
    let book: Book = match carried {
        Some(rows) => serde_json::from_str(rows).map_err(|_| WebError::BadRequest)?,
        None => {
            let bytes = upload.bytes.clone();
            match web::blocking(move || read(&bytes)).await? {
                Ok(book) => book,
                Err(unread) => return place.page(&ui, Shown { unread: Some(unread.0), ..Shown::default() }),
            }
        }
    };
    let wanted = match place.check(t, &book) {
        Ok(wanted) => wanted,
        Err(faults) => return place.page(&ui, Shown { faults, ..Shown::default() }),
    };
    let mut overtaken = false;
    if carried.is_some() {
        let seen = field("seen").unwrap_or_default();
        match import_topics(&db, &permit, which, &wanted.topics, wanted.aims.as_deref(), seen).await {
            Ok(()) => return Ok(ui.see_with(&place.desk.place(), "curriculum-exchange-done", &[])),
            Err(EditError::Overtaken) => overtaken = true,
            Err(error) => return Err(error.into()),
        }
    }
    let place = if overtaken { Place::read(&mut db.read().await?, &db, &permit.actor, which).await? } else { place };
    let wanted = match place.check(t, &book) {
        Ok(again) if overtaken => again,
        _ => wanted,
    };
    let preview = Some(place.preview(t, &book, &wanted)?);
    place.page(&ui, Shown { preview, overtaken, ..Shown::default() })
}
