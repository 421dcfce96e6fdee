//! What the room leaves on paper: the table of opinions with what was answered, and the minutes of a round.

use ::store::{Conn, Db, StoreError};
use axum::extract::State;
use chrono::NaiveDate;
use documents::{
    official::{Authority, Signature},
    report::{Block, Cell, Column, Format, Kind, Page, Report, Row, Table, render},
};
use kernel::{Actor, ProgrammeId, clock::local_date};
use web::{Answer, Download, Path, Permit, T, Ui, WebError, answer::apart};

use super::{
    super::{
        ReadProgrammes,
        store::{ProgrammeLine, versions},
    },
    model::Tally,
    pages::passage,
    store::{Member, Opinion, Round, members, opinions, rounds},
};
use crate::scheme::{self, Rules};
use axum::response::IntoResponse;

/// What the papers are made of.
struct Heard {
    line: ProgrammeLine,
    rounds: Vec<Round>,
    members: Vec<Member>,
    opinions: Vec<Opinion>,
    rules: Rules,
}

impl Heard {
    async fn read(
        conn: &mut Conn,
        actor: &Actor,
        (programme, number): (ProgrammeId, i64),
        today: NaiveDate,
    ) -> Result<Self, WebError> {
        let found = versions(conn, actor, programme).await?.into_iter().find(|v| v.number == number);
        let line = found.ok_or(WebError::NotFound)?;
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
        let read = async |conn: &mut Conn| -> Result<_, StoreError> {
            Ok((
                rounds(conn, line.version_id).await?,
                members(conn, line.version_id).await?,
                opinions(conn, line.version_id).await?,
                scheme::rules(conn, scheme.id, today).await?,
            ))
        };
        let (rounds, members, opinions, rules) = read(conn).await?;
        if rounds.is_empty() {
            return Err(WebError::refused("appraisal-no-paper"));
        }
        Ok(Self { line, rounds, members, opinions, rules })
    }

    /// `tên chương trình, phiên bản 2`.
    fn about(&self, t: T) -> String {
        let args = [("name", self.line.name.clone().into()), ("n", self.line.number.into())];
        t.args("appraisal-paper-about", args).into_owned()
    }

    /// The day of a paper about a round: the day on which it was closed, else today.
    fn dated(&self, today: NaiveDate) -> NaiveDate {
        self.rounds.first().and_then(|r| r.closed_at).map_or(today, local_date)
    }

    /// Every opinion of every round with its answer, the first round first.
    fn explanation(&self, t: T, today: NaiveDate) -> Report {
        let mut report = Report::new(&self.rules.letterhead(), self.dated(today), self.about(t));
        report.kind = t.get("appraisal-explanation").into_owned();
        report.page = Page::Landscape;
        let mut rows = Vec::new();
        let mut place = 0;
        for round in self.rounds.iter().rev() {
            let own: Vec<&Opinion> = self.opinions.iter().filter(|o| o.appraisal_id == round.id).collect();
            if own.is_empty() {
                continue;
            }
            rows.push(Row::Group(t.arg("appraisal-round", "n", round.number).into_owned()));
            for o in own {
                place += 1;
                let verdict = o
                    .verdict
                    .map_or_else(|| t.get("appraisal-waits"), |v| t.get(format!("appraisal-verdict-{}", v.code())));
                rows.push(Row::Line(vec![
                    Cell::Number(place),
                    Cell::Text(who(&o.name, &o.body)),
                    Cell::Text(passage(t, o.passage_kind, o.passage_number, &o.passage_text)),
                    Cell::Text(o.text.clone()),
                    Cell::Text(verdict.into_owned()),
                    Cell::Text(o.answer.clone().unwrap_or_default()),
                ]));
            }
        }
        let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
        report.blocks.push(Block::Text(t.arg("appraisal-paper-opinions", "n", place).into_owned()));
        if !rows.is_empty() {
            report.blocks.push(Block::Table(Table {
                sheet: t.get("appraisal-opinions").into_owned(),
                caption: String::new(),
                columns: vec![
                    column("curriculum-framework-place", Kind::Mark, 5),
                    column("appraisal-paper-who", Kind::Text, 22),
                    column("appraisal-passage", Kind::Text, 26),
                    column("appraisal-opinion", Kind::Text, 36),
                    column("appraisal-verdict", Kind::Text, 12),
                    column("appraisal-answer-text", Kind::Text, 36),
                ],
                rows,
                notes: Vec::new(),
            }));
        }
        report
    }

    /// The minutes of the last round.
    fn minutes(&self, t: T, today: NaiveDate) -> Option<Report> {
        let round = self.rounds.first()?;
        let members: Vec<&Member> = self.members.iter().filter(|m| m.appraisal_id == round.id).collect();
        let opinions = self.opinions.iter().filter(|o| o.appraisal_id == round.id).count();
        let tally = Tally::of(&members.iter().map(|m| m.vote).collect::<Vec<_>>());
        let mut report = Report::new(&self.rules.letterhead(), self.dated(today), self.about(t));
        report.kind = t.get("appraisal-minutes").into_owned();
        let mut text = |words: String| report.blocks.push(Block::Text(words));
        text(
            t.args(
                "appraisal-minutes-round",
                [
                    ("n", round.number.into()),
                    ("at", t.moment(round.opened_at).into()),
                    ("by", round.opened_by.clone().into()),
                ],
            )
            .into_owned(),
        );
        text(
            t.args(
                "appraisal-minutes-periods",
                [
                    ("topics", self.line.topics.into()),
                    ("total", (self.line.theory + self.line.other).into()),
                    ("theory", self.line.theory.into()),
                    ("other", self.line.other.into()),
                ],
            )
            .into_owned(),
        );
        let vote = |m: &Member| match m.vote {
            Some(vote) => t.get(format!("appraisal-vote-{}", vote.code())).into_owned(),
            None => t.get("appraisal-vote-none").into_owned(),
        };
        let row = |(place, m): (i64, &&Member)| {
            Row::Line(vec![
                Cell::Number(place),
                Cell::Text(m.name.clone()),
                Cell::Text(if m.body.is_empty() { t.get("appraisal-body-none").into_owned() } else { m.body.clone() }),
                Cell::Number(m.opinions),
                Cell::Text(vote(m)),
            ])
        };
        let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
        if !members.is_empty() {
            report.blocks.push(Block::Heading(t.get("appraisal-members").into_owned()));
            report.blocks.push(Block::Table(Table {
                sheet: t.get("appraisal-members").into_owned(),
                caption: String::new(),
                columns: vec![
                    column("curriculum-framework-place", Kind::Mark, 5),
                    column("appraisal-member", Kind::Text, 30),
                    column("appraisal-body", Kind::Text, 36),
                    column("appraisal-opinions", Kind::Number, 10),
                    column("appraisal-vote", Kind::Text, 24),
                ],
                rows: (1..).zip(&members).map(row).collect(),
                notes: Vec::new(),
            }));
        }
        report.blocks.push(Block::Heading(t.get("appraisal-minutes-result").into_owned()));
        let mut text = |words: String| report.blocks.push(Block::Text(words));
        text(
            t.args(
                "appraisal-minutes-votes",
                [
                    ("members", tally.members.into()),
                    ("agree", tally.agree.into()),
                    ("changes", tally.with_changes.into()),
                    ("disagree", tally.disagree.into()),
                    ("silent", tally.silent().into()),
                ],
            )
            .into_owned(),
        );
        text(t.arg("appraisal-minutes-opinions", "n", opinions).into_owned());
        text(match (&self.line.decision_number, round.closed_at) {
            (Some(number), _) => t.arg("appraisal-minutes-approved", "number", number.clone()).into_owned(),
            (None, None) => t.get("appraisal-minutes-open").into_owned(),
            (None, Some(_)) if tally.carries() => t.get("appraisal-minutes-carried").into_owned(),
            (None, Some(_)) => t.get("appraisal-minutes-not-carried").into_owned(),
        });
        report.signature = Some(Signature {
            authority: Authority::OnBehalf,
            on_behalf: t.get("appraisal-minutes-behalf").into_owned(),
            ..Signature::own(t.get("appraisal-minutes-chair"))
        });
        Some(report)
    }
}

/// A member with the body for which they speak.
fn who(name: &str, body: &str) -> String {
    if body.is_empty() || body == name { name.to_owned() } else { format!("{name} ({body})") }
}

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// The table of opinions and answers.
    Explanation,
    /// The minutes.
    Minutes,
}

/// GET /programmes/{programme}/versions/{number}/appraisal/explanation.pdf and its kin.
pub(super) async fn get(
    (paper, format): (Paper, Format),
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path(which): Path<(ProgrammeId, i64)>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let heard = Heard::read(&mut db.read().await?, &permit.actor, which, today).await?;
    let (report, key) = match paper {
        Paper::Explanation => (Some(heard.explanation(t, today)), "appraisal-explanation"),
        Paper::Minutes => (heard.minutes(t, today), "appraisal-minutes"),
    };
    let report = report.ok_or(WebError::NotFound)?;
    let name = format!("{} {} v{}.{}", t.get(key), heard.line.code, heard.line.number, format.extension());
    let bytes = apart(move || render(&report, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}
