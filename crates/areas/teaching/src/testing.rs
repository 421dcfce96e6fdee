//! A small province for tests: two communes, a scheme of one year, a programme in force, an approved plan.

use std::sync::Arc;

use ::store::{By, Db};
use chrono::NaiveDate;
use kernel::{AccountId, Actor, ClassId, FixedClock, PersonId, PlanId, SchemeId, UnitId, VenueId};
use people::{
    accounts::ROLES,
    organisation::{
        CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation, lookup,
    },
    registry::{PersonInput, add_people},
};
use web::Permit;

use crate::{
    classes::{
        self, CallInput, accept, call_class, candidates, load_venues, nominate, open_class, planned, proposed, quota,
    },
    curriculum::{ProgrammeInput, TopicInput, approve, enforce, load_programme, submit, usual_method},
    planning::{agree_year, approve_year, compose_plan, submit_year},
    scheme::{AudienceRow, BlocRow, MilestoneRow, RuleRow, SchemeInput, load_scheme},
};

/// What a test says of its province; the rest stays as it is.
#[derive(Debug, Clone)]
pub struct Small {
    /// Offices in each of the two communes.
    pub offices: usize,
    /// People in each office: a head, a deputy, then specialists.
    pub people: usize,
    /// Least and most people of a class.
    pub sizes: (i64, i64),
    /// Most people of an office away in a week, in percent.
    pub office_absent_percent: i64,
    /// Most classes of the year.
    pub classes: i64,
    /// Periods of theory and others of the programme; each fills 4 periods to a half-day.
    pub periods: (i64, i64),
    /// Years of the scheme, from 2026 on.
    pub years: i64,
    /// Whether there is a pool of electives (2, 2 and 4 periods of skill, 4 of theory), and the last topic of each programme is open.
    pub pool: bool,
    /// Whether a class opens only with the numbers of the decisions by which units send their people.
    pub decisions: bool,
}

impl Default for Small {
    fn default() -> Self {
        Self {
            offices: 2,
            people: 4,
            sizes: (2, 4),
            office_absent_percent: 50,
            classes: 2,
            periods: (12, 28),
            years: 1,
            pool: false,
            decisions: false,
        }
    }
}

/// The province as it stands in the database.
#[derive(Debug)]
pub struct Province {
    /// The scheme.
    pub scheme: SchemeId,
    /// The communes `00001` and `00002`.
    pub communes: [UnitId; 2],
    /// People in the order of communes, offices, posts.
    pub people: Vec<PersonId>,
    /// The larger room.
    pub venue: VenueId,
    /// The other room.
    pub second_venue: VenueId,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

fn at(db: &Db, text: &str) -> Db {
    db.at(Arc::new(FixedClock::morning_of(day(text))))
}

/// Rules of the small scheme, as rows.
fn rules(small: &Small) -> Vec<RuleRow> {
    let pairs = [
        ("coverage_target_permille", "0".to_owned()),
        ("coverage_base", "all".to_owned()),
        ("classes_per_year_least", "1".to_owned()),
        ("classes_per_year_most", small.classes.to_string()),
        ("classes_per_quarter_most", small.classes.to_string()),
        ("class_size_least", small.sizes.0.to_string()),
        ("class_size_most", small.sizes.1.to_string()),
        ("class_days", "5".to_owned()),
        ("half_days_per_day", "2".to_owned()),
        ("periods_per_half_day", "4".to_owned()),
        ("theory_percent", "30".to_owned()),
        ("ratio_tolerance_periods", "0".to_owned()),
        ("absence_most_percent", "20".to_owned()),
        ("essay_score_least", "5".to_owned()),
        ("result_bands", "9:Xuất sắc;8:Giỏi;7:Khá;5:Trung bình;0:Yếu".to_owned()),
        ("office_absent_most_percent", small.office_absent_percent.to_string()),
        ("repeat_gap_weeks", "80".to_owned()),
        ("rooms", "2".to_owned()),
        ("first_teaching_day", "2026-03-02".to_owned()),
        ("nominate_days_before", "10".to_owned()),
        ("remind_days_before", "3".to_owned()),
        ("transfer_days", "2".to_owned()),
        ("substitute_until_day", "2".to_owned()),
        ("sending_decision_needed", i64::from(small.decisions).to_string()),
        ("school_name", "Trường Thử nghiệm".to_owned()),
        ("school_parent", "Tỉnh Thử nghiệm".to_owned()),
        ("school_place", "Thử nghiệm".to_owned()),
        ("school_sign", "TTN".to_owned()),
        ("signer_title", "Hiệu trưởng".to_owned()),
        ("needs_scale_most", "5".to_owned()),
        ("survey_group_least", "3".to_owned()),
        ("survey_seconds_per_question", "3".to_owned()),
        ("lecturer_periods_most", "280".to_owned()),
        ("paired_contracts", "visiting".to_owned()),
        ("companion_periods_percent", "50".to_owned()),
        ("study_group_size", "2".to_owned()),
        ("score_own_days", "14".to_owned()),
        ("score_least_people", "2".to_owned()),
        ("evaluation_bands", "8:Tốt;6:Khá;4:Trung bình;2:Yếu;0:Kém".to_owned()),
        ("evaluation_blank_most_percent", "5".to_owned()),
        ("evaluation_days", "7".to_owned()),
        ("travel_far_km", "100".to_owned()),
        ("half_day_hours", "07:30-11:00;13:30-17:00".to_owned()),
        ("cost_lecturer_half_day", "4000000".to_owned()),
        ("cost_learners_paid_by", "unit".to_owned()),
    ];
    pairs
        .into_iter()
        .map(|(key, value)| RuleRow {
            key: key.to_owned(),
            value,
            unit: String::new(),
            valid_from: day("2026-01-01"),
            valid_to: None,
            source: "test".to_owned(),
        })
        .collect()
}

impl Small {
    /// Loads the province with its scheme and programme in drafting; nothing is approved.
    ///
    /// # Panics
    /// When anything refuses: a test must stop then.
    #[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
    pub async fn load(&self, db: &Db) -> Province {
        let by = By::System("test");
        let commune = |n: usize| CommuneInput {
            code: format!("{n:05}"),
            name: format!("Thử {n}"),
            kind: "xa".to_owned(),
            former_district: "Thử".to_owned(),
            region: "dong_bang".to_owned(),
            is_border: false,
            is_highland: false,
            is_mountain: false,
            is_coastal: false,
            population: None,
            road_km: None,
            lat: 18.0 + if n == 2 { 1.0 } else { 0.0 },
            lon: 105.0,
        };
        let office = |n: usize| OfficeKindInput {
            code: format!("P{n}"),
            name: format!("Phòng {n}"),
            bloc: "chinh_quyen".to_owned(),
        };
        let position = |code: &str, level: &str, bloc: &str, group: i64| PositionInput {
            code: code.to_owned(),
            title: format!("Chức danh {code}"),
            bloc: bloc.to_owned(),
            office_code: None,
            level: level.to_owned(),
            target_group: (group > 0).then_some(group),
        };
        let organisation = OrganisationInput {
            province_code: "99".to_owned(),
            province_name: "Thử nghiệm".to_owned(),
            since: day("2025-07-01"),
            communes: vec![commune(1), commune(2)],
            office_kinds: (1..=self.offices).map(office).collect(),
            positions: vec![
                position("HEAD", "head", "chinh_quyen", 2),
                position("DEPUTY", "deputy", "chinh_quyen", 2),
                position("SPEC", "specialist", "chinh_quyen", 2),
                position("PARTY", "specialist", "dang", 1),
                // outside the three target groups
                position("KEY", "key_leader", "dang", 0),
            ],
            ethnic_groups: vec![EthnicInput { code: "KINH".to_owned(), name: "Kinh".to_owned(), is_minority: false }],
        };
        let province = db.write(async |tx| load_organisation(tx, by, &organisation).await).await.unwrap();
        let scheme = SchemeInput {
            code: "thu-nghiem".to_owned(),
            name: "Đề án thử nghiệm".to_owned(),
            short_name: "Đề án thử".to_owned(),
            province,
            province_name: "Thử nghiệm".to_owned(),
            first_year: 2026,
            last_year: 2025 + self.years,
            rules: rules(self),
            milestones: [("tham_dinh", "Thẩm định chương trình", "2026-02-28"), ("tong_ket", "Tổng kết", "2026-12-31")]
                .into_iter()
                .map(|(code, title, due)| MilestoneRow {
                    code: code.to_owned(),
                    title: title.to_owned(),
                    due_on: day(due),
                    source: "test".to_owned(),
                })
                .collect(),
            bodies: Vec::new(),
            audiences: [("dt1", 1, "PRG-1"), ("dt2", 2, "PRG-2")]
                .into_iter()
                .map(|(code, group, programme)| AudienceRow {
                    code: code.to_owned(),
                    name: format!("Đối tượng {group}"),
                    description: String::new(),
                    target_group: group,
                    programme_code: programme.to_owned(),
                    source: "test".to_owned(),
                })
                .collect(),
            blocs: vec![BlocRow { bloc: "dang".to_owned(), audience_code: "dt1".to_owned() }],
        };
        let scheme = db.write(async |tx| load_scheme(tx, by, &scheme).await).await.unwrap();
        let mut inputs = Vec::new();
        for commune in 1..=2_usize {
            for office in 1..=self.offices {
                for place in 0..self.people {
                    let post = match place {
                        0 => "HEAD",
                        1 => "DEPUTY",
                        _ => "SPEC",
                    };
                    inputs.push(self.person(inputs.len(), commune, office, post));
                }
            }
        }
        let people = add_people(db, by, &inputs).await.unwrap();
        let known = lookup(&mut db.read().await.unwrap()).await.unwrap();
        let communes = ["00001", "00002"].map(|code| *known.communes.get(code).unwrap());
        for (code, group) in [("PRG-1", 1), ("PRG-2", 2)] {
            let programme = self.programme(code, group);
            db.write(async |tx| load_programme(tx, by, scheme, &programme).await).await.unwrap();
        }
        if self.pool {
            let pool = pool_programme();
            db.write(async |tx| load_programme(tx, by, scheme, &pool).await).await.unwrap();
        }
        let rooms = load_venues(db, by, scheme, &[("Hội trường", 500), ("Phòng học", 300)]).await.unwrap();
        let (venue, second_venue) = (*rooms.first().unwrap(), *rooms.get(1).unwrap());
        Province { scheme, communes, people, venue, second_venue }
    }

    /// A person who does not exist, of a commune, office and post.
    #[must_use]
    pub fn person(&self, number: usize, commune: usize, office: usize, post: &str) -> PersonInput {
        PersonInput {
            code: format!("P{number:04}"),
            full_name: format!("Người Thử Số {number:04}"),
            gender: Some("nu".to_owned()),
            birth_date: Some(day("1985-02-09")),
            ethnic_code: Some("KINH".to_owned()),
            commune_code: format!("{commune:05}"),
            office_code: Some(format!("P{office}")),
            position_code: post.to_owned(),
            education: None,
            theory: None,
            management: None,
            in_post_since: day("2025-07-01"),
            generated: true,
        }
    }

    fn programme(&self, code: &str, group: i64) -> ProgrammeInput {
        let topic = |seq: i64, kind: &str, periods: i64| TopicInput {
            seq,
            day: Some((seq - 1) / 2 + 1),
            code: format!("T{seq}"),
            title: format!("Chuyên đề {seq}"),
            kind: kind.to_owned(),
            periods,
            method: usual_method(kind).to_owned(),
            lecturer_type: "truong_chinh_tri".to_owned(),
            delivery: "truc_tiep".to_owned(),
            is_elective: false,
            source_status: "test".to_owned(),
            source: "test".to_owned(),
            ..TopicInput::default()
        };
        let halves = |kind: &'static str, periods: i64| {
            let whole = std::iter::repeat_n((kind, 4), usize::try_from(periods / 4).unwrap_or(0));
            whole.chain((periods % 4 > 0).then_some((kind, periods % 4)))
        };
        let topics = halves("theory", self.periods.0).chain(halves("practice", self.periods.1));
        let mut topics: Vec<TopicInput> =
            (1..).zip(topics).map(|(seq, (kind, periods))| topic(seq, kind, periods)).collect();
        if let Some(last) = topics.last_mut() {
            last.is_elective = self.pool;
        }
        ProgrammeInput {
            code: code.to_owned(),
            name: format!("Chương trình {group}"),
            audience_code: Some(format!("dt{group}")),
            is_elective_pool: false,
            topics,
        }
    }
}

fn pool_programme() -> ProgrammeInput {
    let topic = |seq: i64, kind: &str, periods: i64| TopicInput {
        seq,
        code: format!("MO-{seq}"),
        title: format!("Tự chọn {seq}"),
        kind: kind.to_owned(),
        periods,
        method: usual_method(kind).to_owned(),
        lecturer_type: "truong_chinh_tri".to_owned(),
        delivery: "ket_hop".to_owned(),
        is_elective: true,
        source_status: "test".to_owned(),
        source: "test".to_owned(),
        ..TopicInput::default()
    };
    ProgrammeInput {
        code: "PRG-MO".to_owned(),
        name: "Phần mở".to_owned(),
        audience_code: None,
        is_elective_pool: true,
        topics: vec![topic(1, "skill", 2), topic(2, "skill", 2), topic(3, "skill", 4), topic(4, "theory", 4)],
    }
}

/// Puts the programmes in force and approves the plan of 2026, by the three bodies whose duty it is.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn approve_everything(db: &Db, province: &Province, school: &Actor, others: [&Actor; 3]) {
    let [appraiser, head, home_affairs] = others;
    let early = at(db, "2026-02-23");
    let lines = crate::curriculum::programmes(&mut db.read().await.unwrap(), province.scheme).await.unwrap();
    for line in lines.into_iter().filter(|line| !line.is_elective_pool) {
        submit(&early, &Permit::check(school).unwrap(), line.id).await.unwrap();
        approve(&early, &Permit::check(appraiser).unwrap(), line.id, "1-TB").await.unwrap();
        enforce(&early, &Permit::check(head).unwrap(), line.id).await.unwrap();
    }
    let plan = compose_plan(&early, &Permit::check(school).unwrap()).await.unwrap();
    approve_year_of(&early, school, home_affairs, plan, 2026).await;
}

/// A year of a plan on its whole way to approval, by the rights of each body.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn approve_year_of(db: &Db, school: &Actor, home_affairs: &Actor, plan: PlanId, year: i64) {
    submit_year(db, &Permit::check(school).unwrap(), plan, year).await.unwrap();
    for body in ["home_affairs", "organisation_committee"] {
        agree_year(db, &Permit::check(&of_role(home_affairs, body)).unwrap(), plan, year).await.unwrap();
    }
    let committee = of_role(home_affairs, "standing_committee");
    approve_year(db, &Permit::check(&committee).unwrap(), plan, year, "1/KH").await.unwrap();
}

/// Somebody with the rights of another role, where a test has no account of it.
fn of_role(actor: &Actor, role: &str) -> Actor {
    let rights = ROLES.iter().find(|r| r.code == role).map_or(&[][..], |r| r.rights);
    Actor { role: role.to_owned(), rights: rights.iter().copied().collect(), ..actor.clone() }
}

/// Calls for the first class of the plan that nobody has called for, with `seats` seats; nominations until the
/// Friday before its first day (27/02/2026 for the first).
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn call_first(db: &Db, province: &Province, school: &Actor, seats: i64, head: Option<AccountId>) -> ClassId {
    let early = at(db, "2026-02-23");
    let waiting = planned(&mut db.read().await.unwrap(), province.scheme).await.unwrap();
    let first = waiting.first().unwrap();
    let input = CallInput {
        planned: first.id,
        starts_on: first.monday,
        venue: if first.seq % 2 == 0 { province.second_venue } else { province.venue },
        head,
        seat_limit: seats,
        nominate_by: (first.monday - chrono::Days::new(3)).max(day("2026-02-24")),
        publish: true,
    };
    call_class(&early, &Permit::check(school).unwrap(), &input).await.unwrap()
}

/// Nominates whom the planner suggests until every quota is used, accepts everybody and opens the class, on the
/// 25th and 26th of February.
///
/// # Panics
/// When anything refuses: a test must stop then.
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub async fn open_class_of(db: &Db, class: ClassId, school: &Actor, officers: &[Actor]) {
    let (nominating, opening) = (at(db, "2026-02-25"), at(db, "2026-02-26"));
    for officer in officers {
        let commune = officer.commune().unwrap();
        let mut conn = db.read().await.unwrap();
        let seats = quota(&mut conn, class, commune).await.unwrap().unwrap();
        let audience = classes::class(&mut conn, school, class).await.unwrap().unwrap().audience_code;
        let everybody = candidates(&mut conn, class, commune).await.unwrap();
        drop(conn);
        let fitting = everybody.iter().filter(|c| c.fits(&audience)).map(|c| c.person_id);
        let chosen: Vec<PersonId> = fitting.take(usize::try_from(seats).unwrap()).collect();
        nominate(&nominating, &Permit::check(officer).unwrap(), class, &chosen, true).await.unwrap();
    }
    let waiting = proposed(&mut db.read().await.unwrap(), class).await.unwrap();
    accept(&opening, &Permit::check(school).unwrap(), class, &waiting).await.unwrap();
    open_class(&opening, &Permit::check(school).unwrap(), class, "Mở theo kế hoạch").await.unwrap();
}
