//! The server in process: the real router and the real flows on real databases, with a clock that the test turns.
//!
//! Folders mirror the rooms under test. `support` has the application, the browser and the people. The names of tests
//! carry the ids of the behaviour they prove: the requirements' (`app_1_…`) and the rows of the list of failures that
//! comparable products had (`c_23_…`). What a story has left behind is looked at when its application is dropped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there and says where")]

#[macro_use]
mod support;

mod api;
mod documents;
mod flow;
mod http;
mod portal;
mod worker;
