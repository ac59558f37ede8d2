#include "CSimdJSON.h"

#include <charconv>
#include <cmath>
#include <cstring>

/// Whole numbers from here on are printed with `.0`: as plain digits they might not fit the 64-bit integers that readers
/// take them for.
static constexpr double wholeLimit = 9007199254740992.0;

/// The only binary32 (with its negative) whose shortest decimal, 7.038531e-26, becomes its neighbour when a reader takes
/// it for a binary64 first and then rounds; found by trying all of them.
static constexpr uint32_t roundedTwiceBits = 0x15AE43FD;

static char *printShortest(float value, char *text, size_t room) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    bool is_rounded_twice = (bits & 0x7FFFFFFF) == roundedTwiceBits;
    if (is_rounded_twice) return std::to_chars(text, text + room, value, std::chars_format::scientific, 8).ptr;
    return std::to_chars(text, text + room, value).ptr;
}

static char *printShortest(double value, char *text, size_t room) {
    return std::to_chars(text, text + room, value).ptr;
}

template <typename Number>
static char *printNumber(Number value, char *text, size_t room) {
    // "-0" is an integer to most readers, simdjson among them, and would lose its sign.
    if (value == 0 && std::signbit(value)) {
        std::memcpy(text, "-0.0", 4);
        return text + 4;
    }
    char *end = printShortest(value, text, room);
    if (std::fabs(value) < wholeLimit) return end;
    if (std::memchr(text, 'e', static_cast<size_t>(end - text)) != nullptr) return end;
    std::memcpy(end, ".0", 2);
    return end + 2;
}

template <typename Number>
static CSimdJSONPrinted printNumbers(const Number *values, size_t count, bool is_spaced, uint8_t *text, size_t room) {
    char *start = reinterpret_cast<char *>(text);
    char *end = start;
    for (size_t index = 0; index < count; index++) {
        if (!std::isfinite(values[index])) return {static_cast<size_t>(end - start), index};
        if (index > 0) *end++ = ',';
        if (index > 0 && is_spaced) *end++ = ' ';
        end = printNumber(values[index], end, room - 2);
    }
    return {static_cast<size_t>(end - start), count};
}

CSimdJSONPrinted CSimdJSONPrintFloats(const float *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text, CSimdJSONFloatRoom);
}

CSimdJSONPrinted CSimdJSONPrintDoubles(const double *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text, CSimdJSONDoubleRoom);
}
