//! Ballots in an order that says nothing (docs/adr/0018).

use kernel::AnswerId;

/// Each value under a new number that says nothing, of the moment neither, in the order of the numbers.
///
/// # Errors
/// What the system's randomness says.
pub fn shuffled<V>(values: Vec<V>) -> Result<Vec<(AnswerId, V)>, String> {
    let mut numbered = Vec::with_capacity(values.len());
    for value in values {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
        numbered.push((id.parse().map_err(|_| "a random number is no id")?, value));
    }
    numbered.sort_by_key(|(id, _): &(AnswerId, V)| *id);
    Ok(numbered)
}
