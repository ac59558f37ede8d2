#include "CSimdJSON.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "PrintFloat.hpp"

namespace {

/// Whole numbers from here on are printed with `.0`: as plain digits they might not fit the 64-bit integers that readers
/// take them for.
constexpr double wholeLimit = 9007199254740992.0;

char *printNumber(float value, char *text) { return printFloat(value, text); }

char *printNumber(double value, char *text) {
    // "-0" is an integer to most readers, simdjson among them, and would lose its sign.
    if (value == 0 && std::signbit(value)) {
        std::memcpy(text, "-0.0", 4);
        return text + 4;
    }
    char *end = std::to_chars(text, text + CSimdJSONDoubleRoom - 2, value).ptr;
    if (std::fabs(value) < wholeLimit) return end;
    if (std::memchr(text, 'e', static_cast<size_t>(end - text)) != nullptr) return end;
    std::memcpy(end, ".0", 2);
    return end + 2;
}

/// Draws, levels and counts are mostly whole and small.
template <typename Number>
bool isDigit(Number value) {
    return value >= 0 && value < 10 && value == static_cast<Number>(static_cast<int>(value)) && !std::signbit(value);
}

bool areDigits(const float *values) {
    uint32_t wrong = 0;
    for (size_t index = 0; index < decimalBlock; index++) {
        float value = values[index];
        float bounded = value >= 0 && value < 10 ? value : 0.5f;
        wrong |= static_cast<float>(static_cast<int>(bounded)) != bounded;
        wrong |= std::bit_cast<uint32_t>(value) >> 31;
    }
    return wrong == 0;
}

/// Appends numbers and what stands between them.
struct Printer {
    char *end;
    bool is_spaced;
    bool is_first = true;

    void separate() {
        if (!is_first) *end++ = ',';
        if (!is_first && is_spaced) *end++ = ' ';
        is_first = false;
    }

    /// - returns: how many were printed before one that is not finite.
    template <typename Number>
    size_t printEach(const Number *values, size_t count) {
        for (size_t index = 0; index < count; index++) {
            if (!std::isfinite(values[index])) return index;
            separate();
            if (isDigit(values[index])) {
                *end++ = static_cast<char>('0' + static_cast<int>(values[index]));
            } else {
                end = printNumber(values[index], end);
            }
        }
        return count;
    }

    /// Most models draw, and some take, nothing but such.
    void printDigits(const float *values) {
        for (size_t index = 0; index < decimalBlock; index++) {
            separate();
            *end++ = static_cast<char>('0' + static_cast<int>(values[index]));
        }
    }

    void printBlock(const float *values) {
        uint32_t bits[decimalBlock];
        ShortestDecimals decimals;
        std::memcpy(bits, values, sizeof bits);
        shortestDecimals(bits, &decimals);
        for (size_t index = 0; index < decimalBlock; index++) {
            separate();
            end = printFloat(values[index], decimals[index], end);
        }
    }
};

size_t printAll(Printer &printer, const double *values, size_t count) { return printer.printEach(values, count); }

/// Whole blocks of numbers without anything special about them take the fast way.
size_t printAll(Printer &printer, const float *values, size_t count) {
    for (size_t start = 0; start < count; start += decimalBlock) {
        const float *block = values + start;
        size_t room = std::min(count - start, decimalBlock);
        bool is_whole = room == decimalBlock;
        if (is_whole && areDigits(block)) {
            printer.printDigits(block);
        } else if (is_whole && std::all_of(block, block + room, isPlainFloat)) {
            printer.printBlock(block);
        } else {
            size_t printed = printer.printEach(block, room);
            if (printed < room) return start + printed;
        }
    }
    return count;
}

template <typename Number>
CSimdJSONPrinted printNumbers(const Number *values, size_t count, bool is_spaced, uint8_t *text) {
    auto start = reinterpret_cast<char *>(text);
    Printer printer = {start, is_spaced};
    size_t printed = printAll(printer, values, count);
    return {static_cast<size_t>(printer.end - start), printed};
}

}  // namespace

CSimdJSONPrinted CSimdJSONPrintFloats(const float *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text);
}

CSimdJSONPrinted CSimdJSONPrintDoubles(const double *values, size_t count, bool is_spaced, uint8_t *text) {
    return printNumbers(values, count, is_spaced, text);
}
