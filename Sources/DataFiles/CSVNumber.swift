/// What a field is when it is asked for a number.
package enum CSVNumber: Equatable, Sendable {
    case number(Double)
    /// Also an empty field.
    case notANumber
    /// A number beyond double precision.
    case tooLarge
}
