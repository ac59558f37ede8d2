#ifndef CSIMDJSON_PRINT_FLOAT_HPP
#define CSIMDJSON_PRINT_FLOAT_HPP

/// Prints what `std::to_chars` prints, but for ±7.038531e-26, which gets two digits more.
///
/// - value: finite.
/// - text: has room for `CSimdJSONFloatRoom` bytes and `CSimdJSONPrintSlack` more, which may be spoilt.
/// - returns: the end of the text.
char *printFloat(float value, char *text);

#endif
