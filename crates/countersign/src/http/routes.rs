//! Routes as data: a router that can tell its addresses, so that a test goes through all of them and forgets none.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use crate::app::App;

/// A router and the addresses that were given to it. Used as [`Router`] is.
#[derive(Default)]
pub struct Routes {
    router: Router<Arc<App>>,
    addresses: Vec<&'static str>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// These and one more.
    #[must_use]
    pub fn route(mut self, address: &'static str, handlers: MethodRouter<Arc<App>>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(address, handlers), addresses: self.addresses }
    }

    /// These and all of the others.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.addresses.extend(others.addresses);
        Self { router: self.router.merge(others.router), addresses: self.addresses }
    }

    /// The addresses in the order in which they were given, each as the router spells it.
    pub fn addresses(&self) -> &[&'static str] {
        &self.addresses
    }

    /// The router itself.
    pub fn into_router(self) -> Router<Arc<App>> {
        self.router
    }
}
