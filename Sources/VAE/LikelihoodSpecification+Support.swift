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
        case .bernoulli, .continuousBernoulli, .discretizedLogistic: try check(x, "[0, 1]") { $0 >= 0 && $0 <= 1 }
        case .gaussian: try check(x, "the finite numbers") { $0.isFinite }
        // Coding has made sure that every code is a finite number or stands for a missing cell.
        case .columns: break
        }
    }

    private func check(_ x: Matrix<Float>, _ support: String, _ holds: (Float) -> Bool) throws(VAEError) {
        let first = x.withSpan { numbers in numbers.indices.first { !holds(numbers[$0]) } }
        guard let first else { return }
        let (row, column) = first.quotientAndRemainder(dividingBy: x.columns)
        throw .outsideSupport(row: row, column: column, value: x[first], support: support)
    }
}
