#include "CSimdJSON.h"

#include <algorithm>
#include <charconv>
#include <string_view>

static bool isBlank(char character) { return character == ' ' || character == '\t'; }

static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

/// std::from_chars takes `inf`, `nan` and no `+`; a cell may have a `+`, and begins with a digit or a point behind it.
static bool startsLikeANumber(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
}

/// A point with nothing behind it is more often a slip (`18., 500`) than a number that somebody meant.
static bool hasBarePoint(std::string_view text) {
    size_t point = text.find('.');
    if (point == std::string_view::npos) return false;
    return point + 1 == text.size() || text[point + 1] < '0' || text[point + 1] > '9';
}

/// The number behind `e`. One that does not fit 32 bits is as good as the largest that does.
static int64_t exponentOf(std::string_view digits) {
    if (digits.front() == '+') digits.remove_prefix(1);
    int32_t exponent = 0;
    auto error = std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec;
    if (error != std::errc::result_out_of_range) return exponent;
    return digits.front() == '-' ? INT32_MIN : INT32_MAX;
}

/// What is out of range without being large is too small. The text is a number, and not zero.
static bool isLarge(std::string_view text) {
    size_t mark = text.find_first_of("eE");
    int64_t exponent = mark == std::string_view::npos ? 0 : exponentOf(text.substr(mark + 1));
    std::string_view digits = text.substr(0, mark);
    size_t first = digits.find_first_of("123456789");
    size_t point = std::min(digits.find('.'), digits.size());
    return exponent + static_cast<int64_t>(point) - static_cast<int64_t>(first) > 0;
}

template <typename Number>
static CSimdJSONNumberStatus readNumber(const uint8_t *bytes, size_t count, Number *value) {
    std::string_view text = trimmed({reinterpret_cast<const char *>(bytes), count});
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
    if (!startsLikeANumber(text)) return CSimdJSONNumberIsMalformed;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return CSimdJSONNumberIsMalformed;
    if (hasBarePoint(text)) return CSimdJSONNumberIsMalformed;
    if (error != std::errc::result_out_of_range) return CSimdJSONNumberIsExact;
    if (isLarge(text)) return CSimdJSONNumberOverflows;
    *value = text.front() == '-' ? Number(-0.0) : Number(0);
    return CSimdJSONNumberIsExact;
}

CSimdJSONNumberStatus CSimdJSONReadFloat(const uint8_t *text, size_t count, float *value) {
    return readNumber(text, count, value);
}

CSimdJSONNumberStatus CSimdJSONReadDouble(const uint8_t *text, size_t count, double *value) {
    return readNumber(text, count, value);
}
