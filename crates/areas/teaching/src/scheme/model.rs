//! Typed rules of a scheme, read from rows.

use std::{collections::BTreeMap, str::FromStr};

use chrono::{Days, NaiveDate, NaiveTime};
use documents::report::Letterhead;
use kernel::{Score, UnitId};

/// Whom the coverage target counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Base {
    /// Everybody of the register (8,624 in Nghệ An).
    #[default]
    All,
    /// The three target groups only (7,365 in Nghệ An).
    TargetGroups,
}

/// The rules of a scheme in force on a day. Every figure comes from a row of `scheme_rule`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// Least share of distinct people trained by the end, in thousandths (`coverage_target_permille`).
    pub coverage_target_permille: i64,
    /// Whom the target counts (`coverage_base`: `all` or `target_groups`).
    pub coverage_base: Base,
    /// Least classes in a year (`classes_per_year_least`).
    pub classes_per_year_least: i64,
    /// Most classes in a year (`classes_per_year_most`).
    pub classes_per_year_most: i64,
    /// Most classes in a calendar quarter (`classes_per_quarter_most`, setting).
    pub classes_per_quarter_most: i64,
    /// Least people in a class (`class_size_least`).
    pub class_size_least: i64,
    /// Most people in a class (`class_size_most`).
    pub class_size_most: i64,
    /// Days of a class (`class_days`).
    pub class_days: i64,
    /// Half-days in a day (`half_days_per_day`, setting).
    pub half_days_per_day: i64,
    /// Periods in a half-day (`periods_per_half_day`, setting).
    pub periods_per_half_day: i64,
    /// Share of theory in the periods, in percent (`theory_percent`).
    pub theory_percent: i64,
    /// Periods by which theory may miss its share (`ratio_tolerance_periods`, setting).
    pub ratio_tolerance_periods: i64,
    /// Most absence in percent of the periods (`absence_most_percent`, setting).
    pub absence_most_percent: i64,
    /// Least mark of an essay (`essay_score_least`, setting).
    pub essay_score_least: Score,
    /// Bands of marks, highest first: least mark and text (`result_bands`: `9:Xuất sắc;8:Giỏi;…`, setting).
    pub result_bands: Vec<(Score, String)>,
    /// Most people of one office away in a week, in percent of the office, at least one person
    /// (`office_absent_most_percent`, setting).
    pub office_absent_most_percent: i64,
    /// Least weeks between two classes of one person (`repeat_gap_weeks`, setting).
    pub repeat_gap_weeks: i64,
    /// Classes that the school can host in one week (`rooms`, setting).
    pub rooms: i64,
    /// First day on which a class may start (`first_teaching_day`, setting).
    pub first_teaching_day: NaiveDate,
    /// Days before the start by which communes nominate (`nominate_days_before`, setting).
    pub nominate_days_before: i64,
    /// Days before the deadline from which communes with unused seats are reminded (`remind_days_before`, setting).
    pub remind_days_before: i64,
    /// Days that a commune has for seats that came to it after the deadline (`transfer_days`, setting).
    pub transfer_days: i64,
    /// Day of the class until which somebody else may come instead (`substitute_until_day`, setting).
    pub substitute_until_day: i64,
    /// Whether the unit's decision to send somebody is asked for when the class opens (`sending_decision_needed`: 0 or 1, setting).
    pub sending_decision_needed: bool,
    /// School's name on papers (`school_name`).
    pub school_name: String,
    /// Body above the school on papers (`school_parent`).
    pub school_parent: String,
    /// Place of the school on papers (`school_place`).
    pub school_place: String,
    /// Sign of the school's papers, as in `QĐ-TCT` (`school_sign`, setting).
    pub school_sign: String,
    /// Title under which certificates are signed (`signer_title`, setting).
    pub signer_title: String,
    /// Highest level of a competence; the lowest is 0 (`needs_scale_most`, setting).
    pub needs_scale_most: i64,
    /// Fewest answers of which an anonymous questionnaire shows results (`survey_group_least`, setting).
    pub survey_group_least: i64,
    /// Seconds that a question takes at least; a questionnaire filled faster is marked (`survey_seconds_per_question`, setting).
    pub survey_seconds_per_question: i64,
    /// Most periods of a lecturer in a year (`lecturer_periods_most`, setting, not verified).
    pub lecturer_periods_most: i64,
    /// Contracts whose lecturers have one of the school beside them (`paired_contracts`: `visiting`, `visiting;concurrent` or `none`, setting).
    pub paired_contracts: Vec<String>,
    /// What accompanying counts in a lecturer's load, in percent of its periods (`companion_periods_percent`, setting, not verified).
    pub companion_periods_percent: i64,
    /// Most people of a study group (`study_group_size`, setting).
    pub study_group_size: i64,
    /// Days after a class's deadline until others than the commune see how it put people forward (`score_own_days`, setting).
    pub score_own_days: i64,
    /// Fewest people put forward of whom fairness is said (`score_least_people`, setting).
    pub score_least_people: i64,
    /// Bands of means of an evaluation, highest first: least mean and text (`evaluation_bands`; TT 10/2017/TT-BNV).
    pub evaluation_bands: Vec<(Score, String)>,
    /// Most places of an evaluation form that may stay empty, in percent; a form with more is void (`evaluation_blank_most_percent`; TT
    /// 10/2017/TT-BNV).
    pub evaluation_blank_most_percent: i64,
    /// Days after the last one of a class until which its form is proposed to stay open (`evaluation_days`, setting).
    pub evaluation_days: i64,
    /// Road from the school from which a commune is far, in km; far communes of one former district travel together (`travel_far_km`,
    /// setting).
    pub travel_far_km: i64,
    /// When the morning and the afternoon half-day begin and end (`half_day_hours`: `07:30-11:00;13:30-17:00`, setting).
    pub half_day_hours: [(NaiveTime, NaiveTime); 2],
}

/// What something costs at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// đồng, 0 or more.
    pub amount: i64,
    /// Legal source, with whether it is verified.
    pub source: String,
}

/// Who pays what learners spend on travel, meals and lodging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// The unit that sends them.
    Unit,
    /// The programme.
    Programme,
}

/// Cost norms of a scheme on a day. None of them is needed: what has no norm is written into papers by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Costs {
    /// A lecturer's half-day of four periods (`cost_lecturer_half_day`).
    pub lecturer_half_day: Option<Cost>,
    /// An assistant's half-day (`cost_assistant_half_day`).
    pub assistant_half_day: Option<Cost>,
    /// Reward of a good learner (`cost_reward`).
    pub reward: Option<Cost>,
    /// Who pays for learners (`cost_learners_paid_by`: `unit` or `programme`).
    pub payer: Option<Payer>,
}

impl Costs {
    /// Whether a rule whose key begins with `cost_` can be read; any other rule is none of its business.
    #[must_use]
    pub fn reads(key: &str, value: &str) -> bool {
        match key {
            "cost_learners_paid_by" => payer(value).is_some(),
            _ if key.starts_with("cost_") => value.parse::<i64>().is_ok_and(|amount| amount >= 0),
            _ => true,
        }
    }

    /// Reads the norms from key, value and source; of two rows of a key the later one holds.
    #[must_use]
    pub fn from_rows(rows: &[(String, String, String)]) -> Self {
        let mut costs = Self::default();
        for (key, value, source) in rows.iter().filter(|(key, value, _)| Self::reads(key, value)) {
            let cost = value.parse().ok().map(|amount| Cost { amount, source: source.clone() });
            match key.as_str() {
                "cost_lecturer_half_day" => costs.lecturer_half_day = cost,
                "cost_assistant_half_day" => costs.assistant_half_day = cost,
                "cost_reward" => costs.reward = cost,
                "cost_learners_paid_by" => costs.payer = payer(value),
                _ => {}
            }
        }
        costs
    }
}

fn payer(code: &str) -> Option<Payer> {
    match code {
        "unit" => Some(Payer::Unit),
        "programme" => Some(Payer::Programme),
        _ => None,
    }
}

/// A rule that is missing or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {key} is missing or unreadable: {value:?}")]
pub struct RuleError {
    /// Key of the rule.
    pub key: String,
    /// What stood there.
    pub value: Option<String>,
}

/// Rules on their way out of their rows.
struct Reading<'a> {
    rows: &'a BTreeMap<String, String>,
    broken: Vec<RuleError>,
}

impl Reading<'_> {
    fn with<V>(&mut self, key: &str, read: impl FnOnce(&str) -> Option<V>) -> Option<V> {
        let value = self.rows.get(key);
        let found = value.and_then(|v| read(v.trim()));
        if found.is_none() {
            self.broken.push(RuleError { key: key.to_owned(), value: value.cloned() });
        }
        found
    }

    fn one<V: FromStr + Default>(&mut self, key: &str) -> V {
        self.with(key, |value| value.parse().ok()).unwrap_or_default()
    }

    fn number(&mut self, key: &str, within: std::ops::RangeInclusive<i64>) -> i64 {
        self.with(key, |value| value.parse().ok().filter(|n| within.contains(n))).unwrap_or_default()
    }
}

fn base(code: &str) -> Option<Base> {
    match code {
        "all" => Some(Base::All),
        "target_groups" => Some(Base::TargetGroups),
        _ => None,
    }
}

fn bands(text: &str) -> Option<Vec<(Score, String)>> {
    let one = |part: &str| {
        let (least, text) = part.split_once(':')?;
        Some((least.parse().ok()?, text.trim().to_owned()))
    };
    let mut bands: Vec<(Score, String)> = text.split(';').map(one).collect::<Option<_>>()?;
    bands.sort_by_key(|(least, _)| std::cmp::Reverse(*least));
    Some(bands)
}

fn contracts(text: &str) -> Option<Vec<String>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let one = |code: &str| matches!(code.trim(), "visiting" | "concurrent").then(|| code.trim().to_owned());
    text.split(';').map(one).collect()
}

fn hours(text: &str) -> Option<[(NaiveTime, NaiveTime); 2]> {
    let one = |part: &str| {
        let (from, to) = part.split_once('-')?;
        let read = |time: &str| NaiveTime::parse_from_str(time.trim(), "%H:%M").ok();
        read(from).zip(read(to)).filter(|(from, to)| from < to)
    };
    let (morning, afternoon) = text.split_once(';')?;
    Some([one(morning)?, one(afternoon)?])
}

impl Rules {
    /// What stands over the school's papers.
    #[must_use]
    pub fn letterhead(&self) -> Letterhead {
        Letterhead {
            parent: self.school_parent.clone(),
            body: self.school_name.clone(),
            place: self.school_place.clone(),
            signer_title: self.signer_title.clone(),
        }
    }

    /// Reads the rules from key and value.
    ///
    /// # Errors
    /// Every rule that is missing or unreadable.
    pub fn from_rows(rows: &BTreeMap<String, String>) -> Result<Self, Vec<RuleError>> {
        let mut read = Reading { rows, broken: Vec::new() };
        let rules = Self {
            coverage_target_permille: read.number("coverage_target_permille", 0..=1000),
            coverage_base: read.with("coverage_base", base).unwrap_or(Base::All),
            classes_per_year_least: read.number("classes_per_year_least", 0..=i64::MAX),
            classes_per_year_most: read.number("classes_per_year_most", 1..=i64::MAX),
            classes_per_quarter_most: read.number("classes_per_quarter_most", 1..=i64::MAX),
            class_size_least: read.number("class_size_least", 1..=i64::MAX),
            class_size_most: read.number("class_size_most", 1..=i64::MAX),
            class_days: read.number("class_days", 1..=i64::MAX),
            half_days_per_day: read.number("half_days_per_day", 1..=i64::MAX),
            periods_per_half_day: read.number("periods_per_half_day", 1..=i64::MAX),
            theory_percent: read.number("theory_percent", 0..=100),
            ratio_tolerance_periods: read.number("ratio_tolerance_periods", 0..=i64::MAX),
            absence_most_percent: read.number("absence_most_percent", 0..=100),
            essay_score_least: read.one("essay_score_least"),
            result_bands: read.with("result_bands", bands).unwrap_or_default(),
            office_absent_most_percent: read.number("office_absent_most_percent", 0..=100),
            repeat_gap_weeks: read.number("repeat_gap_weeks", 0..=i64::MAX),
            rooms: read.number("rooms", 1..=i64::MAX),
            first_teaching_day: read.one("first_teaching_day"),
            nominate_days_before: read.number("nominate_days_before", 0..=i64::MAX),
            remind_days_before: read.number("remind_days_before", 0..=365),
            transfer_days: read.number("transfer_days", 1..=365),
            substitute_until_day: read.number("substitute_until_day", 0..=30),
            sending_decision_needed: read.number("sending_decision_needed", 0..=1) == 1,
            school_name: read.one("school_name"),
            school_parent: read.one("school_parent"),
            school_place: read.one("school_place"),
            school_sign: read.one("school_sign"),
            signer_title: read.one("signer_title"),
            needs_scale_most: read.number("needs_scale_most", 1..=10),
            survey_group_least: read.number("survey_group_least", 1..=i64::MAX),
            survey_seconds_per_question: read.number("survey_seconds_per_question", 0..=3600),
            lecturer_periods_most: read.number("lecturer_periods_most", 1..=i64::MAX),
            paired_contracts: read.with("paired_contracts", contracts).unwrap_or_default(),
            companion_periods_percent: read.number("companion_periods_percent", 0..=100),
            study_group_size: read.number("study_group_size", 1..=1000),
            score_own_days: read.number("score_own_days", 0..=365),
            score_least_people: read.number("score_least_people", 1..=1000),
            evaluation_bands: read.with("evaluation_bands", bands).unwrap_or_default(),
            evaluation_blank_most_percent: read.number("evaluation_blank_most_percent", 0..=100),
            evaluation_days: read.number("evaluation_days", 0..=365),
            travel_far_km: read.number("travel_far_km", 1..=10_000),
            half_day_hours: read.with("half_day_hours", hours).unwrap_or_default(),
        };
        if read.broken.is_empty() { Ok(rules) } else { Err(read.broken) }
    }

    /// Periods of a whole class: days × half-days × periods (40 in Nghệ An).
    #[must_use]
    pub fn periods(&self) -> i64 {
        self.class_days * self.half_days_per_day * self.periods_per_half_day
    }

    /// Last day of a class that begins on a day (`class_days`).
    #[must_use]
    pub fn last_day(&self, starts_on: NaiveDate) -> NaiveDate {
        let days = u64::try_from(self.class_days).unwrap_or(1).saturating_sub(1);
        starts_on.checked_add_days(Days::new(days)).unwrap_or(starts_on)
    }

    /// Most periods of `periods` that a learner may miss (`absence_most_percent`), rounded down.
    #[must_use]
    pub fn absence_most(&self, periods: i64) -> i64 {
        periods * self.absence_most_percent / 100
    }

    /// Text of the band that a mark falls into.
    #[must_use]
    pub fn band(&self, score: Score) -> &str {
        self.result_bands.iter().find(|(least, _)| score >= *least).map_or("", |(_, text)| text)
    }

    /// Most people of an office of `size` that may be away in one week; at least one.
    #[must_use]
    pub fn office_absent_most(&self, size: i64) -> i64 {
        (size * self.office_absent_most_percent / 100).max(1)
    }
}

/// A scheme on its way into the database.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SchemeInput {
    /// Stable code: `nghe-an-2026-2030`.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Name in the frame: `Đề án 2026 – 2030`.
    pub short_name: String,
    /// The province whose people it trains; it has no other scheme.
    pub province: UnitId,
    /// Name of the province.
    pub province_name: String,
    /// First year of the horizon.
    pub first_year: i64,
    /// Last year of the horizon.
    pub last_year: i64,
    /// Rules with their validity.
    pub rules: Vec<RuleRow>,
    /// Milestones.
    pub milestones: Vec<MilestoneRow>,
    /// Responsible bodies.
    pub bodies: Vec<BodyRow>,
    /// Audiences.
    pub audiences: Vec<AudienceRow>,
    /// Which audience serves people outside the target groups, by bloc.
    pub blocs: Vec<BlocRow>,
}

/// A rule with its validity and source.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of scheme_rule, described in the dictionary")]
pub struct RuleRow {
    pub key: String,
    pub value: String,
    pub unit: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub source: String,
}

/// A milestone of the scheme.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of scheme_milestone, described in the dictionary")]
pub struct MilestoneRow {
    pub code: String,
    pub title: String,
    pub due_on: NaiveDate,
    pub source: String,
}

/// A responsible body.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of scheme_body, described in the dictionary")]
pub struct BodyRow {
    pub code: String,
    pub name: String,
    pub duty: String,
    pub tier: i64,
    pub source: String,
}

/// An audience (đối tượng) with the programme that serves it.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of scheme_audience, described in the dictionary")]
pub struct AudienceRow {
    pub code: String,
    pub name: String,
    pub description: String,
    pub target_group: i64,
    pub programme_code: String,
    pub source: String,
}

/// The audience that serves people of a bloc who are outside the target groups.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of scheme_audience_bloc, described in the dictionary")]
pub struct BlocRow {
    pub bloc: String,
    pub audience_code: String,
}

/// A legal document that the scheme stands on.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of legal_document, described in the dictionary")]
pub struct LegalRow {
    pub number: String,
    pub issued_on: Option<NaiveDate>,
    pub issuer: String,
    pub kind: String,
    pub title: String,
    pub status: String,
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn sample() -> BTreeMap<String, String> {
        [
            ("coverage_target_permille", "950"),
            ("coverage_base", "all"),
            ("classes_per_year_least", "28"),
            ("classes_per_year_most", "32"),
            ("classes_per_quarter_most", "10"),
            ("class_size_least", "60"),
            ("class_size_most", "70"),
            ("class_days", "5"),
            ("half_days_per_day", "2"),
            ("periods_per_half_day", "4"),
            ("theory_percent", "30"),
            ("ratio_tolerance_periods", "0"),
            ("absence_most_percent", "20"),
            ("essay_score_least", "5"),
            ("result_bands", "0:Yếu;5:Trung bình;7:Khá;8:Giỏi;9:Xuất sắc"),
            ("office_absent_most_percent", "34"),
            ("repeat_gap_weeks", "80"),
            ("rooms", "2"),
            ("first_teaching_day", "2026-03-02"),
            ("nominate_days_before", "10"),
            ("remind_days_before", "3"),
            ("transfer_days", "3"),
            ("substitute_until_day", "2"),
            ("sending_decision_needed", "1"),
            ("school_name", "Trường Chính trị tỉnh Nghệ An"),
            ("school_parent", "Tỉnh ủy Nghệ An"),
            ("school_place", "Nghệ An"),
            ("school_sign", "TCT"),
            ("signer_title", "Hiệu trưởng"),
            ("needs_scale_most", "5"),
            ("survey_group_least", "5"),
            ("survey_seconds_per_question", "3"),
            ("lecturer_periods_most", "280"),
            ("paired_contracts", "visiting;concurrent"),
            ("companion_periods_percent", "50"),
            ("study_group_size", "10"),
            ("score_own_days", "14"),
            ("score_least_people", "5"),
            ("evaluation_bands", "8:Tốt;6:Khá;4:Trung bình;2:Yếu;0:Kém"),
            ("evaluation_blank_most_percent", "5"),
            ("evaluation_days", "7"),
            ("travel_far_km", "100"),
            ("half_day_hours", "07:30-11:00;13:30-17:00"),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
    }

    #[test]
    fn rules_are_read_from_rows() {
        let rules = Rules::from_rows(&sample()).unwrap();
        assert_eq!(rules.periods(), 40);
        assert_eq!(rules.band("7,99".parse().unwrap()), "Khá");
        assert_eq!((rules.office_absent_most(2), rules.office_absent_most(9)), (1, 3));
    }

    #[test]
    fn a_missing_rule_is_named() {
        let mut rows = sample();
        rows.remove("rooms");
        assert_eq!(Rules::from_rows(&rows), Err(vec![RuleError { key: "rooms".into(), value: None }]));
    }

    #[test]
    fn every_broken_rule_is_named() {
        let mut rows = sample();
        for (key, value) in [
            ("class_days", "0"),
            ("theory_percent", "101"),
            ("coverage_base", "x"),
            ("result_bands", "9"),
            ("half_day_hours", "11:00-07:30;13:30-17:00"),
        ] {
            rows.insert(key.to_owned(), value.to_owned());
        }
        let broken = Rules::from_rows(&rows).unwrap_err();
        let keys: Vec<&str> = broken.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["coverage_base", "class_days", "theory_percent", "result_bands", "half_day_hours"]);
    }

    #[test]
    fn norms_are_read_one_by_one_and_a_broken_one_is_told() {
        let row = |key: &str, value: &str| (key.to_owned(), value.to_owned(), "TT 100/2025".to_owned());
        let rows = [
            row("cost_learners_paid_by", "programme"),
            row("cost_lecturer_half_day", "3000000"),
            row("cost_lecturer_half_day", "4000000"),
            row("cost_reward", "-1"),
        ];
        let costs = Costs::from_rows(&rows);
        assert_eq!(costs.lecturer_half_day, Some(Cost { amount: 4_000_000, source: "TT 100/2025".to_owned() }));
        assert_eq!((costs.payer, costs.reward, costs.assistant_half_day), (Some(Payer::Programme), None, None));
        for (key, value) in [("cost_reward", "-1"), ("cost_reward", "2,5"), ("cost_learners_paid_by", "ai")] {
            assert!(!Costs::reads(key, value), "{key} {value}");
        }
        assert!(Costs::reads("class_days", "x"));
    }
}
