import JSON
import Records

/// One value of a record.
enum JSONCell {
    static func code(_ value: JSONElement, _ column: Column, _ schema: Schema) throws(RecordError) -> Float {
        switch value.kind {
        case .null: return try column.codeMissing()
        case .number:
            guard let number = number(value) else { throw .overflow(column: column.name, got: "a number") }
            return try code(number: number, column, schema)
        case .string: return try code(text: value, column, schema)
        case .bool: return try code(flag: number(flag: value), column)
        case .object, .array: throw .notANumber(column: column.name, got: value.kind.rawValue)
        }
    }

    /// - Parameter number: NaN for an empty cell.
    static func code(number: Double, _ column: Column, _ schema: Schema) throws(RecordError) -> Float {
        if number.isNaN || schema.isMissing(number) { return try column.codeMissing() }
        guard number.isFinite else { throw .overflow(column: column.name, got: "\(number)") }
        return column.code(number)
    }

    /// As the value came; a token for "not known" is an empty cell, as it is in a table.
    static func value(_ value: JSONElement, _ schema: Schema) -> CellValue {
        switch value.kind {
        case .number: number(value).flatMap { schema.isMissing($0) ? nil : .number($0) } ?? .missing
        case .string: text(value).flatMap { schema.isMissing(Array($0.utf8).span) ? nil : .word($0) } ?? .missing
        case .bool: .word(number(flag: value) == 1 ? "true" : "false")
        case .null, .object, .array: .missing
        }
    }

    private static func code(
        text value: JSONElement, _ column: Column, _ schema: Schema
    ) throws(RecordError) -> Float {
        var code: Result<Float, RecordError> = .success(Column.unknownCode)
        do throws(JSONError) {
            code = try value.withStringBytes { text in
                do throws(RecordError) {
                    return .success(schema.isMissing(text) ? try column.codeMissing() : try column.code(word: text))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            preconditionFailure("a string is one: \(error)")
        }
        return try code.get()
    }

    /// `true` is the word true where the column knows it, else the number 1.
    static func code(flag: Double, _ column: Column) throws(RecordError) -> Float {
        let word = flag == 1 ? "true" : "false"
        if column.takesNumbers { throw .notANumber(column: column.name, got: word) }
        if let levels = column.kind.levels, levels.place(of: word) == nil { return column.code(flag) }
        return try column.code(word: Array(word.utf8).span)
    }

    private static func number(_ value: JSONElement) -> Double? {
        do throws(JSONError) { return try value.double() } catch { return nil }
    }

    private static func number(flag value: JSONElement) -> Double {
        do throws(JSONError) { return try value.bool() ? 1 : 0 } catch { return 0 }
    }

    private static func text(_ value: JSONElement) -> String? {
        do throws(JSONError) { return try value.string() } catch { return nil }
    }
}
