//! The data path's shell: a connection is accepted, its requests pass the layers of [`pipeline`], and what comes out is
//! an answer, whatever happened on the way.

pub mod admission;
pub mod batch;
pub mod body;
pub mod deadline;
pub mod express;
pub mod idle;
pub mod intake;
pub mod listener;
pub mod media_type;
pub mod panic_guard;
pub mod pipeline;
pub mod refusal;
pub mod sequel;
pub mod targets;
