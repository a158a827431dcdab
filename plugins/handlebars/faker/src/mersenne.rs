//! Where random numbers and the time come from, and the generator that Faker seeds.

/// The random bits and the time of a call.
pub trait Source {
    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32;

    /// The time, in milliseconds since 1970: what dates without a `refDate` are counted from.
    fn now_ms(&self) -> f64;
}

/// MT19937, by Matsumoto and Nishimura, seeded and advanced as Faker's default randomizer does it.
#[derive(Clone)]
pub struct Mersenne {
    words: [u32; WORDS],
    /// The next word to hand out, below `WORDS`.
    next: usize,
}

const WORDS: usize = 624;
/// How far the word lies that a new word is mixed with.
const SHIFT: usize = 397;

// === impl Mersenne ===

impl Mersenne {
    /// The generator after `faker.seed(seed)` with a number. Faker keeps the whole number's lower 32 bits.
    #[must_use]
    pub fn from_seed(seed: f64) -> Self {
        Self::from_u32(crate::math::to_u32(seed))
    }

    /// The generator after `faker.seed(seed)`.
    #[must_use]
    pub fn from_u32(seed: u32) -> Self {
        let mut words = [0; WORDS];
        let mut word = seed;
        for (index, place) in (1..).zip(words.iter_mut()) {
            *place = word;
            word = 1_812_433_253_u32.wrapping_mul(word ^ (word >> 30)).wrapping_add(index);
        }
        let mut generator = Self { words, next: 0 };
        generator.twist();
        generator
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        let mut word = self.word(self.next);
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^= word >> 18;
        self.next += 1;
        if self.next == WORDS {
            self.twist();
            self.next = 0;
        }
        word
    }

    fn twist(&mut self) {
        for index in 0..WORDS {
            let mixed = (self.word(index) & 0x8000_0000) | (self.word(index + 1) & 0x7fff_ffff);
            let odd = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
            let word = self.word(index + SHIFT) ^ (mixed >> 1) ^ odd;
            if let Some(place) = self.words.get_mut(index) {
                *place = word;
            }
        }
    }

    /// A word, counted round and round.
    fn word(&self, index: usize) -> u32 {
        self.words.get(index % WORDS).copied().unwrap_or_default()
    }
}

impl std::fmt::Debug for Mersenne {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mersenne").field("next", &self.next).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Mersenne;

    #[test]
    fn it_is_the_generator_of_the_paper() {
        // The reference implementation's tenth-thousandth number for the seed 5489, as in C++'s `mt19937`.
        let mut generator = Mersenne::from_u32(5489);
        let last = (0..10_000).map(|_| generator.next_u32()).last();
        assert_eq!(last, Some(4_123_659_995));
    }

    #[test]
    fn a_seed_is_taken_as_javascript_takes_it() {
        for (seed, same) in [(1.9, 1), (-1.0, u32::MAX), (4_294_967_298.0, 2), (f64::NAN, 0)] {
            assert_eq!(Mersenne::from_seed(seed).next_u32(), Mersenne::from_u32(same).next_u32());
        }
    }
}
