import Kernels

/// From coded rows to what the encoder sees: squashed numbers, one number for each level, and a mark for each empty cell.
package struct FeatureMap: Equatable, Sendable {
    private enum Part: Equatable, Sendable {
        case number(NumericCode)
        /// Coded as it is, seen as a number.
        case count(NumericCode)
        /// −1 or 1; 0 for a level that is neither.
        case sign
        /// One place for each level; none is marked for an unseen one.
        case oneHot(Int)
        /// From −1 to 1.
        case grade(Int)
    }

    private struct Item: Equatable, Sendable {
        let column: Int
        let start: Int
        let part: Part
        /// Where 1 stands for an empty cell.
        let missingMark: Int?
    }

    private let items: [Item]
    /// Features of a row.
    package let width: Int

    package init(_ schema: Schema) {
        var (items, next) = ([Item](), 0)
        for (place, column) in schema.coded.enumerated() {
            guard let part = Self.part(column.kind) else { continue }
            let end = next + Self.width(part)
            items.append(
                Item(column: place, start: next, part: part, missingMark: column.isOptional ? end : nil))
            next = end + (column.isOptional ? 1 : 0)
        }
        (self.items, width) = (items, next)
    }

    private static func part(_ kind: ColumnKind) -> Part? {
        switch kind {
        case .real(let code), .positive(let code): .number(code)
        case .count(let code): .count(code)
        case .binary: .sign
        case .categorical(let levels): .oneHot(levels.count)
        case .ordinal(let levels): .grade(levels.count)
        case .constant, .ignored: nil
        }
    }

    private static func width(_ part: Part) -> Int {
        if case .oneHot(let levels) = part { return levels }
        return 1
    }

    /// - Parameters:
    ///   - coded: `[rows, schema.width]`
    ///   - features: `[rows, width]`
    package func apply(_ coded: Matrix<Float>, into features: Matrix<Float>) {
        precondition(features.columns == width && features.rows == coded.rows)
        features.fill(0)
        let codedWidth = coded.columns
        coded.withSpan { coded in
            features.withMutableSpan { features in
                for row in 0..<coded.count / max(codedWidth, 1) {
                    for item in items { apply(item, coded[row * codedWidth + item.column], row * width, &features) }
                }
            }
        }
    }

    /// - Parameter start: where the row's features begin.
    private func apply(_ item: Item, _ code: Float, _ start: Int, _ features: inout MutableSpan<Float>) {
        if code.isNaN {
            if let mark = item.missingMark { features[start + mark] = 1 }
            return
        }
        switch item.part {
        case .number(let numeric): features[start + item.start] = numeric.feature(code)
        case .count(let numeric) where code >= 0:
            features[start + item.start] = numeric.feature(numeric.code(Double(code)))
        case .sign where code >= 0: features[start + item.start] = 2 * code - 1
        case .grade(let levels) where code >= 0:
            features[start + item.start] = levels > 1 ? 2 * code / Float(levels - 1) - 1 : 0
        case .oneHot(let levels):
            // Compared as numbers: a damaged file may hold one that is no place at all.
            if code >= 0, code < Float(levels) { features[start + item.start + Int(code)] = 1 }
        case .count, .sign, .grade: break
        }
    }
}
