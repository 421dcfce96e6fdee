//! Sharing seats between communes.

/// Shares `seats` in proportion to `weights` by largest remainder (Hamilton's method), each claimant with a
/// weight getting at least `floor` while the seats suffice. Ties go to the earlier claimant.
///
/// The sum is `seats`, unless nobody has a weight. Where the floor cannot hold for all, the largest
/// weights get it first.
#[must_use]
pub fn apportion(seats: u32, weights: &[u64], floor: u32) -> Vec<u32> {
    let mut shares = vec![0_u32; weights.len()];
    let mut claimants: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0).collect();
    if claimants.is_empty() {
        return shares;
    }
    let mut left = seats;
    claimants.sort_by_key(|i| (std::cmp::Reverse(weights[*i]), *i));
    for i in &claimants {
        let share = floor.min(left);
        shares[*i] = share;
        left -= share;
    }
    let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    let rest = u128::from(left);
    let mut remainders = Vec::with_capacity(claimants.len());
    for i in claimants {
        let exact = rest * u128::from(weights[i]);
        let whole = u32::try_from(exact / total).unwrap_or(left);
        shares[i] += whole;
        left -= whole;
        remainders.push((std::cmp::Reverse(exact % total), i));
    }
    remainders.sort_unstable();
    for (_, i) in remainders.iter().cycle().take(left as usize) {
        shares[*i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_are_proportional_with_a_floor() {
        assert_eq!(apportion(10, &[6, 3, 1], 0), [6, 3, 1]);
        assert_eq!(apportion(10, &[97, 1, 1, 1], 1), [7, 1, 1, 1]);
        assert_eq!(apportion(2, &[5, 9, 0, 7], 1), [0, 1, 0, 1]);
        assert_eq!(apportion(5, &[0, 0], 1), [0, 0]);
    }

    proptest! {
        #[test]
        fn every_seat_is_given_and_more_weight_never_gets_less(
            seats in 0_u32..500, weights in prop::collection::vec(0_u64..90, 1..140), floor in 0_u32..3
        ) {
            let shares = apportion(seats, &weights, floor);
            let claimants = weights.iter().filter(|w| **w > 0).count();
            prop_assert_eq!(shares.iter().sum::<u32>(), if claimants == 0 { 0 } else { seats });
            for (i, a) in weights.iter().enumerate() {
                for (j, b) in weights.iter().enumerate() {
                    if a > b {
                        prop_assert!(shares[i] >= shares[j]);
                    }
                }
            }
            if seats as usize >= claimants * floor as usize {
                prop_assert!(weights.iter().zip(&shares).all(|(w, s)| *w == 0 || *s >= floor));
            }
        }
    }
}
