//! A roster of 8,624 generated people. Nobody in it exists.
//!
//! Always true:
//! - the same reference tables and seed give the same roster;
//! - numbers by post, bloc, target group, education, political theory and state management equal the
//!   scheme's own figures exactly wherever those add up (`data/RECONCILE.md`);
//! - no two people of a commune share name and birth date.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "weights and shares of a generator"
)]

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate, TimeDelta};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

use people::registry::PersonInput;

use crate::reference::{CommuneRow, PositionRow, Reference};

/// A generated person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DemoPerson {
    /// 1 to 8,624, by commune and post.
    pub number: u32,
    /// Full name.
    pub name: String,
    /// `nam` or `nu`.
    pub gender: &'static str,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Code of the ethnic group.
    pub ethnic_code: String,
    /// Code of the commune.
    pub commune_code: String,
    /// Code of the office kind; none for people in no bloc.
    pub office_code: Option<String>,
    /// Code of the post.
    pub position_code: String,
    /// Education, none where the scheme declares none.
    pub education: Option<&'static str>,
    /// Political theory.
    pub theory: &'static str,
    /// State management.
    pub management: &'static str,
    /// In the post since.
    pub in_post_since: NaiveDate,
}

impl DemoPerson {
    /// As the register takes them.
    #[must_use]
    pub fn input(&self) -> PersonInput {
        PersonInput {
            code: format!("hv{:05}", self.number),
            full_name: self.name.clone(),
            gender: Some(self.gender.to_owned()),
            birth_date: Some(self.birth_date),
            ethnic_code: Some(self.ethnic_code.clone()),
            commune_code: self.commune_code.clone(),
            office_code: self.office_code.clone(),
            position_code: self.position_code.clone(),
            education: self.education.map(str::to_owned),
            theory: Some(self.theory.to_owned()),
            management: Some(self.management.to_owned()),
            in_post_since: self.in_post_since,
            generated: true,
        }
    }
}

/// Generates the roster as of 10 November 2025, the day of the scheme's figures.
#[must_use]
pub fn roster(reference: &Reference, seed: u64) -> Vec<DemoPerson> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let names = Names::new(reference);
    let weights: Vec<f64> = reference.communes.iter().map(|c| weight(c, &mut rng)).collect();
    let mut people: Vec<(DemoPerson, f64)> = Vec::new();
    for position in &reference.positions {
        let counts = spread(position.total_over_130.unwrap_or_default(), &weights);
        for (commune, count) in reference.communes.iter().zip(counts) {
            for _ in 0..count {
                people.push(person(commune, position, &names, &mut rng));
            }
        }
    }
    let place = |p: &DemoPerson| reference.positions.iter().position(|x| x.code == p.position_code);
    people.sort_by(|(a, _), (b, _)| (&a.commune_code, place(a)).cmp(&(&b.commune_code, place(b))));
    unique(&mut people, &names, &mut rng);
    levels(&mut people, &mut rng);
    (1..)
        .zip(people)
        .map(|(number, (mut person, _))| {
            person.number = number;
            person
        })
        .collect()
}

/// Larger communes have larger offices, but far less than in proportion.
fn weight(commune: &CommuneRow, rng: &mut impl Rng) -> f64 {
    let people = commune.population_reference_map.unwrap_or(20_000) as f64;
    (people / 30_000.0).powf(0.35) * rng.random_range(0.85..1.15)
}

/// Spreads `total` posts over the communes: an equal floor first, the rest by largest remainder.
fn spread(total: i64, weights: &[f64]) -> Vec<i64> {
    let floor = total / weights.len() as i64;
    // half of the equal share stays equal for posts that every commune has several of
    let floor = if floor > 1 { floor / 2 + 1 } else { floor };
    let rest = total - floor * weights.len() as i64;
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| w / sum * rest as f64).collect();
    let mut counts: Vec<i64> = exact.iter().map(|x| floor + x.floor() as i64).collect();
    let mut left = total - counts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let part = |i: &usize| exact.get(*i).map_or(0.0, |x| x.fract());
    order.sort_by(|a, b| part(b).total_cmp(&part(a)).then(a.cmp(b)));
    for i in order {
        if left == 0 {
            break;
        }
        if let Some(count) = counts.get_mut(i) {
            *count += 1;
            left -= 1;
        }
    }
    counts
}

/// Ethnic groups that live where: code of the list of 1979, key in the name tables, share by former district.
fn ethnic(commune: &CommuneRow, rng: &mut impl Rng) -> (&'static str, &'static str) {
    let shares: &[(&str, &str, f64)] = match commune.former_district.as_str() {
        "Huyện Kỳ Sơn" => &[("08", "mong", 0.38), ("03", "thai", 0.27), ("29", "kho_mu", 0.22)],
        "Huyện Tương Dương" => {
            &[("03", "thai", 0.62), ("29", "kho_mu", 0.10), ("08", "mong", 0.05), ("44", "o_du", 0.02)]
        }
        "Huyện Quế Phong" => &[("03", "thai", 0.72), ("08", "mong", 0.05), ("29", "kho_mu", 0.03)],
        "Huyện Quỳ Châu" => &[("03", "thai", 0.68)],
        "Huyện Con Cuông" => &[("03", "thai", 0.62), ("24", "tho", 0.02)],
        "Huyện Quỳ Hợp" => &[("03", "thai", 0.34), ("24", "tho", 0.10)],
        "Huyện Nghĩa Đàn" | "Thị xã Thái Hòa" => &[("24", "tho", 0.14), ("03", "thai", 0.05)],
        "Huyện Tân Kỳ" => &[("24", "tho", 0.12), ("03", "thai", 0.05)],
        "Huyện Anh Sơn" => &[("03", "thai", 0.06)],
        "Huyện Thanh Chương" => &[("03", "thai", 0.02)],
        _ => &[],
    };
    // officials of the highlands are drawn from the whole province, so the local shares shrink
    let mut draw: f64 = rng.random::<f64>() / 0.72;
    for (code, key, share) in shares {
        if draw < *share {
            return (code, key);
        }
        draw -= share;
    }
    ("01", "kinh")
}

fn person(commune: &CommuneRow, position: &PositionRow, names: &Names, rng: &mut impl Rng) -> (DemoPerson, f64) {
    let women = match position.code.as_str() {
        code if code.starts_with("QS-") => 0.01,
        code if code.starts_with("MT-PN") => 1.0,
        code if code.starts_with("MT-CCB") => 0.03,
        _ if position.level == "key_leader" => 0.22,
        _ => 0.41,
    };
    let gender = if rng.random_bool(women) { "nu" } else { "nam" };
    let (oldest, youngest, rank) = match position.level.as_str() {
        "key_leader" => (58, 38, 3.0),
        "head" => (58, 34, 2.0),
        "deputy" => (56, 31, 1.2),
        _ => (57, 24, 0.0),
    };
    // the sum of two draws: most people stand in the middle of their band
    let age = f64::from(youngest) + f64::from(oldest - youngest) * (rng.random::<f64>() + rng.random::<f64>()) / 2.0;
    let birth_date = as_of() - TimeDelta::days((age * 365.25) as i64);
    let (ethnic_code, key) = ethnic(commune, rng);
    let name = names.draw(key, gender, birth_date.year(), rng);
    let merged = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or_default();
    let in_post_since = if rng.random_bool(0.08) { merged + TimeDelta::days(rng.random_range(1..120)) } else { merged };
    let person = DemoPerson {
        number: 0,
        name,
        gender,
        birth_date,
        ethnic_code: ethnic_code.to_owned(),
        commune_code: commune.code.clone(),
        office_code: (!position.office_code.is_empty()).then(|| position.office_code.clone()),
        position_code: position.code.clone(),
        education: None,
        theory: "",
        management: "",
        in_post_since,
    };
    (person, rank)
}

fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 11, 10).unwrap_or_default()
}

/// Nobody of a commune shares name and birth date with another.
fn unique(people: &mut [(DemoPerson, f64)], names: &Names, rng: &mut impl Rng) {
    let mut seen = HashSet::new();
    for (person, _) in people.iter_mut() {
        while !seen.insert((person.commune_code.clone(), person.name.clone(), person.birth_date)) {
            person.name = names.draw("kinh", person.gender, person.birth_date.year(), rng);
        }
    }
}

/// Gives out the declared numbers of each level, higher ones rather to leaders.
fn levels(people: &mut [(DemoPerson, f64)], rng: &mut impl Rng) {
    const EDUCATION: [(Option<&str>, usize); 6] = [
        (Some("tien_si"), 5),
        (Some("thac_si"), 1018),
        (Some("dai_hoc"), 7430),
        (None, 112),
        (Some("cao_dang_trung_cap"), 54),
        (Some("so_cap"), 5),
    ];
    const THEORY: [(&str, usize); 4] = [("cao_cap", 965), ("trung_cap", 7005), ("so_cap", 552), ("chua_qua", 102)];
    const MANAGEMENT: [(&str, usize); 4] = [("cvcc", 25), ("cvc", 828), ("cv", 7306), ("chua_qua", 465)];
    let mut order = |noise: f64| {
        let mut order: Vec<(f64, usize)> = people
            .iter()
            .enumerate()
            .map(|(i, (p, rank))| {
                let age = f64::from(as_of().year() - p.birth_date.year());
                (rank + age / 40.0 + noise * rng.random::<f64>(), i)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, i)| i).collect::<Vec<_>>()
    };
    let (by_education, by_theory, by_management) = (order(4.0), order(1.5), order(1.5));
    let mut give = |order: Vec<usize>, counts: Vec<usize>, set: &dyn Fn(&mut DemoPerson, usize)| {
        let kinds = counts.iter().enumerate().flat_map(|(kind, count)| std::iter::repeat_n(kind, *count));
        for (i, kind) in order.into_iter().zip(kinds) {
            if let Some((person, _)) = people.get_mut(i) {
                set(person, kind);
            }
        }
    };
    give(by_education, EDUCATION.map(|e| e.1).to_vec(), &|p, kind| {
        p.education = EDUCATION.get(kind).and_then(|e| e.0);
    });
    give(by_theory, THEORY.map(|e| e.1).to_vec(), &|p, kind| p.theory = THEORY.get(kind).map_or("", |e| e.0));
    give(by_management, MANAGEMENT.map(|e| e.1).to_vec(), &|p, kind| {
        p.management = MANAGEMENT.get(kind).map_or("", |e| e.0);
    });
}

/// Names by ethnic group, gender and birth cohort with their weights.
struct Names {
    families: Vec<(String, String, f64)>,
    middles: Vec<(String, String, String, String, f64)>,
    givens: Vec<(String, String, String, String, f64)>,
}

impl Names {
    fn new(reference: &Reference) -> Self {
        let families = reference.families.iter();
        let middles = reference.middles.iter();
        let givens = reference.givens.iter();
        Self {
            families: families
                .map(|f| (f.family_name.clone(), f.ethnic_group.clone(), f.weight_per_1000_in_group.unwrap_or(1.0)))
                .collect(),
            middles: middles
                .map(|m| {
                    let weight = m.weight_per_1000.unwrap_or(1.0);
                    (m.middle_name.clone(), m.ethnic_group.clone(), m.gender.clone(), m.birth_cohort.clone(), weight)
                })
                .collect(),
            givens: givens
                .map(|g| {
                    let weight = g.weight_per_1000.unwrap_or(1.0);
                    (g.given_name.clone(), g.ethnic_group.clone(), g.gender.clone(), g.birth_cohort.clone(), weight)
                })
                .collect(),
        }
    }

    fn draw(&self, group: &str, gender: &str, year: i32, rng: &mut impl Rng) -> String {
        let family = pick(self.families.iter().filter(|f| f.1 == group).map(|f| (&f.0, f.2)), rng);
        let fits = |cohort: &str| {
            let (from, to) = cohort.split_once('-').unwrap_or(("0", "9999"));
            let year = year.clamp(1966, 2002);
            from.parse::<i32>().is_ok_and(|f| f <= year) && to.parse::<i32>().is_ok_and(|t| year <= t)
        };
        let of = |table: &[(String, String, String, String, f64)], rng: &mut dyn Rng| {
            // given names of most groups are the Kinh ones; the Mông have their own
            let own = if table.iter().any(|r| r.1 == group) { group } else { "kinh" };
            let rows = table.iter().filter(|r| r.1 == own && r.2 == gender && fits(&r.3)).map(|r| (&r.0, r.4));
            pick(rows, rng)
        };
        let middle = of(&self.middles, rng);
        let given = of(&self.givens, rng);
        [family, middle, given].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

fn pick<'a>(rows: impl Iterator<Item = (&'a String, f64)> + Clone, rng: &mut (impl Rng + ?Sized)) -> String {
    let sum: f64 = rows.clone().map(|r| r.1).sum();
    let mut draw = f64::from(rng.next_u32()) / f64::from(u32::MAX) * sum;
    let mut last = "";
    for (name, weight) in rows {
        last = name;
        if draw < weight {
            break;
        }
        draw -= weight;
    }
    last.to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn people() -> (Reference, Vec<DemoPerson>) {
        let reference = Reference::load().unwrap();
        let people = roster(&reference, 1);
        (reference, people)
    }

    fn count<K: Ord>(people: &[DemoPerson], key: impl Fn(&DemoPerson) -> K) -> BTreeMap<K, i64> {
        let mut counts = BTreeMap::new();
        for person in people {
            *counts.entry(key(person)).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn margins_equal_the_schemes_figures() {
        let (reference, people) = people();
        assert_eq!(people.len(), 8624);
        let position = |p: &DemoPerson| reference.positions.iter().find(|x| x.code == p.position_code).unwrap();
        let mut found = count(&people, |p| ("bloc".to_owned(), position(p).bloc.clone()));
        found.extend(count(&people, |p| ("education".to_owned(), p.education.unwrap_or("none").to_owned())));
        found.extend(count(&people, |p| ("theory".to_owned(), p.theory.to_owned())));
        found.extend(count(&people, |p| ("management".to_owned(), p.management.to_owned())));
        for row in reference.declared.iter().filter(|r| r.dimension != "total" && r.dimension != "target") {
            assert_eq!(found[&(row.dimension.clone(), row.key.clone())], row.people, "{} {}", row.dimension, row.key);
        }
        assert_eq!(found[&("bloc".to_owned(), "chua_phan_khoi".to_owned())], 71);
        assert_eq!(found[&("education".to_owned(), "none".to_owned())], 112);
        let groups = count(&people, |p| position(p).target_group);
        assert_eq!((groups[&Some(1)], groups[&Some(2)], groups[&Some(3)]), (1945, 4229, 1191));
    }

    #[test]
    fn every_commune_has_its_people_and_one_secretary() {
        let (_, people) = people();
        let by_commune = count(&people, |p| p.commune_code.clone());
        assert_eq!(by_commune.len(), 130);
        assert!(by_commune.values().all(|n| (45..=110).contains(n)), "{by_commune:?}");
        let secretaries =
            count(people.iter().filter(|p| p.position_code == "DU-BT").cloned().collect::<Vec<_>>().as_slice(), |p| {
                p.commune_code.clone()
            });
        assert_eq!((secretaries.len(), secretaries.values().max()), (130, Some(&1)));
    }

    #[test]
    fn people_are_plausible_and_distinct() {
        let (_, people) = people();
        let distinct: HashSet<_> = people.iter().map(|p| (&p.commune_code, &p.name, p.birth_date)).collect();
        assert_eq!(distinct.len(), people.len());
        assert!(people.iter().all(|p| (23..=59).contains(&(2025 - p.birth_date.year()))));
        assert!(people.iter().all(|p| p.name.split(' ').count() >= 2), "every name has two words");
        let minorities = people.iter().filter(|p| p.ethnic_code != "01").count();
        assert!((1000..1700).contains(&minorities), "{minorities}");
        let women = people.iter().filter(|p| p.gender == "nu").count();
        assert!((2900..3700).contains(&women), "{women}");
    }

    #[test]
    fn the_same_seed_gives_the_same_people() {
        let (reference, people) = people();
        assert_eq!(people, roster(&reference, 1));
        assert_ne!(people, roster(&reference, 2));
    }
}
