//! Questions, what was given for them, and the figures of many answers. Pure.

use std::collections::BTreeMap;

use kernel::{CompetenceId, QuestionId, text};
use serde::{Deserialize, Serialize};

/// Kinds of items; their words are `surveys-kind-CODE`.
pub const KINDS: [&str; 6] = ["section", "scale", "one", "several", "text", "competences"];
/// Most characters of a question.
pub const QUESTION_MOST: usize = 500;
/// Most characters of a choice.
pub const CHOICE_MOST: usize = 200;
/// Most choices of a question.
pub const CHOICES_MOST: usize = 30;
/// Highest value that a scale may have.
pub const SCALE_MOST: i64 = 10;
/// Most characters of a written answer.
pub const TEXT_MOST: usize = 2000;

/// An item of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its id.
    pub id: QuestionId,
    /// One of [`KINDS`].
    pub kind: String,
    /// The question, or the heading of a section.
    pub text: String,
    /// Whether it must be answered.
    pub is_required: bool,
    /// What may be chosen, in order.
    pub choices: Vec<String>,
    /// Highest value of a scale, whose lowest is 1; 0 for the other kinds.
    pub most: i64,
}

impl Item {
    /// Whether there is something to answer.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.kind != "section"
    }

    /// Name of its field in the form.
    #[must_use]
    pub fn field(&self) -> String {
        format!("q-{}", self.id)
    }
}

/// What was given for a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// A value of a scale.
    Scale(i64),
    /// The place of the choice, from 0.
    One(usize),
    /// The places of the choices, from 0, in order.
    Several(Vec<usize>),
    /// Written.
    Text(String),
    /// Own level of competences.
    Levels(Vec<(CompetenceId, i64)>),
}

/// A filled questionnaire.
pub type Content = Vec<(QuestionId, Given)>;

/// What is wrong at a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Must be answered.
    Missing,
    /// None of what may be chosen.
    NoChoice,
    /// A level or value outside the scale, whose ends are told.
    OutOfScale(i64, i64),
    /// A text that is too long: its length.
    TooLong(usize),
    /// A character that no text of ours has.
    Sign,
}

/// Reads a filled form: fields of the questions, those of a competence as `q-QUESTION.COMPETENCE`. Fields of no question are
/// passed over.
///
/// # Errors
/// Every fault with the name of its field.
pub fn read(
    items: &[Item],
    typed: &[(String, String)],
    competences: &[CompetenceId],
    level_most: i64,
) -> Result<Content, Vec<(String, Fault)>> {
    let (mut content, mut faults) = (Content::new(), Vec::new());
    let values = |field: &str| -> Vec<&str> {
        typed.iter().filter(|(name, v)| name == field && !v.trim().is_empty()).map(|(_, v)| v.as_str()).collect()
    };
    for item in items.iter().filter(|item| item.is_question()) {
        let field = item.field();
        let given = match item.kind.as_str() {
            "competences" => {
                let before = faults.len();
                let mut levels = Vec::new();
                for competence in competences {
                    let field = format!("{field}.{competence}");
                    match values(&field).first() {
                        None if item.is_required => faults.push((field, Fault::Missing)),
                        None => {}
                        Some(value) => match value.trim().parse().ok().filter(|level| (0..=level_most).contains(level))
                        {
                            Some(level) => levels.push((*competence, level)),
                            None => faults.push((field, Fault::OutOfScale(0, level_most))),
                        },
                    }
                }
                if faults.len() > before || levels.is_empty() {
                    continue;
                }
                Ok(Given::Levels(levels))
            }
            kind => {
                let values = values(&field);
                let Some(first) = values.first() else {
                    if item.is_required {
                        faults.push((field, Fault::Missing));
                    }
                    continue;
                };
                match kind {
                    "scale" => {
                        let value = first.trim().parse().ok().filter(|value| (1..=item.most).contains(value));
                        value.map(Given::Scale).ok_or(Fault::OutOfScale(1, item.most))
                    }
                    "one" => chosen(item, first).map(Given::One).ok_or(Fault::NoChoice),
                    "several" => {
                        let places: Option<std::collections::BTreeSet<usize>> =
                            values.iter().map(|value| chosen(item, value)).collect();
                        places.map(|p| Given::Several(p.into_iter().collect())).ok_or(Fault::NoChoice)
                    }
                    _ => match text::line(first, TEXT_MOST) {
                        Ok(line) => Ok(Given::Text(line)),
                        Err(text::LineError::Empty) => continue,
                        Err(text::LineError::TooLong { length, .. }) => Err(Fault::TooLong(length)),
                        Err(text::LineError::Sign(_)) => Err(Fault::Sign),
                    },
                }
            }
        };
        match given {
            Ok(given) => content.push((item.id, given)),
            Err(fault) => faults.push((field, fault)),
        }
    }
    if faults.is_empty() { Ok(content) } else { Err(faults) }
}

fn chosen(item: &Item, value: &str) -> Option<usize> {
    value.trim().parse().ok().filter(|place| *place < item.choices.len())
}

/// Whether a questionnaire was filled faster than its questions can be read (row 88 of the complaints).
#[must_use]
pub fn hasty(items: &[Item], seconds: i64, seconds_per_question: i64) -> bool {
    let questions = items.iter().filter(|item| item.is_question()).count();
    seconds < seconds_per_question * i64::try_from(questions).unwrap_or(i64::MAX)
}

/// What many gave for one question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many gave anything.
    pub answered: i64,
    /// How many by choice, or by value of the scale from 1.
    pub counts: Vec<i64>,
    /// Sum of the values of a scale.
    pub sum: i64,
    /// What was written.
    pub texts: Vec<String>,
    /// Sum and number of the levels by competence.
    pub levels: BTreeMap<CompetenceId, (i64, i64)>,
}

/// The figures of every question over many answers.
#[must_use]
pub fn tally(items: &[Item], answers: &[Content]) -> BTreeMap<QuestionId, Tally> {
    let empty = |item: &Item| {
        let places = if item.kind == "scale" { usize::try_from(item.most).unwrap_or(0) } else { item.choices.len() };
        Tally { counts: vec![0; places], ..Tally::default() }
    };
    let mut tallies: BTreeMap<QuestionId, Tally> =
        items.iter().filter(|item| item.is_question()).map(|item| (item.id, empty(item))).collect();
    for (question, given) in answers.iter().flatten() {
        let Some(tally) = tallies.get_mut(question) else { continue };
        tally.answered += 1;
        let places: Vec<usize> = match given {
            Given::Scale(value) => {
                tally.sum += value;
                usize::try_from(value - 1).into_iter().collect()
            }
            Given::One(place) => vec![*place],
            Given::Several(places) => places.clone(),
            Given::Text(text) => {
                tally.texts.push(text.clone());
                Vec::new()
            }
            Given::Levels(levels) => {
                for (competence, level) in levels {
                    let (sum, n) = tally.levels.entry(*competence).or_default();
                    *sum += level;
                    *n += 1;
                }
                Vec::new()
            }
        };
        for place in places {
            if let Some(count) = tally.counts.get_mut(place) {
                *count += 1;
            }
        }
    }
    // whoever reads the texts learns nothing from their order
    tallies.values_mut().for_each(|tally| tally.texts.sort());
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SystemIds;

    fn item(kind: &str, is_required: bool) -> Item {
        Item {
            id: QuestionId::new(&SystemIds),
            kind: kind.to_owned(),
            text: "?".to_owned(),
            is_required,
            choices: if matches!(kind, "one" | "several") {
                vec!["a".into(), "b".into(), "c".into()]
            } else {
                Vec::new()
            },
            most: if kind == "scale" { 5 } else { 0 },
        }
    }

    fn typed(pairs: &[(&Item, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(item, value)| (item.field(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_right_form_is_read_question_by_question() {
        let items = [
            item("section", false),
            item("scale", true),
            item("one", true),
            item("several", false),
            item("text", false),
        ];
        let [_, scale, one, several, text] = &items;
        let mut form =
            typed(&[(scale, "4"), (one, "2"), (several, "2"), (several, "0"), (several, "0"), (text, "  Học   thêm ")]);
        form.push(("q-khac".to_owned(), "1".to_owned()));
        let read = read(&items, &form, &[], 5).unwrap();
        assert_eq!(
            read,
            [
                (scale.id, Given::Scale(4)),
                (one.id, Given::One(2)),
                (several.id, Given::Several(vec![0, 2])),
                (text.id, Given::Text("Học thêm".to_owned())),
            ]
        );
    }

    #[test]
    fn every_fault_stands_at_its_field() {
        let items =
            [item("scale", true), item("one", true), item("several", false), item("text", false), item("text", true)];
        let [scale, one, several, text, other] = &items;
        let long = "ắ".repeat(TEXT_MOST + 1);
        let form = typed(&[(scale, "6"), (several, "3"), (text, long.as_str()), (other, "a\u{7}")]);
        assert_eq!(
            read(&items, &form, &[], 5).unwrap_err(),
            [
                (scale.field(), Fault::OutOfScale(1, 5)),
                (one.field(), Fault::Missing),
                (several.field(), Fault::NoChoice),
                (text.field(), Fault::TooLong(TEXT_MOST + 1)),
                (other.field(), Fault::Sign),
            ]
        );
    }

    #[test]
    fn own_levels_are_those_of_the_posts_competences() {
        let (competences, items) = ([(); 2].map(|()| CompetenceId::new(&SystemIds)), [item("competences", true)]);
        let [first, second] = competences;
        let field = |c: CompetenceId| format!("{}.{c}", items[0].field());
        let form = vec![
            (field(first), "0".to_owned()),
            (field(second), "5".to_owned()),
            (field(CompetenceId::new(&SystemIds)), "3".to_owned()),
        ];
        assert_eq!(
            read(&items, &form, &competences, 5).unwrap(),
            [(items[0].id, Given::Levels(vec![(first, 0), (second, 5)]))]
        );
        let form = vec![(field(second), "6".to_owned())];
        assert_eq!(
            read(&items, &form, &competences, 5).unwrap_err(),
            [(field(first), Fault::Missing), (field(second), Fault::OutOfScale(0, 5))]
        );
        // a post that asks for nothing has nothing to answer
        assert_eq!(read(&items, &[], &[], 5).unwrap(), Content::new());
    }

    #[test]
    fn row_88_a_questionnaire_takes_some_seconds_a_question() {
        let items = [item("section", false), item("scale", true), item("one", true), item("text", false)];
        assert!(hasty(&items, 8, 3) && !hasty(&items, 9, 3) && !hasty(&items, 0, 0));
    }

    #[test]
    fn figures_count_what_was_given() {
        let items = [item("scale", true), item("several", false), item("text", false)];
        let [scale, several, text] = &items;
        let answers = vec![
            vec![
                (scale.id, Given::Scale(5)),
                (several.id, Given::Several(vec![0, 2])),
                (text.id, Given::Text("b".into())),
            ],
            vec![
                (scale.id, Given::Scale(2)),
                (text.id, Given::Text("a".into())),
                (QuestionId::new(&SystemIds), Given::One(0)),
            ],
            vec![(several.id, Given::Several(vec![2]))],
        ];
        let tallies = tally(&items, &answers);
        let of = |item: &Item| tallies.get(&item.id).unwrap().clone();
        assert_eq!((of(scale).answered, of(scale).counts, of(scale).sum), (2, vec![0, 1, 0, 0, 1], 7));
        assert_eq!((of(several).answered, of(several).counts), (2, vec![1, 0, 2]));
        assert_eq!(of(text).texts, ["a", "b"]);
    }
}
