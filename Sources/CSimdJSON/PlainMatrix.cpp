#include <algorithm>
#include <cstring>
#include <string_view>

#include "CSimdJSON.h"
#include "PlainNumber.hpp"

namespace {

bool isBlank(uint8_t character) {
    return character == ' ' || character == '\n' || character == '\t' || character == '\r';
}

/// Walks an object's members as far as it has to, and gives up where simdjson should look.
struct MemberScanner {
    const uint8_t *at;
    const uint8_t *end;

    void skipBlanks() {
        while (at < end && isBlank(*at)) at++;
    }

    bool take(uint8_t character) {
        skipBlanks();
        if (at >= end || *at != character) return false;
        at++;
        return true;
    }

    /// Behind the first quote. One with an escape is given up.
    bool takeString(std::string_view *text) {
        const uint8_t *start = at;
        at = std::find_if(at, end, [](uint8_t character) { return character == '"' || character == '\\'; });
        *text = {reinterpret_cast<const char *>(start), static_cast<size_t>(at - start)};
        return take('"');
    }

    bool skipValue() {
        std::string_view text;
        skipBlanks();
        if (at >= end || *at == '[' || *at == '{') return false;
        if (*at == '"') return at++, takeString(&text);
        while (at < end && *at != ',' && *at != '}' && *at != '"') at++;
        return true;
    }

    /// Goes to the value of a member of the outermost object.
    bool goTo(std::string_view wanted) {
        if (!take('{')) return false;
        do {
            std::string_view key;
            if (!take('"') || !takeString(&key) || !take(':')) return false;
            if (key == wanted) return skipBlanks(), at < end;
        } while (skipValue() && take(','));
        return false;
    }
};

/// Reads rows of plain numbers; every step is false where something else is found.
struct PlainReader {
    const uint8_t *at;
    const uint8_t *end;
    float *values;
    size_t rows = 0;
    size_t columns = 0;
    size_t decimals = 0;

    void skipBlanks() {
        if (*at > ' ') return;
        while (at < end && isBlank(*at)) at++;
    }

    /// Behind the opening bracket of a row.
    bool readRow() {
        const float *start = values;
        do {
            skipBlanks();
            if (at >= end) return false;
            at = readPlainNumber(at, end, &decimals, values++);
            if (at == nullptr) return false;
            skipBlanks();
        } while (*at++ == ',');
        auto width = static_cast<size_t>(values - start);
        if (rows++ == 0) columns = width;
        return at[-1] == ']' && at <= end && width == columns;
    }

    bool readRows() {
        do {
            skipBlanks();
            if (at >= end || *at++ != '[' || !readRow()) return false;
            skipBlanks();
            if (at >= end) return false;
        } while (*at++ == ',');
        return at[-1] == ']';
    }

    bool read() {
        if (at >= end || *at++ != '[') return false;
        skipBlanks();
        return *at == '[' ? readRows() : readRow();
    }
};

/// Counts in bytes as long as they hold the sum, which compilers do sixteen at a time.
size_t commaCount(const uint8_t *at, const uint8_t *end) {
    size_t sum = 0;
    while (at < end) {
        const uint8_t *stop = at + std::min<ptrdiff_t>(end - at, 240);
        uint8_t count = 0;
        for (; at < stop; at++) count += *at == ',';
        sum += count;
    }
    return sum;
}

}  // namespace

CSimdJSONMatrixText CSimdJSONFindMatrix(const uint8_t *bytes, size_t count, const uint8_t *key, size_t key_count) {
    MemberScanner scanner = {bytes, bytes + count};
    if (!scanner.goTo({reinterpret_cast<const char *>(key), key_count}) || *scanner.at != '[') return {0, 0};
    return {static_cast<size_t>(scanner.at - bytes), commaCount(scanner.at, scanner.end) + 1};
}

CSimdJSONPlainMatrix CSimdJSONReadPlainMatrix(const uint8_t *bytes, size_t count, size_t start, float *values) {
    PlainReader reader = {bytes + start, bytes + count, values};
    if (!reader.read()) return {0, 0, 0};
    return {reader.rows, reader.columns, static_cast<size_t>(reader.at - bytes)};
}
