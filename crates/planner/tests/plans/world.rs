//! Instances made here, the same for the same seed.

use planner::{Beyond, Commune, Instance, Office, Person, Programme, Week};

/// What a generated instance is like.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub communes: u32,
    pub offices_per_commune: u32,
    pub people_per_office: u32,
    pub classes: [u32; 2],
    pub size: [u32; 2],
    pub rooms: u32,
    pub years: u32,
    /// More leave, one person of an office away at a time.
    pub tight: bool,
}

impl Default for World {
    fn default() -> Self {
        Self {
            communes: 20,
            offices_per_commune: 4,
            people_per_office: 8,
            classes: [8, 12],
            size: [20, 26],
            rooms: 2,
            years: 3,
            tight: false,
        }
    }
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(most)).unwrap()
    }
}

impl World {
    pub fn instance(&self, seed: u64) -> Instance {
        let mut random = Random(seed);
        // forty weeks a year, from March on, ten in each quarter
        let weeks: Vec<Week> = (0..self.years * 40)
            .map(|id| {
                let (year, week) = (2026 + id / 40, id % 40);
                let (month, day) = (1 + week * 12 / 40, 1 + (week * 7) % 28);
                let monday = format!("{year}-{month:02}-{day:02}");
                Week {
                    id,
                    monday,
                    year: i32::try_from(year).unwrap(),
                    capacity: if week == 20 { 0 } else { self.rooms },
                }
            })
            .collect();
        let weeks = in_order(weeks);
        let last = u32::try_from(weeks.len()).unwrap() - 1;
        let blocked = |random: &mut Random, most: u32| -> Vec<u32> {
            let mut found: Vec<u32> = (0..random.below(most + 1)).map(|_| random.below(last + 1)).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let mut instance = Instance {
            format: "coverage-plan/1".to_owned(),
            name: format!("seed {seed}"),
            classes_per_year: self.classes,
            classes_per_quarter_most: self.classes[1].div_ceil(4) + 1,
            class_size: self.size,
            coverage_target: 0.9,
            repeat_gap_weeks: 30,
            programmes: ["leader", "specialist"]
                .into_iter()
                .map(|id| Programme { id: id.to_owned(), blocked_weeks: blocked(&mut random, 6) })
                .collect(),
            weeks,
            communes: Vec::new(),
            offices: Vec::new(),
            people: Vec::new(),
            exclusions: Vec::new(),
            beyond: Beyond::default(),
        };
        for commune in 0..self.communes {
            let (remote, border) = (random.below(3) == 0, random.below(8) == 0);
            instance.communes.push(Commune { id: commune, code: format!("C{commune:03}"), remote, border });
            for _ in 0..self.offices_per_commune {
                let office = u32::try_from(instance.offices.len()).unwrap();
                let size = self.people_per_office + random.below(3);
                let max_absent = if self.tight { 1 } else { (size / 3).max(1) };
                instance.offices.push(Office { id: office, commune, name: "office".to_owned(), max_absent });
                let head = u32::try_from(instance.people.len()).unwrap();
                instance.exclusions.push([head, head + 1]);
                for place in 0..size {
                    let leaves = random.below(10) == 0;
                    instance.people.push(Person {
                        id: head + place,
                        office,
                        programme: if place < 2 { "leader" } else { "specialist" }.to_owned(),
                        weight: 1 + random.below(6),
                        from_week: if random.below(10) == 0 { random.below(last) } else { 0 },
                        to_week: if leaves { last / 2 + random.below(last / 2) } else { last },
                        blocked_weeks: blocked(&mut random, if self.tight { 8 } else { 3 }),
                    });
                }
            }
        }
        instance
    }
}

/// Mondays of a year in strict order: the made days of one month may come out of order.
fn in_order(mut weeks: Vec<Week>) -> Vec<Week> {
    weeks.sort_by(|a, b| a.monday.cmp(&b.monday));
    let mut kept: Vec<Week> = Vec::new();
    for week in weeks {
        if kept.last().is_none_or(|k| k.monday < week.monday) {
            kept.push(Week { id: u32::try_from(kept.len()).unwrap(), ..week });
        }
    }
    kept
}
