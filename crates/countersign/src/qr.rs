//! QR codes: as SVG for the page and the API, as PNG for the download. Drawn here, so that no key leaves the server.

use data_encoding::BASE64;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder, Shape};
use fast_qr::{ECL, QRBuilder};

/// Light modules around the code; fewer than four and scanners miss it (ISO/IEC 18004, section 9.1).
const QUIET: usize = 4;
/// Picture points to a module of the PNG: large enough for a print or another screen.
const POINTS: usize = 10;

/// The code as an SVG picture, dark on white in either colour scheme.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    Some(SvgBuilder::default().margin(QUIET).shape(Shape::Square).to_str(&code))
}

/// The SVG picture as a `data:` address.
pub(crate) fn data_uri(text: &str) -> Option<String> {
    let svg = svg(text)?;
    Some(format!("data:image/svg+xml;base64,{}", BASE64.encode(svg.as_bytes())))
}

/// The code as a PNG picture in two shades.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = (code.size + 2 * QUIET) * POINTS;
    let mut points = vec![255_u8; side * side];
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, _) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
            let (top, left) = ((row + QUIET) * POINTS, (column + QUIET) * POINTS);
            for line in top..top + POINTS {
                points[line * side + left..line * side + left + POINTS].fill(0);
            }
        }
    }
    let mut picture = Vec::new();
    let width = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut picture, width, width);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&points).ok()?;
    writer.finish().ok()?;
    Some(picture)
}
