#include "PlainNumber.hpp"

#include <bit>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "the first of eight digits is the lowest byte");

namespace {

constexpr double tens[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35,
    1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51, 1e52, 1e53,
    1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60,
};
constexpr int64_t mostTens = 60;

constexpr uint64_t wholeTens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

bool isDigit(uint8_t character) { return static_cast<uint8_t>(character - '0') < 10; }

/// Eight characters, the first in the lowest byte, less the value of '0' each.
uint64_t eightAt(const uint8_t *text) {
    uint64_t bytes;
    std::memcpy(&bytes, text, sizeof bytes);
    return bytes ^ 0x3030303030303030;
}

/// How many of eight are digits before the first that is none. A carry out of a byte only spoils what follows that.
size_t digitsBefore(uint64_t eight) {
    uint64_t others = ((eight + 0x7676767676767676) | eight) & 0x8080808080808080;
    return others == 0 ? 8 : static_cast<size_t>(std::countr_zero(others)) / 8;
}

/// The number that eight digits make: neighbours are joined to pairs, pairs to fours, and those.
uint64_t joined(uint64_t eight) {
    uint64_t pairs = eight * 10 + (eight >> 8);
    uint64_t upper = (pairs & 0x000000FF000000FF) * (100 + (uint64_t(1000000) << 32));
    uint64_t lower = ((pairs >> 16) & 0x000000FF000000FF) * (1 + (uint64_t(10000) << 32));
    return (upper + lower) >> 32;
}

/// The number that the first `count` of eight digits make, 0 to 8.
uint64_t joined(uint64_t eight, size_t count) {
    auto others = static_cast<int>(64 - 8 * count);
    return joined(eight << (others / 2) << (others / 2));
}

float withSign(float value, bool is_negative) { return is_negative ? -value : value; }

/// The parts of a number's text.
struct Plain {
    bool is_negative;
    bool is_whole = true;
    uint64_t digits = 0;
    size_t digitCount = 0;
    int64_t exponent = 0;
};

/// Walks the text; null where it is not JSON.
struct PlainScanner {
    const uint8_t *at;
    const uint8_t *end;
    Plain number;

    bool scan() {
        const uint8_t *start = at;
        size_t count = scanDigits();
        if (count == 0 || (*start == '0' && count > 1)) return false;
        if (*at == '.' && !scanFraction()) return false;
        if ((*at | 0x20) == 'e' && !scanExponent()) return false;
        return at <= end;
    }

    size_t scanDigits() {
        const uint8_t *start = at;
        while (at < end) {
            uint64_t eight = eightAt(at);
            size_t count = digitsBefore(eight);
            number.digits = number.digits * wholeTens[count] + joined(eight, count);
            at += count;
            if (count < 8) break;
        }
        size_t count = static_cast<size_t>(at - start);
        number.digitCount += count;
        return count;
    }

    bool scanFraction() {
        at++;
        number.is_whole = false;
        size_t count = scanDigits();
        number.exponent -= static_cast<int64_t>(count);
        return count > 0;
    }

    bool scanExponent() {
        at++;
        number.is_whole = false;
        bool is_negative = *at == '-';
        at += is_negative || *at == '+';
        const uint8_t *start = at;
        int64_t exponent = 0;
        // Longer ones are told from their text.
        for (; isDigit(*at) && at - start < 6; at++) exponent = exponent * 10 + (*at - '0');
        number.exponent += is_negative ? -exponent : exponent;
        return at > start && !isDigit(*at);
    }
};

/// Whole numbers are rounded once, straight to binary32, and have no negative zero.
bool roundWhole(const Plain &number, float *value) {
    if (number.digitCount > 18) return false;
    auto whole = static_cast<int64_t>(number.digits);
    *value = static_cast<float>(number.is_negative ? -whole : whole);
    return true;
}

/// Rounds what is certain.
///
/// The quotient or product of two rounded numbers is within four units of the last place of the correctly rounded
/// binary64. Both round to the same binary32 unless half way between two of those is as near.
bool roundSafely(double near, bool is_negative, float *value) {
    constexpr int64_t half = 1 << 28;
    int64_t cut = std::bit_cast<int64_t>(near) & (2 * half - 1);
    bool is_safe = (cut - half >= 8) | (half - cut >= 8);
    bool is_normal = (near > 2 * double(FLT_MIN)) & (near < double(FLT_MAX) / 2);
    *value = withSign(static_cast<float>(near), is_negative);
    return is_safe & is_normal;
}

bool roundSafely(const Plain &number, float *value) {
    int64_t exponent = number.exponent;
    if (number.digitCount > 19 || exponent < -mostTens || exponent > mostTens) return false;
    auto digits = static_cast<double>(number.digits);
    return roundSafely(exponent < 0 ? digits / tens[-exponent] : digits * tens[exponent], number.is_negative, value);
}

bool roundSlowly(const uint8_t *text, const uint8_t *end, float *value) {
    double exact;
    auto start = reinterpret_cast<const char *>(text);
    auto [stop, error] = std::from_chars(start, reinterpret_cast<const char *>(end), exact);
    *value = static_cast<float>(exact);
    return error == std::errc() && !std::isinf(*value);
}

const uint8_t *readAnyNumber(const uint8_t *text, const uint8_t *end, float *value) {
    bool is_negative = *text == '-';
    PlainScanner scanner = {text + is_negative, end, {is_negative}};
    if (!scanner.scan()) return nullptr;
    const Plain &number = scanner.number;
    if (number.is_whole) return roundWhole(number, value) ? scanner.at : nullptr;
    if (roundSafely(number, value) || roundSlowly(text, scanner.at, value)) return scanner.at;
    return nullptr;
}

bool endsNumber(uint8_t character) { return character == ',' || character == ']'; }

/// A digit, a point and 8 to 18 decimals, as binary64 is printed, which all fit 64 bits; else null. How many there are is
/// hard to tell, so this does not ask.
const uint8_t *readLongNumber(const uint8_t *first, bool is_negative, float *value) {
    const uint8_t *at = first + 2;
    uint64_t upper = (*first - uint64_t('0')) * wholeTens[8] + joined(eightAt(at));
    uint64_t middle = eightAt(at + 8);
    size_t middleCount = digitsBefore(middle);
    at += 8 + middleCount;
    uint64_t lower = eightAt(at);
    size_t lowerCount = digitsBefore(lower);
    at += lowerCount;
    if (lowerCount > 2 || !endsNumber(*at)) return nullptr;
    uint64_t digits = upper * wholeTens[middleCount] + joined(middle, middleCount);
    digits = digits * wholeTens[lowerCount] + joined(lower, lowerCount);
    double near = static_cast<double>(digits) / tens[8 + middleCount + lowerCount];
    return roundSafely(near, is_negative, value) ? at : nullptr;
}

/// Keeps a compiler from seeing that a guess is what it was compared with, so that a processor goes on from the guess
/// without waiting for the comparison.
template <typename Value>
inline void hide(Value &value) {
    asm volatile("" : "+r"(value));
}

}  // namespace

/// Most numbers are a digit, a point and decimals, as many as those before. Up to seven of these and the power of ten are
/// exact in binary64, so that their quotient is rounded correctly.
const uint8_t *readPlainNumber(const uint8_t *text, const uint8_t *end, size_t *decimals, float *value) {
    const uint8_t *first = text;
    bool is_negative = false;
    if (__builtin_expect(*first == '-', false)) {
        is_negative = true;
        first++;
        hide(first);
    }
    if (!isDigit(*first) || first[1] != '.') return readAnyNumber(text, end, value);
    uint64_t eight = eightAt(first + 2);
    size_t count = digitsBefore(eight);
    if (count != *decimals) {
        *decimals = count;
        hide(*decimals);
    }
    const uint8_t *at = first + 2 + *decimals;
    if (count - 1 < 7 && endsNumber(*at)) {
        uint64_t digits = (*first - uint64_t('0')) * wholeTens[count] + joined(eight, count);
        *value = withSign(static_cast<float>(static_cast<double>(digits) / tens[count]), is_negative);
        return at;
    }
    at = count == 8 ? readLongNumber(first, is_negative, value) : nullptr;
    return at != nullptr ? at : readAnyNumber(text, end, value);
}
