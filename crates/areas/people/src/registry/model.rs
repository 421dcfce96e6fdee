//! Reconciliation: declared totals against each other and against the register.

/// One declared figure beside what the register counts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReconcileLine {
    /// `total`, `target`, `bloc`, `education`, `theory` or `management`.
    pub dimension: String,
    /// Stable code within the dimension.
    pub key: String,
    /// Text of the source.
    pub label: String,
    /// People according to the source.
    pub declared: i64,
    /// People in the register.
    pub counted: i64,
}

/// People of one combination of levels; an empty level is not declared.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct CrossRow {
    pub(super) bloc: String,
    pub(super) education: String,
    pub(super) theory: String,
    pub(super) management: String,
    /// Whether their posts belong to a target group of the scheme.
    pub(super) targeted: bool,
    pub(super) people: i64,
}

/// Puts the register's figure beside every declared one.
pub(super) fn counted(mut declared: Vec<ReconcileLine>, rows: &[CrossRow]) -> Vec<ReconcileLine> {
    for line in &mut declared {
        let fits = |row: &&CrossRow| match line.dimension.as_str() {
            "total" => true,
            "target" => row.targeted,
            "bloc" => row.bloc == line.key,
            "education" => row.education == line.key,
            "theory" => row.theory == line.key,
            "management" => row.management == line.key,
            _ => false,
        };
        line.counted = rows.iter().filter(fits).map(|row| row.people).sum();
    }
    declared
}

/// How far the declared parts of a dimension miss the declared total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The dimension.
    pub dimension: String,
    /// Sum of its declared parts.
    pub sum: i64,
    /// Declared total minus that sum; 0 where it adds up.
    pub missing: i64,
}

/// Gap of every dimension that has parts, in the order in which they were declared.
/// It is reported, never mended: the scheme's own figures do not all add up.
#[must_use]
pub fn gaps(lines: &[ReconcileLine]) -> Vec<Gap> {
    let total = lines.iter().find(|l| l.dimension == "total").map_or(0, |l| l.declared);
    let mut gaps: Vec<Gap> = Vec::new();
    for line in lines.iter().filter(|l| !matches!(l.dimension.as_str(), "total" | "target")) {
        match gaps.iter_mut().find(|g| g.dimension == line.dimension) {
            Some(gap) => {
                gap.sum += line.declared;
                gap.missing -= line.declared;
            }
            None => {
                gaps.push(Gap {
                    dimension: line.dimension.clone(),
                    sum: line.declared,
                    missing: total - line.declared,
                });
            }
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(dimension: &str, declared: i64) -> ReconcileLine {
        ReconcileLine { dimension: dimension.into(), key: String::new(), label: String::new(), declared, counted: 0 }
    }

    #[test]
    fn what_does_not_add_up_is_reported() {
        let lines =
            [line("total", 8624), line("target", 7365), line("bloc", 2277), line("bloc", 6276), line("theory", 8624)];
        assert_eq!(
            gaps(&lines),
            [
                Gap { dimension: "bloc".into(), sum: 8553, missing: 71 },
                Gap { dimension: "theory".into(), sum: 8624, missing: 0 }
            ]
        );
    }
}
