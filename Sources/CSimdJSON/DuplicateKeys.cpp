#include "Parser.hpp"

#include <algorithm>

// Most objects have few keys: comparing each with each is then faster than sorting.
static constexpr size_t fewKeys = 12;

static size_t firstRepeatOfFew(const std::vector<Key> &keys) {
    for (size_t later = 1; later < keys.size(); later++) {
        for (size_t earlier = 0; earlier < later; earlier++) {
            if (keys[earlier].name == keys[later].name) return keys[later].node;
        }
    }
    return 0;
}

static size_t firstRepeatOfMany(std::vector<Key> &keys) {
    std::sort(keys.begin(), keys.end(), [](const Key &left, const Key &right) {
        int order = left.name.compare(right.name);
        return order != 0 ? order < 0 : left.node < right.node;
    });
    size_t first = 0;
    for (size_t index = 1; index < keys.size(); index++) {
        if (keys[index - 1].name != keys[index].name) continue;
        if (first == 0 || keys[index].node < first) first = keys[index].node;
    }
    return first;
}

static size_t firstRepeat(CSimdJSONParser &parser, size_t object) {
    const uint64_t *tape = parser.tape();
    parser.keys.clear();
    for (size_t member = object + 1; tagOf(tape[member]) != '}'; member = nextNode(tape, member + 1)) {
        parser.keys.push_back({stringAt(parser, member), member});
    }
    return parser.keys.size() <= fewKeys ? firstRepeatOfFew(parser.keys) : firstRepeatOfMany(parser.keys);
}

size_t CSimdJSONParserDuplicateKey(CSimdJSONParser *parser) {
    const uint64_t *tape = parser->tape();
    size_t end = behindBracket(tape[0]);
    for (size_t node = 1; node < end;) {
        uint8_t tag = tagOf(tape[node]);
        if (tag == '{') {
            if (size_t repeat = firstRepeat(*parser, node)) return repeat;
        }
        node += isNumberTag(tag) ? 2 : 1;
    }
    return 0;
}
