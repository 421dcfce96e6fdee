//! From tables to the database.

use kernel::{ProgrammeId, SchemeId, UnitId};
use learning::evaluation::{Indicator, Object, load_indicators};
use people::{
    calendar::{CalendarRow, load_calendar},
    organisation::{
        CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation, lookup,
        province_by_code, shared,
    },
    registry::{DeclaredInput, HistoryInput, load_declared_totals, load_history},
};
use store::{By, Db, StoreError, Tx};
use teaching::{
    curriculum::{ProgrammeInput, TopicInput, load_programme, usual_method},
    scheme::{
        self, AudienceRow, BlocRow, BodyRow, LegalRow, MilestoneRow, RuleRow, SchemeInput, load_legal_documents,
        load_scheme,
    },
};

use super::{
    DeclaredRow, DocumentRow, HistoryRow, HolidayRow, IndicatorRow, Reference, TableError, TopicRow,
    check::{Present, clashes},
};

/// Why a scheme was not loaded; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Faults of the tables.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Loads a scheme with its communes, calendar and declared totals, and its programmes in drafting: what a province begins
/// with. No person, no account. `step` is told what was loaded, with a count.
///
/// # Errors
/// [`LoadError::Table`] also when the scheme, its province or a commune is there already; nothing is written then.
pub async fn load_tables(db: &Db, reference: &Reference, step: &mut dyn FnMut(&str, usize)) -> Result<(), LoadError> {
    let by = By::System("cli.load");
    db.write(async |tx| {
        let scheme = tables(tx, by, reference).await?;
        programmes(tx, by, reference, scheme).await
    })
    .await?;
    tell(reference, step);
    step("programmes in drafting", reference.programmes.len());
    Ok(())
}

/// What [`tables`] loaded, with counts.
pub(crate) fn tell(reference: &Reference, step: &mut dyn FnMut(&str, usize)) {
    step("scheme rules", reference.rules.len());
    step("calendar days and legal documents", reference.holidays.len() + reference.documents.len());
    step("communes with their offices", reference.communes.len());
    step("declared totals and history lines", reference.declared.len() + reference.history.len());
}

/// The scheme and the organisation as the tables have them.
///
/// # Errors
/// As [`load_tables`].
pub async fn tables(tx: &mut Tx, by: By<'_>, reference: &Reference) -> Result<SchemeId, LoadError> {
    let present = Present {
        schemes: scheme::all(tx).await?,
        province: province_by_code(tx, &reference.scheme.province_code).await?.is_some(),
        organisation: lookup(tx).await?,
        shared: shared(tx).await?,
        calendar: people::calendar::calendar(tx).await?,
    };
    let faults = clashes(reference, &present);
    if !faults.is_empty() {
        return Err(TableError(faults).into());
    }
    let province = load_organisation(tx, by, &organisation(reference)).await?;
    let scheme = load_scheme(tx, by, &scheme(reference, province)).await?;
    load_calendar(tx, by, &calendar(reference)).await?;
    load_legal_documents(tx, by, scheme, &documents(reference)).await?;
    load_declared_totals(tx, by, province, &declared(reference)).await?;
    load_history(tx, by, province, &history(reference)).await?;
    load_indicators(tx, by, scheme, &indicators(reference)).await?;
    Ok(scheme)
}

/// The programmes in drafting, the pool of electives (which serves no audience) among them; which of them are to be run.
///
/// # Errors
/// The database's failure.
pub async fn programmes(
    tx: &mut Tx,
    by: By<'_>,
    reference: &Reference,
    scheme: SchemeId,
) -> Result<Vec<(ProgrammeId, bool)>, LoadError> {
    let mut drafts = Vec::new();
    for programme in &reference.programmes {
        let audience = reference.audiences.iter().find(|a| a.programme_code == programme.code);
        let topic = |t: &TopicRow| TopicInput {
            seq: t.sequence,
            day: t.day,
            code: t.topic_code.clone(),
            title: t.topic_title.clone(),
            kind: t.kind.clone(),
            periods: t.periods,
            method: usual_method(&t.kind).to_owned(),
            lecturer_type: t.lecturer_type.clone(),
            delivery: t.delivery_mode.clone(),
            is_elective: t.is_elective,
            source_status: t.source_status.clone(),
            source: t.source.clone(),
            ..TopicInput::default()
        };
        let input = ProgrammeInput {
            code: programme.code.clone(),
            name: programme.name.clone(),
            audience_code: audience.map(|a| a.code.clone()),
            is_elective_pool: audience.is_none(),
            topics: reference.topics.iter().filter(|t| t.programme_code == programme.code).map(topic).collect(),
        };
        drafts.push((load_programme(tx, by, scheme, &input).await?, audience.is_some()));
    }
    Ok(drafts)
}

fn scheme(reference: &Reference, province: UnitId) -> SchemeInput {
    let head = &reference.scheme;
    SchemeInput {
        code: head.code.clone(),
        name: head.name.clone(),
        short_name: head.short_name.clone(),
        province,
        province_name: head.province_name.clone(),
        first_year: head.first_year,
        last_year: head.last_year,
        rules: reference
            .rules
            .iter()
            .map(|r| RuleRow {
                key: r.key.clone(),
                value: r.value.clone(),
                unit: r.unit.clone(),
                valid_from: r.valid_from,
                valid_to: r.valid_to,
                source: r.source.clone(),
            })
            .collect(),
        milestones: reference
            .milestones
            .iter()
            .map(|m| MilestoneRow {
                code: m.code.clone(),
                title: m.title.clone(),
                due_on: m.due_on,
                source: m.source.clone(),
            })
            .collect(),
        bodies: reference
            .bodies
            .iter()
            .map(|b| BodyRow {
                code: b.code.clone(),
                name: b.name.clone(),
                duty: b.duty.clone(),
                tier: b.tier,
                source: b.source.clone(),
            })
            .collect(),
        audiences: reference
            .audiences
            .iter()
            .map(|a| AudienceRow {
                code: a.code.clone(),
                name: a.name.clone(),
                description: a.description.clone(),
                target_group: a.target_group,
                programme_code: a.programme_code.clone(),
                source: a.source.clone(),
            })
            .collect(),
        blocs: reference
            .audiences
            .iter()
            .flat_map(|a| a.blocs().map(|bloc| BlocRow { bloc: bloc.to_owned(), audience_code: a.code.clone() }))
            .collect(),
    }
}

fn calendar(reference: &Reference) -> Vec<CalendarRow> {
    let row = |h: &HolidayRow| CalendarRow {
        day: h.date,
        code: h.code.clone(),
        name: h.name.clone(),
        kind: h.kind.clone(),
        is_day_off: h.is_day_off,
        status: h.status.clone(),
        source: h.legal_basis.clone(),
    };
    reference.holidays.iter().map(row).collect()
}

fn documents(reference: &Reference) -> Vec<LegalRow> {
    let row = |d: &DocumentRow| LegalRow {
        number: d.number.clone(),
        issued_on: d.date.parse().ok(),
        issuer: d.issuer.clone(),
        kind: d.kind.clone(),
        title: d.title.clone(),
        status: d.status.clone(),
        note: d.note.clone(),
    };
    reference.documents.iter().map(row).collect()
}

fn organisation(reference: &Reference) -> OrganisationInput {
    let mut office_kinds: Vec<OfficeKindInput> = Vec::new();
    for position in reference.positions.iter().filter(|p| !p.office_code.is_empty()) {
        if !office_kinds.iter().any(|k| k.code == position.office_code) {
            office_kinds.push(OfficeKindInput {
                code: position.office_code.clone(),
                name: position.office.clone(),
                bloc: position.bloc.clone(),
            });
        }
    }
    OrganisationInput {
        province_code: reference.scheme.province_code.clone(),
        province_name: reference.scheme.province_name.clone(),
        since: reference.scheme.organised_since,
        communes: reference
            .communes
            .iter()
            .map(|c| CommuneInput {
                code: c.code.clone(),
                name: c.name.clone(),
                kind: c.kind.clone(),
                former_district: c.former_district.clone(),
                region: c.region.clone(),
                is_border: c.is_border,
                is_highland: c.is_highland_district,
                is_mountain: c.is_mountain_district,
                is_coastal: c.is_coastal,
                population: c.population_reference_map,
                road_km: c.approx_road_km_from_vinh,
                lat: c.lat,
                lon: c.lon,
            })
            .collect(),
        office_kinds,
        positions: reference
            .positions
            .iter()
            .map(|p| PositionInput {
                code: p.code.clone(),
                title: p.title.clone(),
                bloc: p.bloc.clone(),
                office_code: (!p.office_code.is_empty()).then(|| p.office_code.clone()),
                level: p.level.clone(),
                target_group: p.target_group,
            })
            .collect(),
        ethnic_groups: reference
            .ethnic_groups
            .iter()
            .map(|e| EthnicInput { code: e.code.clone(), name: e.name.clone(), is_minority: e.is_minority })
            .collect(),
    }
}

fn declared(reference: &Reference) -> Vec<DeclaredInput> {
    let row = |d: &DeclaredRow| DeclaredInput {
        dimension: d.dimension.clone(),
        key: d.key.clone(),
        label: d.label.clone(),
        people: d.people,
        as_of: d.as_of,
        source: d.source.clone(),
    };
    reference.declared.iter().map(row).collect()
}

/// The seven categories; their total is a sum, not a category.
fn history(reference: &Reference) -> Vec<HistoryInput> {
    let row = |h: &HistoryRow| HistoryInput {
        category_code: h.category_code.clone(),
        category: h.category.clone(),
        period: h.period.clone(),
        person_times: h.person_times,
    };
    reference.history.iter().filter(|h| h.category_code != "TONG").map(row).collect()
}

fn indicators(reference: &Reference) -> Vec<Indicator> {
    let row = |r: &IndicatorRow| Some(Indicator { object: Object::of(&r.object)?, text: r.text.clone() });
    reference.indicators.iter().filter_map(row).collect()
}
