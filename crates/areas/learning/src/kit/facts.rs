//! What papers are drawn from: everything of a class, read once.

use std::collections::HashMap;

use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use documents::{
    kit::{
        self, Asked, ClassFacts, Evaluation, HalfDay, Head, Judged, Lesson, Member, Nominee, Norm, Norms, Outcome,
        Person,
    },
    official::{Official, Style, numbered},
};
use kernel::{Actor, ClassId, PersonId, Score};
use people::organisation::titled;
use teaching::{
    classes::{self, ClassLine, NominationLine, NominationState},
    intake::{self, Arriving, Duty},
    scheme::{self, Cost, Payer, Rules},
    timetable::Published,
};
use web::{Lang, T};

use super::{
    model::{Known, Template, default_pattern, missing},
    store::{self, PaperRow, SettingRow},
};
use crate::{
    certificates,
    evaluation::{self, Object, Summary},
    results::{decision, outcomes, standings},
};

/// How a paper is laid out: as the office said, or as the scheme's rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub style: Style,
    pub parent: String,
    pub body: String,
    pub pattern: String,
    /// Edition of what the office said, 0 while it said nothing.
    pub edition: i64,
}

impl Layout {
    pub(super) fn of(template: Template, rules: &Rules, said: &[SettingRow]) -> Self {
        match said.iter().find(|row| row.template == template.code()) {
            Some(row) => Self {
                style: Style::of(&row.style).unwrap_or(Style::State),
                parent: row.parent.clone(),
                body: row.body.clone(),
                pattern: row.pattern.clone(),
                edition: row.edition,
            },
            None => Self {
                style: Style::State,
                parent: rules.school_parent.clone(),
                body: rules.school_name.clone(),
                pattern: default_pattern(Style::State, &rules.school_sign),
                edition: 0,
            },
        }
    }
}

/// A class with everything that its papers say, and the papers that it has.
pub(super) struct Kit {
    pub class: ClassLine,
    pub rules: Rules,
    pub facts: ClassFacts,
    pub known: Known,
    pub settings: Vec<SettingRow>,
    pub papers: Vec<PaperRow>,
    /// Certificates that were issued.
    pub certificates: usize,
}

fn person(name: &str, born: Option<NaiveDate>, position: &str, unit: String) -> Person {
    Person { full_name: name.to_owned(), birth_date: born, position: position.to_owned(), unit }
}

fn norm(cost: Option<Cost>) -> Option<Norm> {
    cost.map(|cost| Norm { amount: cost.amount, source: cost.source })
}

fn halves(t: T, week: &Published, room: &str) -> Vec<HalfDay> {
    let lesson = |l: teaching::timetable::Lesson| Lesson {
        title: l.title,
        is_field_trip: l.is_field_trip,
        is_taught: l.is_taught,
        periods: l.periods,
        lecturer: l.lecturer,
        companion: l.companion,
        place: if l.online { t.get("kit-online").into_owned() } else { l.venue.unwrap_or_else(|| room.to_owned()) },
    };
    let half = |p: teaching::timetable::Part| HalfDay {
        held_on: p.held_on,
        morning: p.morning,
        lessons: p.lessons.into_iter().map(lesson).collect(),
    };
    week.parts().into_iter().map(half).collect()
}

/// Committee and groups: who speaks for the class first, then the groups, their leaders first.
fn members(t: T, arriving: &[Arriving]) -> Vec<Member> {
    let rank = |duty: Duty| match duty {
        Duty::Monitor => 0,
        Duty::Deputy => 1,
        Duty::Leader => 2,
        Duty::Member => 3,
    };
    let mut all: Vec<&Arriving> =
        arriving.iter().filter(|a| a.group_number.is_some() || a.duty() != Duty::Member).collect();
    // stable: within a duty the order of names
    all.sort_by_key(|a| rank(a.duty()));
    let member = |a: &Arriving| Member {
        full_name: a.full_name.clone(),
        unit: a.unit(t),
        duty: match a.duty() {
            Duty::Member => String::new(),
            duty => t.get(format!("intake-duty-{}", duty.code())).into_owned(),
        },
        in_committee: a.duty().in_committee(),
        group: a.group_number,
    };
    all.into_iter().map(member).collect()
}

/// What the form of a class asks.
fn asked(t: T, indicators: &[evaluation::Indicator], rules: &Rules) -> Asked {
    let of = |object: Object| -> Vec<String> {
        indicators.iter().filter(|i| i.object == object).map(|i| i.text.clone()).collect()
    };
    let once = Object::ALL.into_iter().filter(|object| *object != Object::Lecturer);
    let named = once.map(|object| (t.get(format!("evaluation-object-{}", object.code())).into_owned(), of(object)));
    Asked {
        objects: named.filter(|(_, indicators)| !indicators.is_empty()).collect(),
        of_lecturers: of(Object::Lecturer),
        blank_percent: rules.evaluation_blank_most_percent,
        scores: evaluation::SCORES,
    }
}

/// What came of the form of a class, when it may be told.
fn evaluated(t: T, summary: &Summary, rules: &Rules) -> Option<Evaluation> {
    if summary.withheld.is_some() {
        return None;
    }
    let judged = |tally: evaluation::Tally| {
        let mean = tally.mean();
        Judged {
            mean: mean.map(evaluation::told).unwrap_or_default(),
            band: mean.map(|mean| evaluation::band(mean, &rules.evaluation_bands).to_owned()).unwrap_or_default(),
        }
    };
    let once = Object::ALL.into_iter().filter(|object| *object != Object::Lecturer);
    let objects = once.map(|object| {
        let name = t.get(format!("evaluation-object-{}", object.code())).into_owned();
        let own = summary.of(object, None).into_iter().map(|(i, tally)| (i.text.clone(), judged(tally)));
        (name, judged(summary.whole(object)), own.collect())
    });
    let taught = summary.blocks.iter().enumerate().map(|(at, block)| {
        let own = summary.of(Object::Lecturer, Some(at)).into_iter().map(|(_, tally)| tally);
        (
            block.name.clone(),
            block.topic.clone(),
            judged(own.fold(evaluation::Tally::default(), evaluation::Tally::and)),
        )
    });
    Some(Evaluation {
        counts: (summary.learners, summary.received, summary.void),
        objects: objects.filter(|(.., own): &(_, _, Vec<_>)| !own.is_empty()).collect(),
        lecturers: judged(summary.whole(Object::Lecturer)),
        taught: taught.collect(),
    })
}

impl Kit {
    /// Reads a class that the actor may see, with names.
    pub(super) async fn read(
        conn: &mut Conn,
        actor: &Actor,
        id: ClassId,
        today: NaiveDate,
    ) -> Result<Option<Self>, StoreError> {
        // papers are written in Vietnamese whatever the reader's language
        let t = T::new(Lang::Vi);
        let Some(class) = classes::class(conn, actor, id).await? else { return Ok(None) };
        let rules = scheme::rules(conn, class.scheme_id, class.ends_on).await?;
        let costs = scheme::costs(conn, class.scheme_id, class.starts_on).await?;
        let scheme = scheme::of(conn, actor).await?.map(|s| s.short_name).unwrap_or_default();
        let quotas = classes::quotas(conn, actor, id).await?;
        let nominated = classes::nominations(conn, actor, id).await?;
        let week = halves(t, &Published::read(conn, id).await?, &class.venue);
        let (standing, periods) = standings(conn, actor, &class, &rules).await?;
        let decided = decision(conn, id).await?;
        let issued: HashMap<PersonId, String> = certificates::of_class(conn, actor, id)
            .await?
            .into_iter()
            .map(|c| (c.person_id, format!("{:04}/{}", c.number, c.year)))
            .collect();
        let papers = store::living(conn, id).await?;
        let settings = store::settings(conn, class.scheme_id).await?;

        let learners: Vec<Person> = standing
            .iter()
            .map(|s| {
                person(
                    &s.learner.full_name,
                    s.learner.birth_date,
                    &s.learner.position_title,
                    s.learner.commune_titled(t),
                )
            })
            .collect();
        let frozen = if decided.is_some() { outcomes(conn, id).await? } else { Vec::new() };
        let outcomes = standing.iter().zip(&learners).map(|(s, who)| {
            let fixed = frozen.iter().find(|o| o.person_id == s.learner.person_id);
            let completed = fixed.map_or(s.judged.completed(), |o| o.outcome == "completed");
            Outcome {
                person: who.clone(),
                attended: fixed.map_or(s.attended, |o| o.periods_attended),
                score: s.score.map(|score: Score| score.to_string()).unwrap_or_default(),
                completed,
                band: if completed { fixed.map_or_else(|| s.band.clone(), |o| o.band.clone()) } else { String::new() },
                certificate: issued.get(&s.learner.person_id).cloned().unwrap_or_default(),
            }
        });
        let outcomes: Vec<Outcome> = outcomes.collect();
        let open = |n: &&NominationLine| {
            !matches!(
                n.state,
                NominationState::Asked
                    | NominationState::Refused
                    | NominationState::Withdrawn
                    | NominationState::Replaced
            )
        };
        let birth: HashMap<PersonId, Option<NaiveDate>> =
            standing.iter().map(|s| (s.learner.person_id, s.learner.birth_date)).collect();
        let nominees: Vec<Nominee> = nominated
            .iter()
            .filter(open)
            .map(|n| Nominee {
                person: person(
                    &n.full_name,
                    birth.get(&n.person_id).copied().flatten(),
                    &n.position_title,
                    titled(t, &n.commune_kind, &n.commune),
                ),
                decision: n.decision.clone(),
                state: t.get(format!("classes-nomination-{}", n.state.code())).into_owned(),
            })
            .collect();
        let members = members(t, &intake::arriving(conn, actor, id).await?);
        let lessons = || week.iter().flat_map(|half| &half.lessons);
        let asked = asked(t, &evaluation::asked(conn, id, class.scheme_id).await?, &rules);
        let summary = evaluation::summary(conn, id, &rules, today).await?;
        let evaluation = summary.and_then(|summary| evaluated(t, &summary, &rules));
        let known = Known {
            state: class.state,
            quotas: quotas.iter().filter(|q| q.seats > 0).count(),
            nominees: nominees.len(),
            learners: learners.len(),
            half_days: week.len(),
            empty_half_days: week.iter().filter(|half| half.lessons.is_empty()).count(),
            untaught: lessons().filter(|l| l.is_taught && l.lecturer.is_none()).count(),
            field_trips: lessons().filter(|l| l.is_field_trip).count(),
            committee: members.iter().any(|m| m.in_committee) && members.iter().any(|m| m.group.is_some()),
            payer: costs.payer.is_some(),
            unmarked: standing.iter().filter(|s| s.score.is_none()).count(),
            decided: decided.is_some(),
            indicators: asked != Asked { blank_percent: asked.blank_percent, scores: asked.scores, ..Asked::default() },
            evaluated: evaluation.is_some(),
            papers: papers.iter().filter(|p| p.template != Template::FileIndex.code()).count(),
        };
        let attended = outcomes.iter().map(|o| o.attended).sum();
        let all_periods = periods * i64::try_from(outcomes.len()).unwrap_or(0);
        let mut filed: Vec<[String; 4]> = Template::ALL
            .into_iter()
            .filter(|template| *template != Template::FileIndex)
            .filter_map(|template| papers.iter().find(|p| p.template == template.code()).map(|p| (template, p)))
            .map(|(template, p)| {
                let state = if p.signed_at.is_some() { "kit-state-signed" } else { "kit-state-draft" };
                let name = t.get(format!("kit-paper-{}", template.code())).into_owned();
                [p.symbol.clone(), t.date(p.dated), name, t.get(state).into_owned()]
            })
            .collect();
        if let Some(decided) = &decided {
            let name = t.get("kit-paper-decision").into_owned();
            filed.push([
                decided.number.clone(),
                t.date(decided.signed_on),
                name,
                t.get("kit-state-signed").into_owned(),
            ]);
        }
        let facts = ClassFacts {
            label: class.label(),
            programme: class.programme.clone(),
            audience: class.audience.clone(),
            starts_on: class.starts_on,
            ends_on: class.ends_on,
            nominate_by: class.nominate_by,
            venue: class.venue.clone(),
            seats: class.seat_limit,
            head: class.head.clone().unwrap_or_default(),
            scheme,
            periods_per_half_day: rules.periods_per_half_day,
            score_least: rules.essay_score_least.to_string(),
            payer: match costs.payer {
                Some(Payer::Unit) => t.get("kit-payer-unit").into_owned(),
                Some(Payer::Programme) => t.get("kit-payer-programme").into_owned(),
                None => String::new(),
            },
            quotas: quotas.iter().filter(|q| q.seats > 0).map(|q| (titled(t, &q.kind, &q.name), q.seats)).collect(),
            nominees,
            learners,
            members,
            week,
            outcomes,
            decision: decided.map(|d| (d.number, d.signed_on)),
            attendance: (attended, all_periods),
            norms: Norms {
                lecturer_half_day: norm(costs.lecturer_half_day),
                assistant_half_day: norm(costs.assistant_half_day),
                reward: norm(costs.reward),
            },
            asked,
            evaluation,
            filed,
        };
        Ok(Some(Self { class, rules, facts, known, settings, papers, certificates: issued.len() }))
    }

    /// The living paper of a template.
    pub(super) fn paper(&self, template: Template) -> Option<&PaperRow> {
        self.papers.iter().find(|p| p.template == template.code())
    }

    /// Whether a draft differs from what would be drawn now. What is signed stays as it was.
    pub(super) fn is_stale(&self, template: Template, row: &PaperRow) -> bool {
        row.is_draft()
            && (self.layout(template).body != row.body
                || serde_json::to_string(&self.again(template, row)).is_ok_and(|now| now != row.content))
    }

    pub(super) fn layout(&self, template: Template) -> Layout {
        Layout::of(template, &self.rules, &self.settings)
    }

    /// The paper as it would be drawn now, under a number and a day.
    pub(super) fn draw(&self, template: Template, number: Option<i64>, dated: NaiveDate, signer: &str) -> Official {
        let layout = self.layout(template);
        let head = Head {
            style: layout.style,
            parent: layout.parent,
            body: layout.body,
            number: match (number, template.sign()) {
                (Some(number), Some(sign)) => numbered(&layout.pattern, number, sign),
                _ => String::new(),
            },
            place: self.rules.school_place.clone(),
            dated,
            signer_title: self.rules.signer_title.clone(),
            signer: signer.to_owned(),
        };
        let f = &self.facts;
        match template {
            Template::Plan => kit::plan(&head, f),
            Template::Call => kit::call(&head, f),
            Template::Nominations => kit::nominations(&head, f),
            Template::Opening => kit::opening(&head, f),
            Template::Summons => kit::summons(&head, f),
            Template::Invitations => kit::invitations(&head, f),
            Template::Timetable => kit::timetable(&head, f),
            Template::SignIn => kit::sign_in(&head, f),
            Template::Committee => kit::committee(&head, f),
            Template::FieldTrip => kit::field_trip(&head, f),
            Template::EssayTopics => kit::essay_topics(&head, f),
            Template::MarkingSheet => kit::marking_sheet(&head, f),
            Template::EvaluationForm => kit::evaluation_form(&head, f),
            Template::EvaluationSummary => kit::evaluation_summary(&head, f),
            Template::Minutes => kit::minutes(&head, f),
            Template::ResultNotice => kit::result_notice(&head, f),
            Template::Report => kit::class_report(&head, f),
            Template::Payments => kit::payments(&head, f),
            Template::FileIndex => kit::file_index(&head, f),
        }
    }

    /// A paper drawn anew under its own number and day.
    pub(super) fn again(&self, template: Template, row: &PaperRow) -> Official {
        self.draw(template, row.number, row.dated, "")
    }

    /// The papers that can be made now.
    pub(super) fn ready(&self) -> impl Iterator<Item = Template> {
        Template::ALL.into_iter().filter(|template| missing(*template, &self.known).is_none())
    }
}
