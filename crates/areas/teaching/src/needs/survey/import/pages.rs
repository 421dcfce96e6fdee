//! Questions of a file into a questionnaire: preview, then writing. Nothing is kept between the two but the form.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::SurveyId;
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, Ui, Upload, WebError, components::Crumbs};

use super::{
    super::{
        super::EditNeeds,
        actions::{ItemDraft, add_items},
        list::editable,
        store::Survey,
    },
    QUESTIONS_MOST, fitted, read,
};

/// Most bytes of a file.
pub(in crate::needs::survey) const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Faults that are listed.
const MOST_FAULTS: usize = 100;

#[derive(askama::Template)]
#[template(path = "needs/survey/import/import.html")]
struct ImportPage<'a> {
    t: web::T,
    crumbs: Crumbs,
    survey: &'a Survey,
    file: String,
    faults: Vec<String>,
    more_faults: usize,
    items: Vec<(usize, ItemDraft)>,
    /// The questions as they come back with the form.
    carried: String,
}

fn empty<'a>(ui: &Ui, survey: &'a Survey) -> ImportPage<'a> {
    let t = ui.t;
    ImportPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-import"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{}", survey.id), survey.title.clone()),
        survey,
        file: String::new(),
        faults: Vec::new(),
        more_faults: 0,
        items: Vec::new(),
        carried: String::new(),
    }
}

/// GET /surveys/{survey}/import
pub(in crate::needs::survey) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    ui.page(ui.t.get("surveys-import"), &empty(&ui, &survey))
}

/// POST /surveys/{survey}/import/preview: what the file holds; writes nothing. Whose questionnaire it is comes before the file.
pub(in crate::needs::survey) async fn preview(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    upload: Result<Upload, WebError>,
) -> Answer {
    let t = ui.t;
    let survey = editable(&db, &permit.actor, id).await?;
    let mut page = empty(&ui, &survey);
    let upload = upload?;
    page.file = upload.file_name;
    if upload.bytes.is_empty() {
        page.faults.push(t.get("needs-file-none").into_owned());
    } else {
        let bytes = upload.bytes;
        let found = web::blocking(move || read(&bytes)).await?;
        let packed = found.packed;
        let told = |(line, fault): &(usize, super::Fault)| {
            let what = t.arg(format!("surveys-import-{}", fault.code()), "most", QUESTIONS_MOST);
            match line {
                0 => what.into_owned(),
                line if packed => format!("{}: {what}", t.arg("surveys-import-place", "n", *line)),
                line => format!("{}: {what}", t.arg("surveys-import-line", "n", *line)),
            }
        };
        page.more_faults = found.faults.len().saturating_sub(MOST_FAULTS);
        page.faults = found.faults.iter().take(MOST_FAULTS).map(told).collect();
        let drafts: Vec<&ItemDraft> = found.items.iter().map(|(_, item)| item).collect();
        page.carried = serde_json::to_string(&drafts).map_err(|e| WebError::Internal(e.to_string()))?;
        page.items = found.items;
    }
    let status = if page.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("surveys-import"), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::needs::survey) struct Asked {
    items: String,
}

/// POST /surveys/{survey}/import: writes the questions that the preview showed, all of them or none.
pub(in crate::needs::survey) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Form(asked): Form<Asked>,
) -> Answer {
    editable(&db, &permit.actor, id).await?;
    let drafts: Vec<ItemDraft> = serde_json::from_str(&asked.items).map_err(|_| WebError::BadRequest)?;
    let count = drafts.len();
    // what came back with the form is believed no more than what was typed
    let drafts: Vec<ItemDraft> = drafts.into_iter().filter_map(|draft| fitted(draft).ok()).collect();
    if drafts.len() != count || !(1..=QUESTIONS_MOST).contains(&count) {
        return Err(WebError::BadRequest);
    }
    add_items(&db, &permit, id, &drafts).await?;
    Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-imported", &[("n", count.to_string())]))
}
