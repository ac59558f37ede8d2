#include "Parser.hpp"

#include <new>

CSimdJSONParser *CSimdJSONParserCreate(size_t maximum_depth) {
    auto *parser = new (std::nothrow) CSimdJSONParser();
    if (parser == nullptr) return nullptr;
    // simdjson counts the document itself as one level.
    if (parser->parser.allocate(simdjson::dom::MINIMAL_DOCUMENT_CAPACITY, maximum_depth + 1) == simdjson::SUCCESS) return parser;
    delete parser;
    return nullptr;
}

void CSimdJSONParserDestroy(CSimdJSONParser *parser) { delete parser; }

size_t CSimdJSONParserCapacity(const CSimdJSONParser *parser) { return parser->parser.capacity(); }

int32_t CSimdJSONParserParse(CSimdJSONParser *parser, const uint8_t *bytes, size_t count, bool is_padded) {
    return parser->parser.parse(bytes, count, !is_padded).error();
}

int32_t CSimdJSONParserParseWithout(
    CSimdJSONParser *parser, const uint8_t *bytes, size_t count, size_t start, size_t end
) {
    std::vector<uint8_t> &rest = parser->rest;
    rest.clear();
    rest.reserve(count - (end - start) + 2 + CSimdJSONPadding);
    rest.insert(rest.end(), bytes, bytes + start);
    rest.insert(rest.end(), {'[', ']'});
    rest.insert(rest.end(), bytes + end, bytes + count);
    return CSimdJSONParserParse(parser, rest.data(), rest.size(), true);
}

const char *CSimdJSONErrorText(int32_t code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}

uint8_t CSimdJSONTag(const CSimdJSONParser *parser, size_t node) { return tagOf(parser->tape()[node]); }

size_t CSimdJSONNext(const CSimdJSONParser *parser, size_t node) { return nextNode(parser->tape(), node); }

uint64_t CSimdJSONNumberBits(const CSimdJSONParser *parser, size_t node) { return parser->tape()[node + 1]; }

const uint8_t *CSimdJSONString(const CSimdJSONParser *parser, size_t node, size_t *count) {
    std::string_view text = stringAt(*parser, node);
    *count = text.size();
    return reinterpret_cast<const uint8_t *>(text.data());
}

size_t CSimdJSONMember(const CSimdJSONParser *parser, size_t node, const uint8_t *key, size_t count) {
    const uint64_t *tape = parser->tape();
    std::string_view wanted(reinterpret_cast<const char *>(key), count);
    for (size_t member = node + 1; tagOf(tape[member]) != '}'; member = nextNode(tape, member + 1)) {
        if (stringAt(*parser, member) == wanted) return member + 1;
    }
    return 0;
}
