//! The organisation by the words that rosters use for it: communes, offices, posts, ethnic groups.

use std::collections::HashMap;

use kernel::{
    PositionId, UnitId,
    text::{fold, spell_out},
};

/// A post as rosters name it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct PositionLine {
    pub(super) id: PositionId,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) office_code: Option<String>,
    pub(super) level: String,
}

/// The organisation by the words that rosters use for it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    communes: HashMap<String, UnitId>,
    office_kinds: HashMap<String, String>,
    offices: HashMap<(UnitId, String), UnitId>,
    positions: HashMap<String, Vec<usize>>,
    lines: Vec<PositionLine>,
    ethnic: HashMap<String, String>,
}

impl Lists {
    /// From the tables: communes (code, name, id), kinds of offices (code, name), offices, posts, ethnic groups (code, name).
    pub(super) fn of(
        communes: &[(String, String, UnitId)],
        kinds: &[(String, String)],
        offices: HashMap<(UnitId, String), UnitId>,
        lines: Vec<PositionLine>,
        ethnic: &[(String, String)],
    ) -> Self {
        let mut lists = Self { offices, ..Self::default() };
        for (code, name, id) in communes {
            lists.communes.insert(code.clone(), *id);
            lists.communes.insert(fold(name), *id);
        }
        for (code, name) in kinds {
            for way in ways(name).into_iter().chain([title_key(code)]) {
                lists.office_kinds.entry(way).or_insert_with(|| code.clone());
            }
        }
        for (place, line) in lines.iter().enumerate() {
            for way in ways(&line.title).into_iter().chain([fold(&line.code)]) {
                lists.positions.entry(way).or_default().push(place);
            }
        }
        lists.lines = lines;
        for (code, name) in ethnic {
            lists.ethnic.insert(fold(name).replace(' ', ""), code.clone());
        }
        lists
    }

    pub(super) fn commune(&self, text: &str) -> Option<UnitId> {
        const BEFORE: [&str; 9] = [
            "xa ",
            "phuong ",
            "dac khu ",
            "ubnd xa ",
            "ubnd phuong ",
            "uy ban nhan dan xa ",
            "uy ban nhan dan phuong ",
            "dang uy xa ",
            "dang uy phuong ",
        ];
        let folded = fold(text);
        let names = BEFORE.iter().filter_map(|word| folded.strip_prefix(word));
        [folded.as_str()].into_iter().chain(names).find_map(|name| self.communes.get(name)).copied()
    }

    /// Code of the kind of office that a name stands for.
    pub(super) fn office_kind(&self, text: &str) -> Option<&String> {
        self.office_kinds.get(&title_key(text))
    }

    /// The office of a kind in a commune.
    pub(super) fn office(&self, commune: UnitId, kind: &str) -> Option<UnitId> {
        self.offices.get(&(commune, kind.to_owned())).copied()
    }

    pub(super) fn ethnic(&self, text: &str) -> Option<&String> {
        let name = fold(text).replace(' ', "");
        self.ethnic.get(if name == "hmong" { "mong" } else { &name })
    }

    /// The post by its title or code; a short title (`Trưởng phòng`) needs the office beside it. The code of the fault when
    /// there is none or more than one.
    pub(super) fn position(&self, title: &str, office: Option<&str>) -> Result<&PositionLine, &'static str> {
        let key = title_key(title);
        let of_office = |line: &&PositionLine| office.is_none() || line.office_code.as_deref() == office;
        let fitting: Vec<&PositionLine> =
            match (self.positions.get(&key).or_else(|| self.positions.get(&fold(title))), level_of(&key), office) {
                (Some(places), _, _) => {
                    let named: Vec<&PositionLine> = places.iter().filter_map(|p| self.lines.get(*p)).collect();
                    // one title is enough, whatever the office is called
                    if named.len() == 1 { named } else { named.into_iter().filter(of_office).collect() }
                }
                (None, Some(level), Some(_)) => {
                    self.lines.iter().filter(|l| l.level == level).filter(of_office).collect()
                }
                _ => Vec::new(),
            };
        match fitting.as_slice() {
            [one] => Ok(one),
            [] => Err("position-unknown"),
            _ => Err("position-ambiguous"),
        }
    }
}

/// A title or the name of an office for comparing: folded, in its long form, without the commune behind it.
/// `Chủ tịch Ủy ban nhân dân xã Keng Đu` and `Chủ tịch UBND` have the same key.
fn title_key(text: &str) -> String {
    let mut key = spell_out(text);
    if key.contains("viet nam") {
        key = key.replace("viet nam", "");
    }
    let words: Vec<&str> = key.split_whitespace().collect();
    let commune = words.iter().enumerate().skip(1).find(|(place, word)| {
        // "xã hội" is no commune
        matches!(**word, "xa" | "phuong") && words.get(place + 1) != Some(&"hoi")
    });
    let end = commune.map_or(words.len(), |(place, _)| place);
    words.get(..end).unwrap_or_default().join(" ")
}

/// Every way in which a name with alternatives is written: as a whole, and each side of ` / ` without brackets.
/// `Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)` is also `truong phong kinh te`.
fn ways(name: &str) -> Vec<String> {
    let mut ways = vec![title_key(name)];
    let plain = |part: &str| title_key(part.split('(').next().unwrap_or(part));
    if let Some((first, second)) = name.split_once(" / ") {
        let first = plain(first);
        let second = plain(second);
        // the second side of a title repeats the first without its leading words
        if let Some(common) = ["truong phong ", "pho truong phong "].iter().find(|w| first.starts_with(**w))
            && !second.starts_with(common)
        {
            ways.push(format!("{common}{second}"));
        } else {
            ways.push(second);
        }
        ways.push(first);
    }
    ways.sort();
    ways.dedup();
    ways
}

/// Level of a short title.
fn level_of(folded: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|w| folded.starts_with(w));
    if starts(&["pho "]) {
        Some("deputy")
    } else if starts(&["truong ", "chanh ", "chu nhiem", "giam doc", "chu tich", "bi thu", "chi huy truong"]) {
        Some("head")
    } else if starts(&["chuyen vien", "cong chuc", "nhan vien", "can bo", "vien chuc", "tro ly"]) {
        Some("specialist")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_a_title() {
        let all = ways("Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)");
        assert_eq!(all, ["truong phong kinh te", "truong phong kinh te ha tang va do thi"]);
    }

    #[test]
    fn titles_with_and_without_their_commune_are_one() {
        assert_eq!(title_key("Chủ tịch Ủy ban nhân dân xã Keng Đu"), "chu tich uy ban nhan dan");
        assert_eq!(title_key("CT UBND"), title_key("Chủ tịch Ủy ban nhân dân xã Keng Đu"));
        assert_eq!(title_key("Trưởng phòng Văn hóa - Xã hội phường"), "truong phong van hoa xa hoi");
        assert_eq!(title_key("Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam"), title_key("Chủ tịch Ủy ban MTTQ Việt Nam"));
    }
}
