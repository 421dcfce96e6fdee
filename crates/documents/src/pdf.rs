//! Typesetting: templates and fonts in the binary, values handed over as data.

use std::{num::NonZeroUsize, sync::LazyLock};

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use typst::{
    foundations::{Datetime, Dict, IntoValue, Smart},
    layout::PageRanges,
};
use typst_as_lib::{TypstEngine, TypstTemplateCollection};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

use crate::DocumentError;

pub(crate) static FONTS: [&[u8]; 4] = [
    include_bytes!("../fonts/LiberationSerif-Regular.ttf"),
    include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
    include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
    include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"),
];

static ENGINE: LazyLock<TypstEngine<TypstTemplateCollection>> = LazyLock::new(|| {
    TypstEngine::builder()
        .with_static_source_file_resolver([
            ("state.typ", include_str!("../templates/state.typ")),
            ("badges.typ", include_str!("../templates/badges.typ")),
            ("certificate.typ", include_str!("../templates/certificate.typ")),
            ("letter.typ", include_str!("../templates/letter.typ")),
            ("letter_list.typ", include_str!("../templates/letter_list.typ")),
            ("names.typ", include_str!("../templates/names.typ")),
            ("record.typ", include_str!("../templates/record.typ")),
            ("official.typ", include_str!("../templates/official.typ")),
        ])
        .fonts(FONTS)
        .build()
});

/// A typeset document, from which whole files and single pages are made.
pub(crate) struct Typeset {
    document: PagedDocument,
    dated: NaiveDate,
}

/// Typesets a template over values. Values are data: nothing in them is read as markup.
pub(crate) fn typeset(template: &str, values: &impl Serialize, dated: NaiveDate) -> Result<Typeset, DocumentError> {
    let mut inputs = Dict::new();
    inputs.insert("data".into(), serde_json::to_string(values)?.into_value());
    let document =
        ENGINE.compile_with_input(template, inputs).output.map_err(|e| DocumentError::Typeset(e.to_string()))?;
    Ok(Typeset { document, dated })
}

/// One paragraph of text as a paper, for tests of those who read papers.
#[cfg(test)]
pub(crate) fn typeset_text(text: &str) -> Vec<u8> {
    let source = "#set text(font: \"Liberation Serif\", lang: \"vi\")\n#sys.inputs.data";
    let engine = TypstEngine::builder().main_file(source).fonts(FONTS).build();
    let mut inputs = Dict::new();
    inputs.insert("data".into(), text.into_value());
    let document = engine.compile_with_input(inputs).output.unwrap();
    Typeset { document, dated: NaiveDate::default() }.whole().unwrap()
}

impl Typeset {
    /// Everything in one file.
    pub(crate) fn whole(&self) -> Result<Vec<u8>, DocumentError> {
        self.write(None)
    }

    /// One page, counted from 1, as a file of its own.
    pub(crate) fn page(&self, number: usize) -> Result<Vec<u8>, DocumentError> {
        let page = NonZeroUsize::new(number);
        self.write(Some(PageRanges::new(vec![page..=page])))
    }

    /// How many pages there are.
    pub(crate) fn pages(&self) -> usize {
        self.document.pages().len()
    }

    fn write(&self, page_ranges: Option<PageRanges>) -> Result<Vec<u8>, DocumentError> {
        let small = |n: u32| u8::try_from(n).unwrap_or(1);
        let (month, day) = (small(self.dated.month()), small(self.dated.day()));
        let midnight = Datetime::from_ymd_hms(self.dated.year(), month, day, 0, 0, 0);
        let options = PdfOptions {
            ident: Smart::Auto,
            creator: Smart::Custom(Some("Bồi Dưỡng".to_owned())),
            timestamp: midnight.map(Timestamp::new_utc),
            page_ranges,
            tagged: false,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options).map_err(|errors| {
            let told: Vec<&str> = errors.iter().map(|e| e.message.as_str()).collect();
            DocumentError::Typeset(told.join("; "))
        })
    }
}
