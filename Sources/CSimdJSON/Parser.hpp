#ifndef CSIMDJSON_PARSER_HPP
#define CSIMDJSON_PARSER_HPP

#include <string_view>
#include <vector>

#include <simdjson.h>

#include "CSimdJSON.h"

/// A key and its node, for finding repeated keys.
struct Key {
    std::string_view name;
    size_t node;
};

struct CSimdJSONParser {
    simdjson::dom::parser parser;
    /// Kept between documents so that a warm parser allocates nothing.
    std::vector<Key> keys;
    /// A document without the matrix that was read from its text.
    std::vector<uint8_t> rest;

    const uint64_t *tape() const { return parser.doc.tape.get(); }
};

inline constexpr uint64_t payloadMask = 0x00FFFFFFFFFFFFFF;

inline uint8_t tagOf(uint64_t word) { return static_cast<uint8_t>(word >> 56); }

inline bool isNumberTag(uint8_t tag) { return tag == 'd' || tag == 'l' || tag == 'u'; }

/// The number at a node, rounded to another type; false where there is none.
template <typename Number>
bool numberAt(const uint64_t *tape, size_t node, Number *value) {
    uint64_t bits = tape[node + 1];
    double number;
    switch (tagOf(tape[node])) {
    case 'd':
        std::memcpy(&number, &bits, sizeof number);
        *value = static_cast<Number>(number);
        return true;
    case 'l':
        *value = static_cast<Number>(static_cast<int64_t>(bits));
        return true;
    case 'u':
        *value = static_cast<Number>(bits);
        return true;
    default:
        return false;
    }
}

/// The low half of an opening bracket's word is the node behind its closing bracket.
inline size_t behindBracket(uint64_t word) { return static_cast<uint32_t>(word); }

inline size_t nextNode(const uint64_t *tape, size_t node) {
    uint8_t tag = tagOf(tape[node]);
    if (tag == '{' || tag == '[') return behindBracket(tape[node]);
    return node + (isNumberTag(tag) ? 2 : 1);
}

inline std::string_view stringAt(const CSimdJSONParser &parser, size_t node) {
    const uint8_t *text = parser.parser.doc.string_buf.get() + (parser.tape()[node] & payloadMask);
    uint32_t count;
    std::memcpy(&count, text, sizeof count);
    return {reinterpret_cast<const char *>(text) + sizeof count, count};
}

#endif
