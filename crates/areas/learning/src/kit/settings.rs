//! How each paper is laid out: state or Party, issuing bodies, pattern of its symbol.

use ::store::{Change, Db};
use axum::extract::State;
use documents::official::{Style, is_pattern, numbered};
use serde::{Deserialize, Serialize};
use teaching::scheme::{self, Rules};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    MakePapers,
    facts::Layout,
    model::Template,
    store::{self, SAVE_SETTING, SettingRow},
};

/// Most characters of a body's name, of a pattern.
const NAME_MOST: usize = 120;
const PATTERN_MOST: usize = 60;

struct Shown {
    template: Template,
    layout: Layout,
    example: String,
}

#[derive(askama::Template)]
#[template(path = "kit/settings.html")]
struct SettingsPage {
    t: T,
    crumbs: Crumbs,
    papers: Vec<Shown>,
}

fn crumbs(t: T, here: &str) -> Crumbs {
    Crumbs::to(t, here).by("/classes", t.get("classes-nav")).by("/papers", t.get("kit-register"))
}

/// What the office and the rules of its scheme say of papers today.
async fn said(db: &Db, permit: &Permit<MakePapers>) -> Result<(kernel::SchemeId, Rules, Vec<SettingRow>), WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?.id;
    let rules = scheme::rules(&mut conn, scheme, db.today()).await?;
    let rows = store::settings(&mut conn, scheme).await?;
    Ok((scheme, rules, rows))
}

/// GET /papers/settings
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<MakePapers>) -> Answer {
    let t = ui.t;
    let (_, rules, rows) = said(&db, &permit).await?;
    let shown = |template: Template| {
        let layout = Layout::of(template, &rules, &rows);
        let example = template.sign().map(|sign| numbered(&layout.pattern, 5, sign)).unwrap_or_default();
        Shown { template, layout, example }
    };
    let papers = Template::ALL.into_iter().map(shown).collect();
    let title = t.get("kit-settings").into_owned();
    ui.page(&title, &SettingsPage { t, crumbs: crumbs(t, &title), papers })
}

/// A layout as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    style: String,
    parent: String,
    body: String,
    pattern: String,
    seen: String,
}

impl Typed {
    fn of(layout: &Layout) -> Self {
        Self {
            style: layout.style.code().to_owned(),
            parent: layout.parent.clone(),
            body: layout.body.clone(),
            pattern: layout.pattern.clone(),
            seen: layout.edition.to_string(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<Draft> {
        let style = errors.choice(t, "style", "kit-style", &self.style, &["state", "party"]);
        let parent = errors.line(t, "parent", "kit-parent", &self.parent, NAME_MOST);
        let body = errors.line(t, "body", "kit-body", &self.body, NAME_MOST);
        let pattern = errors.line(t, "pattern", "kit-pattern", &self.pattern, PATTERN_MOST);
        if let Some(style) = Style::of(style)
            && !pattern.is_empty()
            && !is_pattern(&pattern, style)
        {
            errors.add(
                "pattern",
                if style == Style::State { "kit-pattern-wrong-state" } else { "kit-pattern-wrong-party" },
            );
        }
        Some(Draft { style: style.to_owned(), parent, body, pattern }).filter(|_| errors.is_empty())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Draft {
    style: String,
    parent: String,
    body: String,
    pattern: String,
}

#[derive(askama::Template)]
#[template(path = "kit/setting.html")]
struct SettingPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    template: Template,
    seen: &'a str,
    style: Select<'a>,
    fields: Vec<Field<'a>>,
}

fn form(ui: &Ui, template: Template, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let heading = t.get(format!("kit-paper-{}", template.code())).into_owned();
    let styles = Style::ALL.map(|style| Choice::new(style.code(), t.get(format!("kit-style-{}", style.code()))));
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = SettingPage {
        t,
        crumbs: crumbs(t, &heading).by("/papers/settings", t.get("kit-settings")),
        wrong: Wrong::of(t, errors),
        overtaken,
        template,
        seen: &typed.seen,
        style: Select::new(t, errors, "style", "kit-style", &typed.style, &styles),
        fields: vec![
            Field::new(t, errors, "parent", "kit-parent", &typed.parent).required().class("wide"),
            Field::new(t, errors, "body", "kit-body", &typed.body).required().class("wide"),
            Field::new(t, errors, "pattern", "kit-pattern", &typed.pattern)
                .required()
                .hint("kit-pattern-hint")
                .class("wide"),
        ],
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /papers/settings/{template}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<MakePapers>, Path(code): Path<String>) -> Answer {
    let template = Template::of(&code).ok_or(WebError::NotFound)?;
    let (_, rules, rows) = said(&db, &permit).await?;
    form(&ui, template, &Typed::of(&Layout::of(template, &rules, &rows)), &Errors::new(), None)
}

/// POST /papers/settings/{template}: saves, unless somebody saved it after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakePapers>,
    Path(code): Path<String>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let template = Template::of(&code).ok_or(WebError::NotFound)?;
    let (scheme, rules, rows) = said(&db, &permit).await?;
    let now = Layout::of(template, &rules, &rows);
    let mut errors = Errors::new();
    let Some(draft) = typed.read(ui.t, &mut errors) else {
        return form(&ui, template, &typed, &errors, None);
    };
    let seen: i64 = typed.seen.parse().unwrap_or(-1);
    let same = Draft {
        style: now.style.code().to_owned(),
        parent: now.parent.clone(),
        body: now.body.clone(),
        pattern: now.pattern.clone(),
    } == draft;
    let saved = same || save(&db, &permit, scheme, template, &draft, seen).await?;
    if saved {
        let name = ui.t.get(format!("kit-paper-{}", template.code())).into_owned();
        return Ok(ui.see_with("/papers/settings", "kit-setting-saved", &[("name", name)]));
    }
    let (_, rules, rows) = said(&db, &permit).await?;
    let now = Layout::of(template, &rules, &rows);
    let row = rows.iter().find(|row| row.template == template.code());
    let t = ui.t;
    let style = |code: &str| t.get(format!("kit-style-{code}")).into_owned();
    let overtaken = Overtaken::by(t, row.map(|r| r.changed_by.as_str()), row.map(|r| r.changed_at))
        .differs("kit-style", style(now.style.code()), style(&draft.style))
        .differs("kit-parent", &now.parent, &draft.parent)
        .differs("kit-body", &now.body, &draft.body)
        .differs("kit-pattern", &now.pattern, &draft.pattern);
    typed.seen = now.edition.to_string();
    form(&ui, template, &typed, &errors, Some(overtaken))
}

/// Saves over the edition that was seen; gives whether it was still that one.
async fn save(
    db: &Db,
    permit: &Permit<MakePapers>,
    scheme: kernel::SchemeId,
    template: Template,
    draft: &Draft,
    seen: i64,
) -> Result<bool, WebError> {
    db.write(async |tx| {
        let now = tx.now();
        let values: &[&dyn ::store::Bind] = &[
            &scheme,
            &template.code(),
            &draft.style,
            &draft.parent,
            &draft.body,
            &draft.pattern,
            &permit.actor.name,
            &now,
            &seen,
        ];
        if tx.exec(&SAVE_SETTING, values).await? == 0 {
            return Ok(false);
        }
        tx.audit(&permit.actor, "kit.setting.changed", template.code(), Change::created(draft))?;
        Ok::<_, WebError>(true)
    })
    .await
}
