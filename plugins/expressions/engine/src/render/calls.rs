//! Functions.

use super::Rendering;
use crate::{
    date::{Delta, Moment, Pattern},
    functions::{below, random_int, random_string, uuid},
    problem::RenderError,
    program::{Argument, Call, DateDelta, DatePattern},
};

// === impl Rendering ===

impl Rendering<'_> {
    /// Appends what a function gives.
    pub(super) fn call(&mut self, call: &Call, out: &mut String) -> Result<(), RenderError> {
        match call {
            Call::Nothing => {}
            Call::Millis => out.push_str(&(self.host.now() / 1000).to_string()),
            Call::Now { pattern, delta } => self.date(pattern, delta.as_ref(), out)?,
            Call::Uuid => uuid(self.host, out),
            Call::RandomInt(bounds) => {
                let bounds = self.arguments(bounds)?;
                random_int(self.host, &bounds, out);
            }
            Call::RandomString(length) => {
                let length = length.as_ref().map(|length| self.argument(length)).transpose()?;
                random_string(self.host, length.as_deref(), out);
            }
            Call::RandomBoolean => out.push_str(if below(self.host, 2) == 0 { "false" } else { "true" }),
            Call::RandomValue(values) => {
                let index = below(self.host, values.len() as u64) as usize;
                if let Some(value) = values.get(index) {
                    out.push_str(&self.argument(value)?);
                }
            }
            Call::Fake(fake) => fake.write(self.host, out),
            Call::Put(put) if put.value.is_some() => self.put(put, String::new())?,
            Call::Put(_) => {}
        }
        Ok(())
    }

    fn arguments(&mut self, arguments: &[Argument]) -> Result<Vec<String>, RenderError> {
        arguments.iter().map(|argument| self.argument(argument)).collect()
    }

    fn date(&mut self, pattern: &DatePattern, delta: Option<&DateDelta>, out: &mut String) -> Result<(), RenderError> {
        let delta = match delta {
            Some(DateDelta::Known(delta)) => *delta,
            Some(DateDelta::Made(argument)) => Delta::parse(&self.argument(argument)?),
            None => Delta::NONE,
        };
        let millis = i64::try_from(self.host.now() / 1000).unwrap_or(i64::MAX);
        let moment = Moment::new(millis, self.host.offset_minutes()).plus(delta);
        match pattern {
            DatePattern::Known(pattern) => pattern.write(moment, out),
            DatePattern::Made(argument) => {
                Pattern::parse(&self.argument(argument)?).map_err(RenderError)?.write(moment, out);
            }
        }
        Ok(())
    }
}
