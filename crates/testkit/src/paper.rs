//! Papers as their readers meet them: the words on each page, and the codes that a telephone scans from it.

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
        PathDrawMode, SoftMask, font::Glyph, hayro_cmap::BfString, interpret_page,
    },
    hayro_syntax::Pdf,
    render,
    vello_cpu::{
        color::palette::css::WHITE,
        kurbo::{Affine, BezPath, Rect},
    },
};

fn read(pdf: &[u8]) -> Pdf {
    Pdf::new(pdf.to_vec()).unwrap_or_else(|error| panic!("no PDF: {error:?}"))
}

/// The words of each page, line by line, in the order in which they are drawn; white space folded.
#[must_use]
pub fn words(pdf: &[u8]) -> Vec<String> {
    let pdf = read(pdf);
    let cache = InterpreterCache::new();
    let page = |page| {
        let mut words = Words::default();
        let everything = Rect::new(-1e4, -1e4, 1e4, 1e4);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, everything, &cache, pdf.xref(), settings);
        interpret_page(page, &mut context, &mut words);
        words.text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    pdf.pages().iter().map(page).collect()
}

/// What every QR code on a page says, as a camera sees the page at 216 points an inch.
#[must_use]
pub fn codes(pdf: &[u8], page: usize) -> Vec<String> {
    let pdf = read(pdf);
    let page = pdf.pages().get(page).expect("a page of that number");
    let settings = RenderSettings { x_scale: 3.0, y_scale: 3.0, bg_color: WHITE, ..RenderSettings::default() };
    let seen = render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let (width, height) = (usize::from(seen.width()), usize::from(seen.height()));
    let grey = |x: usize, y: usize| {
        let pixel = seen.data().get(y * width + x).expect("a pixel of the page");
        let sum = u16::from(pixel.r) + u16::from(pixel.g) + u16::from(pixel.b);
        u8::try_from(sum / 3).unwrap_or(u8::MAX)
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    image.detect_grids().iter().map(|grid| grid.decode().expect("a code that can be read").1).collect()
}

/// Collects letters and nothing else; a gap wherever the next letter does not stand on the same line.
#[derive(Default)]
struct Words {
    text: String,
    line: Option<f64>,
}

impl Device<'_> for Words {
    fn draw_glyph(&mut self, glyph: &Glyph<'_>, at: Affine, _: Affine, _: &Paint<'_>, _: &GlyphDrawMode) {
        let line = at.translation().y;
        if self.line.is_none_or(|before| (before - line).abs() > 0.1) {
            self.text.push('\n');
        }
        self.line = Some(line);
        match glyph.as_unicode() {
            Some(BfString::Char(letter)) => self.text.push(letter),
            Some(BfString::String(letters)) => self.text.push_str(&letters),
            None => {}
        }
    }
    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
