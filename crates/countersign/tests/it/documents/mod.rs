//! Documents that are generated from the code.

mod limits;
mod roles;
