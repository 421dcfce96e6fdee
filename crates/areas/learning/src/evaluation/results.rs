//! What learners said of a class: figures for those who direct and inspect, free words for the School.

use ::store::{Conn, Db, StoreError};
use axum::{extract::State, http::StatusCode};
use chrono::{Days, NaiveDate};
use kernel::{AccountId, Actor, ClassId, Right, SchemeId, Score};
use serde::Deserialize;
use teaching::{
    classes::{self, ClassHead, ClassLine, ClassState},
    scheme::{self, Rules},
};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Bar, Field, Wrong},
};

use super::{
    ReadEvaluations, ReadRemarks, RunEvaluations,
    actions::{EvaluationError, open_form},
    model::{Block, Indicator, Object, SCORE_MOST, Tally, band, places, tallies, told},
    store,
};

/// Why nothing is told of a form yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// It is open until a day.
    Open(NaiveDate),
    /// Fewer valid forms came back than may be told of: this many must.
    Few(i64),
}

/// The form of a class with what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// Last day.
    pub closes_on: NaiveDate,
    /// Who opened it.
    pub opened_by: String,
    /// Learners of the class.
    pub learners: i64,
    /// Forms that came back.
    pub received: i64,
    /// Void ones among them.
    pub void: i64,
    /// Nothing is told yet; the figures below are empty then.
    pub withheld: Option<Withheld>,
    /// What was asked.
    pub indicators: Vec<Indicator>,
    /// Who taught what.
    pub blocks: Vec<Block>,
    /// For each place of the form.
    pub tallies: Vec<Tally>,
}

impl Summary {
    /// Valid forms.
    pub(crate) fn valid(&self) -> i64 {
        self.received - self.void
    }

    /// Each indicator of an object with its tally; `block` is the place of a topic, none for what is asked once.
    pub(crate) fn of(&self, object: Object, block: Option<usize>) -> Vec<(&Indicator, Tally)> {
        let all = places(&self.indicators, self.blocks.len());
        let own = all.iter().zip(&self.tallies).filter_map(|(place, tally)| {
            let indicator = self.indicators.get(place.indicator)?;
            (indicator.object == object && place.block == block).then_some((indicator, *tally))
        });
        own.collect()
    }

    /// All of an object together.
    pub(crate) fn whole(&self, object: Object) -> Tally {
        let turns: Vec<Option<usize>> =
            if object == Object::Lecturer { (0..self.blocks.len()).map(Some).collect() } else { vec![None] };
        turns
            .into_iter()
            .flat_map(|block| self.of(object, block))
            .map(|(_, tally)| tally)
            .fold(Tally::default(), Tally::and)
    }
}

/// The form of a class with what came of it; nothing when none was opened.
pub(crate) async fn summary(
    conn: &mut Conn,
    class: ClassId,
    rules: &Rules,
    today: NaiveDate,
) -> Result<Option<Summary>, StoreError> {
    let Some(form) = store::form(conn, class).await? else { return Ok(None) };
    let mut summary = Summary {
        closes_on: form.closes_on,
        opened_by: form.opened_by.clone(),
        learners: form.learners,
        received: form.replies,
        void: 0,
        withheld: form.is_open(today).then_some(Withheld::Open(form.closes_on)),
        indicators: Vec::new(),
        blocks: Vec::new(),
        tallies: Vec::new(),
    };
    if summary.withheld.is_some() {
        return Ok(Some(summary));
    }
    let ballots = store::ballots(conn, class).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    summary.received = count(ballots.len());
    let valid: Vec<Vec<Option<i64>>> =
        ballots.into_iter().filter(|(_, void)| !void).map(|(scores, _)| scores).collect();
    summary.void = summary.received - count(valid.len());
    let least = rules.survey_group_least;
    if count(valid.len()) < least {
        summary.withheld = Some(Withheld::Few(least));
        return Ok(Some(summary));
    }
    summary.indicators = store::indicators(conn, form.scheme_id, form.edition).await?;
    summary.blocks = store::blocks(conn, class).await?;
    let all = places(&summary.indicators, summary.blocks.len()).len();
    summary.tallies = tallies(all, &valid, least);
    Ok(Some(summary))
}

/// What the form of a class asks: of one that was opened its own indicators, else the newest of the scheme.
pub(crate) async fn asked(conn: &mut Conn, class: ClassId, scheme: SchemeId) -> Result<Vec<Indicator>, StoreError> {
    let edition = match store::form(conn, class).await? {
        Some(form) => form.edition,
        None => store::newest(conn, scheme).await?.map_or(0, |newest| newest.edition),
    };
    store::indicators(conn, scheme, edition).await
}

/// A mean as it is shown: figure, band, bar.
pub(super) struct Mean {
    pub text: String,
    pub band: String,
    pub tone: &'static str,
    pub bar: Option<Bar>,
}

impl Mean {
    pub(super) fn of(label: &str, tally: Tally, bands: &[(Score, String)]) -> Self {
        let Some(mean) = tally.mean() else {
            return Self { text: "–".to_owned(), band: String::new(), tone: "", bar: None };
        };
        // of the bands, which are ordered, the first is good, the last two are bad
        let at = bands.iter().position(|(least, _)| mean >= *least).unwrap_or(0);
        let tone = match at {
            0 => "good",
            at if at + 2 >= bands.len() => "bad",
            at if at + 3 >= bands.len() => "warn",
            _ => "info",
        };
        let hundredths = mean.hundredths();
        let bar = Bar::of(format!("{label}: {}", told(mean)), hundredths, SCORE_MOST * 100, None, tone);
        Self { text: told(mean), band: band(mean, bands).to_owned(), tone, bar: Some(bar) }
    }
}

/// An indicator with its mean.
struct Row {
    text: String,
    mean: Mean,
}

/// An object with its indicators.
struct Group {
    name: String,
    mean: Mean,
    rows: Vec<Row>,
}

/// A topic of a lecturer.
struct Taught {
    lecturer: AccountId,
    name: String,
    topic: String,
    mean: Mean,
    rows: Vec<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "evaluation/results.html")]
struct ResultsPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    wrong: Option<Wrong>,
    summary: Option<Summary>,
    /// Why nothing is told.
    withheld: Option<String>,
    opened: String,
    /// The field of the form that opens it; nothing when it cannot be opened.
    closes_on: Option<Field<'a>>,
    /// From when it can be opened.
    not_now: Option<String>,
    groups: Vec<Group>,
    taught: Vec<Taught>,
    /// For those who may read them.
    remarks: Option<Vec<String>>,
    runs: bool,
}

impl ResultsPage<'_> {
    fn shown(&self) -> Option<&Summary> {
        self.summary.as_ref().filter(|_| self.withheld.is_none())
    }
}

/// Whether the form of a class may be opened today.
fn may_open(class: &ClassLine, today: NaiveDate) -> bool {
    matches!(class.state, ClassState::Running | ClassState::Marking | ClassState::Completed) && today >= class.ends_on
}

async fn show(ui: &Ui, db: &Db, actor: &Actor, id: ClassId, typed: Option<&str>, errors: &Errors) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.ends_on).await?;
    let summary = summary(&mut conn, id, &rules, today).await?;
    let told = summary.as_ref().filter(|s| s.withheld.is_none());
    let remarks = match told {
        Some(_) if ui.may(ReadRemarks::NAME) => Some(store::remarks(&mut conn, id).await?),
        _ => None,
    };
    drop(conn);
    let bands = &rules.evaluation_bands;
    let (mut groups, mut taught) = (Vec::new(), Vec::new());
    if let Some(s) = told {
        let row = |(indicator, tally): (&Indicator, Tally)| Row {
            text: indicator.text.clone(),
            mean: Mean::of(&indicator.text, tally, bands),
        };
        for object in Object::ALL {
            let name = t.get(format!("evaluation-object-{}", object.code())).into_owned();
            let rows: Vec<Row> = s.of(object, None).into_iter().map(row).collect();
            groups.push(Group { mean: Mean::of(&name, s.whole(object), bands), name, rows });
        }
        for (at, block) in s.blocks.iter().enumerate() {
            let own = s.of(Object::Lecturer, Some(at));
            let whole = own.iter().fold(Tally::default(), |sum, (_, tally)| sum.and(*tally));
            taught.push(Taught {
                lecturer: block.lecturer,
                name: block.name.clone(),
                topic: block.topic.clone(),
                mean: Mean::of(&block.topic, whole, bands),
                rows: own.into_iter().map(|(i, tally)| (i.text.clone(), Mean::of("", tally, bands).text)).collect(),
            });
        }
    }
    let withheld = summary.as_ref().and_then(|s| s.withheld).map(|why| {
        let text = match why {
            Withheld::Open(day) => t.arg("evaluation-withheld-open", "day", t.date(day)),
            Withheld::Few(least) => t.arg("evaluation-withheld-few", "n", least),
        };
        text.into_owned()
    });
    let opened = summary.as_ref().map(|s| {
        let args = [("by", s.opened_by.as_str().into()), ("day", t.date(s.closes_on).into())];
        t.args("evaluation-opened-by", args).into_owned()
    });
    let runs = ui.may(RunEvaluations::NAME);
    let opens = runs && summary.is_none() && may_open(&class, today);
    let proposed = (class.ends_on + Days::new(rules.evaluation_days.unsigned_abs())).max(today).to_string();
    let value = typed.unwrap_or(&proposed);
    let field = Field::new(t, errors, "closes_on", "evaluation-closes-on", value);
    let page = ResultsPage {
        t,
        head: ClassHead::new(t, actor, &class, "evaluation"),
        class: &class,
        wrong: Wrong::of(t, errors),
        withheld,
        opened: opened.unwrap_or_default(),
        closes_on: opens.then(|| field.kind("date").required().hint("evaluation-closes-on-hint")),
        not_now: (!opens).then(|| t.arg("evaluation-from", "day", t.date(class.ends_on)).into_owned()),
        groups,
        taught,
        remarks,
        runs,
        summary,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// GET /classes/{class}/evaluation
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadEvaluations>,
    Path(class): Path<ClassId>,
) -> Answer {
    show(&ui, &db, &permit.actor, class, None, &Errors::new()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    closes_on: String,
}

/// POST /classes/{class}/evaluation: opens the form.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RunEvaluations>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    if let Some(day) = errors.day(ui.t, "closes_on", "evaluation-closes-on", &typed.closes_on) {
        match open_form(&db, &permit, class, day).await {
            Ok(()) => return Ok(ui.see_with(&format!("/classes/{class}/evaluation"), "evaluation-opened", &[])),
            Err(EvaluationError::ClosesOn) => errors.add("closes_on", "evaluation-closes-on-off"),
            Err(error) => return Err(error.into()),
        }
    }
    show(&ui, &db, &permit.actor, class, Some(&typed.closes_on), &errors).await
}
