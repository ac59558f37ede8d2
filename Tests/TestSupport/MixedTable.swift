import Kernels
import Records
import VAE

/// A table with every kind of column, each family of likelihood, and coded rows of it: small enough for debug builds.
package enum MixedTable {
    /// A word of a table, with how it is made.
    package static func levels(_ names: String...) -> Levels {
        do { return try Levels(names) } catch { preconditionFailure("\(error)") }
    }

    private static let linear = NumericCode(transform: .linear, offset: 10, scale: 2, median: 0.1, spread: 0.7)
    private static let logarithmic = NumericCode(
        transform: .logarithmic(unit: 1), offset: 1, scale: 0.5, median: -0.2, spread: 1.3)

    /// In the order of `families`; an ignored column lies among them.
    package static let columns: [Column] = [
        Column(name: "shared", kind: .real(linear)),
        Column(name: "each", kind: .real(linear), isOptional: true),
        Column(name: "note", kind: .ignored),
        Column(name: "heavy", kind: .real(linear)),
        Column(name: "wild", kind: .positive(logarithmic), isOptional: true),
        Column(name: "fee", kind: .positive(logarithmic), isOptional: true, atoms: [0, 5]),
        Column(name: "amount", kind: .real(linear), atoms: [10]),
        Column(
            name: "step", kind: .real(linear), isOptional: true, isWhole: true, atoms: [8, 10, 12], isDiscrete: true),
        Column(name: "flag", kind: .binary(levels("no", "yes")), isOptional: true),
        Column(name: "colour", kind: .categorical(levels("red", "green", "blue")), isOptional: true),
        Column(name: "size", kind: .ordinal(levels("s", "m", "l", "xl")), isOptional: true),
        Column(name: "visits", kind: .count(logarithmic)),
        Column(name: "clicks", kind: .count(logarithmic), isOptional: true, isWhole: true),
        Column(name: "site", kind: .constant("north")),
    ]

    package static let schema: Schema = {
        do { return try Schema(columns) } catch { preconditionFailure("\(error)") }
    }()

    /// The mass of what training did not see.
    package static let unknownMass = 0.01

    package static let families: [ColumnFamily] = [
        .gaussian(ColumnScale(isPerRecord: false, floor: 0.05)),
        .gaussian(ColumnScale(isPerRecord: true, floor: 0.04)),
        .student(ColumnScale(isPerRecord: false, floor: 0.03), degrees: 4),
        .student(ColumnScale(isPerRecord: true, floor: 0.02), degrees: 3),
        .spiked(atoms: columns[5].atomCodes, ColumnScale(isPerRecord: false, floor: 0.05)),
        .spiked(atoms: columns[6].atomCodes, ColumnScale(isPerRecord: true, floor: 0.05)),
        .discrete(atoms: columns[7].atomCodes, unknownMass: unknownMass),
        .bernoulli(unknownMass: unknownMass),
        .categorical(levels: 3, unknownMass: unknownMass),
        .ordinal(levels: 4, unknownMass: unknownMass),
        .poisson(unknownMass: unknownMass),
        .negativeBinomial(unknownMass: unknownMass),
        .none,
    ]

    package static func architecture(
        encoder: [LayerSpecification] = [.dense(units: 6, activation: .tanh)],
        decoder: [LayerSpecification] = [.gatedDense(units: 5)], condition: ConditionSpecification? = nil
    ) throws(VAEError) -> Architecture {
        try Architecture(
            inputDimension: FeatureMap(schema).width, latentDimension: 2, encoder: encoder, decoder: decoder,
            likelihood: .columns(families), condition: condition)
    }

    /// Weights of a fixed seed, biases and the likelihood's own tensors too.
    package static func network<Scalar: KernelScalar>(
        _: Scalar.Type = Scalar.self, _ architecture: Architecture, spread: Double = 0.5
    ) -> VariationalAutoencoder<Scalar> {
        let parameters = Parameters<Scalar>(ParameterLayout(architecture))
        // Drawn in double for both precisions, so that both have the same weights but for rounding.
        let start = Matrix<Double>(rows: 1, columns: parameters.vector.count)
        Double.normals(NoiseStream(seed: 5, purpose: .initialisation), into: start)
        parameters.vector.assign(start.values.map { Scalar($0 * spread) })
        return VariationalAutoencoder(architecture, parameters)
    }

    package static func model(scoreSamples: Int = 4, reference: ScoreReference? = nil) throws(VAEError) -> TrainedModel
    {
        try TrainedModel(
            network: network(Float.self, architecture()), schema: schema, inputShape: [schema.width], scoreSeed: 7,
            scoreSamples: scoreSamples, reference: reference)
    }

    /// A reference as training would make one, of made up parts.
    package static func reference(neighbours: Int = 40, rows: Int = 60) -> ScoreReference {
        var generator = SeededGenerator(state: 11)
        func numbers(_ rows: Int, _ columns: Int, _ range: Range<Double>) -> Matrix<Double> {
            let values = (0..<rows * columns).map { _ in Double.random(in: range, using: &generator) }
            return Matrix(values, rows: rows, columns: columns)
        }
        let usual = UsualRows(
            neighbours: codedRows(neighbours, seed: 12), cells: numbers(2, schema.width + 1, 0.1..<2), medianScore: 20)
        let parts = Ranking.parts.count
        return .table(
            TableReference(
                usual: usual, scaleParts: numbers(rows, parts, 0..<30), calibrationParts: numbers(rows, parts, 0..<30)))
    }

    /// Coded rows of a fixed seed: about one optional cell in eight is missing, one level in sixteen unknown.
    package static func codedRows(_ count: Int, seed: UInt64 = 1) -> Matrix<Float> {
        var generator = SeededGenerator(state: seed)
        let coded = Matrix<Float>(rows: count, columns: schema.width)
        for row in 0..<count {
            for (place, column) in schema.coded.enumerated() {
                let isMissing = column.isOptional && generator.next() % 8 == 0
                coded[row, place] = isMissing ? .nan : code(column, families[place], &generator)
            }
        }
        return coded
    }

    private static func code(
        _ column: Column, _ family: ColumnFamily, _ generator: inout SeededGenerator
    ) -> Float {
        switch family {
        case .gaussian, .student: return number(&generator)
        case .spiked(let atoms, _):
            return generator.next() % 2 == 0 ? atoms[Int(generator.next() % UInt64(atoms.count))] : number(&generator)
        case .discrete(let atoms, _): return atoms[Int(generator.next() % UInt64(atoms.count))]
        case .bernoulli: return level(2, &generator)
        case .categorical(let levels, _), .ordinal(let levels, _): return level(levels, &generator)
        case .poisson, .negativeBinomial: return level(12, &generator)
        case .none: return generator.next() % 8 == 0 ? 1 : 0
        }
    }

    private static func number(_ generator: inout SeededGenerator) -> Float {
        Float.random(in: -2.5...2.5, using: &generator)
    }

    private static func level(_ count: Int, _ generator: inout SeededGenerator) -> Float {
        if generator.next() % 16 == 0 { return Column.unknownCode }
        return Float(generator.next() % UInt64(count))
    }
}
