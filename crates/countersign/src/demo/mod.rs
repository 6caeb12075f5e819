//! What exists in the demo only.

pub mod styleguide;
