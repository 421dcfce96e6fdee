//! How likely a plan reaches its target: the plan is played many times with the absences and departures that were seen.
//!
//! A play walks through the classes in time order. Of those who are called to a class some do not complete it; they wait again. Of those who are
//! trained some leave their post, and whoever follows them waits. Both rates are uncertain while little was seen: each play draws its own
//! from what the counts allow (the normal approximation of a beta distribution with one event and one other before anything is seen). The
//! same seed gives the same forecast on every machine.

use crate::dice::Dice;

/// How often something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How often it happened.
    pub events: u64,
    /// How often it could have happened.
    pub of: u64,
}

impl Rate {
    /// What is expected of it.
    #[must_use]
    pub fn mean(self) -> f64 {
        (self.events as f64 + 1.0) / (self.of as f64 + 2.0)
    }

    /// A value that the counts allow.
    fn drawn(self, dice: &mut Dice) -> f64 {
        let mean = self.mean();
        let spread = (mean * (1.0 - mean) / (self.of as f64 + 3.0)).sqrt();
        // Box and Muller
        let (a, b) = (1.0 - dice.unit(), dice.unit());
        let normal = (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos();
        (mean + spread * normal).clamp(0.0, 1.0)
    }
}

/// People whom one programme serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// People in post.
    pub people: u32,
    /// Those of them who are trained.
    pub trained: u32,
}

/// A class that is still to be held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coming {
    /// Position of its programme.
    pub programme: usize,
    /// Calendar year.
    pub year: i32,
    /// Years from now to its week.
    pub after: f64,
    /// Seats.
    pub seats: u32,
}

/// What is forecast from.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// People by programme.
    pub served: Vec<Served>,
    /// Classes in time order.
    pub classes: Vec<Coming>,
    /// Years of the horizon, the present one first.
    pub years: Vec<i32>,
    /// Of people called, those who did not complete.
    pub absent: Rate,
    /// Of people in post, those who leave in a year.
    pub leaving: Rate,
    /// Share of the people to be trained.
    pub target: f64,
}

/// What is forecast of the end of a year; shares of the people in post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearAhead {
    /// The year.
    pub year: i32,
    /// How likely the target is reached by its end.
    pub probability: f64,
    /// Share trained that nine of ten plays reach, that half of them reach, that one of ten reaches.
    pub low: f64,
    /// Half of the plays.
    pub middle: f64,
    /// One of ten.
    pub high: f64,
}

/// What is forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Every year of the horizon.
    pub years: Vec<YearAhead>,
    /// Classes that must be held in addition by the end of the horizon so that the target is likely (nine of ten plays), by programme; none
    /// when it is, and nothing when no number of them would do.
    pub more: Option<Vec<usize>>,
}

/// How many plays there are.
const PLAYS: usize = 2_000;
/// How likely the target must be for nothing more to be asked.
const LIKELY: f64 = 0.9;
/// Most classes that are asked for in addition.
const MOST_MORE: usize = 60;

/// A play's shares at the end of each year, and who waits at the end of the last by programme.
struct Play {
    shares: Vec<f64>,
    waiting: Vec<u32>,
}

/// How many of `n` happen with a probability each, exactly, in steps of what happens.
fn binomial(n: u32, p: f64, dice: &mut Dice) -> u32 {
    if p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let (mut count, mut at) = (0, 0.0);
    let gap = (1.0 - p).ln();
    loop {
        at += ((1.0 - dice.unit()).ln() / gap).floor() + 1.0;
        if at > f64::from(n) {
            return count;
        }
        count += 1;
    }
}

impl Outlook {
    fn play(&self, more: &[usize], seats: u32, dice: &mut Dice) -> Play {
        let (absent, leaving) = (self.absent.drawn(dice), self.leaving.drawn(dice));
        let mut trained: Vec<u32> = self.served.iter().map(|s| s.trained.min(s.people)).collect();
        let people: f64 = self.served.iter().map(|s| f64::from(s.people)).sum();
        let mut shares = Vec::with_capacity(self.years.len());
        let mut before = 0.0;
        let leave = |trained: &mut Vec<u32>, years: f64, dice: &mut Dice| {
            let gone = 1.0 - (1.0 - leaving).powf(years.max(0.0));
            for n in trained.iter_mut() {
                *n -= binomial(*n, gone, dice);
            }
        };
        let teach = |trained: &mut Vec<u32>, programme: usize, seats: u32, dice: &mut Dice| {
            let waiting = self.served[programme].people - trained[programme];
            let called = waiting.min(seats);
            trained[programme] += called - binomial(called, absent, dice);
        };
        let last = self.years.last().copied();
        for year in &self.years {
            for class in self.classes.iter().filter(|c| c.year == *year) {
                leave(&mut trained, class.after - before, dice);
                before = class.after;
                teach(&mut trained, class.programme, class.seats, dice);
            }
            if Some(*year) == last {
                for programme in more {
                    teach(&mut trained, *programme, seats, dice);
                }
            }
            shares.push(trained.iter().map(|n| f64::from(*n)).sum::<f64>() / people.max(1.0));
        }
        Play { shares, waiting: self.served.iter().zip(&trained).map(|(s, n)| s.people - n).collect() }
    }

    fn plays(&self, more: &[usize], seats: u32, seed: u64) -> Vec<Play> {
        let mut dice = Dice::of(seed);
        (0..PLAYS).map(|_| self.play(more, seats, &mut dice)).collect()
    }

    fn probability(&self, plays: &[Play], year: usize) -> f64 {
        plays.iter().filter(|p| p.shares[year] >= self.target - 1e-12).count() as f64 / plays.len() as f64
    }

    /// The forecast; classes in addition have so many seats.
    #[must_use]
    pub fn forecast(&self, seats: u32, seed: u64) -> Forecast {
        let plays = self.plays(&[], seats, seed);
        let of = |n: usize| {
            let mut shares: Vec<f64> = plays.iter().map(|p| p.shares[n]).collect();
            shares.sort_by(f64::total_cmp);
            let at = |part: usize| shares[(PLAYS * part / 10).min(PLAYS - 1)];
            YearAhead {
                year: self.years[n],
                probability: self.probability(&plays, n),
                low: at(1),
                middle: at(5),
                high: at(9),
            }
        };
        Forecast { years: (0..self.years.len()).map(of).collect(), more: self.more(plays, seats, seed) }
    }

    /// Adds classes to plays that have none in addition, until the target is likely.
    fn more(&self, mut plays: Vec<Play>, seats: u32, seed: u64) -> Option<Vec<usize>> {
        let end = self.years.len().checked_sub(1)?;
        let mut more: Vec<usize> = Vec::new();
        while self.probability(&plays, end) < LIKELY {
            if more.len() == MOST_MORE {
                return None;
            }
            // the programme for which most people wait
            let waits = |programme: usize| plays.iter().map(|p| u64::from(p.waiting[programme])).sum::<u64>();
            more.push((0..self.served.len()).max_by_key(|p| (waits(*p), std::cmp::Reverse(*p)))?);
            plays = self.plays(&more, seats, seed);
        }
        let of = |programme: usize| more.iter().filter(|p| **p == programme).count();
        Some((0..self.served.len()).map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred people a programme, three years, classes of thirty.
    fn outlook(absent: Rate, leaving: Rate, classes: usize) -> Outlook {
        let coming = |n: usize| Coming {
            programme: n % 2,
            year: 2026 + (n * 3 / classes) as i32,
            after: n as f64 * 3.0 / classes as f64,
            seats: 30,
        };
        Outlook {
            served: vec![Served { people: 100, trained: 0 }; 2],
            classes: (0..classes).map(coming).collect(),
            years: vec![2026, 2027, 2028],
            absent,
            leaving,
            target: 0.95,
        }
    }

    const NEVER: Rate = Rate { events: 0, of: 1_000_000 };

    #[test]
    fn without_absence_and_departure_the_plan_happens() {
        let years = outlook(NEVER, NEVER, 8).forecast(30, 1).years;
        assert!(years[2].probability > 0.99 && (years[2].middle - 1.0).abs() < 0.01, "{years:?}");
        assert!(years[0].probability < 0.01 && (years[0].middle - 0.45).abs() < 0.01, "{years:?}");
        // enough classes: none more
        assert_eq!(outlook(NEVER, NEVER, 8).forecast(30, 1).more, Some(vec![0, 0]));
    }

    #[test]
    fn what_is_seen_moves_the_forecast_and_asks_for_classes() {
        let often = Rate { events: 200, of: 1_000 };
        let years = |absent, leaving| outlook(absent, leaving, 7).forecast(30, 1).years;
        let (calm, absent, both) = (years(NEVER, NEVER), years(often, NEVER), years(often, often));
        assert!(calm[2].middle > absent[2].middle && absent[2].middle > both[2].middle, "{calm:?} {absent:?} {both:?}");
        assert!(both[2].low < both[2].middle && both[2].middle < both[2].high);
        let asked = outlook(often, NEVER, 7);
        let more = asked.forecast(30, 1).more.unwrap();
        // 190 of 200 needed, seven classes give some 168: one or two more
        assert!((1..=3).contains(&more.iter().sum::<usize>()), "{more:?}");
        // the number is enough, and one less is not
        let list = |n: usize| more.iter().enumerate().flat_map(|(p, n)| vec![p; *n]).take(n).collect::<Vec<_>>();
        let sum = more.iter().sum::<usize>();
        assert!(asked.probability(&asked.plays(&list(sum), 30, 1), 2) >= LIKELY);
        assert!(asked.probability(&asked.plays(&list(sum - 1), 30, 1), 2) < LIKELY);
        // nobody can be trained when everybody stays away
        let always = Rate { events: 1_000_000, of: 1_000_000 };
        assert_eq!(outlook(always, NEVER, 7).forecast(30, 1).more, None);
    }

    #[test]
    fn little_seen_is_less_certain_and_a_seed_gives_the_same() {
        let few = outlook(Rate { events: 1, of: 10 }, NEVER, 7).forecast(30, 3).years;
        let many = outlook(Rate { events: 1_000, of: 10_000 }, NEVER, 7).forecast(30, 3).years;
        assert!(few[2].high - few[2].low > many[2].high - many[2].low, "{few:?} {many:?}");
        assert_eq!(few, outlook(Rate { events: 1, of: 10 }, NEVER, 7).forecast(30, 3).years);
    }

    #[test]
    fn counts_of_chance_have_their_mean() {
        let mut dice = Dice::of(7);
        for (n, p) in [(70, 0.05), (5_000, 0.002), (40, 0.9), (10, 0.0), (10, 1.0)] {
            let mean = (0..20_000).map(|_| f64::from(binomial(n, p, &mut dice))).sum::<f64>() / 20_000.0;
            assert!((mean - f64::from(n) * p).abs() < 0.02 * f64::from(n).sqrt().max(1.0), "{n} × {p}: {mean}");
        }
    }
}
