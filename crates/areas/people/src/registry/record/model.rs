//! Rules of a record: what a value may be, which posts fit beside each other, what held on a day.

use chrono::{Datelike, Days, Months, NaiveDate};
use kernel::{AssignmentId, UnitId};
use serde::Serialize;

/// Ranks of civil servants (ngạch), as stored; their names are messages `record-rank-CODE`.
pub const RANKS: [&str; 5] = ["cvcc", "cvc", "cv", "can_su", "nhan_vien"];
/// Education, as stored; names `registry-education-CODE`.
pub const EDUCATIONS: [&str; 5] = ["tien_si", "thac_si", "dai_hoc", "cao_dang_trung_cap", "so_cap"];
/// Political theory, as stored; names `registry-theory-CODE`.
pub const THEORIES: [&str; 4] = ["cao_cap", "trung_cap", "so_cap", "chua_qua"];
/// State management, as stored; names `registry-management-CODE`.
pub const MANAGEMENTS: [&str; 4] = ["cvcc", "cvc", "cv", "chua_qua"];
/// Genders, as stored; names `record-gender-CODE`.
pub const GENDERS: [&str; 2] = ["nam", "nu"];
/// Why somebody leaves, as stored; names `record-end-CODE`.
pub const LEAVINGS: [&str; 5] = ["retired", "resigned", "dismissed", "died", "left"];
/// How a post is held, as stored; names `record-kind-CODE`.
pub const KINDS: [&str; 2] = ["regular", "seconded"];
/// What sensitive fields are read for, as stored in the audit; names `record-purpose-CODE`.
pub const PURPOSES: [&str; 5] = ["nomination", "allowance", "correction", "inspection", "request"];

/// Youngest age at which somebody is recruited or joins the Party (Luật Cán bộ, công chức; Điều lệ Đảng, Article 1).
const ADULT_YEARS: u32 = 18;
/// How far ahead a post is announced at most, in months: a day beyond that is a slip of the pen.
const ANNOUNCED_MONTHS: u32 = 12;
/// Oldest age that is believed.
const OLDEST_YEARS: u32 = 100;

fn years_after(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_add_months(Months::new(years * 12)).unwrap_or(day)
}

/// A value of a field as the history of a record keeps it.
pub type Value = (&'static str, Option<String>);

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn day(value: Option<NaiveDate>) -> Option<String> {
    value.map(|day| day.to_string())
}

/// What whoever may read a record sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of person and person_record, described in the dictionary")]
pub struct Facts {
    pub full_name: String,
    pub gender: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub education: Option<String>,
    pub theory: Option<String>,
    pub management: Option<String>,
    pub rank: Option<String>,
    pub languages: String,
    pub it_skill: String,
    pub phone: String,
    pub email: String,
}

impl Facts {
    /// Every field with its value.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        vec![
            ("full_name", text(&self.full_name)),
            ("gender", self.gender.clone()),
            ("birth_date", day(self.birth_date)),
            ("education", self.education.clone()),
            ("theory", self.theory.clone()),
            ("management", self.management.clone()),
            ("rank", self.rank.clone()),
            ("languages", text(&self.languages)),
            ("it_skill", text(&self.it_skill)),
            ("phone", text(&self.phone)),
            ("email", text(&self.email)),
        ]
    }
}

/// What is read knowingly: sensitive by Law 91/2025/QH15 and NĐ 356/2025/NĐ-CP (ethnic group, political data), or of
/// a child.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of person and person_record, described in the dictionary")]
pub struct Private {
    pub ethnic_code: Option<String>,
    pub party_joined_on: Option<NaiveDate>,
    pub party_official_on: Option<NaiveDate>,
    pub child_born_on: Option<NaiveDate>,
}

impl Private {
    /// Every field with its value.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        vec![
            ("ethnic_code", self.ethnic_code.clone()),
            ("party_joined_on", day(self.party_joined_on)),
            ("party_official_on", day(self.party_official_on)),
            ("child_born_on", day(self.child_born_on)),
        ]
    }

    /// Whether the youngest child is under 36 months on a day (support for women by TT 100/2025/TT-BTC).
    #[must_use]
    pub fn child_under_36_months(&self, on: NaiveDate) -> bool {
        self.child_born_on.is_some_and(|born| {
            born <= on && born.checked_add_months(Months::new(36)).is_some_and(|third_birthday| on < third_birthday)
        })
    }
}

/// A field with its old and its new value.
pub type Difference = (&'static str, Option<String>, Option<String>);

/// Fields that differ.
#[must_use]
pub fn differences(before: &[Value], after: &[Value]) -> Vec<Difference> {
    before
        .iter()
        .zip(after)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| (*field, old.clone(), new.clone()))
        .collect()
}

/// A fault of a record: the field and the end of the message key `record-fault-CODE`.
pub type RecordFault = (&'static str, &'static str);

/// What does not fit together in the open part of a record.
#[must_use]
pub fn faults_of_facts(facts: &Facts, today: NaiveDate) -> Vec<RecordFault> {
    let mut faults = Vec::new();
    if facts.full_name.chars().any(|c| c.is_ascii_digit()) {
        faults.push(("full_name", "name-digits"));
    }
    if let Some(birth) = facts.birth_date {
        if years_after(birth, ADULT_YEARS) > today {
            faults.push(("birth_date", "birth-young"));
        } else if years_after(birth, OLDEST_YEARS) < today {
            faults.push(("birth_date", "birth-old"));
        }
    }
    if !(facts.phone.is_empty() || is_telephone(&facts.phone)) {
        faults.push(("phone", "phone"));
    }
    if !facts.email.is_empty() && !is_address(&facts.email) {
        faults.push(("email", "email"));
    }
    faults
}

/// 8 to 15 digits (ITU-T E.164 has at most 15) with the signs by which they are grouped.
pub(crate) fn is_telephone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars().all(|c| c.is_ascii_digit() || " +.-()".contains(c)) && (8..=15).contains(&digits)
}

/// One `@` between a name and a domain with a dot, no spaces: what a mail server will say more exactly.
pub(crate) fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !text.contains(char::is_whitespace)
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|part| !part.is_empty())
    })
}

/// What does not fit together in the sensitive part of a record.
#[must_use]
pub fn faults_of_private(private: &Private, birth: Option<NaiveDate>, today: NaiveDate) -> Vec<RecordFault> {
    let mut faults = Vec::new();
    let adult = birth.map(|birth| years_after(birth, ADULT_YEARS));
    for (field, on) in [
        ("party_joined_on", private.party_joined_on),
        ("party_official_on", private.party_official_on),
        ("child_born_on", private.child_born_on),
    ] {
        if on.is_some_and(|on| on > today) {
            faults.push((field, "future"));
        }
    }
    if let (Some(joined), Some(adult)) = (private.party_joined_on, adult)
        && joined < adult
    {
        faults.push(("party_joined_on", "party-young"));
    }
    match (private.party_joined_on, private.party_official_on) {
        (Some(joined), Some(official)) if official < joined => faults.push(("party_official_on", "party-order")),
        (None, Some(_)) => faults.push(("party_joined_on", "party-joined-missing")),
        _ => {}
    }
    if let (Some(born), Some(birth)) = (private.child_born_on, birth)
        && born <= birth
    {
        faults.push(("child_born_on", "child-order"));
    }
    faults
}

/// A personal identity number (số định danh cá nhân): twelve digits, of which the fourth says century and gender and the
/// fifth and sixth the year of birth (Law 26/2023/QH15, Article 12; NĐ 137/2015/NĐ-CP, Article 13).
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(String);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Identity {
    /// Reads a number as it is typed, with or without spaces.
    ///
    /// # Errors
    /// The end of the message key.
    pub fn read(typed: &str) -> Result<Self, &'static str> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with("000") {
            return Err("identity-shape");
        }
        Ok(Self(digits))
    }

    /// Whether it fits gender and birth date, as far as these are known.
    ///
    /// # Errors
    /// The end of the message key.
    pub fn fits(&self, gender: Option<&str>, birth: Option<NaiveDate>) -> Result<(), &'static str> {
        let digit = |place: usize| self.0.as_bytes().get(place).map_or(0, |b| i32::from(b - b'0'));
        let (century, woman) = (19 + digit(3) / 2, digit(3) % 2 == 1);
        if gender.is_some_and(|g| (g == "nu") != woman) {
            return Err("identity-gender");
        }
        let year = century * 100 + digit(4) * 10 + digit(5);
        if birth.is_some_and(|birth| birth.year() != year) {
            return Err("identity-year");
        }
        Ok(())
    }

    /// The number.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// As pages show it: only the last four digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("•••• •••• {}", self.0.get(8..).unwrap_or_default())
    }
}

/// A post as far as others must fit beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The post.
    pub id: AssignmentId,
    /// Title, for messages.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it is held.
    pub to: Option<NaiveDate>,
}

/// Why a post does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostFault {
    /// It would begin after today.
    #[error("begins after today")]
    Future,
    /// It is announced, and would have begun already.
    #[error("begins today or before")]
    Begun,
    /// It is announced for a day that lies too far ahead.
    #[error("begins too far ahead")]
    TooFar,
    /// It is announced with a last day.
    #[error("announced with a last day")]
    EndAhead,
    /// The last day is before the first.
    #[error("ends before it begins")]
    Order,
    /// The holder was not grown up.
    #[error("begins before the holder was grown up")]
    Young,
    /// Another post is held on one of its days: its title and days.
    #[error("overlaps {title}")]
    Overlaps {
        /// Title of the other post.
        title: String,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: Option<NaiveDate>,
    },
    /// It changes nothing: the same post in the same place is held already.
    #[error("the same post is held already")]
    Same,
    /// There is no post that is held.
    #[error("no post is held")]
    NotHeld,
    /// It is the only post: a person has at least one.
    #[error("the only post")]
    Only,
}

fn grown_up(birth: Option<NaiveDate>, from: NaiveDate) -> Result<(), PostFault> {
    match birth {
        Some(birth) if from < years_after(birth, ADULT_YEARS) => Err(PostFault::Young),
        _ => Ok(()),
    }
}

/// The post in whose days `from`–`to` falls.
fn in_the_way(others: &[&Span], from: NaiveDate, to: Option<NaiveDate>) -> Result<(), PostFault> {
    let meets = |span: &&&Span| span.to.is_none_or(|end| end >= from) && to.is_none_or(|end| span.from <= end);
    match others.iter().find(meets) {
        None => Ok(()),
        Some(span) => Err(PostFault::Overlaps { title: span.title.clone(), from: span.from, to: span.to }),
    }
}

/// Whether a post may begin on a day beside the others. A post that is held then ends on the day before: it is given, with
/// that day. Nobody holds two posts on one day, so nobody is in two communes on it.
///
/// # Errors
/// [`PostFault`].
pub fn begin(
    posts: &[Span],
    birth: Option<NaiveDate>,
    from: NaiveDate,
    to: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Option<(AssignmentId, NaiveDate)>, PostFault> {
    if from > today {
        return Err(PostFault::Future);
    }
    if to.is_some_and(|to| to < from) {
        return Err(PostFault::Order);
    }
    grown_up(birth, from)?;
    let ends = posts.iter().find(|span| span.to.is_none() && span.from < from && to.is_none());
    let others: Vec<&Span> = posts.iter().filter(|span| Some(span.id) != ends.map(|e| e.id)).collect();
    in_the_way(&others, from, to)?;
    Ok(ends.and_then(|span| Some((span.id, from.checked_sub_days(Days::new(1))?))))
}

/// Whether a post that is decided may begin on a day to come, as far as is known today. It has no last day: what follows it is
/// announced in its turn.
///
/// # Errors
/// [`PostFault`].
pub fn announce(
    posts: &[Span],
    birth: Option<NaiveDate>,
    from: NaiveDate,
    to: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), PostFault> {
    if from <= today {
        return Err(PostFault::Begun);
    }
    if today.checked_add_months(Months::new(ANNOUNCED_MONTHS)).is_some_and(|last| from > last) {
        return Err(PostFault::TooFar);
    }
    if to.is_some() {
        return Err(PostFault::EndAhead);
    }
    begin(posts, birth, from, None, from).map(|_| ())
}

/// Why a post that was announced does not begin on its day, as stored; told by messages `record-failed-CODE`. Where nothing
/// is known against it, none.
#[must_use]
pub fn failure(fault: &PostFault) -> Option<&'static str> {
    match fault {
        PostFault::Overlaps { .. } => Some("overlaps"),
        PostFault::Same => Some("same"),
        PostFault::Young => Some("young"),
        _ => None,
    }
}

/// Whether somebody has left: no post is held or goes on, and the latest one ended by leaving. `posts` are the last days and
/// the ends of all posts.
#[must_use]
pub fn has_left<'a>(posts: impl Iterator<Item = (Option<NaiveDate>, Option<&'a str>)>) -> bool {
    let last = posts.max_by_key(|(to, _)| to.unwrap_or(NaiveDate::MAX));
    last.is_some_and(|(to, because)| to.is_some() && because.is_some_and(|why| LEAVINGS.contains(&why)))
}

/// Whether other days of a post fit beside the others.
///
/// # Errors
/// [`PostFault`].
pub fn correct(
    posts: &[Span],
    post: AssignmentId,
    birth: Option<NaiveDate>,
    from: NaiveDate,
    to: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), PostFault> {
    if from > today {
        return Err(PostFault::Future);
    }
    if to.is_some_and(|to| to < from) {
        return Err(PostFault::Order);
    }
    grown_up(birth, from)?;
    let others: Vec<&Span> = posts.iter().filter(|span| span.id != post).collect();
    in_the_way(&others, from, to)
}

/// The post that ends when its holder leaves on a last day, which may lie ahead: a retirement is known before.
///
/// # Errors
/// [`PostFault`].
pub fn leave(posts: &[Span], last_day: NaiveDate) -> Result<AssignmentId, PostFault> {
    let held = posts.iter().find(|span| span.to.is_none()).ok_or(PostFault::NotHeld)?;
    if last_day < held.from { Err(PostFault::Order) } else { Ok(held.id) }
}

/// The post that ended on the day before another one began: it goes on when the other one, noted by mistake, is removed.
#[must_use]
pub fn before(posts: &[Span], post: AssignmentId) -> Option<AssignmentId> {
    let removed = posts.iter().find(|span| span.id == post)?;
    let eve = removed.from.checked_sub_days(Days::new(1))?;
    posts.iter().find(|span| span.to == Some(eve)).map(|span| span.id)
}

/// A change of a field, newest last, as [`on_day`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The field.
    pub field: String,
    /// Its value before.
    pub old: Option<String>,
    /// First day of the new value.
    pub since: NaiveDate,
}

/// The values that held on a day: today's, walked back over the changes since (in their order, newest last).
#[must_use]
pub fn on_day(values: Vec<Value>, changes: &[Changed], day: NaiveDate) -> Vec<Value> {
    values
        .into_iter()
        .map(|(field, value)| {
            let undone = changes.iter().find(|change| change.field == field && change.since > day);
            (field, undone.map_or(value, |change| change.old.clone()))
        })
        .collect()
}

/// Where a source stands among the others when they disagree: the higher wins. Cadre data belong to the national database
/// (NĐ 224/2026/NĐ-CP), which Home Affairs feeds; units know their people but not always the papers.
#[must_use]
pub fn trust(source: &str) -> u8 {
    match source {
        "national" => 4,
        "home_affairs" => 3,
        "school" => 2,
        "unit" => 1,
        _ => 0,
    }
}

/// The source that a role speaks for.
#[must_use]
pub fn source_of(role: &str) -> &'static str {
    match role {
        "home_affairs" | "organisation_committee" => "home_affairs",
        "commune_officer" => "unit",
        _ => "school",
    }
}

/// What an actor confined to a commune may choose: its own only.
#[must_use]
pub fn within(own: Option<UnitId>, commune: UnitId) -> bool {
    own.is_none_or(|own| own == commune)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(n: u8, from: &str, to: Option<&str>) -> Span {
        let id = format!("00000000-0000-7000-8000-00000000000{n}").parse().unwrap();
        Span { id, title: format!("post {n}"), from: d(from), to: to.map(d) }
    }

    #[test]
    fn nobody_holds_two_posts_on_one_day() {
        let today = d("2026-11-26");
        let posts = [span(1, "2020-01-01", Some("2022-12-31")), span(2, "2024-01-01", None)];
        let begin = |from: &str, to: Option<&str>| begin(&posts, Some(d("1980-05-01")), d(from), to.map(d), today);
        // the post that is held ends the day before
        assert_eq!(begin("2026-03-01", None), Ok(Some((posts[1].id, d("2026-02-28")))));
        // a post of the past fits between the others only
        assert_eq!(begin("2023-01-01", Some("2023-12-31")), Ok(None));
        assert!(
            matches!(begin("2023-01-01", Some("2024-01-01")), Err(PostFault::Overlaps { title, .. }) if title == "post 2")
        );
        assert!(
            matches!(begin("2022-12-31", Some("2023-02-01")), Err(PostFault::Overlaps { title, .. }) if title == "post 1")
        );
        assert!(matches!(begin("2023-06-01", None), Err(PostFault::Overlaps { title, .. }) if title == "post 2"));
        // on the first day of the post that is held nothing else begins
        assert!(matches!(begin("2024-01-01", None), Err(PostFault::Overlaps { .. })));
        assert!(matches!(begin("2025-01-01", Some("2025-02-01")), Err(PostFault::Overlaps { .. })));
        assert_eq!(begin("2026-11-27", None), Err(PostFault::Future));
        assert_eq!(begin("2019-05-02", Some("2019-05-01")), Err(PostFault::Order));
        assert_eq!(begin("1998-04-30", Some("1999-05-01")), Err(PostFault::Young));
    }

    #[test]
    fn days_of_a_post_are_corrected_within_the_gap_that_it_has() {
        let today = d("2026-11-26");
        let posts = [span(1, "2020-01-01", Some("2022-12-31")), span(2, "2024-01-01", None)];
        let fits = |from: &str, to: Option<&str>| correct(&posts, posts[1].id, None, d(from), to.map(d), today);
        assert_eq!(fits("2023-01-01", None), Ok(()));
        assert_eq!(fits("2023-01-01", Some("2027-12-31")), Ok(()), "an end may lie ahead");
        assert!(matches!(fits("2022-12-31", None), Err(PostFault::Overlaps { .. })));
        assert_eq!(leave(&posts, d("2027-05-31")), Ok(posts[1].id));
        assert_eq!(leave(&posts, d("2023-12-31")), Err(PostFault::Order));
        assert_eq!(leave(&posts[..1], d("2025-01-01")), Err(PostFault::NotHeld));
    }

    #[test]
    fn a_post_of_a_day_to_come_is_announced_as_far_as_a_year_ahead() {
        let today = d("2026-11-26");
        let posts = [span(1, "2020-01-01", Some("2022-12-31")), span(2, "2024-01-01", None)];
        let announce =
            |from: &str, to: Option<&str>| announce(&posts, Some(d("1980-05-01")), d(from), to.map(d), today);
        assert_eq!(announce("2026-11-27", None), Ok(()));
        assert_eq!(announce("2027-11-26", None), Ok(()));
        assert_eq!(announce("2027-11-27", None), Err(PostFault::TooFar));
        assert_eq!(announce("2026-11-26", None), Err(PostFault::Begun));
        assert_eq!(announce("2027-01-01", Some("2027-06-30")), Err(PostFault::EndAhead));
        // a retirement that is known already leaves no room before it, and some after it
        let retiring = [span(2, "2024-01-01", Some("2026-12-31"))];
        let after = |from: &str| super::announce(&retiring, None, d(from), None, today);
        assert!(matches!(after("2026-12-31"), Err(PostFault::Overlaps { .. })));
        assert_eq!(after("2027-01-01"), Ok(()));
    }

    #[test]
    fn somebody_has_left_when_the_latest_post_ended_by_leaving() {
        let left = |posts: &[(Option<&str>, Option<&'static str>)]| {
            has_left(posts.iter().map(|(to, because)| (to.map(d), *because)))
        };
        assert!(left(&[(Some("2020-01-01"), Some("moved")), (Some("2026-01-01"), Some("retired"))]));
        assert!(!left(&[(None, None), (Some("2026-01-01"), Some("retired"))]), "came back");
        assert!(!left(&[(Some("2026-01-01"), Some("moved")), (Some("2020-01-01"), Some("died"))]));
        assert!(!left(&[(Some("2026-01-01"), None)]));
        assert!(!left(&[]));
    }

    #[test]
    fn a_post_that_is_removed_gives_its_days_to_the_one_before() {
        let posts = [
            span(1, "2020-01-01", Some("2022-12-31")),
            span(2, "2023-01-01", None),
            span(3, "2019-01-01", Some("2019-06-30")),
        ];
        assert_eq!(before(&posts, posts[1].id), Some(posts[0].id));
        // between the third and the first nothing was held
        assert_eq!(before(&posts, posts[0].id), None);
        assert_eq!(before(&posts[..1], posts[1].id), None);
    }

    #[test]
    fn a_value_of_a_past_day_is_walked_back() {
        let values = || vec![("education", Some("thac_si".to_owned())), ("phone", None)];
        let change = |old: Option<&str>, since: &str| Changed {
            field: "education".to_owned(),
            old: old.map(str::to_owned),
            since: d(since),
        };
        let changes = [change(None, "2020-01-01"), change(Some("dai_hoc"), "2025-09-01")];
        let on = |day: &str| on_day(values(), &changes, d(day))[0].1.clone();
        assert_eq!(on("2026-01-01").as_deref(), Some("thac_si"));
        assert_eq!(on("2025-09-01").as_deref(), Some("thac_si"));
        assert_eq!(on("2025-08-31").as_deref(), Some("dai_hoc"));
        assert_eq!(on("2019-12-31"), None);
    }

    #[test]
    fn an_identity_number_fits_gender_and_year() {
        let woman = Identity::read("099 185 001234").unwrap();
        assert_eq!((woman.digits(), woman.masked().as_str()), ("099185001234", "•••• •••• 1234"));
        assert_eq!(format!("{woman:?}"), "•••• •••• 1234", "never in a log");
        assert_eq!(woman.fits(Some("nu"), Some(d("1985-02-03"))), Ok(()));
        assert_eq!(woman.fits(None, None), Ok(()));
        assert_eq!(woman.fits(Some("nam"), None), Err("identity-gender"));
        assert_eq!(woman.fits(Some("nu"), Some(d("1986-02-03"))), Err("identity-year"));
        assert_eq!(Identity::read("099204001234").unwrap().fits(Some("nam"), Some(d("2004-02-03"))), Ok(()));
        for wrong in ["", "12345678901", "1234567890123", "09918500123a", "000185001234", "０９９１８５００１２３４"]
        {
            assert_eq!(Identity::read(wrong), Err("identity-shape"), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_named_at_its_field() {
        let today = d("2026-11-26");
        let facts = |birth: &str, phone: &str, email: &str| Facts {
            full_name: "Nguyễn Văn A".into(),
            birth_date: birth.parse().ok(),
            phone: phone.into(),
            email: email.into(),
            ..Facts::default()
        };
        assert_eq!(faults_of_facts(&facts("1980-01-01", "0912 345 678", "a@b.vn"), today), []);
        assert_eq!(faults_of_facts(&facts("2008-11-27", "", ""), today), [("birth_date", "birth-young")]);
        assert_eq!(faults_of_facts(&facts("1926-11-25", "", ""), today), [("birth_date", "birth-old")]);
        for phone in ["123", "0912345678a", "1234567890123456"] {
            assert_eq!(faults_of_facts(&facts("", phone, ""), today), [("phone", "phone")], "{phone}");
        }
        for email in ["a", "a@b", "@b.vn", "a b@c.vn", "a@b@c.vn", "a@b..vn"] {
            assert_eq!(faults_of_facts(&facts("", "", email), today), [("email", "email")], "{email}");
        }
        let private = |joined: &str, official: &str, child: &str| Private {
            party_joined_on: joined.parse().ok(),
            party_official_on: official.parse().ok(),
            child_born_on: child.parse().ok(),
            ..Private::default()
        };
        let birth = Some(d("1985-02-03"));
        let faults = |p: &Private| faults_of_private(p, birth, today);
        assert_eq!(faults(&private("2010-02-03", "2011-02-03", "2024-05-06")), []);
        assert_eq!(faults(&private("2003-02-02", "", "")), [("party_joined_on", "party-young")]);
        assert_eq!(faults(&private("2011-02-03", "2010-02-03", "")), [("party_official_on", "party-order")]);
        assert_eq!(faults(&private("", "2010-02-03", "")), [("party_joined_on", "party-joined-missing")]);
        assert_eq!(faults(&private("", "", "2026-11-27")), [("child_born_on", "future")]);
        assert_eq!(faults(&private("", "", "1985-02-03")), [("child_born_on", "child-order")]);
        let child = private("", "", "2023-11-27");
        assert!(child.child_under_36_months(today));
        assert!(!child.child_under_36_months(d("2026-11-27")));
        assert!(!child.child_under_36_months(d("2023-11-26")));
    }
}
