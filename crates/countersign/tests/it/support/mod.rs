//! What every test is told with: an application of its own, browsers, people with their phones.

mod answer;
mod app;
mod browser;
mod chats;
mod client;
mod database;
mod idp;
mod letters;
mod logs;
mod page;
mod people;
mod phones;
mod policies;

pub(crate) use answer::Answer;
pub(crate) use app::{Options, TestApp};
pub(crate) use browser::{Browser, FIREFOX, PUBLIC};
pub(crate) use chats::{Said, code_of, next_update, pressed, sender, token_of};
pub(crate) use client::{Client, Told};
pub(crate) use database::{Kind, Place};
pub(crate) use idp::{Idp, SECRET as IDP_SECRET, SET_UP, away_to, come_back};
pub(crate) use letters::Letter;
pub(crate) use logs::Written;
pub(crate) use page::Page;
pub(crate) use people::{KEY, Person, Phone, long_password, password_of};
pub(crate) use phones::reach;

/// One story on both databases: `on_both! { async fn name(kind) { … } }` where `kind` is a [`Kind`]. Where no
/// PostgreSQL is named (and `CI` is not set) its half is left out and says so.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($kind:ident) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn story($kind: crate::support::Kind) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story(crate::support::Kind::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if crate::support::Kind::has_postgres() {
                    story(crate::support::Kind::Postgres).await;
                }
            }
        }
    )+};
}
