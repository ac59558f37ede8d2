#include "Parser.hpp"

#include <cmath>

namespace {

/// Walks the tape once; each step returns false where the matrix ends or is wrong.
struct MatrixReader {
    const uint64_t *tape;
    float *values;
    CSimdJSONMatrix result;

    CSimdJSONMatrix fail(CSimdJSONMatrixStatus status, size_t row, size_t column, size_t node) {
        result.status = status;
        result.row = row;
        result.column = column;
        result.node = node;
        return result;
    }

    /// Reads the numbers of the array at `array` and checks their count against the width so far.
    bool readRow(size_t array, size_t row) {
        size_t end = behindBracket(tape[array]) - 1;
        size_t column = 0;
        for (size_t node = array + 1; node < end; node += 2, column++) {
            if (!numberAt(tape, node, values)) return fail(CSimdJSONMatrixCellIsNotANumber, row, column, node), false;
            if (std::isinf(*values)) return fail(CSimdJSONMatrixCellOverflows, row, column, node), false;
            values++;
        }
        return acceptWidth(column, row, array);
    }

    bool acceptWidth(size_t width, size_t row, size_t array) {
        if (width == 0) return fail(CSimdJSONMatrixRowIsEmpty, row, 0, array), false;
        if (result.columns == 0) result.columns = width;
        if (width == result.columns) return true;
        result.width = width;
        return fail(CSimdJSONMatrixRowHasWrongWidth, row, 0, array), false;
    }

    CSimdJSONMatrix readRows(size_t matrix) {
        size_t end = behindBracket(tape[matrix]) - 1;
        for (size_t row = matrix + 1; row < end; row = nextNode(tape, row)) {
            if (tagOf(tape[row]) != '[') return fail(CSimdJSONMatrixRowIsNotAnArray, result.rows, 0, row);
            if (!readRow(row, result.rows)) return result;
            result.rows++;
        }
        return result;
    }

    CSimdJSONMatrix read(size_t matrix) {
        if (tagOf(tape[matrix]) != '[') return fail(CSimdJSONMatrixIsNotAnArray, 0, 0, matrix);
        uint8_t first = tagOf(tape[matrix + 1]);
        if (first == ']') return fail(CSimdJSONMatrixIsEmpty, 0, 0, matrix);
        if (first == '[') return readRows(matrix);
        if (readRow(matrix, 0)) result.rows = 1;
        return result;
    }
};

}  // namespace

CSimdJSONMatrix CSimdJSONReadMatrix(const CSimdJSONParser *parser, size_t node, size_t columns, float *values) {
    CSimdJSONMatrix empty = {CSimdJSONMatrixIsWhole, 0, columns, 0, 0, 0, 0};
    return MatrixReader{parser->tape(), values, empty}.read(node);
}
