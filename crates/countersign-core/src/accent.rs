//! An organisation's colour: whether everything that it carries and stands on can be read (WCAG 2.2, 1.4.3), in light
//! and in dark.

use std::fmt;

/// The contrast that text needs at least.
pub const LEAST_CONTRAST: f64 = 4.5;

const WHITE: Colour = Colour([255; 3]);
const BLACK: Colour = Colour([0; 3]);
/// The grounds of pages in light, as `countersign.css` has them: the page itself and what hovers over it.
const LIGHT_GROUNDS: [Colour; 2] = [WHITE, Colour([0xf6, 0xf6, 0xf3])];
/// The same in dark: page, card, raised.
const DARK_GROUNDS: [Colour; 3] =
    [Colour([0x0f, 0x13, 0x12]), Colour([0x17, 0x1c, 0x1b]), Colour([0x1c, 0x22, 0x21])];
/// The text on a button in dark.
const DARK_INK: Colour = Colour([0x0a, 0x16, 0x14]);
/// Steps between a colour and black or white.
const STEPS: u32 = 200;

/// A colour of a screen (sRGB, 8 bits each).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The text is not `#` and six hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a colour")]
pub struct NoColour;

impl Colour {
    /// Reads `#rrggbb`, capitals or not.
    ///
    /// # Errors
    ///
    /// When it is written in any other way.
    pub fn parse(text: &str) -> Result<Self, NoColour> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NoColour)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoColour);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| NoColour)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Its brightness from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast with another colour, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// The colour so many of [`STEPS`] on the way to another.
    fn towards(self, other: Self, steps: u32) -> Self {
        let mut mixed = [0; 3];
        for (at, part) in mixed.iter_mut().enumerate() {
            let sum = u32::from(self.0[at]) * (STEPS - steps) + u32::from(other.0[at]) * steps;
            *part = u8::try_from((sum + STEPS / 2) / STEPS).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    fn reads_on(self, grounds: &[Self]) -> bool {
        grounds.iter().all(|ground| self.contrast(*ground) >= LEAST_CONTRAST)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A colour with which every page can be read, and what is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// As it was chosen: buttons under white text, links and marks, in light.
    pub light: Colour,
    /// The ground of marked things in light.
    pub light_soft: Colour,
    /// Its brighter sister, in dark.
    pub dark: Colour,
    /// The ground of marked things in dark.
    pub dark_soft: Colour,
}

/// A colour on which white text could not be read well, and the nearest on the way to black with which it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too bright; {0} would do")]
pub struct TooBright(
    /// The nearest that passes.
    pub Colour,
);

impl Accent {
    /// The look that a colour gives.
    ///
    /// # Errors
    ///
    /// When text in it, or white text on it, would have less than [`LEAST_CONTRAST`].
    pub fn of(colour: Colour) -> Result<Self, TooBright> {
        if !passes(colour) {
            let darker = (0..=STEPS).map(|steps| colour.towards(BLACK, steps));
            return Err(TooBright(darker.into_iter().find(|one| passes(*one)).unwrap_or(BLACK)));
        }
        let brighter = (0..=STEPS).map(|steps| colour.towards(WHITE, steps));
        let dark = brighter.into_iter().find(|one| passes_dark(*one)).unwrap_or(WHITE);
        Ok(Self { light: colour, light_soft: soft(colour), dark, dark_soft: dark_soft(dark) })
    }
}

fn soft(colour: Colour) -> Colour {
    WHITE.towards(colour, STEPS / 10)
}

fn dark_soft(colour: Colour) -> Colour {
    DARK_GROUNDS[1].towards(colour, STEPS * 3 / 20)
}

fn passes(colour: Colour) -> bool {
    colour.reads_on(&LIGHT_GROUNDS) && colour.reads_on(&[soft(colour)])
}

fn passes_dark(colour: Colour) -> bool {
    colour.reads_on(&DARK_GROUNDS) && colour.reads_on(&[dark_soft(colour), DARK_INK])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 1e-9);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(WHITE) - 4.54).abs() < 0.01);
        assert_eq!(Colour::parse("#AbCdEf").unwrap().to_string(), "#abcdef");
        for wrong in ["", "#fff", "abcdef", "#abcdeg", "#+bcdef", "red", "#abcdef00"] {
            assert_eq!(Colour::parse(wrong), Err(NoColour), "{wrong}");
        }
    }

    #[test]
    fn a_colour_that_is_too_bright_is_answered_with_the_nearest_that_passes() {
        let yellow = Colour::parse("#ffd500").unwrap();
        let TooBright(nearest) = Accent::of(yellow).unwrap_err();
        assert!(Accent::of(nearest).is_ok());
        assert!(nearest.0[0] > nearest.0[2] && nearest.0[1] > nearest.0[2], "still a yellow: {nearest}");
        assert!(Accent::of(Colour::parse("#17635c").unwrap()).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_passes_can_be_read_everywhere(bytes: [u8; 3]) {
            let accent = match Accent::of(Colour(bytes)) {
                Ok(accent) => accent,
                Err(TooBright(nearest)) => Accent::of(nearest).unwrap(),
            };
            for ground in LIGHT_GROUNDS.into_iter().chain([accent.light_soft]) {
                prop_assert!(accent.light.contrast(ground) >= LEAST_CONTRAST);
            }
            for ground in DARK_GROUNDS.into_iter().chain([accent.dark_soft, DARK_INK]) {
                prop_assert!(accent.dark.contrast(ground) >= LEAST_CONTRAST);
            }
        }
    }
}
