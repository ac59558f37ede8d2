import Kernels

/// Columns of one family side by side, and where the decoder's output holds what each needs.
///
/// The kernels take many columns of a family at once, so records are put in the order of the groups before their likelihood is
/// taken. Within a group the output is planar: all means, then all scales.
package struct ColumnsLayout: Equatable, Sendable {
    package enum Family: Equatable, Sendable {
        /// Gaussian, or Student's t.
        case locationScale(isStudent: Bool, isPerRecord: Bool)
        case bernoulli(unknownMass: Double)
        case categorical(levels: Int, unknownMass: Double)
        case ordinal(levels: Int, unknownMass: Double)
        case poisson(unknownMass: Double)
        case negativeBinomial(unknownMass: Double)
    }

    package struct Group: Equatable, Sendable {
        package let family: Family
        /// Places in the grouped order.
        package let columns: Range<Int>
        /// Places in the decoder's output.
        package let outputs: Range<Int>
        /// σ's floor of each column; empty where the family has no σ.
        let floors: [Double]
        /// ν of each column; empty but for Student's t.
        let degrees: [Double]
        /// The tensor of what the group learns beside the decoder's output.
        package let tensor: Tensor?
    }

    package struct Tensor: Equatable, Sendable {
        package let name: String
        package let count: Int
    }

    /// What a place of the grouped order takes of its column.
    package enum Part: Equatable, Sendable {
        case code
        /// The place of the atom that the code is, or the number of atoms.
        case atom([Float])
        /// The place of the atom that the code is, or −1.
        case level([Float])
        /// The code unless it is an atom.
        case slab([Float])
    }

    package let groups: [Group]
    /// The coded column at each place of the grouped order; a spiked one has two places.
    package let order: [Int]
    package let parts: [Part]
    package let outputWidth: Int

    package init(_ families: [ColumnFamily]) {
        var (groups, order, parts, width) = ([Group](), [Int](), [Part](), 0)
        for (family, members) in Self.members(families) {
            let columns = order.count..<order.count + members.count
            let outputs = width..<width + Self.outputs(family) * members.count
            let chosen = members.map { families[$0.column] }
            let hasScale = if case .locationScale = family { true } else { false }
            groups.append(
                Group(
                    family: family, columns: columns, outputs: outputs,
                    floors: hasScale ? chosen.compactMap(\.scale?.floor) : [], degrees: chosen.compactMap(\.degrees),
                    tensor: Self.tensor(family, members.map(\.column))))
            order += members.map(\.column)
            parts += members.map(\.part)
            width = outputs.upperBound
        }
        (self.groups, self.order, self.parts, outputWidth) = (groups, order, parts, width)
    }

    private typealias Member = (column: Int, part: Part)

    /// Columns of the same family, in the order in which families first occur.
    private static func members(_ families: [ColumnFamily]) -> [(family: Family, members: [Member])] {
        var members: [(family: Family, members: [Member])] = []
        for (column, family) in families.enumerated() {
            for (key, part) in family.keys {
                // The kernels of these take one column at a time.
                if !key.isAlone, let place = members.firstIndex(where: { $0.family == key }) {
                    members[place].members.append((column, part))
                } else {
                    members.append((key, [(column, part)]))
                }
            }
        }
        return members
    }

    /// Lets every cell start at σ ≈ 1, whatever the record: a decoder that trusts its scales too early never finds its means.
    func calmScales<Scalar>(weight: Matrix<Scalar>, bias: Matrix<Scalar>) {
        for group in groups where group.family.isScaledPerRecord {
            for output in group.outputs.dropFirst(group.columns.count) {
                Scalar.scale(weight.rows(output..<output + 1), by: 0.05, into: weight.rows(output..<output + 1))
                // softplus(0.54) ≈ 1
                bias[output] = 0.54
            }
        }
    }

    private static func outputs(_ family: Family) -> Int {
        switch family {
        case .locationScale(_, let isPerRecord): isPerRecord ? 2 : 1
        case .categorical(let levels, _): levels
        case .bernoulli, .ordinal, .poisson, .negativeBinomial: 1
        }
    }

    private static func tensor(_ family: Family, _ columns: [Int]) -> Tensor? {
        switch family {
        case .locationScale(let isStudent, isPerRecord: false):
            Tensor(name: isStudent ? "likelihood.student_scale" : "likelihood.scale", count: columns.count)
        case .ordinal(let levels, _) where levels > 1:
            Tensor(name: "likelihood.thresholds.\(columns[0])", count: levels - 1)
        case .negativeBinomial: Tensor(name: "likelihood.log_theta.\(columns[0])", count: columns.count)
        case .locationScale, .bernoulli, .categorical, .ordinal, .poisson: nil
        }
    }
}

extension ColumnsLayout.Family {
    fileprivate var isScaledPerRecord: Bool {
        if case .locationScale(_, isPerRecord: true) = self { return true }
        return false
    }

    fileprivate var isAlone: Bool {
        switch self {
        case .categorical, .ordinal: true
        case .locationScale, .bernoulli, .poisson, .negativeBinomial: false
        }
    }
}

extension ColumnFamily {
    /// The groups that take part in the column's likelihood, whose terms add up to it.
    fileprivate var keys: [(ColumnsLayout.Family, ColumnsLayout.Part)] {
        switch self {
        case .gaussian(let scale): [(.locationScale(isStudent: false, isPerRecord: scale.isPerRecord), .code)]
        case .student(let scale, _): [(.locationScale(isStudent: true, isPerRecord: scale.isPerRecord), .code)]
        case .spiked(let atoms, let scale):
            [
                (.locationScale(isStudent: false, isPerRecord: scale.isPerRecord), .slab(atoms)),
                (.categorical(levels: atoms.count + 1, unknownMass: 0), .atom(atoms)),
            ]
        case .discrete(let atoms, let mass): [(.categorical(levels: atoms.count, unknownMass: mass), .level(atoms))]
        case .bernoulli(let mass): [(.bernoulli(unknownMass: mass), .code)]
        case .categorical(let levels, let mass): [(.categorical(levels: levels, unknownMass: mass), .code)]
        case .ordinal(let levels, let mass): [(.ordinal(levels: levels, unknownMass: mass), .code)]
        case .poisson(let mass): [(.poisson(unknownMass: mass), .code)]
        case .negativeBinomial(let mass): [(.negativeBinomial(unknownMass: mass), .code)]
        case .none: []
        }
    }

    package var scale: ColumnScale? {
        switch self {
        case .gaussian(let scale), .student(let scale, _), .spiked(_, let scale): scale
        default: nil
        }
    }

    var degrees: Double? {
        if case .student(_, let degrees) = self { return degrees }
        return nil
    }
}
