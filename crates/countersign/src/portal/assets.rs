//! The portal's stylesheet, scripts and pictures, built into the binary under hashed addresses.

use countersign_core::accent::{Accent, Colour};

/// The header that goes with every asset: its address changes with its content, so it may be kept
/// for a year without asking again.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// The name in the source tree, for example `countersign.css`.
    pub name: &'static str,
    /// The address it is served at, with a fingerprint of its content.
    pub path: &'static str,
    /// The `Content-Type` to answer with.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Every embedded file.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// The file served at an address such as `/assets/countersign.0123456789abcdef.css`.
pub fn by_path(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// The address of the file of this name. The build fails on a name in a template that is no file.
pub fn path_of(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.path)
}

/// The address of the stylesheet of an organisation's colour, `#rrggbb`. Nothing for what is no colour or too bright.
pub fn accent_path(colour: &str) -> Option<String> {
    let accent = Accent::of(Colour::parse(colour).ok()?).ok()?;
    Some(format!("/assets/accent-{}.css", accent.light.to_string().trim_start_matches('#')))
}

/// The stylesheet of this file name, made from the colour in it: pages admit no style of their own.
pub fn accent(name: &str) -> Option<String> {
    let digits = name.strip_prefix("accent-")?.strip_suffix(".css")?;
    let accent = Accent::of(Colour::parse(&format!("#{digits}")).ok()?).ok()?;
    let Accent { light, light_soft, dark, dark_soft } = accent;
    Some(format!(
        ":root{{--accent-light:{light};--accent-light-soft:{light_soft};--accent-dark:{dark};--accent-dark-soft:{dark_soft}}}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_its_hashed_address() {
        assert!(!all().is_empty());
        for asset in all() {
            assert_eq!(by_path(asset.path).map(|found| found.name), Some(asset.name));
            assert_eq!(path_of(asset.name), asset.path);
        }
        assert!(by_path("/assets/countersign.css").is_none());
    }
}
