//! Whom TLS connections to trunks believe.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The certificates in a file. Text without any is no file of certificates.
pub(super) fn roots(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let roots: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    let mut store = RootCertStore::empty();
    for root in &roots {
        store.add(root.clone()).ok()?;
    }
    Some(roots).filter(|roots| !roots.is_empty())
}

/// Believes the system's authorities and these. The library has none of its own, and would trust nobody.
pub(super) fn verifier(extra: Option<&[u8]>) -> Option<Arc<dyn ServerCertVerifier>> {
    let mut store = RootCertStore::empty();
    // What of the system's cannot be read is not believed; that is told when a trunk is asked.
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for root in extra.and_then(roots).unwrap_or_default() {
        store.add(root).ok()?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build().ok()?;
    Some(verifier)
}
