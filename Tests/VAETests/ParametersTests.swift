import Kernels
import Tensors
import Testing
import VAE

@Suite struct ParametersTests {
    private static func layout() throws(VAEError) -> ParameterLayout {
        ParameterLayout(
            try Architecture(
                inputDimension: 3, latentDimension: 2, encoder: [], decoder: [.dense(units: 4, activation: .tanh)],
                likelihood: .bernoulli))
    }

    private let layout: ParameterLayout
    private let parameters: Parameters<Float>

    init() throws {
        layout = try Self.layout()
        parameters = Parameters(layout, seed: 3)
    }

    @Test func tensorsMakeTheSameParameters() throws {
        let copy = try Parameters(layout, tensors: parameters.tensors)
        #expect(copy.vector.values == parameters.vector.values)
        #expect(parameters.tensors.count == layout.entries.count)
    }

    @Test func initialisationFollowsTheSeed() {
        #expect(Parameters<Float>(layout, seed: 3).vector.values == parameters.vector.values)
        #expect(Parameters<Float>(layout, seed: 4).vector.values != parameters.vector.values)
        for entry in layout.entries where entry.shape.count == 1 {
            #expect(parameters[entry.name].values.allSatisfy { $0 == 0 }, "\(entry.name)")
        }
    }

    @Test func initialisationHasTheVarianceOfGlorot() throws {
        let wide = ParameterLayout(
            try Architecture(
                inputDimension: 60, latentDimension: 40, encoder: [], decoder: [], likelihood: .bernoulli))
        let weights = Parameters<Float>(wide, seed: 1)
        for (name, expected) in [("encoder.mean.weight", 0.02), ("encoder.log_variance.weight", 0.0002)] {
            let values = weights[name].values.map(Double.init)
            let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            // Four standard errors of a variance, √(2/n).
            #expect(abs(variance / expected - 1) < 4 * (2 / Double(values.count)).squareRoot(), "\(name)")
        }
    }

    @Test func refusesTensorsThatAreNotTheArchitectures() {
        for entry in layout.entries {
            var tensors = parameters.tensors
            tensors[entry.name] = nil
            #expect(throws: VAEError.missingTensor(entry.name)) { try Parameters(layout, tensors: tensors) }
            tensors[entry.name] = Tensor(fitting: [1], [0])
            #expect(throws: VAEError.tensorShape(name: entry.name, expected: entry.shape, got: [1])) {
                try Parameters(layout, tensors: tensors)
            }
        }
        var tensors = parameters.tensors
        // As many numbers, but the wrong way round.
        tensors["decoder.0.weight"] = Tensor(fitting: [2, 4], parameters["decoder.0.weight"].values)
        #expect(throws: VAEError.tensorShape(name: "decoder.0.weight", expected: [4, 2], got: [2, 4])) {
            try Parameters(layout, tensors: tensors)
        }
        tensors = parameters.tensors
        tensors["zebra"] = Tensor(fitting: [1], [0])
        tensors["apple"] = Tensor(fitting: [1], [0])
        #expect(throws: VAEError.unexpectedTensor("apple")) { try Parameters(layout, tensors: tensors) }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func refusesNumbersThatAreNotFinite(value: Float) {
        for (name, index) in [("encoder.mean.weight", 0), ("decoder.0.weight", 7), ("decoder.output.bias", 2)] {
            var tensors = parameters.tensors
            var values = parameters[name].values
            values[index] = value
            tensors[name] = Tensor(fitting: layout[name]?.shape ?? [], values)
            #expect(throws: VAEError.notFinite(tensor: name, index: index)) { try Parameters(layout, tensors: tensors) }
        }
        // Finite numbers whose squares are not.
        let large = Parameters<Float>(layout)
        large.vector.fill(.greatestFiniteMagnitude)
        #expect(large.firstNonFinite() == nil)
    }

    @Test func refusesRecordsOutsideTheSupport() throws {
        let x = Matrix<Float>(rows: 4, columns: 3)
        x.fill(0.5)
        x[0, 0] = 0
        x[3, 2] = 1
        try LikelihoodSpecification.bernoulli.checkSupport(x)
        x[0, 1] = -0.0
        try LikelihoodSpecification.bernoulli.checkSupport(x)
        x[0, 1] = 0.5
        for value in [1.5, Float(1).nextUp, -0.0001, -Float.leastNonzeroMagnitude, .infinity] {
            x[2, 1] = value
            let error = VAEError.outsideSupport(row: 2, column: 1, value: value, support: "[0, 1]")
            #expect(throws: error) { try LikelihoodSpecification.bernoulli.checkSupport(x) }
            #expect(error.description == "row 2, column 1: \(value) is outside [0, 1]")
        }
        let gaussian = LikelihoodSpecification.gaussian(.fixed(1))
        (x[2, 1], x[2, 2]) = (-.greatestFiniteMagnitude, .greatestFiniteMagnitude)
        try gaussian.checkSupport(x)
        x[1, 2] = .infinity
        #expect(throws: VAEError.outsideSupport(row: 1, column: 2, value: .infinity, support: "the finite numbers")) {
            try gaussian.checkSupport(x)
        }
        // NaN is unequal to itself, so the error is looked at piece by piece.
        x[1, 2] = .nan
        for likelihood in [gaussian, .bernoulli] {
            let error = #expect(throws: VAEError.self) { try likelihood.checkSupport(x.rows(1..<2)) }
            guard case .outsideSupport(row: 0, column: 2, let value, _) = error else {
                Issue.record("\(error as Any)")
                continue
            }
            #expect(value.isNaN)
        }
    }
}
