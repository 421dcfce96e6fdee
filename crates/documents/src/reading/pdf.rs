//! Text of a PDF: lines in the order in which they are drawn, the letters of each from left to right, with gaps where the next
//! one stands apart.

use std::{io::Write, time::Instant};

use flate2::write::ZlibDecoder;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, font::Glyph, hayro_cmap::BfString, interpret_page,
};
use hayro_syntax::Pdf;
use kurbo::{Affine, BezPath, Point, Rect};

use super::{Page, Unread, leave_when_late};

/// Pages that are read.
const PAGES_MOST: usize = 3000;
/// Unpacked bytes of one stream, and of all streams.
const STREAM_MOST: usize = 64 << 20;
const STREAMS_MOST: usize = 768 << 20;

pub(super) fn text(bytes: Vec<u8>, until: Instant) -> Result<String, Unread> {
    bounded(&bytes, until)?;
    let pdf = Pdf::new(bytes).map_err(|_| Unread::Broken)?;
    let cache = InterpreterCache::new();
    let mut words = Words { page: Page::default(), lines: Vec::new(), current: 0, until, seen: 0, letters: 0 };
    for page in pdf.pages().iter().take(PAGES_MOST) {
        leave_when_late(until);
        let everything = Rect::new(-1e5, -1e5, 1e5, 1e5);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, everything, &cache, pdf.xref(), settings);
        interpret_page(page, &mut context, &mut words);
        words.letters = 0;
        words.turn_page();
        if words.page.full() {
            break;
        }
    }
    Ok(words.page.text.trim().to_owned())
}

/// Counts what passes and keeps nothing.
struct Counted {
    bytes: usize,
}

impl Write for Counted {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.bytes += part.len();
        if self.bytes > STREAM_MOST { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(part.len()) }
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Refuses to read what unpacks to more than memory is meant for, before anything of it is unpacked to be kept. The
/// interpreter has no such limit: every packed stream is unpacked here once, to nowhere. What cannot be weighed so
/// (streams packed twice or by LZW, protected files) is not read.
fn bounded(bytes: &[u8], until: Instant) -> Result<(), Unread> {
    let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
    if holds(b"/Encrypt") {
        return Err(Unread::Broken);
    }
    if holds(b"/LZWDecode") {
        return Err(Unread::TooLarge);
    }
    let mut total = 0;
    let mut rest = bytes;
    while let Some(at) = find(rest, b"stream") {
        leave_when_late(until);
        let before = rest.get(at.saturating_sub(512)..at).unwrap_or_default();
        let dictionary = before
            .windows(2)
            .rposition(|part| part == b"<<")
            .map_or(before, |from| before.get(from..).unwrap_or_default());
        rest = rest.get(at + b"stream".len()..).unwrap_or_default();
        let packed = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        let filters = dictionary.windows(b"FlateDecode".len()).filter(|part| *part == b"FlateDecode").count();
        if filters > 1 {
            return Err(Unread::TooLarge);
        }
        let mut decoder = ZlibDecoder::new(Counted { bytes: 0 });
        // whatever follows the stream is no part of it: the decoder stops by itself
        let _ = packed.chunks(1 << 16).try_for_each(|chunk| decoder.write_all(chunk));
        let unpacked = decoder.get_ref().bytes;
        total += unpacked;
        if unpacked > STREAM_MOST || total > STREAMS_MOST {
            return Err(Unread::TooLarge);
        }
    }
    Ok(())
}

/// Place of the next `stream` that does not end one.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.windows(wanted.len()).position(|part| part == wanted)?;
        if !bytes.get(..at)?.ends_with(b"end") {
            return Some(at);
        }
        from = at + wanted.len();
    }
}

/// A letter at its place.
struct Letter {
    from: f64,
    to: f64,
    text: String,
}

/// Letters on one base line that stand beside each other.
struct Line {
    base: f64,
    size: f64,
    /// Where the last drawn letter begins.
    last: f64,
    left: f64,
    right: f64,
    letters: Vec<Letter>,
}

impl Line {
    fn level(&self, at: Point, size: f64) -> bool {
        (self.base - at.y).abs() <= 0.4 * size.max(self.size)
    }

    /// Whether a letter stands within the line or touches it: writers of PDF draw what a font lacks afterwards, in another.
    fn holds(&self, at: Point, size: f64) -> bool {
        self.level(at, size) && at.x >= self.left - TOUCH * size && at.x <= self.right + TOUCH * size
    }
}

/// Collects letters and nothing else.
struct Words {
    page: Page,
    /// Lines of the page in the order in which they were begun.
    lines: Vec<Line>,
    current: usize,
    until: Instant,
    seen: u32,
    letters: usize,
}

impl Words {
    fn tick(&mut self) {
        self.seen = self.seen.wrapping_add(1);
        if self.seen.is_multiple_of(512) {
            leave_when_late(self.until);
        }
    }

    fn add(&mut self, at: Point, end: f64, size: f64, text: String) {
        let goes_on = |line: &Line| line.level(at, size) && at.x >= line.last - size;
        let place = match self.lines.get(self.current) {
            Some(line) if goes_on(line) => Some(self.current),
            _ => self.lines.iter().rposition(|line| line.holds(at, size)),
        };
        self.current = place.unwrap_or(self.lines.len());
        if place.is_none() {
            self.lines.push(Line { base: at.y, size, last: at.x, left: at.x, right: end, letters: Vec::new() });
        }
        if let Some(line) = self.lines.get_mut(self.current) {
            line.last = at.x;
            line.left = line.left.min(at.x);
            line.right = line.right.max(end);
            line.letters.push(Letter { from: at.x, to: end, text });
        }
    }

    /// Writes down the lines of a page, each from left to right.
    fn turn_page(&mut self) {
        for mut line in std::mem::take(&mut self.lines) {
            line.letters.sort_by(|a, b| a.from.total_cmp(&b.from));
            let mut before: Option<&Letter> = None;
            for letter in &line.letters {
                if let Some(last) = before {
                    // bold by drawing twice
                    if last.text == letter.text && letter.from - last.from < 0.1 * line.size {
                        continue;
                    }
                    if letter.from - last.to > GAP * line.size && last.text != " " && letter.text != " " {
                        self.page.push(" ");
                    }
                }
                self.page.push(&letter.text);
                before = Some(letter);
            }
            self.page.line();
        }
        self.current = 0;
        self.page.line();
    }
}

/// Part of a letter's size from which a gap is a space.
const GAP: f64 = 0.18;
/// Part of a letter's size within which it touches a line.
const TOUCH: f64 = 0.5;
/// Letters of a page that are put in order; more are no page for reading.
const LETTERS_MOST: usize = 200_000;

impl Device<'_> for Words {
    fn draw_glyph(&mut self, glyph: &Glyph<'_>, at: Affine, own: Affine, _: &Paint<'_>, _: &GlyphDrawMode) {
        self.tick();
        self.letters += 1;
        if self.letters > LETTERS_MOST {
            return;
        }
        let place = at * own;
        let start = place * Point::ZERO;
        let size = (place * Point::new(0.0, 1000.0) - start).hypot().max(0.1);
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width().map_or(0.0, f64::from),
            Glyph::Type3(_) => 0.0,
        };
        let end = place * Point::new(advance, 0.0);
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => return,
        };
        self.add(start, end.x, size, text);
    }
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {
        self.tick();
    }
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {
        self.tick();
    }
    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
