#include "ShortestDecimal.hpp"

#include "PowersOfTen.hpp"

// Nothing here branches: what is chosen is not told from one number to the next, and blocks of numbers are computed
// side by side. All is whole arithmetic, so every processor gives the same.

// Sanitizers are not ready yet when the loader asks which form to take, and keep loops from being made parallel.
#if defined(__x86_64__) && defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
/// Compiled for several processors; the loader picks one.
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

namespace {

constexpr uint32_t significandBits = 23;
constexpr uint64_t hiddenBit = 1u << significandBits;
constexpr int32_t exponentBias = 127 + significandBits;

/// ⌊log₁₀ 2ᵉ⌋, or ⌊log₁₀ ¾ 2ᵉ⌋ where the lower neighbour is nearer than the upper one.
inline int32_t floorOfLog10(int32_t exponent, bool is_lower_nearer) {
    return (exponent * 1262611 - (is_lower_nearer ? 524031 : 0)) >> 22;
}

/// ⌊log₂ 10ᵉ⌋
inline int32_t floorOfLog2OfTen(int32_t exponent) { return (exponent * 1741647) >> 19; }

/// power · factor / 2⁶⁴ for a factor of 32 bits, with its last bit set where anything was cut off.
inline uint64_t roundedToOdd(uint64_t power, uint64_t factor) {
    uint64_t product = (power >> 32) * factor + (((power & 0xFFFFFFFF) * factor) >> 32);
    return (product >> 32) | ((product & 0xFFFFFFFF) > 1);
}

/// The number and the ends of the interval that is rounded to it, in quarters of 10ᵏ; the ends belong to it.
struct Interval {
    uint64_t lower;
    uint64_t middle;
    uint64_t upper;

    uint64_t contains(uint64_t number) const { return (lower <= 4 * number) & (4 * number <= upper); }
};

inline Interval intervalOf(uint64_t significand, int32_t exponent, uint64_t is_lower_nearer, int32_t k) {
    uint64_t power = powersOfTen[-k - leastPowerOfTen];
    auto shift = static_cast<uint64_t>(exponent + floorOfLog2OfTen(-k) + 1);
    // Ends belong to even significands only, as halves are rounded to even.
    uint64_t is_odd = significand & 1;
    uint64_t lower = roundedToOdd(power, (4 * significand - 2 + is_lower_nearer) << shift) + is_odd;
    uint64_t middle = roundedToOdd(power, (4 * significand) << shift);
    uint64_t upper = roundedToOdd(power, (4 * significand + 2) << shift) - is_odd;
    return {lower, middle, upper};
}

/// digits · 10ᵉˣᵖᵒⁿᵉⁿᵗ
struct Scaled {
    uint64_t digits;
    int64_t exponent;
};

/// What is in the interval: with a digit less if it can be, else the nearer of two neighbours.
inline Scaled shortestIn(Interval interval, int32_t k) {
    uint64_t below = interval.middle >> 2;
    uint64_t tens = (below * 0xCCCCCCCD) >> 35;  // below / 10
    uint64_t has_lower_ten = interval.contains(10 * tens);
    uint64_t has_upper_ten = interval.contains(10 * tens + 10);
    uint64_t is_shorter = (has_lower_ten ^ has_upper_ten) & (below >= 10);
    uint64_t has_below = interval.contains(below);
    uint64_t has_above = interval.contains(below + 1);
    uint64_t is_nearer_above = interval.middle + (below & 1) > 4 * below + 2;
    uint64_t is_above = __builtin_unpredictable((has_below ^ has_above) != 0) ? has_above : is_nearer_above;
    uint64_t digits = __builtin_unpredictable(is_shorter != 0) ? tens + has_upper_ten : below + is_above;
    return {digits, k + static_cast<int64_t>(is_shorter)};
}

__attribute__((always_inline)) inline Scaled shortestOf(uint32_t bits) {
    uint64_t fraction = bits & (hiddenBit - 1);
    uint64_t biased = (bits >> significandBits) & 0xFF;
    uint64_t significand = biased == 0 ? fraction : fraction | hiddenBit;
    int32_t exponent = (biased == 0 ? 1 : static_cast<int32_t>(biased)) - exponentBias;
    uint64_t is_lower_nearer = (fraction == 0) & (biased > 1);
    int32_t k = floorOfLog10(exponent, is_lower_nearer);
    return shortestIn(intervalOf(significand, exponent, is_lower_nearer, k), k);
}

/// Eight digits, each a byte, the first the lowest.
///
/// Source: Paul Khuong, How to print integers really fast, 2017: pairs of halves are divided in one word.
inline uint64_t eightDigits(uint64_t number) {
    uint64_t upper = (number * 0x68DB8BB) >> 40;  // number / 10⁴
    uint64_t fours = upper | (number - upper * 10000) << 32;
    uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000007F0000007F;
    uint64_t twos = hundreds + ((fours - hundreds * 100) << 16);
    uint64_t tens = ((twos * 103) >> 10) & 0x000F000F000F000F;
    return tens + ((twos - tens * 10) << 8);
}

/// - scaled: of six to nine digits.
__attribute__((always_inline)) inline ShortestDecimal spelt(Scaled scaled) {
    uint64_t digits = scaled.digits;
    int64_t length = 6 + (digits >= 1000000) + (digits >= 10000000) + (digits >= 100000000);
    uint64_t scale = digits >= 100000000 ? 1 : digits >= 10000000 ? 10 : digits >= 1000000 ? 100 : 1000;
    uint64_t nine = digits * scale;
    uint64_t first = (nine * 0x55E63B89) >> 57;  // nine / 10⁸
    return {first, eightDigits(nine - first * 100000000), scaled.exponent + length - 1};
}

}  // namespace

ShortestDecimal shortestDecimal(uint32_t bits) {
    Scaled scaled = shortestOf(bits);
    for (; scaled.digits < 100000; scaled.exponent--) scaled.digits *= 10;
    return spelt(scaled);
}

FOR_EACH_PROCESSOR
void shortestDecimals(const uint32_t *bits, ShortestDecimals *__restrict decimals) {
#pragma clang loop vectorize(enable) vectorize_width(8) interleave(disable) unroll(disable)
    for (size_t index = 0; index < decimalBlock; index++) {
        ShortestDecimal decimal = spelt(shortestOf(bits[index]));
        decimals->first[index] = decimal.first;
        decimals->others[index] = decimal.others;
        decimals->exponent[index] = decimal.exponent;
    }
}
