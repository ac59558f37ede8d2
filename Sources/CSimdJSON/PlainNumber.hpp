#ifndef CSIMDJSON_PLAIN_NUMBER_HPP
#define CSIMDJSON_PLAIN_NUMBER_HPP

#include <cstddef>
#include <cstdint>

/// Reads the JSON number at `text` as simdjson and a cast would: rounded to binary64, unless it is a whole number, and
/// then to binary32.
///
/// - end: of the document; 64 bytes behind it are readable, whatever they are.
/// - decimals: a guess how many it has, which is then told for the next one.
/// - returns: the end of the number, or null: it is not a number, or a reader with more patience has to look at it.
const uint8_t *readPlainNumber(const uint8_t *text, const uint8_t *end, size_t *decimals, float *value);

#endif
