//! Certificates of completion (giấy chứng nhận), one landscape A4 page each.
//!
//! Header, number, place and date, signature follow the state format (Nghị định 30/2020/NĐ-CP, Annex I).

use chrono::NaiveDate;
use qrcode::{EcLevel, QrCode, render::svg};
use serde::{Deserialize, Serialize};

use crate::{DocumentError, pdf::typeset};

/// Everything that stands on a certificate; kept as issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Body above the issuing body.
    pub parent: String,
    /// Issuing body.
    pub body: String,
    /// Sign of the body's papers, as in `12/GCN-TCT`.
    pub sign: String,
    /// Place of issue.
    pub place: String,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Number in the register, 1, 2, … within its year.
    pub number: i64,
    /// Year of the register.
    pub year: i64,
    /// Name of the person.
    pub full_name: String,
    /// Birth date, if known.
    pub birth_date: Option<NaiveDate>,
    /// Post.
    pub position: String,
    /// Commune with its kind.
    pub unit: String,
    /// Programme.
    pub programme: String,
    /// Class: `29/2026`.
    pub class_label: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Periods of the class.
    pub periods: i64,
    /// Band of the result, may be empty.
    pub band: String,
    /// Decision that recognises the result.
    pub decision: String,
    /// Day on which that decision was signed.
    pub decided_on: NaiveDate,
    /// Title under which it is signed.
    pub signer_title: String,
    /// Name of the signer, may be empty.
    pub signer: String,
    /// Address of the page that verifies it.
    pub verify_url: String,
    /// Its code.
    pub verify_code: String,
}

impl Certificate {
    /// `0012/2026`: the number in the register.
    #[must_use]
    pub fn register_number(&self) -> String {
        format!("{:04}/{}", self.number, self.year)
    }
}

#[derive(Serialize)]
struct Sheet<'a> {
    register_number: String,
    qr: String,
    issued: [String; 3],
    born: String,
    from: String,
    to: String,
    decided: String,
    #[serde(flatten)]
    certificate: &'a Certificate,
}

/// A day as tables write it: `09/02/1985`.
pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// Day, month, year as state papers write them: a leading zero for days below 10 and for months 1 and 2.
pub(crate) fn state_date(date: NaiveDate) -> [String; 3] {
    use chrono::Datelike;
    let month = if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    [format!("{:02}", date.day()), month, date.year().to_string()]
}

/// A QR code of a text as SVG.
pub(crate) fn qr(url: &str) -> Result<String, DocumentError> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M)?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(false).min_dimensions(200, 200).build())
}

/// The files of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassFiles {
    /// One file a certificate, in their order.
    pub single: Vec<Vec<u8>>,
    /// All in one file.
    pub batch: Vec<u8>,
}

/// Typesets the certificates of a class once and writes one file each and one for all.
///
/// # Errors
/// [`DocumentError`]; also when a certificate does not fit its one page.
pub fn render_class(certificates: &[Certificate]) -> Result<ClassFiles, DocumentError> {
    let sheets = certificates
        .iter()
        .map(|certificate| {
            Ok(Sheet {
                register_number: certificate.register_number(),
                qr: qr(&certificate.verify_url)?,
                issued: state_date(certificate.issued_on),
                born: certificate.birth_date.map(day).unwrap_or_default(),
                from: day(certificate.starts_on),
                to: day(certificate.ends_on),
                decided: day(certificate.decided_on),
                certificate,
            })
        })
        .collect::<Result<Vec<_>, DocumentError>>()?;
    let dated = certificates.first().map(|c| c.issued_on).unwrap_or_default();
    let typeset = typeset("certificate.typ", &sheets, dated)?;
    if typeset.pages() != certificates.len() {
        return Err(DocumentError::Typeset(format!("{} certificates on {} pages", sheets.len(), typeset.pages())));
    }
    let single = (1..=certificates.len()).map(|page| typeset.page(page)).collect::<Result<_, _>>()?;
    Ok(ClassFiles { single, batch: typeset.whole()? })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample(name: &str) -> Certificate {
        let day = |text: &str| text.parse().unwrap();
        Certificate {
            parent: "Tỉnh ủy Nghệ An".into(),
            body: "Trường Chính trị tỉnh Nghệ An".into(),
            sign: "TCT".into(),
            place: "Nghệ An".into(),
            issued_on: day("2026-04-03"),
            number: 12,
            year: 2026,
            full_name: name.into(),
            birth_date: Some(day("1985-02-09")),
            position: "Phó Chủ tịch Ủy ban nhân dân".into(),
            unit: "Xã Keng Đu".into(),
            programme: "Bồi dưỡng cán bộ Mặt trận Tổ quốc và các tổ chức chính trị - xã hội cấp xã".into(),
            class_label: "01/2026".into(),
            starts_on: day("2026-03-02"),
            ends_on: day("2026-03-06"),
            periods: 40,
            band: "Giỏi".into(),
            decision: "05/QĐ-TCT".into(),
            decided_on: day("2026-03-31"),
            signer_title: "Hiệu trưởng".into(),
            signer: String::new(),
            verify_url: "http://127.0.0.1:8080/verify/7K3M9QX2V5TB8NCD".into(),
            verify_code: "7K3M9QX2V5TB8NCD".into(),
        }
    }

    fn pages(pdf: &[u8]) -> usize {
        String::from_utf8_lossy(pdf).matches("/Type/Page/").count()
    }

    #[test]
    fn one_page_each_and_all_in_one() {
        let files = render_class(&[sample("Nguyễn Thị Hoa"), sample("Lô Văn Khăm")]).unwrap();
        assert_eq!(files.single.len(), 2);
        assert!(files.single.iter().all(|f| f.starts_with(b"%PDF-")));
        assert_eq!((pages(&files.single[0]), pages(&files.batch)), (1, 2));
    }

    #[test]
    fn the_same_certificate_gives_the_same_bytes() {
        let one = render_class(&[sample("Nguyễn Thị Hoa")]).unwrap();
        assert_eq!(render_class(&[sample("Nguyễn Thị Hoa")]).unwrap(), one);
    }

    #[test]
    fn a_name_is_data_never_markup() {
        let plain = "#panic(\"x\") $1$ *b* _i_ @r <l> \\ \" ' [c] `r` // /* =\n+";
        let files = render_class(&[sample(plain)]).unwrap();
        assert_eq!(pages(&files.batch), 1);
    }

    #[test]
    fn the_longest_texts_fit_one_page() {
        let mut long = sample("Nguyễn Hoàng Phương Thảo Nguyên Thị Ngọc Bích Trâm Anh");
        long.position = "Phó Trưởng ban Thường trực Ban Xây dựng Đảng kiêm Chủ nhiệm Ủy ban Kiểm tra Đảng ủy".into();
        long.programme = long.programme.repeat(2);
        assert_eq!(render_class(&[long]).unwrap().single.len(), 1);
    }

    #[test]
    fn dates_carry_the_zeros_of_state_papers() {
        let day = |text: &str| state_date(text.parse().unwrap());
        assert_eq!(day("2026-02-09"), ["09", "02", "2026"]);
        assert_eq!(day("2026-03-09"), ["09", "3", "2026"]);
        assert_eq!(day("2026-11-23"), ["23", "11", "2026"]);
    }
}
