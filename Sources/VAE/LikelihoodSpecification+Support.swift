import Kernels

extension LikelihoodSpecification {
    /// Whether every number of a record is from 0 to 1: of the Bernoulli as a probability, of the discretised logistic as
    /// the nearest level's k/255.
    package var isOfUnitInterval: Bool {
        switch self {
        case .bernoulli, .continuousBernoulli, .discretizedLogistic: true
        case .gaussian, .columns: false
        }
    }

    /// - Parameter x: `[rows, columns]`, as the network sees it.
    /// - Throws: `VAEError.outsideSupport` with the first offending row and column, counted from 0.
    package func checkSupport(_ x: Matrix<Float>) throws(VAEError) {
        switch self {
        case .bernoulli, .continuousBernoulli, .discretizedLogistic:
            guard Self.mayBeOutside(x, { $0 | (Self.one &- $0) }) else { return }
            try check(x, "[0, 1]") { $0 >= 0 && $0 <= 1 }
        case .gaussian:
            guard Self.mayBeOutside(x, { ($0 & .max) &+ Self.exponentUnit }) else { return }
            try check(x, "the finite numbers") { $0.isFinite }
        // Coding has made sure that every code is a finite number or stands for a missing cell.
        case .columns: break
        }
    }

    /// The bits of 1: those of a number in [0, 1], as an integer, are from 0 to these, but for −0, which the search then lets pass.
    private static var one: Int32 { 0x3F80_0000 }
    /// One in the exponent: the exponent of what is not finite is all ones and runs over into the sign.
    private static var exponentUnit: Int32 { 0x0080_0000 }

    /// Whether `mark` of the bits of any number is negative: a question without branches, since it is asked of all numbers, and of nearly
    /// all for nothing.
    @inline(__always)
    private static func mayBeOutside(_ x: Matrix<Float>, _ mark: (Int32) -> Int32) -> Bool {
        x.withSpan { numbers in
            var marks: Int32 = 0
            for i in numbers.indices { marks |= mark(Int32(bitPattern: numbers[i].bitPattern)) }
            return marks < 0
        }
    }

    private func check(_ x: Matrix<Float>, _ support: String, _ holds: (Float) -> Bool) throws(VAEError) {
        let first = x.withSpan { numbers in numbers.indices.first { !holds(numbers[$0]) } }
        guard let first else { return }
        let (row, column) = first.quotientAndRemainder(dividingBy: x.columns)
        throw .outsideSupport(row: row, column: column, value: x[first], support: support)
    }
}
