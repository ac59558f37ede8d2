#include "PrintFloat.hpp"

#include <bit>
#include <charconv>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "the first of eight digits is the lowest byte");

namespace {

constexpr uint32_t magnitudeMask = 0x7FFFFFFF;

/// The only binary32 (with its negative) whose shortest decimal, 7.038531e-26, becomes its neighbour when a reader takes
/// it for a binary64 first and then rounds; found by trying all of them.
constexpr uint32_t roundedTwiceBits = 0x15AE43FD;
constexpr char roundedTwiceText[] = "7.03853069e-26";

/// Below, every whole number is a binary32.
constexpr float exactLimit = 16777216;

/// Whole numbers from here on are printed with `.0`: as plain digits they might not fit the 64-bit integers that readers
/// take them for.
constexpr float wholeLimit = 9007199254740992;

/// A decimal on its way to text.
struct Spelling {
    char first;
    uint64_t others;
    /// Of digits, without the zeros at the end.
    int32_t count;
    int32_t exponent;
};

/// Of eight digits, each a byte, the last the highest. Zeros are counted from below, which is fast on old processors too.
int32_t zerosAtEnd(uint64_t digits) {
    return digits == 0 ? 8 : std::countr_zero(__builtin_bswap64(digits)) / 8;
}

Spelling spelling(const ShortestDecimal &decimal) {
    auto first = static_cast<char>('0' + decimal.first);
    uint64_t others = decimal.others | 0x3030303030303030;
    return {first, others, 9 - zerosAtEnd(decimal.others), static_cast<int32_t>(decimal.exponent)};
}

void store(char *text, uint64_t bytes) { std::memcpy(text, &bytes, sizeof bytes); }

/// dd.ddd or 0.00ddd: one way for both, since which comes next is hard to tell.
char *printFraction(const Spelling &number, char *text) {
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
char *printLarge(float magnitude, char *text) {
    char *end = std::to_chars(text, text + 20, magnitude).ptr;
    if (magnitude < wholeLimit) return end;
    std::memcpy(end, ".0", 2);
    return end + 2;
}

char *printWhole(const Spelling &number, float magnitude, char *text) {
    if (magnitude >= exactLimit) return printLarge(magnitude, text);
    *text = number.first;
    store(text + 1, number.others);
    return text + 1 + number.exponent;
}

/// d.ddde-06
char *printWithExponent(const Spelling &number, char *text) {
    text[0] = number.first;
    text[1] = '.';
    store(text + 2, number.others);
    char *end = text + number.count + (number.count > 1);
    auto magnitude = static_cast<uint32_t>(number.exponent < 0 ? -number.exponent : number.exponent);
    end[0] = 'e';
    end[1] = number.exponent < 0 ? '-' : '+';
    end[2] = static_cast<char>('0' + magnitude / 10);
    end[3] = static_cast<char>('0' + magnitude % 10);
    return end + 4;
}

/// Whether the text without an exponent is not longer than that with one.
bool isFixed(const Spelling &number) {
    int32_t last = number.exponent - number.count + 1;
    int32_t is_one_digit = number.count == 1;
    return last >= -(number.count + 3) + is_one_digit && last <= 5 - is_one_digit;
}

char *printPositive(const Spelling &number, float magnitude, char *text) {
    if (!isFixed(number)) return printWithExponent(number, text);
    if (number.exponent < number.count - 1) return printFraction(number, text);
    return printWhole(number, magnitude, text);
}

char *printText(const char *printed, char *text) {
    size_t count = std::strlen(printed);
    std::memcpy(text, printed, count);
    return text + count;
}

}  // namespace

char *printFloat(float value, const ShortestDecimal &decimal, char *text) {
    auto bits = std::bit_cast<uint32_t>(value);
    *text = '-';
    return printPositive(spelling(decimal), std::bit_cast<float>(bits & magnitudeMask), text + (bits >> 31));
}

char *printFloat(float value, char *text) {
    auto bits = std::bit_cast<uint32_t>(value);
    // "-0" is an integer to most readers, simdjson among them, and would lose its sign.
    if (value == 0) return printText(bits == 0 ? "0" : "-0.0", text);
    *text = '-';
    if ((bits & magnitudeMask) == roundedTwiceBits) return printText(roundedTwiceText, text + (bits >> 31));
    return printFloat(value, shortestDecimal(bits), text);
}

bool isPlainFloat(float value) {
    auto bits = std::bit_cast<uint32_t>(value);
    return isForBlock(bits) && (bits & magnitudeMask) != roundedTwiceBits;
}
