#include "CSimdJSON.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "PrintFloat.hpp"

/// Whole numbers from here on are printed with `.0`: as plain digits they might not fit the 64-bit integers that readers
/// take them for.
static constexpr double wholeLimit = 9007199254740992.0;

static char *printShortest(float value, char *text) { return printFloat(value, text); }

static char *printShortest(double value, char *text) {
    return std::to_chars(text, text + CSimdJSONDoubleRoom - 2, value).ptr;
}

/// Draws, levels and counts are mostly whole and small.
template <typename Number>
static bool isDigit(Number value) {
    return value >= 0 && value < 10 && value == static_cast<Number>(static_cast<int>(value)) && !std::signbit(value);
}

template <typename Number>
static char *printNumber(Number value, char *text) {
    if (isDigit(value)) {
        *text = static_cast<char>('0' + static_cast<int>(value));
        return text + 1;
    }
    // "-0" is an integer to most readers, simdjson among them, and would lose its sign.
    if (value == 0 && std::signbit(value)) {
        std::memcpy(text, "-0.0", 4);
        return text + 4;
    }
    char *end = printShortest(value, text);
    if (std::fabs(value) < wholeLimit) return end;
    if (std::memchr(text, 'e', static_cast<size_t>(end - text)) != nullptr) return end;
    std::memcpy(end, ".0", 2);
    return end + 2;
}

template <typename Number>
static CSimdJSONPrinted printNumbers(const Number *values, size_t count, bool is_spaced, uint8_t *text) {
    char *start = reinterpret_cast<char *>(text);
    char *end = start;
    for (size_t index = 0; index < count; index++) {
        if (!std::isfinite(values[index])) return {static_cast<size_t>(end - start), index};
        if (index > 0) *end++ = ',';
        if (index > 0 && is_spaced) *end++ = ' ';
        end = printNumber(values[index], end);
    }
    return {static_cast<size_t>(end - start), count};
}

CSimdJSONPrinted CSimdJSONPrintFloats(const float *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text);
}

CSimdJSONPrinted CSimdJSONPrintDoubles(const double *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text);
}
