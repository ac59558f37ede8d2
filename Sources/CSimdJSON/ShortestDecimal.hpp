#ifndef CSIMDJSON_SHORTEST_DECIMAL_HPP
#define CSIMDJSON_SHORTEST_DECIMAL_HPP

#include <cstddef>
#include <cstdint>

/// d.dddddddd · 10ᵉˣᵖᵒⁿᵉⁿᵗ, the first digit not zero.
struct ShortestDecimal {
    uint64_t first;
    /// Eight digits behind it, filled up with zeros: a byte each, the first the lowest.
    uint64_t others;
    int64_t exponent;
};

inline constexpr size_t decimalBlock = 16;

/// Those of a block of numbers, field by field.
struct ShortestDecimals {
    uint64_t first[decimalBlock];
    uint64_t others[decimalBlock];
    int64_t exponent[decimalBlock];

    ShortestDecimal operator[](size_t index) const { return {first[index], others[index], exponent[index]}; }
};

/// Of the decimals that a reader rounds to this binary32, the one with the fewest digits, and of those the nearest.
///
/// - bits: of a number that is finite and not zero; the sign is not looked at.
///
/// Source: Raffaello Giulietti, The Schubfach way to render doubles, 2020.
ShortestDecimal shortestDecimal(uint32_t bits);

/// The same of `decimalBlock` numbers at once, in a quarter of the time. What is said of a number that
/// `isForBlock` refuses means nothing.
void shortestDecimals(const uint32_t *bits, ShortestDecimals *decimals);

/// Whether a number has as many digits as a block counts: all but zeros, the smallest, infinities and NaN.
inline bool isForBlock(uint32_t bits) { return (bits & 0x7FFFFFFF) - 0x00800000u < 0x7F800000u - 0x00800000u; }

#endif
