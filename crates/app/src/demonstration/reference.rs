//! Reference tables of the Nghệ An scheme, carried in the binary. `data/SOURCES.md` says where each comes from.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// A table that cannot be read: its name and the reader's message with the line.
#[derive(Debug, thiserror::Error)]
#[error("data/{table}: {source}")]
pub struct TableError {
    table: &'static str,
    #[source]
    source: csv::Error,
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[expect(missing_docs, reason = "columns of the table of the same name, described in data/SOURCES.md")]
        pub struct $name { $($(#[$attribute])* pub $field: $kind),* }
    )*};
}

rows! {
    /// A commune-level unit.
    CommuneRow {
        code: String,
        name: String,
        kind: String,
        former_district: String,
        population_reference_map: Option<i64>,
        region: String,
        #[serde(deserialize_with = "flag")] is_border: bool,
        #[serde(deserialize_with = "flag")] is_coastal: bool,
        #[serde(deserialize_with = "flag")] is_mountain_district: bool,
        #[serde(deserialize_with = "flag")] is_highland_district: bool,
        lat: f64,
        lon: f64,
        approx_road_km_from_vinh: Option<i64>,
    }
    /// A post with how many of it the province has.
    PositionRow {
        code: String,
        title: String,
        bloc: String,
        office_code: String,
        office: String,
        level: String,
        target_group: Option<i64>,
        total_over_130: i64,
    }
    /// An ethnic group by the list of decision 121-TCTK/PPCĐ.
    EthnicRow {
        #[serde(rename = "code_121_tctk_1979")] code: String,
        name: String,
        #[serde(deserialize_with = "flag")] is_minority: bool,
    }
    /// A day that matters.
    HolidayRow {
        date: NaiveDate,
        code: String,
        name: String,
        kind: String,
        #[serde(deserialize_with = "flag")] is_day_off: bool,
        status: String,
        legal_basis: String,
    }
    /// A legal document.
    DocumentRow { number: String, date: String, issuer: String, kind: String, title: String, status: String, note: String }
    /// A topic of a programme.
    TopicRow {
        programme_code: String,
        day: Option<i64>,
        sequence: i64,
        topic_code: String,
        topic_title: String,
        kind: String,
        periods: i64,
        lecturer_type: String,
        delivery_mode: String,
        #[serde(deserialize_with = "flag")] is_elective: bool,
        source_status: String,
        source: String,
    }
    /// Person-times of a category.
    HistoryRow { category_code: String, category: String, person_times: i64, period: String }
    /// A family name with its weight within an ethnic group.
    FamilyRow { family_name: String, ethnic_group: String, weight_per_1000_in_group: Option<f64> }
    /// A middle name with its weight.
    MiddleRow { middle_name: String, gender: String, ethnic_group: String, birth_cohort: String, weight_per_1000: Option<f64> }
    /// A given name with its weight.
    GivenRow { given_name: String, gender: String, ethnic_group: String, birth_cohort: String, weight_per_1000: Option<f64> }
    /// A rule of the scheme.
    SchemeRuleRow { key: String, value: String, unit: String, valid_from: NaiveDate, valid_to: Option<NaiveDate>, source: String }
    /// A milestone of the scheme.
    SchemeMilestoneRow { code: String, title: String, due_on: NaiveDate, source: String }
    /// A responsible body.
    SchemeBodyRow { code: String, name: String, duty: String, tier: i64, source: String }
    /// An audience; `blocs` are separated by semicolons.
    SchemeAudienceRow {
        code: String,
        name: String,
        description: String,
        target_group: i64,
        programme_code: String,
        blocs: String,
        source: String,
    }
    /// A total that the scheme declares.
    DeclaredRow { dimension: String, key: String, label: String, people: i64, as_of: NaiveDate, source: String }
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(String::deserialize(deserializer)? == "1")
}

/// Every table.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "tables, described in data/SOURCES.md")]
pub struct Reference {
    pub communes: Vec<CommuneRow>,
    pub positions: Vec<PositionRow>,
    pub ethnic_groups: Vec<EthnicRow>,
    pub holidays: Vec<HolidayRow>,
    pub documents: Vec<DocumentRow>,
    pub topics: Vec<TopicRow>,
    pub history: Vec<HistoryRow>,
    pub families: Vec<FamilyRow>,
    pub middles: Vec<MiddleRow>,
    pub givens: Vec<GivenRow>,
    pub rules: Vec<SchemeRuleRow>,
    pub milestones: Vec<SchemeMilestoneRow>,
    pub bodies: Vec<SchemeBodyRow>,
    pub audiences: Vec<SchemeAudienceRow>,
    pub declared: Vec<DeclaredRow>,
}

fn read<R: DeserializeOwned>(table: &'static str, text: &str) -> Result<Vec<R>, TableError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| TableError { table, source })
}

macro_rules! table {
    ($name:literal) => {
        read($name, include_str!(concat!("../../../../data/", $name)))?
    };
}

impl Reference {
    /// Reads every table.
    ///
    /// # Errors
    /// The first table that cannot be read, with its line.
    pub fn load() -> Result<Self, TableError> {
        Ok(Self {
            communes: table!("communes.csv"),
            positions: table!("positions.csv"),
            ethnic_groups: table!("ethnic_groups.csv"),
            holidays: table!("holidays.csv"),
            documents: table!("legal_documents.csv"),
            topics: table!("programme_catalogue.csv"),
            history: table!("history_2021_2024.csv"),
            families: table!("family_names.csv"),
            middles: table!("middle_names.csv"),
            givens: table!("given_names.csv"),
            rules: table!("scheme_rules.csv"),
            milestones: table!("scheme_milestones.csv"),
            bodies: table!("scheme_bodies.csv"),
            audiences: table!("scheme_audiences.csv"),
            declared: table!("declared_totals.csv"),
        })
    }
}
