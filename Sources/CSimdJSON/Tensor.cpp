#include "Parser.hpp"

#include <cmath>
#include <limits>

namespace {

/// Walks the tape once; each step returns false where the tensor ends or is wrong.
template <typename Number>
struct TensorReader {
    const uint64_t *tape;
    const size_t *shape;
    size_t rank;
    uint32_t kinds;
    size_t room;
    Number *values;
    CSimdJSONTensor result;

    bool fail(CSimdJSONTensorStatus status, size_t node) {
        result.status = status;
        result.node = node;
        return false;
    }

    bool readCell(size_t node, Number *value) {
        if (numberAt(tape, node, value)) return true;
        switch (tagOf(tape[node])) {
        case 't':
        case 'f':
            *value = tagOf(tape[node]) == 't' ? 1 : 0;
            return kinds & CSimdJSONTensorTakesFlags;
        case 'n':
            *value = std::numeric_limits<Number>::quiet_NaN();
            return kinds & CSimdJSONTensorTakesNulls;
        default:
            return false;
        }
    }

    /// Reads the elements of the array at `array`, of which there should be `count`.
    bool readCells(size_t array, size_t dimension, size_t count) {
        size_t end = behindBracket(tape[array]) - 1;
        size_t found = 0;
        for (size_t node = array + 1; node < end; node = nextNode(tape, node), found++) {
            if (found >= count || result.count >= room) continue;  // only counts
            Number value;
            if (!readCell(node, &value)) return fail(CSimdJSONTensorElementIsNotANumber, node);
            if (std::isinf(value)) return fail(CSimdJSONTensorElementOverflows, node);
            values[result.count++] = value;
        }
        return acceptCount(array, dimension, count, found);
    }

    bool acceptCount(size_t array, size_t dimension, size_t expected, size_t found) {
        if (found == expected) return true;
        result.dimension = dimension;
        result.expected = expected;
        result.found = found;
        return fail(CSimdJSONTensorHasWrongCount, array);
    }

    bool readNested(size_t array, size_t dimension) {
        if (dimension + 1 == rank) return readCells(array, dimension, shape[dimension]);
        size_t end = behindBracket(tape[array]) - 1;
        size_t found = 0;
        for (size_t node = array + 1; node < end; node = nextNode(tape, node), found++) {
            if (found >= shape[dimension]) continue;  // only counts
            if (tagOf(tape[node]) != '[') return fail(CSimdJSONTensorElementIsNotAnArray, node);
            if (!readNested(node, dimension + 1)) return false;
        }
        return acceptCount(array, dimension, shape[dimension], found);
    }

    CSimdJSONTensor read(size_t node, size_t count) {
        if (tagOf(tape[node]) != '[') {
            fail(CSimdJSONTensorIsNotAnArray, node);
        } else if (tagOf(tape[node + 1]) == '[') {
            readNested(node, 0);
        } else {
            readCells(node, SIZE_MAX, count);
        }
        return result;
    }
};

}  // namespace

template <typename Number>
static CSimdJSONTensor readTensor(
    const CSimdJSONParser *parser, size_t node, CSimdJSONTensorShape shape, uint32_t kinds, size_t room, Number *values
) {
    CSimdJSONTensor empty = {CSimdJSONTensorIsWhole, 0, 0, 0, 0, 0};
    TensorReader<Number> reader = {parser->tape(), shape.sides, shape.rank, kinds, room, values, empty};
    return reader.read(node, shape.count);
}

CSimdJSONTensor CSimdJSONReadTensorOfFloats(
    const CSimdJSONParser *parser, size_t node, CSimdJSONTensorShape shape, uint32_t kinds, size_t room, float *values
) {
    return readTensor(parser, node, shape, kinds, room, values);
}

CSimdJSONTensor CSimdJSONReadTensorOfDoubles(
    const CSimdJSONParser *parser, size_t node, CSimdJSONTensorShape shape, uint32_t kinds, size_t room, double *values
) {
    return readTensor(parser, node, shape, kinds, room, values);
}
