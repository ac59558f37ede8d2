/// Why bytes are not JSON, a JSON value is not what is wanted, or a value cannot be written as JSON.
///
/// A `path` is like `architecture.encoder[0].units`, and empty for the whole document. Rows and columns count from 0;
/// lines, and columns within a line, from 1. Nothing here names a file.
package enum JSONError: Error, Equatable {
    /// Not JSON, and where.
    case syntax(JSONPlace, problem: String)
    /// Not JSON, in simdjson's words, where no place could be found.
    case malformed(reason: String)
    case duplicateKey(path: String, key: String)
    case missing(path: String, key: String)
    case wrongKind(path: String, expected: String, got: JSONKind)
    /// A number that the type wanted cannot hold exactly.
    case outOfRange(path: String, expected: String, got: String)

    /// A matrix without rows.
    case emptyMatrix(path: String)
    case emptyRow(path: String, row: Int)
    /// A matrix that begins with rows and goes on with something else.
    case rowNotAnArray(path: String, row: Int, got: JSONKind)
    case wrongWidth(path: String, row: Int, expected: Int, got: Int)
    case notANumber(path: String, row: Int, column: Int, got: JSONKind)
    /// Too large for single precision.
    case overflow(path: String, row: Int, column: Int, got: Double)

    /// JSON has no infinities and no NaN. `index` is the place among the numbers written by the call.
    case notFinite(index: Int, value: String)
    case outOfMemory
}

/// Where in a document.
package struct JSONPlace: Equatable, Sendable {
    /// Bytes from the start.
    package let offset: Int
    /// From 1.
    package let line: Int
    /// Characters (Unicode scalars) from 1.
    package let column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}
