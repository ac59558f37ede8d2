#ifndef CSIMDJSON_SHORTEST_DECIMAL_HPP
#define CSIMDJSON_SHORTEST_DECIMAL_HPP

#include <cstdint>

/// digits · 10ᵉˣᵖᵒⁿᵉⁿᵗ; fewer than ten digits, some of the last of which may be zeros.
struct Decimal {
    uint32_t digits;
    int32_t exponent;
};

/// Of the decimals that a reader rounds to this binary32, the one with the fewest digits, and of those the nearest.
///
/// - bits: of a finite number that is not zero; the sign is not looked at.
///
/// Source: Raffaello Giulietti, The Schubfach way to render doubles, 2020.
Decimal shortestDecimal(uint32_t bits);

#endif
