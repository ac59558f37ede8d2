#include "PrintFloat.hpp"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "ShortestDecimal.hpp"

static_assert(std::endian::native == std::endian::little, "the first of eight digits is the lowest byte");

namespace {

/// The only binary32 (with its negative) whose shortest decimal, 7.038531e-26, becomes its neighbour when a reader takes
/// it for a binary64 first and then rounds; found by trying all of them.
constexpr uint32_t roundedTwiceBits = 0x15AE43FD;
constexpr Decimal roundedTwice = {703853069, -34};

/// Below, every whole number is a binary32.
constexpr float exactLimit = 16777216;

constexpr uint64_t zeros = 0x3030303030303030;

constexpr uint32_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/// Eight digits, each a byte, the first the lowest.
///
/// Source: Paul Khuong, How to print integers really fast, 2017: pairs of halves are divided in one word.
uint64_t eightDigits(uint32_t number) {
    uint64_t fours = number / 10000 | static_cast<uint64_t>(number % 10000) << 32;
    uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000007F0000007F;
    uint64_t twos = hundreds + ((fours - hundreds * 100) << 16);
    uint64_t tens = ((twos * 103) >> 10) & 0x000F000F000F000F;
    return tens + ((twos - tens * 10) << 8);
}

/// d.ddd… · 10ᵉˣᵖᵒⁿᵉⁿᵗ, the first digit not zero.
struct Scientific {
    char first;
    /// The text of eight digits behind it, filled up with zeros.
    uint64_t others;
    /// Of digits, without the zeros at the end.
    int32_t count;
    int32_t exponent;
};

/// Of a number below 10⁹; mostly of seven digits or more.
int32_t digitCount(uint32_t number) {
    int32_t count = 7 + (number >= tens[7]) + (number >= tens[8]);
    while (number < tens[count - 1]) count--;
    return count;
}

/// Of eight digits, each a byte, the last the highest. Processors count zeros from below faster than from above, where
/// old ones have to be served too.
int32_t zerosAtEnd(uint64_t digits) {
    return digits == 0 ? 8 : std::countr_zero(__builtin_bswap64(digits)) / 8;
}

Scientific scientific(Decimal decimal) {
    int32_t length = digitCount(decimal.digits);
    uint32_t nine = decimal.digits * tens[9 - length];
    uint32_t first = nine / tens[8];
    uint64_t others = eightDigits(nine % tens[8]);
    return {static_cast<char>('0' + first), others | zeros, 9 - zerosAtEnd(others), decimal.exponent + length - 1};
}

void store(char *text, uint64_t bytes) { std::memcpy(text, &bytes, sizeof bytes); }

/// dd.ddd or 0.00ddd: one way for both, since which comes next is hard to tell.
char *printFraction(const Scientific &number, char *text) {
    int32_t zeroCount = number.exponent < 0 ? -number.exponent : 0;
    int32_t shift = number.exponent < 0 ? 0 : number.exponent;
    std::memcpy(text, "0.000000", 8);
    char *digits = text + zeroCount + (zeroCount > 0);
    *digits = number.first;
    store(digits + 1, number.others);
    text[shift + 1] = '.';
    store(zeroCount > 0 ? digits + 1 : text + shift + 2, number.others >> (8 * shift));
    return text + zeroCount + 1 + number.count;
}

/// The shortest decimal has fewer digits than a large number: they are not followed by zeros, but by its own.
char *printWhole(const Scientific &number, float magnitude, char *text) {
    if (magnitude >= exactLimit) return std::to_chars(text, text + 20, magnitude).ptr;
    *text = number.first;
    store(text + 1, number.others);
    return text + 1 + number.exponent;
}

/// d.ddde-06
char *printWithExponent(const Scientific &number, char *text) {
    text[0] = number.first;
    text[1] = '.';
    store(text + 2, number.others);
    char *end = text + number.count + (number.count > 1);
    uint32_t magnitude = static_cast<uint32_t>(number.exponent < 0 ? -number.exponent : number.exponent);
    end[0] = 'e';
    end[1] = number.exponent < 0 ? '-' : '+';
    end[2] = static_cast<char>('0' + magnitude / 10);
    end[3] = static_cast<char>('0' + magnitude % 10);
    return end + 4;
}

/// Whether the text without an exponent is not longer than that with one.
bool isFixed(const Scientific &number) {
    int32_t last = number.exponent - number.count + 1;
    int32_t is_one_digit = number.count == 1;
    return last >= -(number.count + 3) + is_one_digit && last <= 5 - is_one_digit;
}

char *printPositive(const Scientific &number, float magnitude, char *text) {
    if (!isFixed(number)) return printWithExponent(number, text);
    if (number.exponent < number.count - 1) return printFraction(number, text);
    return printWhole(number, magnitude, text);
}

}  // namespace

char *printFloat(float value, char *text) {
    auto bits = std::bit_cast<uint32_t>(value);
    *text = '-';
    text += bits >> 31;
    uint32_t magnitude = bits & 0x7FFFFFFF;
    if (magnitude == 0) return *text = '0', text + 1;
    Decimal decimal = magnitude == roundedTwiceBits ? roundedTwice : shortestDecimal(magnitude);
    return printPositive(scientific(decimal), std::bit_cast<float>(magnitude), text);
}
