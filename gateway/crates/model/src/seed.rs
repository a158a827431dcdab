//! Repeatable randomness. One seed for the gateway; each request, callback and attempt draws from a stream of its own,
//! so that what runs beside it does not change what it draws.

use crate::ids::RequestId;

/// The gateway's seed: `--seed`, or drawn once at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The tag of this process in request ids: 24 bits.
    pub fn tag(self) -> u32 {
        let bits = self.stream(0).next_u64() >> 40;
        u32::try_from(bits).unwrap_or(0)
    }

    /// The stream that belongs to a request, the same each time the call is run again.
    pub fn of_request(self, request: RequestId) -> Stream {
        self.stream(request.number)
    }

    /// The stream of a number.
    pub fn stream(self, number: u64) -> Stream {
        let mut mixed = Stream(self.0 ^ number.wrapping_mul(GOLDEN_GAMMA));
        Stream(mixed.next_u64())
    }
}

/// What keeps the branches of a stream apart from the streams of a seed (L'Ecuyer, 1999: a multiplier of good spectrum).
const BRANCH_GAMMA: u64 = 0xd134_2543_de82_ef95;

/// 2^64 divided by the golden ratio: the step of SplitMix64 (Steele, Lea, Flood 2014).
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of random numbers (SplitMix64). Predictable: not for keys.
#[derive(Debug, Clone)]
pub struct Stream(u64);

impl Stream {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A stream of its own that follows from where this one is and a number; this one goes on as if nothing was asked.
    pub fn branch(&self, number: u64) -> Self {
        let mut mixed = Self(self.0 ^ number.wrapping_add(1).wrapping_mul(BRANCH_GAMMA));
        Self(mixed.next_u64())
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product keeps the bias below 2^-64 times the bound, which no mock can notice.
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_requests_do_not_share() {
        let draw = |seed, number| Seed(seed).of_request(RequestId { tag: 0, number }).next_u64();
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
        assert!((0..100).all(|n| Seed(7).stream(n).below(3) < 3));
    }

    #[test]
    fn branches_repeat_and_share_nothing_with_their_stream() {
        let mut stream = Seed(7).of_request(RequestId { tag: 0, number: 1 });
        let mut branches = [0, 1, u64::MAX].map(|number| stream.branch(number));
        let again = stream.branch(1).next_u64();
        let drawn: std::collections::BTreeSet<u64> = branches
            .iter_mut()
            .chain([&mut stream])
            .flat_map(|stream| (0..50).map(|_| stream.next_u64()).collect::<Vec<_>>())
            .collect();
        assert_eq!(drawn.len(), 200);
        assert!(drawn.contains(&again));
    }
}
