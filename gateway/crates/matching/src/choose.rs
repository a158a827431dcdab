//! The choice of one of a route's responses. Conditions (rules) are not tried here yet: what they leave is the mode.

use ringback_model::{
    environment::{Mode, Response},
    journal::Because,
    seed::Stream,
};

/// Chooses one of a route's responses. Built once per load.
#[derive(Debug, Clone)]
pub struct Chooser {
    mode: Mode,
    count: u64,
    /// The choice where neither turn nor draw makes it.
    standing: (usize, Because),
}

impl Chooser {
    /// The choice among `responses`, of which there is at least one.
    pub fn new(mode: Mode, responses: &[Response]) -> Self {
        let standing = match responses.iter().position(|response| response.default) {
            _ if responses.len() <= 1 => (0, Because::Only),
            Some(index) => (index, Because::Default),
            None => (0, Because::First),
        };
        Self { mode, count: responses.len() as u64, standing }
    }

    /// The choice, where it is the same for every request.
    pub fn fixed(&self) -> Option<(usize, Because)> {
        (!matches!(self.mode, Mode::Sequential | Mode::Random) || self.count <= 1).then_some(self.standing)
    }

    /// Which response answers, and why. `number` counts the route's requests from 1; `random` is drawn from in
    /// [`Mode::Random`] only.
    pub fn choose(&self, number: u64, random: &mut Stream) -> (usize, Because) {
        match self.mode {
            _ if self.count <= 1 => self.standing,
            // Conditions are tried before this is asked.
            Mode::Default | Mode::Fallback | Mode::WithoutRules => self.standing,
            Mode::Sequential => ((number.saturating_sub(1) % self.count) as usize, Because::Sequence),
            Mode::Random => (random.below(self.count) as usize, Because::Random),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::StatusCode;
    use ringback_model::{
        environment::{Body, Origin, Rules},
        seed::Seed,
    };

    use super::*;

    fn responses(count: usize, default: Option<usize>) -> Vec<Response> {
        let response = |index| Response {
            id: None,
            label: None,
            rules: Rules::default(),
            status: StatusCode::OK,
            headers: vec![],
            body: Body::Empty,
            latency: Duration::ZERO,
            callbacks: vec![],
            default: default == Some(index),
            origin: Origin::default(),
        };
        (0..count).map(response).collect()
    }

    fn chosen(mode: Mode, responses: &[Response], number: u64) -> (usize, Because) {
        Chooser::new(mode, responses).choose(number, &mut Seed(7).stream(number))
    }

    #[test]
    fn the_default_answers_else_the_first() {
        assert_eq!(chosen(Mode::Default, &responses(3, Some(2)), 1), (2, Because::Default));
        assert_eq!(chosen(Mode::Default, &responses(3, None), 1), (0, Because::First));
        for mode in [Mode::Default, Mode::Sequential, Mode::Random] {
            assert_eq!(chosen(mode, &responses(1, Some(0)), 5), (0, Because::Only));
            assert_eq!(Chooser::new(mode, &responses(1, None)).fixed(), Some((0, Because::Only)));
        }
    }

    #[test]
    fn a_sequence_starts_again() {
        let three = responses(3, None);
        let turns = [1, 2, 3, 4, u64::MAX].map(|number| chosen(Mode::Sequential, &three, number).0);
        assert_eq!(turns, [0, 1, 2, 0, ((u64::MAX - 1) % 3) as usize]);
        assert_eq!(chosen(Mode::Sequential, &three, 0).0, 0, "a number that was never counted is no panic");
    }

    #[test]
    fn a_draw_reaches_every_response_and_repeats_with_the_seed() {
        let three = responses(3, Some(0));
        let draws = |()| (1..=60).map(|number| chosen(Mode::Random, &three, number).0).collect::<Vec<_>>();
        assert!((0..3).all(|index| draws(()).contains(&index)));
        assert_eq!(draws(()), draws(()));
    }
}
