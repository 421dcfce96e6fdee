//! The room of a version: who is asked, what they said, what was answered, how they voted.

use ::store::{Conn, Db};
use axum::extract::State;
use chrono::NaiveDate;
use kernel::{AccountId, Actor, OpinionId, ProgrammeId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    super::{
        AppraiseProgrammes, EditProgrammes, ReadProgrammes, VersionState,
        store::{Objective, ProgrammeLine, Topic, authors, objectives, topics, versions},
        topic::{crumbs, place},
    },
    actions::{self, AppraisalError, Invitation},
    model::{Passage, PassageKind, TEXT_MOST, Tally, Verdict, Vote},
    store::{Member, Opinion, Round, bodies, experts, members, opinions, rounds},
};
use crate::scheme;

/// An opinion with its passage in words and, for the school, the form of its answer.
struct Said {
    line: Opinion,
    passage: String,
    form: Option<AnswerForm>,
}

struct AnswerForm {
    verdict: String,
    text: String,
    verdict_error: Option<String>,
    text_error: Option<String>,
}

/// A round with its members and opinions.
struct Shown {
    round: Round,
    members: Vec<Member>,
    tally: Tally,
    opinions: Vec<Said>,
    overdue: bool,
}

#[derive(askama::Template)]
#[template(path = "curriculum/appraisal/room.html")]
struct RoomPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    line: &'a ProgrammeLine,
    place: String,
    today: NaiveDate,
    rounds: Vec<Shown>,
    unanswered: usize,
    /// Whether the reader wrote the version.
    is_author: bool,
    /// Whether the last round is open.
    is_open: bool,
    /// Forms of who asks.
    asks: Option<[String; 3]>,
    /// Forms of a member, or of somebody whose opinion came too late: it must not be lost.
    speaks: Option<[String; 2]>,
    own_vote: Option<Option<Vote>>,
    vote_error: Option<String>,
}

/// Everything the page reads.
struct Room {
    line: ProgrammeLine,
    topics: Vec<Topic>,
    objectives: Vec<Objective>,
    rounds: Vec<Round>,
    members: Vec<Member>,
    opinions: Vec<Opinion>,
    authors: Vec<AccountId>,
    experts: Vec<(AccountId, String)>,
    bodies: Vec<(String, String)>,
}

impl Room {
    async fn read(conn: &mut Conn, actor: &Actor, programme: ProgrammeId, number: i64) -> Result<Self, WebError> {
        let found = versions(conn, actor, programme).await?.into_iter().find(|v| v.number == number);
        let line = found.ok_or(WebError::NotFound)?;
        let version = line.version_id;
        let asks = actor.may("programmes.appraise") && line.state == VersionState::Appraisal;
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
        Ok(Self {
            topics: topics(conn, version).await?,
            objectives: objectives(conn, version).await?,
            rounds: rounds(conn, version).await?,
            members: members(conn, version).await?,
            opinions: opinions(conn, version).await?,
            authors: authors(conn, version).await?.into_iter().map(|(id, _)| id).collect(),
            experts: if asks { experts(conn, actor).await? } else { Vec::new() },
            bodies: if asks { bodies(conn, scheme.id).await? } else { Vec::new() },
            line,
        })
    }

    fn is_open(&self) -> bool {
        self.line.state == VersionState::Appraisal && self.rounds.first().is_some_and(|r| r.closed_at.is_none())
    }

    /// The reader's seat in the round that is open.
    fn seat(&self, actor: &Actor) -> Option<&Member> {
        let round = self.rounds.first().filter(|_| self.is_open())?;
        self.members.iter().find(|m| m.appraisal_id == round.id && m.account_id == actor.account)
    }

    /// Passages that can be spoken of, by number.
    fn passages(&self, t: T) -> Vec<Choice> {
        let value = |kind, number| Passage { kind, number }.value();
        let mut all = vec![Choice::new("whole", passage(t, PassageKind::Whole, 0, ""))];
        all.extend((1..).zip(&self.objectives).map(|(n, o)| {
            Choice::new(value(PassageKind::Objective, n), passage(t, PassageKind::Objective, n, &o.text))
        }));
        all.extend((1..).zip(&self.topics).map(|(n, topic)| {
            Choice::new(value(PassageKind::Topic, n), passage(t, PassageKind::Topic, n, &topic.title))
        }));
        all
    }
}

/// A passage in words: `Chuyên đề 3: …`.
pub(super) fn passage(t: T, kind: PassageKind, number: i64, words: &str) -> String {
    let args = [("n", number.into()), ("words", words.to_owned().into())];
    t.args(format!("appraisal-passage-{}", kind.code()), args).into_owned()
}

/// What was typed into one of the forms.
#[derive(Default)]
struct Typed {
    account: String,
    body: String,
    due_on: String,
    passage: String,
    text: String,
    answering: Option<OpinionId>,
    verdict: String,
    answer: String,
}

fn page(ui: &Ui, actor: &Actor, room: Room, today: NaiveDate, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let place = place(&room.line);
    let is_author = room.authors.contains(&actor.account);
    let (is_open, seat) = (room.is_open(), room.seat(actor).cloned());
    let answers =
        ui.may("programmes.edit") && matches!(room.line.state, VersionState::Appraisal | VersionState::Drafting);
    let render = |html: Result<String, askama::Error>| html.unwrap_or_default();
    let asks = (ui.may("programmes.appraise") && is_open && !is_author).then(|| {
        let accounts: Vec<Choice> = room
            .experts
            .iter()
            .filter(|(id, _)| !room.authors.contains(id))
            .map(|(id, name)| Choice::new(id.to_string(), name))
            .collect();
        let bodies: Vec<Choice> = room.bodies.iter().map(|(code, name)| Choice::new(code, name)).collect();
        let account = Select::new(t, errors, "account", "appraisal-account", &typed.account, &accounts);
        let body = Select::new(t, errors, "body", "appraisal-body", &typed.body, &bodies);
        let due_on = Field::new(t, errors, "due_on", "appraisal-due", &typed.due_on).kind("date").required();
        [
            render(askama::Template::render(&account.or_empty("curriculum-choose"))),
            render(askama::Template::render(&body.or_empty("appraisal-body-none"))),
            render(askama::Template::render(&due_on)),
        ]
    });
    // an opinion that came too late is shown again, so that it can be sent otherwise
    let speaks = (seat.is_some() && !is_author || !typed.text.is_empty()).then(|| {
        let passages = room.passages(t);
        let which = Select::new(t, errors, "passage", "appraisal-passage", &typed.passage, &passages).class("wide");
        let text =
            Field::new(t, errors, "text", "appraisal-opinion", &typed.text).kind("textarea").required().class("wide");
        [render(askama::Template::render(&which)), render(askama::Template::render(&text))]
    });
    let unanswered = room.opinions.iter().filter(|o| o.verdict.is_none()).count();
    let shown = room.rounds.into_iter().map(|round| {
        let members: Vec<Member> = room.members.iter().filter(|m| m.appraisal_id == round.id).cloned().collect();
        let opinions = room.opinions.iter().filter(|o| o.appraisal_id == round.id).cloned();
        let said = opinions.map(|line| {
            let here = typed.answering == Some(line.id);
            let form = answers.then(|| AnswerForm {
                verdict: if here {
                    typed.verdict.clone()
                } else {
                    line.verdict.map(|v| v.code().to_owned()).unwrap_or_default()
                },
                text: if here { typed.answer.clone() } else { line.answer.clone().unwrap_or_default() },
                verdict_error: errors.at(t, "verdict").filter(|_| here),
                text_error: errors.at(t, "answer").filter(|_| here),
            });
            Said { passage: passage(t, line.passage_kind, line.passage_number, &line.passage_text), form, line }
        });
        Shown {
            tally: Tally::of(&members.iter().map(|m| m.vote).collect::<Vec<_>>()),
            overdue: round.closed_at.is_none() && members.iter().any(|m| m.due_on < today && m.vote.is_none()),
            opinions: said.collect(),
            members,
            round,
        }
    });
    let title = t.get("appraisal-title").into_owned();
    let page = RoomPage {
        t,
        crumbs: crumbs(t, &room.line, title.clone()),
        wrong: Wrong::of(t, errors),
        place,
        today,
        rounds: shown.collect(),
        unanswered,
        is_author,
        is_open,
        asks,
        speaks,
        own_vote: seat.filter(|_| !is_author).map(|m| m.vote),
        vote_error: errors.at(t, "vote"),
        line: &room.line,
    };
    ui.page_with(Overtaken::status(None, errors), title, &page)
}

/// GET /programmes/{programme}/versions/{number}/appraisal
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    let room = Room::read(&mut db.read().await?, &permit.actor, programme, number).await?;
    page(&ui, &permit.actor, room, db.today(), &Typed::default(), &Errors::new())
}

/// The page again with what was typed and what is wrong.
async fn again(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    (programme, number): (ProgrammeId, i64),
    typed: &Typed,
    errors: &Errors,
) -> Answer {
    let room = Room::read(&mut db.read().await?, actor, programme, number).await?;
    page(ui, actor, room, db.today(), typed, errors)
}

/// A refusal at a field; anything else is an error page.
fn told(error: AppraisalError, field: &'static str, errors: &mut Errors) -> Result<(), WebError> {
    match error.key() {
        Some(key) => errors.add(field, key),
        None => return Err(error.into()),
    }
    Ok(())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    account: String,
    body: String,
    due_on: String,
}

/// POST /programmes/{programme}/versions/{number}/appraisal/members: fields `account`, `body`, `due_on`.
pub(super) async fn post_member(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AppraiseProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
    Form(asked): Form<Asked>,
) -> Answer {
    let mut errors = Errors::new();
    let account: Option<AccountId> = asked.account.parse().ok();
    if account.is_none() {
        errors.add("account", "appraisal-account-unknown");
    }
    let due_on: Option<NaiveDate> = asked.due_on.trim().parse().ok();
    if due_on.is_none() {
        errors.add("due_on", "appraisal-due-unread");
    }
    if let (Some(account), Some(due_on)) = (account, due_on) {
        let body = (!asked.body.is_empty()).then(|| asked.body.clone());
        let invitation = Invitation { account, body, due_on };
        match actions::invite(&db, &permit, which.0, which.1, &invitation).await {
            Ok(()) => return Ok(ui.see_with(&room_address(which), "appraisal-invited", &[])),
            Err(error @ AppraisalError::PastDue) => told(error, "due_on", &mut errors)?,
            Err(error @ AppraisalError::UnknownBody) => told(error, "body", &mut errors)?,
            Err(error) => told(error, "account", &mut errors)?,
        }
    }
    let typed = Typed { account: asked.account, body: asked.body, due_on: asked.due_on, ..Typed::default() };
    again(&ui, &db, &permit.actor, which, &typed, &errors).await
}

fn room_address((programme, number): (ProgrammeId, i64)) -> String {
    format!("/programmes/{programme}/versions/{number}/appraisal")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Spoken {
    passage: String,
    text: String,
}

/// POST /programmes/{programme}/versions/{number}/appraisal/opinions: fields `passage`, `text`.
pub(super) async fn post_opinion(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
    Form(spoken): Form<Spoken>,
) -> Answer {
    let mut errors = Errors::new();
    let text = errors.line(ui.t, "text", "appraisal-opinion", &spoken.text, TEXT_MOST);
    let passage = Passage::read(&spoken.passage);
    if passage.is_none() {
        errors.add("passage", "appraisal-passage-unknown");
    }
    if let Some(passage) = passage.filter(|_| errors.is_empty()) {
        match actions::opine(&db, &permit, which.0, which.1, passage, &text).await {
            Ok(_) => return Ok(ui.see_with(&room_address(which), "appraisal-said", &[])),
            Err(error @ AppraisalError::UnknownPassage) => told(error, "passage", &mut errors)?,
            Err(error) => told(error, "text", &mut errors)?,
        }
    }
    let typed = Typed { passage: spoken.passage, text: spoken.text, ..Typed::default() };
    again(&ui, &db, &permit.actor, which, &typed, &errors).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    verdict: String,
    answer: String,
}

/// POST /programmes/{programme}/versions/{number}/appraisal/opinions/{opinion}/answer: fields `verdict`, `answer`.
pub(super) async fn post_answer(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, opinion)): Path<(ProgrammeId, i64, OpinionId)>,
    Form(answered): Form<Answered>,
) -> Answer {
    let mut errors = Errors::new();
    let text = errors.line(ui.t, "answer", "appraisal-answer-text", &answered.answer, TEXT_MOST);
    let verdict = Verdict::ALL.into_iter().find(|v| v.code() == answered.verdict);
    if verdict.is_none() {
        errors.add("verdict", "appraisal-verdict-unknown");
    }
    if let Some(verdict) = verdict.filter(|_| errors.is_empty()) {
        match actions::answer(&db, &permit, (programme, number, opinion), verdict, &text).await {
            Ok(()) => {
                let there = format!("{}#opinion-{opinion}", room_address((programme, number)));
                return Ok(ui.see_with(&there, "appraisal-answered", &[]));
            }
            Err(error) => told(error, "answer", &mut errors)?,
        }
    }
    let typed =
        Typed { answering: Some(opinion), verdict: answered.verdict, answer: answered.answer, ..Typed::default() };
    again(&ui, &db, &permit.actor, (programme, number), &typed, &errors).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cast {
    vote: String,
}

/// POST /programmes/{programme}/versions/{number}/appraisal/vote: field `vote`.
pub(super) async fn post_vote(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
    Form(cast): Form<Cast>,
) -> Answer {
    let mut errors = Errors::new();
    match Vote::ALL.into_iter().find(|v| v.code() == cast.vote) {
        None => errors.add("vote", "appraisal-vote-unknown"),
        Some(vote) => match actions::vote(&db, &permit, which.0, which.1, vote).await {
            Ok(()) => return Ok(ui.see_with(&room_address(which), "appraisal-voted", &[])),
            Err(error) => told(error, "vote", &mut errors)?,
        },
    }
    again(&ui, &db, &permit.actor, which, &Typed::default(), &errors).await
}

/// POST /programmes/{programme}/versions/{number}/appraisal/closing
pub(super) async fn post_closing(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AppraiseProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
) -> Answer {
    actions::close(&db, &permit, which.0, which.1).await?;
    Ok(ui.see_with(&room_address(which), "appraisal-closed-now", &[]))
}
