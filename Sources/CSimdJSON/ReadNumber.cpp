#include "CSimdJSON.h"

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

/// What is out of range without being large is too small.
static bool isLarge(std::string_view text) {
    long exponent = 0;
    size_t mark = text.find_first_of("eE");
    if (mark != std::string_view::npos) {
        std::string_view digits = text.substr(mark + 1);
        if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
        auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (parsed.ec == std::errc::result_out_of_range) return digits.front() != '-';
        text = text.substr(0, mark);
    }
    size_t first = text.find_first_of("123456789");
    size_t point = text.find('.') == std::string_view::npos ? text.size() : text.find('.');
    return exponent + static_cast<long>(point) - static_cast<long>(first) > 0;
}

template <typename Number>
static CSimdJSONNumberStatus readNumber(const uint8_t *bytes, size_t count, Number *value) {
    std::string_view text = trimmed({reinterpret_cast<const char *>(bytes), count});
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
    if (!startsLikeANumber(text)) return CSimdJSONNumberIsMalformed;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return CSimdJSONNumberIsMalformed;
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
