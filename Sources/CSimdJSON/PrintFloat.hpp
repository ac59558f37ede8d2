#ifndef CSIMDJSON_PRINT_FLOAT_HPP
#define CSIMDJSON_PRINT_FLOAT_HPP

#include "ShortestDecimal.hpp"

/// Prints what `std::to_chars` prints, but for ±7.038531e-26, which gets two digits more; −0 is `-0.0`, and a whole number
/// of 2⁵³ or more that is printed without an exponent ends in `.0`.
///
/// - value: finite.
/// - text: has room for `CSimdJSONFloatRoom` bytes and `CSimdJSONPrintSlack` more, which may be spoilt.
/// - returns: the end of the text.
char *printFloat(float value, char *text);

/// Prints a number whose decimal is known; neither zero nor the one that gets two digits more.
char *printFloat(float value, const ShortestDecimal &decimal, char *text);

/// Whether the second form may print it with the decimal of a block.
bool isPlainFloat(float value);

#endif
