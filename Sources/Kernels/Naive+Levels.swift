import RealModule

/// Columns of levels: categorical and ordinal.
extension Naive {
    /// The record's level, if it is one of those that training saw.
    private static func level(_ x: Scalar, of count: Int) -> Int? {
        guard x >= 0, x < Scalar(count), let level = Int(exactly: x) else { return nil }
        return level
    }

    private static func softmax(_ logits: ColumnBlock<Scalar>, _ i: Int) -> (largest: Scalar, exponentials: [Scalar]) {
        let row = (0..<logits.columns).map { logits[i, $0] }
        let largest = row.max() ?? 0
        return (largest, row.map { .exp($0 - largest) })
    }

    package static func categoricalTerms(
        _ x: ColumnBlock<Scalar>, logits: ColumnBlock<Scalar>, _ constants: LevelConstants<Scalar>,
        into terms: ColumnBlock<Scalar>
    ) {
        for i in 0..<x.rows {
            guard let own = level(x[i, 0], of: logits.columns) else {
                terms[i, 0] = x[i, 0].isNaN ? 0 : constants.unknown
                continue
            }
            let (largest, exponentials) = softmax(logits, i)
            let sum = exponentials.reduce(0, +)
            terms[i, 0] = logits[i, own] - largest - .log(sum) + constants.known
        }
    }

    package static func categoricalTermsBackward(
        _ x: ColumnBlock<Scalar>, logits: ColumnBlock<Scalar>, weight: Scalar, into dLogits: ColumnBlock<Scalar>
    ) {
        for i in 0..<x.rows {
            let own = level(x[i, 0], of: logits.columns)
            let exponentials = softmax(logits, i).exponentials
            let sum = exponentials.reduce(0, +)
            for k in 0..<logits.columns {
                dLogits[i, k] = own == nil ? 0 : weight * (exponentials[k] / sum - (k == own ? 1 : 0))
            }
        }
    }

    /// θ above − h and θ below − h of a level; nil at the open ends.
    private static func bounds(_ p: OrdinalParameters<Scalar>, _ i: Int, level: Int) -> (above: Scalar?, below: Scalar?)
    {
        let above = level < p.levels - 1 ? p.thresholds[level] - p.location[i, 0] : nil
        return (above, level > 0 ? p.thresholds[level - 1] - p.location[i, 0] : nil)
    }

    /// The distance of the two thresholds of a level; equal ones would leave it without any probability.
    private static func width(_ p: OrdinalParameters<Scalar>, level: Int) -> Scalar? {
        guard level > 0, level < p.levels - 1 else { return nil }
        return max(p.thresholds[level] - p.thresholds[level - 1], Scalar(1e-30))
    }

    package static func ordinalTerms(
        _ x: ColumnBlock<Scalar>, _ p: OrdinalParameters<Scalar>, _ constants: LevelConstants<Scalar>,
        into terms: ColumnBlock<Scalar>
    ) {
        for i in 0..<x.rows {
            guard let own = level(x[i, 0], of: p.levels) else {
                terms[i, 0] = x[i, 0].isNaN ? 0 : constants.unknown
                continue
            }
            let (above, below) = bounds(p, i, level: own)
            // sigmoid(a) − sigmoid(b) = sigmoid(a) sigmoid(−b) (1 − exp(b − a))
            var term = constants.known
            if let above { term -= softplus(-above) }
            if let below { term -= softplus(below) }
            if let width = width(p, level: own) { term += Scalar.log(-Scalar.expMinusOne(-width)) }
            terms[i, 0] = term
        }
    }

    package static func ordinalTermsBackward(
        _ x: ColumnBlock<Scalar>, _ p: OrdinalParameters<Scalar>, weight: Scalar,
        into gradient: OrdinalParameters<Scalar>
    ) {
        for i in 0..<x.rows {
            gradient.location[i, 0] = 0
            guard let own = level(x[i, 0], of: p.levels) else { continue }
            let (above, below) = bounds(p, i, level: own)
            let between: Scalar = width(p, level: own).map { 1 / Scalar.expMinusOne($0) } ?? 0
            if let above {
                gradient.location[i, 0] += weight * sigmoid(-above)
                gradient.thresholds[own] -= weight * (sigmoid(-above) + between)
            }
            if let below {
                gradient.location[i, 0] -= weight * sigmoid(below)
                gradient.thresholds[own - 1] += weight * (sigmoid(below) + between)
            }
        }
    }
}
