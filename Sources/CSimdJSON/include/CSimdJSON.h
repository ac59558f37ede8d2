#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A parser owns the document it parsed last. A node is the index of a value on simdjson's tape
// (https://github.com/simdjson/simdjson/blob/master/doc/tape.md); the root is node 1. Node 0 is never a value, so it
// stands for "none". Reading is const and safe from several threads at once; parsing is not.

typedef struct CSimdJSONParser CSimdJSONParser;

/// Bytes that must be readable behind a document that is parsed where it lies.
enum { CSimdJSONPadding = 64 };

/// Null when memory is short.
CSimdJSONParser *CSimdJSONParserCreate(size_t maximum_depth);
void CSimdJSONParserDestroy(CSimdJSONParser *parser);

/// The longest document, in bytes, for which the parser holds memory.
size_t CSimdJSONParserCapacity(const CSimdJSONParser *parser);

/// Zero, or simdjson's error code. `is_padded` promises `CSimdJSONPadding` readable bytes behind `bytes + count`;
/// without it the document is copied. The bytes are not needed afterwards.
int32_t CSimdJSONParserParse(CSimdJSONParser *parser, const uint8_t *bytes, size_t count, bool is_padded);
const char *CSimdJSONErrorText(int32_t code);

/// The first key that repeats an earlier key of its object, or 0. Uses the parser's scratch memory.
size_t CSimdJSONParserDuplicateKey(CSimdJSONParser *parser);

/// The tag of a node: one of `{ [ " l u d t f n`, and `} ]` behind the last child.
uint8_t CSimdJSONTag(const CSimdJSONParser *parser, size_t node);

/// The node behind this one and all its children.
size_t CSimdJSONNext(const CSimdJSONParser *parser, size_t node);

/// The 64 bits of a number whose tag is `l` (signed), `u` (unsigned) or `d` (binary64).
uint64_t CSimdJSONNumberBits(const CSimdJSONParser *parser, size_t node);

/// The UTF-8 of a string or key.
const uint8_t *CSimdJSONString(const CSimdJSONParser *parser, size_t node, size_t *count);

/// The value of a member of the object `node`, or 0.
size_t CSimdJSONMember(const CSimdJSONParser *parser, size_t node, const uint8_t *key, size_t count);

typedef enum {
    CSimdJSONMatrixIsWhole,
    CSimdJSONMatrixIsNotAnArray,
    CSimdJSONMatrixIsEmpty,
    CSimdJSONMatrixRowIsNotAnArray,
    CSimdJSONMatrixRowIsEmpty,
    CSimdJSONMatrixRowHasWrongWidth,
    CSimdJSONMatrixCellIsNotANumber,
    CSimdJSONMatrixCellOverflows,
} CSimdJSONMatrixStatus;

typedef struct {
    CSimdJSONMatrixStatus status;
    size_t rows;
    size_t columns;
    /// Where it failed, and the value that was found there.
    size_t row;
    size_t column;
    size_t node;
    /// The width found, when the width is wrong.
    size_t width;
} CSimdJSONMatrix;

/// Reads `[[…], …]`, or a flat array of numbers as one row, into `values`, row-major. `columns` is the width wanted, or
/// 0 to take the first row's. `values` has room for `(CSimdJSONNext(node) - node) / 2` floats: a number takes two
/// words of the tape.
CSimdJSONMatrix CSimdJSONReadMatrix(const CSimdJSONParser *parser, size_t node, size_t columns, float *values);

// A matrix of plain numbers can be read from its text, several times faster than through the tape, and cut out of the
// document that is then parsed. Nothing is decided here but that a text is a matrix; all others are left to simdjson.

typedef struct {
    /// Where the value begins, or 0: there is none, or it is not an array, or something before it is hard to pass.
    size_t start;
    /// As many numbers as it can have.
    size_t room;
} CSimdJSONMatrixText;

/// Finds the first member `key` of the outermost object.
CSimdJSONMatrixText CSimdJSONFindMatrix(const uint8_t *bytes, size_t count, const uint8_t *key, size_t key_count);

typedef struct {
    /// 0 where it is no matrix, or its numbers are not plain.
    size_t rows;
    size_t columns;
    /// Behind its last bracket.
    size_t end;
} CSimdJSONPlainMatrix;

/// Reads the value at `start` as `CSimdJSONReadMatrix` would. `CSimdJSONPadding` bytes are readable behind `bytes + count`.
CSimdJSONPlainMatrix CSimdJSONReadPlainMatrix(const uint8_t *bytes, size_t count, size_t start, float *values);

/// Parses the document with an empty array in the place of the bytes from `start` to `end`.
int32_t CSimdJSONParserParseWithout(
    CSimdJSONParser *parser, const uint8_t *bytes, size_t count, size_t start, size_t end);

typedef enum {
    CSimdJSONTensorIsWhole,
    CSimdJSONTensorIsNotAnArray,
    /// An array has another number of elements than its dimension; a flat one than the whole tensor.
    CSimdJSONTensorHasWrongCount,
    /// A number where the shape says that there are more dimensions.
    CSimdJSONTensorElementIsNotAnArray,
    CSimdJSONTensorElementIsNotANumber,
    CSimdJSONTensorElementOverflows,
} CSimdJSONTensorStatus;

typedef struct {
    CSimdJSONTensorStatus status;
    /// Numbers read before the end or the fault.
    size_t count;
    /// The value at fault.
    size_t node;
    /// Of an array with a wrong count: its dimension, `SIZE_MAX` where it is the flat array; and the counts.
    size_t dimension;
    size_t expected;
    size_t found;
} CSimdJSONTensor;

typedef struct {
    const size_t *sides;
    /// At least 1.
    size_t rank;
    /// The product of the sides.
    size_t count;
} CSimdJSONTensorShape;

/// What an element may be besides a number: true and false, which are 1 and 0, or null, which is NaN.
enum { CSimdJSONTensorTakesFlags = 1, CSimdJSONTensorTakesNulls = 2 };

/// Reads a tensor of this shape, nested as the shape says or flat, into `values`, row-major. `values` has room for `room`
/// numbers: the smaller of the shape's count and `CSimdJSONNext(node) - node`, since no element is shorter than a word.
CSimdJSONTensor CSimdJSONReadTensorOfFloats(
    const CSimdJSONParser *parser, size_t node, CSimdJSONTensorShape shape, uint32_t kinds, size_t room, float *values);
CSimdJSONTensor CSimdJSONReadTensorOfDoubles(
    const CSimdJSONParser *parser, size_t node, CSimdJSONTensorShape shape, uint32_t kinds, size_t room, double *values);

/// Room for one printed number and the separator behind it, in bytes.
enum { CSimdJSONFloatRoom = 18, CSimdJSONDoubleRoom = 30 };

/// More room behind the last number, since digits are stored eight at a time.
enum { CSimdJSONPrintSlack = 16 };

typedef struct {
    /// Bytes written; when a value is not finite, only those before it.
    size_t written;
    /// The index of the first value that is not finite, or `count`.
    size_t stopped;
} CSimdJSONPrinted;

/// Prints the values, separated by a comma (and a space when `is_spaced`), each in the shortest form that reads back as
/// the same bits, also for a float that is read as a double and rounded. `text` has room for `count * CSimdJSONFloatRoom`
/// (`…DoubleRoom`) and `CSimdJSONPrintSlack` bytes.
CSimdJSONPrinted CSimdJSONPrintFloats(const float *values, size_t count, bool is_spaced, uint8_t *text);
CSimdJSONPrinted CSimdJSONPrintDoubles(const double *values, size_t count, bool is_spaced, uint8_t *text);

typedef enum {
    CSimdJSONNumberIsExact,
    CSimdJSONNumberIsMalformed,
    CSimdJSONNumberOverflows,
} CSimdJSONNumberStatus;

/// Reads decimal text as a person or a program writes it into a cell: spaces and tabs around it, a leading `+` or `-`,
/// `.5`, `1e3`; nothing else, so no `5.`, hexadecimal, infinity or NaN. Correctly rounded to the type asked for; what
/// is too small becomes zero of its sign.
CSimdJSONNumberStatus CSimdJSONReadFloat(const uint8_t *text, size_t count, float *value);
CSimdJSONNumberStatus CSimdJSONReadDouble(const uint8_t *text, size_t count, double *value);

#ifdef __cplusplus
}
#endif

#endif
