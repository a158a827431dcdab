//! The choice of one of a route's responses.

use ringback_model::{
    environment::{Mode, Response, Text as Template},
    journal::Because,
    seed::Stream,
};

use crate::rules::{Facts, RuleError, RuleSet};

/// Chooses one of a route's responses. Built once per load, with its conditions compiled.
///
/// Who answers a request: takes [`fixed`](Self::fixed) where there is one; else renders
/// [`templates`](Self::templates), if there are any, in one crossing; then asks [`choose`](Self::choose).
#[derive(Debug)]
pub struct Chooser {
    mode: Mode,
    count: u64,
    /// The choice where neither conditions nor turn nor draw make it.
    standing: (usize, Because),
    /// Each response's conditions, in its order. Empty where the mode asks for none, or there are none.
    rules: Vec<RuleSet>,
}

// === impl Chooser ===

impl Chooser {
    /// The choice among `responses`, of which there is at least one.
    pub fn new(mode: Mode, responses: &[Response]) -> Self {
        let standing = match responses.iter().position(|response| response.default) {
            _ if responses.len() <= 1 => (0, Because::Only),
            Some(index) => (index, Because::Default),
            None => (0, Because::First),
        };
        let mut rules = Vec::new();
        if matches!(mode, Mode::Default | Mode::Fallback) {
            rules.extend(responses.iter().map(|response| RuleSet::compile(&response.rules)));
        }
        if rules.iter().all(RuleSet::is_empty) {
            rules.clear();
        }
        Self { mode, count: responses.len() as u64, standing, rules }
    }

    /// The choice, where it is the same for every request.
    pub fn fixed(&self) -> Option<(usize, Because)> {
        let is_fixed = match self.mode {
            Mode::WithoutRules => true,
            Mode::Sequential | Mode::Random => self.count <= 1,
            Mode::Default => self.rules.is_empty(),
            Mode::Fallback => false,
        };
        is_fixed.then_some(self.standing)
    }

    /// Whether conditions are tried, so that [`choose`](Self::choose) asks for facts.
    pub fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The templates of all conditions, to be rendered for [`choose`](Self::choose) in this order.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.rules.iter().flat_map(RuleSet::templates)
    }

    /// Each response's conditions, in its order; none where the mode asks for none.
    pub fn rules(&self) -> &[RuleSet] {
        &self.rules
    }

    /// Which response answers, and why; `None`: none does, and the next route that matches is tried
    /// ([`Mode::Fallback`]).
    ///
    /// `rendered` are the texts of [`templates`](Self::templates), absent within where one failed; `random` is drawn from
    /// in [`Mode::Random`] only.
    ///
    /// # Errors
    ///
    /// A condition that had to be tried could not be: the client gets 500 and the error's text.
    pub fn choose(
        &self,
        facts: &dyn Facts,
        rendered: &[Option<String>],
        random: &mut Stream,
    ) -> Result<Option<(usize, Because)>, RuleError> {
        Ok(match self.mode {
            Mode::Default => Some(self.by_rules(facts, rendered)?.unwrap_or(self.standing)),
            Mode::Fallback => self.by_rules(facts, rendered)?,
            _ => Some(self.without_rules(facts.number(), random)),
        })
    }

    /// The choice where no conditions are tried: by turn, by draw, or the standing one.
    pub fn without_rules(&self, number: u64, random: &mut Stream) -> (usize, Because) {
        match self.mode {
            _ if self.count <= 1 => self.standing,
            Mode::Default | Mode::Fallback | Mode::WithoutRules => self.standing,
            Mode::Sequential => ((number.saturating_sub(1) % self.count) as usize, Because::Sequence),
            Mode::Random => (random.below(self.count) as usize, Because::Random),
        }
    }

    /// The first response that has conditions, which hold.
    fn by_rules(&self, facts: &dyn Facts, rendered: &[Option<String>]) -> Result<Option<(usize, Because)>, RuleError> {
        let mut rest = rendered;
        for (index, rules) in self.rules.iter().enumerate() {
            let (own, others) = rest.split_at_checked(rules.templates().count()).unwrap_or((rest, &[]));
            rest = others;
            if rules.evaluate(facts, own)? {
                return Ok(Some((index, Because::Rules)));
            }
        }
        Ok(None)
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
        Chooser::new(mode, responses).without_rules(number, &mut Seed(7).stream(number))
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
