#include "ShortestDecimal.hpp"

#include "PowersOfTen.hpp"

namespace {

constexpr uint32_t significandBits = 23;
constexpr uint32_t hiddenBit = 1u << significandBits;
constexpr int32_t exponentBias = 127 + significandBits;

/// ⌊log₁₀ 2ᵉ⌋, or ⌊log₁₀ ¾ 2ᵉ⌋ where the lower neighbour is nearer than the upper one.
int32_t floorOfLog10(int32_t exponent, bool is_lower_nearer) {
    return (exponent * 1262611 - (is_lower_nearer ? 524031 : 0)) >> 22;
}

/// ⌊log₂ 10ᵉ⌋
int32_t floorOfLog2OfTen(int32_t exponent) { return (exponent * 1741647) >> 19; }

/// power · factor / 2⁶⁴, with its last bit set where anything was cut off.
uint32_t roundedToOdd(uint64_t power, uint32_t factor) {
    auto product = static_cast<unsigned __int128>(power) * factor;
    auto low = static_cast<uint32_t>(static_cast<uint64_t>(product) >> 32);
    return static_cast<uint32_t>(product >> 64) | (low > 1);
}

/// The number and the ends of the interval that is rounded to it, in quarters of 10ᵏ; the ends belong to it.
struct Interval {
    uint32_t lower;
    uint32_t middle;
    uint32_t upper;

    bool contains(uint32_t number) const { return (lower <= 4 * number) & (4 * number <= upper); }
};

Interval intervalOf(uint32_t significand, int32_t exponent, bool is_lower_nearer, int32_t k) {
    uint64_t power = powersOfTen[-k - leastPowerOfTen];
    int32_t shift = exponent + floorOfLog2OfTen(-k) + 1;
    // Ends belong to even significands only, as halves are rounded to even.
    uint32_t is_odd = significand & 1;
    uint32_t lower = roundedToOdd(power, (4 * significand - 2 + is_lower_nearer) << shift) + is_odd;
    uint32_t middle = roundedToOdd(power, (4 * significand) << shift);
    uint32_t upper = roundedToOdd(power, (4 * significand + 2) << shift) - is_odd;
    return {lower, middle, upper};
}

/// The first if `is_first` is 1, the second if it is 0.
uint32_t chosen(uint32_t is_first, uint32_t first, uint32_t second) {
    return __builtin_unpredictable(is_first != 0) ? first : second;
}

/// What is in the interval: with a digit less if it can be, else the nearer of two neighbours.
///
/// Nothing here is told from one number to the next, so it selects and does not branch.
Decimal shortestIn(Interval interval, int32_t k) {
    uint32_t below = interval.middle / 4;
    uint32_t tens = below / 10;
    uint32_t has_lower_ten = interval.contains(10 * tens);
    uint32_t has_upper_ten = interval.contains(10 * tens + 10);
    uint32_t is_shorter = (has_lower_ten ^ has_upper_ten) & (below >= 10);
    uint32_t has_below = interval.contains(below);
    uint32_t has_above = interval.contains(below + 1);
    uint32_t is_nearer_above = interval.middle + (below & 1) > 4 * below + 2;
    uint32_t is_above = chosen(has_below ^ has_above, has_above, is_nearer_above);
    uint32_t digits = chosen(is_shorter, tens + has_upper_ten, below + is_above);
    return {digits, k + static_cast<int32_t>(is_shorter)};
}

}  // namespace

Decimal shortestDecimal(uint32_t bits) {
    uint32_t fraction = bits & (hiddenBit - 1);
    uint32_t biased = (bits >> significandBits) & 0xFF;
    uint32_t significand = biased == 0 ? fraction : fraction | hiddenBit;
    int32_t exponent = (biased == 0 ? 1 : static_cast<int32_t>(biased)) - exponentBias;
    bool is_lower_nearer = fraction == 0 && biased > 1;
    int32_t k = floorOfLog10(exponent, is_lower_nearer);
    return shortestIn(intervalOf(significand, exponent, is_lower_nearer, k), k);
}
