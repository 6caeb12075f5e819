//! What people do on the pages.

mod sign_in;
