//! What learners are asked: the School's indicators by object, saved as a new edition.

use ::store::Db;
use axum::extract::State;
use kernel::Actor;
use teaching::scheme;
use web::{
    Answer, Errors, Form, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    RunEvaluations,
    actions::{EvaluationError, save_indicators},
    model::{INDICATOR_MOST, INDICATORS_MOST, Indicator, Object, SetFault, lines},
    store::{self, Edition},
};

#[derive(askama::Template)]
#[template(path = "evaluation/indicators.html")]
struct IndicatorsPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: i64,
    told: String,
    fields: Vec<Field<'a>>,
}

/// The newest edition with its indicators, and how many forms were opened with it.
struct Standing {
    edition: i64,
    saved: Option<Edition>,
    uses: i64,
    indicators: Vec<Indicator>,
}

async fn standing(db: &Db, actor: &Actor) -> Result<Standing, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    let saved = store::newest(&mut conn, scheme).await?;
    let edition = saved.as_ref().map_or(0, |saved| saved.edition);
    let uses = store::uses(&mut conn, scheme, edition).await?;
    Ok(Standing { edition, uses, indicators: store::indicators(&mut conn, scheme, edition).await?, saved })
}

/// The indicators of an object, one a line.
fn text(indicators: &[Indicator], object: Object) -> String {
    let own: Vec<&str> = indicators.iter().filter(|i| i.object == object).map(|i| i.text.as_str()).collect();
    own.join("\n")
}

fn typed_of(typed: &[(String, String)], object: Object) -> &str {
    typed.iter().find(|(name, _)| name == object.code()).map_or("", |(_, value)| value)
}

fn form(
    ui: &Ui,
    standing: &Standing,
    seen: i64,
    typed: &[(String, String)],
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let fields = Object::ALL.map(|object| {
        let label = match object {
            Object::Programme => "evaluation-object-programme",
            Object::Lecturer => "evaluation-object-lecturer",
            Object::Learners => "evaluation-object-learners",
            Object::Facilities => "evaluation-object-facilities",
            Object::Course => "evaluation-object-course",
        };
        let field = Field::new(t, errors, object.code(), label, typed_of(typed, object)).kind("textarea").class("wide");
        if object == Object::Lecturer { field.hint("evaluation-lecturer-hint") } else { field }
    });
    let told = [("edition", standing.edition.into()), ("n", standing.uses.into())];
    let page = IndicatorsPage {
        t,
        crumbs: Crumbs::to(t, t.get("evaluation-indicators")).by("/classes", t.get("classes-nav")),
        wrong: Wrong::of(t, errors),
        overtaken,
        seen,
        told: t.args("evaluation-edition", told).into_owned(),
        fields: fields.into(),
    };
    ui.page_with(status, t.get("evaluation-indicators"), &page)
}

/// GET /evaluations/indicators
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<RunEvaluations>) -> Answer {
    let now = standing(&db, &permit.actor).await?;
    let typed = Object::ALL.map(|object| (object.code().to_owned(), text(&now.indicators, object)));
    form(&ui, &now, now.edition, &typed, &Errors::new(), None)
}

/// POST /evaluations/indicators: fields by the codes of objects, an indicator a line; saves, unless somebody saved after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RunEvaluations>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let mut indicators = Vec::new();
    for object in Object::ALL {
        match lines(object, typed_of(&typed, object)) {
            Ok(read) => indicators.extend(read),
            Err(fault) => note(&mut errors, object, fault),
        }
    }
    let seen = typed.iter().find(|(name, _)| name == "seen").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    if errors.is_empty() {
        match save_indicators(&db, &permit, &indicators, seen).await {
            Ok(()) => return Ok(ui.see_with("/evaluations/indicators", "evaluation-indicators-saved", &[])),
            Err(EvaluationError::Overtaken) => {
                let now = standing(&db, &permit.actor).await?;
                let saved = now.saved.as_ref();
                let mut overtaken =
                    Overtaken::by(t, saved.and_then(|s| s.saved_by.as_deref()), saved.and_then(|s| s.saved_at));
                for object in Object::ALL {
                    let label = format!("evaluation-object-{}", object.code());
                    overtaken = overtaken.differs(&label, text(&now.indicators, object), text(&indicators, object));
                }
                return form(&ui, &now, now.edition, &typed, &errors, Some(overtaken));
            }
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, &standing(&db, &permit.actor).await?, seen, &typed, &errors, None)
}

fn note(errors: &mut Errors, object: Object, fault: SetFault) {
    let field = object.code();
    match fault {
        SetFault::None => errors.add(field, "evaluation-set-none"),
        SetFault::Many(n) => {
            errors.add_with(field, "evaluation-set-many", vec![("n", n.into()), ("most", INDICATORS_MOST.into())]);
        }
        SetFault::TooLong(line, length) => {
            let args = vec![("line", line.into()), ("length", length.into()), ("most", INDICATOR_MOST.into())];
            errors.add_with(field, "evaluation-set-long", args);
        }
        SetFault::Sign(line) => errors.add_with(field, "evaluation-set-sign", vec![("line", line.into())]),
        SetFault::Twice(line) => errors.add_with(field, "evaluation-set-twice", vec![("line", line.into())]),
    }
}
