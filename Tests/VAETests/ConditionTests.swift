import Kernels
import Testing
import VAE

/// A label behind the features and the code.
@Suite struct ConditionTests {
    private static let dense: [LayerSpecification] = [.dense(units: 5, activation: .tanh)]
    private static let levels = 3

    private static func architecture(
        _ layers: [LayerSpecification], _ hierarchy: HierarchySpecification?, isConditional: Bool = true,
        prior: PriorSpecification = .standard
    ) throws(VAEError) -> Architecture {
        let condition = try ConditionSpecification(levels: ["a", "b", "c"])
        return try Architecture(
            inputDimension: 7, latentDimension: 3, encoder: layers, decoder: layers, likelihood: .bernoulli,
            prior: prior, hierarchy: hierarchy, condition: isConditional ? condition : nil)
    }

    /// A weight whose inputs end in, or hold in their middle, those of the label.
    private struct Seam {
        let layer: String
        /// Inputs before the label's.
        let before: Int
    }

    private static func seams(_ layers: [LayerSpecification], isOfTwoLevels: Bool) -> [Seam] {
        let features = layers.isEmpty ? 7 : 5
        let decoder = Seam(layer: layers.isEmpty ? "decoder.output" : "decoder.0", before: isOfTwoLevels ? 5 : 3)
        if isOfTwoLevels {
            return [Seam(layer: "top.0", before: features), Seam(layer: "posterior.0", before: features), decoder]
        }
        return [
            Seam(layer: "encoder.mean", before: features), Seam(layer: "encoder.log_variance", before: features),
            decoder,
        ]
    }

    /// The network of one level without a label: what the label adds to a layer is added to its bias.
    private static func plain(
        _ model: VariationalAutoencoder<Double>, level: Int, _ architecture: Architecture, _ seams: [Seam]
    ) -> VariationalAutoencoder<Double> {
        let parameters = Parameters<Double>(ParameterLayout(architecture))
        for entry in parameters.layout.entries {
            let source = model.parameters[entry.name]
            let target = parameters[entry.name]
            guard let seam = seams.first(where: { entry.name == "\($0.layer).weight" }) else {
                target.assign(source)
                continue
            }
            for row in 0..<target.rows {
                for column in 0..<target.columns {
                    target[row, column] = source[row, column < seam.before ? column : column + levels]
                }
            }
        }
        for seam in seams {
            let (weight, bias) = (model.parameters["\(seam.layer).weight"], parameters["\(seam.layer).bias"])
            for row in 0..<bias.columns { bias[row] += weight[row, seam.before + level] }
        }
        return VariationalAutoencoder(architecture, parameters)
    }

    @Test(arguments: [false, true], [false, true])
    func aLevelIsABiasOfItsOwn(isLinear: Bool, isOfTwoLevels: Bool) throws {
        let layers = isLinear ? [] : Self.dense
        let hierarchy = HierarchySpecification(
            latentDimension: 2, top: Self.dense, posterior: Self.dense, prior: Self.dense)
        let levels = isOfTwoLevels ? hierarchy : nil
        let model = SmallModel(name: "", architecture: try Self.architecture(layers, levels))
        let conditional = model.evaluator(Double.self)
        let x = Matrix(model.records(4).values.map(Double.init), rows: 4, columns: 7)
        let noise = ScoreNoise<Double>.mirrored(seed: 1, samples: 4, latentDimension: conditional.model.latentDimension)
        let codes = conditional.model.latentDimension
        for level in 0..<Self.levels {
            let condition = Matrix<Double>(rows: 4, columns: Self.levels)
            Double.oneHot(Matrix(Array(repeating: Double(level), count: 4), rows: 4, columns: 1), into: condition)
            let plain = Evaluator(
                Self.plain(
                    conditional.model, level: level, try Self.architecture(layers, levels, isConditional: false),
                    Self.seams(layers, isOfTwoLevels: isOfTwoLevels)))
            let observed = Observation(x).conditioned(on: condition)
            for (a, b) in zip(conditional.bounds(observed, noise: noise), plain.bounds(Observation(x), noise: noise)) {
                // Sums of some ten terms in another order.
                #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-12 && abs(a.klDivergence - b.klDivergence) < 1e-12)
            }
            let weights = ScoreNoise<Double>.independent(seed: 1, samples: 3, latentDimension: codes)
            let bounds = zip(
                conditional.importanceWeightedBounds(observed, noise: weights),
                plain.importanceWeightedBounds(Observation(x), noise: weights))
            for (a, b) in bounds { #expect(abs(a - b) < 1e-12) }
            let (means, others) = (Matrix<Double>(rows: 4, columns: 7), Matrix<Double>(rows: 4, columns: 7))
            conditional.reconstruct(x, condition: condition, into: means)
            plain.reconstruct(x, into: others)
            for (a, b) in zip(means.values, others.values) { #expect(abs(a - b) < 1e-12) }
        }
    }

    @Test func refusesWhatIsNoCondition() {
        #expect(throws: VAEError.badCondition("1 levels; expected 2 to 1000")) {
            try ConditionSpecification(levels: ["a"])
        }
        #expect(throws: VAEError.badCondition("two levels are named 'b'")) {
            try ConditionSpecification(levels: ["b", "a", "b"])
        }
        #expect(throws: VAEError.conditionWithVamp) { try Self.architecture([], nil, prior: .vamp(components: 2)) }
    }

    @Test func levelsStandBehindTheirRows() throws {
        let rows = Matrix<Float>([1, 2, 3, 4], rows: 2, columns: 2)
        #expect(RowConditions.none.joined(to: rows).isSameMemory(as: rows))
        #expect(RowConditions.all(2).joined(to: rows).values == [1, 2, 2, 3, 4, 2])
        #expect(RowConditions.each([9, 1, 0]).joined(to: rows, first: 1).values == [1, 2, 1, 3, 4, 0])
        let architecture = try Self.architecture([], nil)
        let (values, condition) = architecture.split(RowConditions.each([2, 0]).joined(to: rows))
        #expect(values.values == [1, 2, 3, 4])
        #expect(condition?.values == [0, 0, 1, 1, 0, 0])
        #expect(architecture.firstRowWithoutLevel(Matrix([5, 2], rows: 1, columns: 2)) == nil)
        for bad: Float in [3, -1, 0.5, .nan, .infinity] {
            #expect(architecture.firstRowWithoutLevel(Matrix([5, 2, 5, bad], rows: 2, columns: 2)) == 1)
        }
    }
}
