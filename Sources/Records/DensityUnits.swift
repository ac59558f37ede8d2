import Kernels

/// What the log density of each coded column loses to be one of the data's own units, in nats.
package struct DensityUnits: Equatable, Sendable {
    private struct Unit: Equatable, Sendable {
        let constant: Double
        /// Codes that have a probability, not a density.
        let atoms: [Float]
        /// Of u = t scale + offset, where the column is logarithmic.
        let logarithmic: (scale: Double, offset: Double)?

        static func == (a: Unit, b: Unit) -> Bool {
            a.constant == b.constant && a.atoms == b.atoms && a.logarithmic?.scale == b.logarithmic?.scale
                && a.logarithmic?.offset == b.logarithmic?.offset
        }
    }

    private let units: [Unit]

    package init(_ schema: Schema) {
        units = schema.coded.map { column in
            // The numbers of a discrete column have a probability, not a density.
            if column.isDiscrete { return Unit(constant: 0, atoms: [], logarithmic: nil) }
            return switch column.kind {
            case .real(let code): Unit(constant: ExactMath.log(code.scale), atoms: column.atomCodes, logarithmic: nil)
            case .positive(let code):
                Unit(
                    constant: code.logUnit(-code.offset / code.scale), atoms: column.atomCodes,
                    logarithmic: (code.scale, code.offset))
            case .count, .binary, .categorical, .ordinal, .constant, .ignored:
                Unit(constant: 0, atoms: [], logarithmic: nil)
            }
        }
    }

    /// log |dx/dt| at a code; 0 for a missing cell, which has no density.
    package func logUnit(_ code: Float, column: Int) -> Double {
        if code.isNaN { return 0 }
        let unit = units[column]
        if unit.atoms.contains(code) { return 0 }
        guard let (scale, offset) = unit.logarithmic else { return unit.constant }
        return unit.constant + abs(Double(code) * scale + offset)
    }
}
