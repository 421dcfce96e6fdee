//! Texts that are not what their author saw: letters of old fonts, letters that were lost on the way.

use super::{Cell, FileError};

/// What has happened to the texts of a sheet, counted as its rows come: names would be stored as rubbish.
/// The fonts of TCVN3 and VNI are named and not converted: a capital font has the same signs as a small one, and
/// a sheet mixes them with Unicode cell by cell.
#[derive(Debug, Default)]
pub(in crate::registry::import) struct Spoilt {
    all: usize,
    encoding: usize,
    tcvn3: usize,
    vni: usize,
    lost: usize,
}

impl Spoilt {
    /// One row more.
    pub(in crate::registry::import) fn row(&mut self, cells: &[Cell]) {
        for cell in cells {
            if let Cell::Text(text) = cell {
                self.text(text);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !text.contains(char::is_alphabetic) {
            return;
        }
        self.all += 1;
        match spoilt_by(text) {
            Some(FileError::Encoding) => self.encoding += 1,
            Some(FileError::Tcvn3) => self.tcvn3 += 1,
            Some(FileError::Vni) => self.vni += 1,
            Some(_) => self.lost += 1,
            None => {}
        }
    }

    /// What has happened to a fifth of the texts, and to three of them at least. One foreign name is no spoilt file.
    pub(in crate::registry::import) fn found(&self) -> Option<FileError> {
        // letters of both families of fonts overlap; the signs that TCVN3 adds are never in a text for VNI
        let font = if self.tcvn3 * 4 >= self.vni { FileError::Tcvn3 } else { FileError::Vni };
        [(self.encoding, FileError::Encoding), (self.tcvn3 + self.vni, font), (self.lost, FileError::Lost)]
            .into_iter()
            .find_map(|(number, error)| (number >= 3 && number * 5 >= self.all).then_some(error))
    }
}

/// As [`Spoilt`] over texts.
pub(super) fn spoilt<'a>(texts: impl Iterator<Item = &'a str>) -> Option<FileError> {
    let mut spoilt = Spoilt::default();
    texts.for_each(|text| spoilt.text(text));
    spoilt.found()
}

/// What has happened to one text.
fn spoilt_by(text: &str) -> Option<FileError> {
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    let mut found = None;
    for (place, c) in lower.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|p| lower.get(p)).copied().unwrap_or(' ');
        let after = lower.get(place + 1).copied().unwrap_or(' ');
        let within = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
        match c {
            // UTF-8 read as Windows-1252: every letter with two marks begins with these
            'á' if matches!(after, 'º' | '»') => return Some(FileError::Encoding),
            'µ' | 'μ' | '¸' | '¶' | '·' | '¹' | '¨' | '»' | '¾' | '¼' | '½' | '©' | 'ª' | '«' | '¬' | '®' | '§'
                if within =>
            {
                return Some(FileError::Tcvn3);
            }
            'ø' | 'û' | 'ï' | 'å' | 'ä' | 'ë' | 'ü' | 'ö' | 'ñ' if within => found = Some(FileError::Vni),
            // no Vietnamese syllable has a marked vowel after a plain a or e
            'á' | 'à' | 'ã' | 'â' | 'ê' | 'é' | 'è' | 'ù' | 'õ' if matches!(before, 'a' | 'e') => {
                found = Some(FileError::Vni);
            }
            '?' if after.is_alphabetic() || (before.is_alphabetic() && place + 1 < lower.len()) => {
                found = found.or(Some(FileError::Lost));
            }
            _ => {}
        }
    }
    found
}
