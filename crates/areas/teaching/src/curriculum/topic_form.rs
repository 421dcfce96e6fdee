//! A topic as somebody types it, in the form or in a sheet, and what is wrong with it at which field.

use web::{Errors, T};

use super::{
    actions::TopicDraft,
    model::{ASSESSMENTS, DELIVERIES, KINDS, LECTURERS, METHODS, NEED_MOST, NEEDS_MOST, TITLE_MOST},
    store::Topic,
};
use crate::scheme::Rules;

/// A topic as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct TopicForm {
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) periods: String,
    pub(super) day: String,
    pub(super) method: String,
    pub(super) lecturer_type: String,
    pub(super) delivery: String,
    pub(super) assessment: String,
    pub(super) materials: String,
    pub(super) is_elective: bool,
    pub(super) lecturers: Vec<String>,
    pub(super) documents: Vec<String>,
    pub(super) positions: Vec<String>,
    /// The edition that the form was made from.
    pub(super) seen: String,
}

impl TopicForm {
    /// From the fields of the form; of a list of boxes every one that is ticked comes as a field of its own.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "title" => form.title = value,
                "kind" => form.kind = value,
                "periods" => form.periods = value,
                "day" => form.day = value,
                "method" => form.method = value,
                "lecturer_type" => form.lecturer_type = value,
                "delivery" => form.delivery = value,
                "assessment" => form.assessment = value,
                "materials" => form.materials = value,
                "is_elective" => form.is_elective = !value.is_empty(),
                "lecturers" => form.lecturers.push(value),
                "documents" => form.documents.push(value),
                "positions" => form.positions.push(value),
                "seen" => form.seen = value,
                _ => {}
            }
        }
        form
    }

    /// As an empty form proposes it.
    pub(super) fn fresh() -> Self {
        Self {
            kind: "skill".to_owned(),
            periods: "4".to_owned(),
            method: "drill".to_owned(),
            lecturer_type: "truong_chinh_tri".to_owned(),
            delivery: "truc_tiep".to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn of(topic: &Topic) -> Self {
        Self {
            title: topic.title.clone(),
            kind: topic.kind.clone(),
            periods: topic.periods.to_string(),
            day: topic.day.map(|d| d.to_string()).unwrap_or_default(),
            method: topic.method.clone(),
            lecturer_type: topic.lecturer_type.clone(),
            delivery: topic.delivery.clone(),
            assessment: topic.assessment.clone(),
            materials: topic.materials.clone(),
            is_elective: topic.is_elective,
            lecturers: topic.lecturers.iter().map(|(id, _)| id.to_string()).collect(),
            documents: topic.documents.iter().map(|d| d.place.to_string()).collect(),
            positions: topic.positions.iter().map(|(id, _)| id.to_string()).collect(),
            seen: topic.edition.to_string(),
        }
    }

    /// The topic, or what is wrong at which field.
    pub(super) fn read(&self, t: T, rules: &Rules) -> Result<TopicDraft, Errors> {
        let mut errors = Errors::new();
        let title = errors.line(t, "title", "curriculum-topic-title", &self.title, TITLE_MOST);
        let kind = errors.choice(t, "kind", "curriculum-kind", &self.kind, &KINDS);
        let periods = errors.whole(t, "periods", "curriculum-periods", &self.periods, &(1..=rules.periods()));
        let day = match self.day.trim() {
            "" => None,
            day => errors.whole(t, "day", "curriculum-day", day, &(1..=rules.class_days)),
        };
        let method = errors.choice(t, "method", "curriculum-method", &self.method, &METHODS);
        let lecturer_type = errors.choice(t, "lecturer_type", "curriculum-lecturer", &self.lecturer_type, &LECTURERS);
        let delivery = errors.choice(t, "delivery", "curriculum-delivery", &self.delivery, &DELIVERIES);
        let assessment = match self.assessment.as_str() {
            "" => "",
            code => errors.choice(t, "assessment", "curriculum-assessment", code, &ASSESSMENTS),
        };
        let materials = needs(t, &mut errors, &self.materials);
        let lecturers = linked(&mut errors, "lecturers", &self.lecturers);
        let documents = linked(&mut errors, "documents", &self.documents);
        let positions = linked(&mut errors, "positions", &self.positions);
        let Some(periods) = periods.filter(|_| errors.is_empty()) else { return Err(errors) };
        let mut draft = TopicDraft {
            title,
            kind: kind.to_owned(),
            periods,
            day,
            method: method.to_owned(),
            lecturer_type: lecturer_type.to_owned(),
            delivery: delivery.to_owned(),
            assessment: assessment.to_owned(),
            materials,
            is_elective: self.is_elective,
            lecturers,
            documents,
            positions,
        };
        draft.sort();
        Ok(draft)
    }
}

/// Ids as ticked; one that cannot be read is noted at the field.
fn linked<I: std::str::FromStr>(errors: &mut Errors, field: &'static str, typed: &[String]) -> Vec<I> {
    let read: Vec<I> = typed.iter().filter_map(|id| id.parse().ok()).collect();
    if read.len() < typed.len() {
        errors.add(field, "curriculum-link-unknown");
    }
    read
}

/// What a topic needs, one thing a line, each a line that a paper can carry; empty lines are left out.
pub(super) fn needs(t: T, errors: &mut Errors, typed: &str) -> String {
    let lines: Vec<&str> = typed.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > NEEDS_MOST {
        let args = vec![("n", lines.len().into()), ("most", NEEDS_MOST.into())];
        errors.add_with("materials", "curriculum-materials-many", args);
    }
    let read = lines.iter().map(|line| errors.line(t, "materials", "curriculum-materials-one", line, NEED_MOST));
    read.collect::<Vec<_>>().join("\n")
}
