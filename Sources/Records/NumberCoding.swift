/// How the numbers of a column are coded.
///
/// Apart from the column, which is costly to pass around for each cell.
package enum NumberCoding: Sendable {
    case scaled(NumericCode)
    case counted

    /// - Parameter number: finite.
    package func code(_ number: Double) -> Float {
        switch self {
        case .scaled(let code): code.code(number)
        case .counted: number >= 0 && number == number.rounded() ? Float(min(number, 1e15)) : Column.unknownCode
        }
    }
}
