//! The pages that a person sees.

pub mod assets;
pub mod view;
pub mod words;
