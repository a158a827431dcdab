//! What a template can ask of the world around it: the only way out of the engine.

use crate::value::Text;

/// The gateway, as a template sees it. Everything is asked for when a template first needs it, and once.
pub trait Host {
    /// The request's method, upper case.
    fn method(&mut self) -> Text;

    /// The query as sent, without `?`. Absent: there is none.
    fn query(&mut self) -> Option<Text>;

    /// A value that the route's path captured, percent-decoded.
    fn param(&mut self, name: &str) -> Option<Text>;

    /// Every captured value, in the order of the path.
    fn params(&mut self) -> Vec<(Text, Text)>;

    /// The captured values that are lists: what wildcards took, segment by segment. [`Host::param`] has them joined.
    fn param_lists(&mut self) -> Vec<(Text, Vec<Text>)> {
        Vec::new()
    }

    /// A header field's value; repeated fields are joined.
    fn header(&mut self, name: &str) -> Option<Text>;

    /// Every header field, names in lower case, in the order received.
    fn headers(&mut self) -> Vec<(Text, Text)>;

    /// The body as text, empty when there is none.
    fn body(&mut self) -> Text;

    /// The body's bytes, which forms with files are read from. By default those of its text.
    fn body_bytes(&mut self) -> Vec<u8> {
        self.body().as_bytes().to_vec()
    }

    /// Scheme and authority under which the client reaches the gateway, and whatever else `baseUrl` prints.
    fn origin(&mut self) -> Text;

    /// The client's address, without port.
    fn client(&mut self) -> Text;

    /// The status of the response that causes a callback. Absent: there is no response yet.
    fn response_status(&mut self) -> Option<u16>;

    /// Every header field of that response, in its order; none when there is no response yet.
    fn response_headers(&mut self) -> Vec<(Text, Text)>;

    /// The body of that response as text. Absent: there is no response yet.
    fn response_body(&mut self) -> Option<Text>;

    /// The buckets that may be used, in the order of their declaration.
    fn buckets(&mut self) -> Vec<Bucket>;

    /// The compact JSON at a path (`a.0.b`, `\.` for a dot within a name, empty for the whole). Absent: nothing is
    /// there.
    ///
    /// # Errors
    ///
    /// Why it cannot be read. A bucket may be known by other names than those listed, so any may be asked for.
    fn bucket_get(&mut self, bucket: &str, path: &str) -> Result<Option<Text>, BucketError>;

    /// Changes the value at a path.
    ///
    /// # Errors
    ///
    /// Why it does not change.
    fn bucket_change(&mut self, bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError>;

    /// The JSON of a global variable. Absent: it was never set.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    fn global_get(&mut self, name: &str) -> Result<Option<Text>, BucketError>;

    /// Sets a global variable to a JSON text, or unsets it.
    ///
    /// # Errors
    ///
    /// Why it is not set.
    fn global_set(&mut self, name: &str, json: Option<&str>) -> Result<(), BucketError>;

    /// The value of an environment variable, by its whole name. Absent: it is not set, or templates may not see it.
    fn env(&mut self, name: &str) -> Option<Text>;

    /// What the names of the environment variables that templates see begin with.
    fn env_prefix(&mut self) -> Text;

    /// The time zone that dates are read and printed in: an offset (`+01:00`) or a POSIX rule
    /// (`CET-1CEST,M3.5.0,M10.5.0/3`). Empty, or anything else: UTC.
    fn zone(&mut self) -> Text;

    /// The gateway's time in microseconds since 1970.
    fn now(&mut self) -> u64;

    /// The next 64 random bits of this call.
    fn random(&mut self) -> u64;

    /// The next 32 bits of the environment's generator, which a faker seed has set going. Absent: there is no seed.
    fn shared_random(&mut self) -> Option<u32>;

    /// The locale of random data, by Faker's name for it: `en`, `de_CH`.
    fn faker_locale(&mut self) -> Text;

    /// A line for the log: what `{{log}}` was given.
    fn log(&mut self, message: &str);
}

/// How a bucket is called.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The name that the other calls take.
    pub name: Text,
    /// Mockoon's short id. Absent: it has none, or the host does not know it.
    pub id: Option<Text>,
}

/// A change to a bucket. Values are JSON texts.
#[derive(Clone, Copy, Debug)]
pub enum Change<'j> {
    /// Puts a value.
    Set(&'j str),
    /// Appends to an array.
    Push(&'j str),
    /// Copies an object's members over another's.
    Merge(&'j str),
    /// Adds to a number.
    Add(f64),
    /// Removes.
    Delete,
}

/// Why a bucket did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketError {
    /// There is no bucket of that name.
    NoSuchBucket,
    /// The path leads nowhere, or to a value of another type. Mockoon ignores such a change.
    DoesNotApply,
    /// Anything else, as a phrase for the person who called the mock.
    Failed(String),
}
