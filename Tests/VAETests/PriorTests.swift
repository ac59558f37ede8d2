import RealModule
import TestSupport
import Testing

@testable import Kernels
@testable import VAE

/// With two latents in all, p(z) and p(x) are sums over a grid.
@Suite struct PriorTests {
    /// Two latents, on one level or on two.
    static func models() throws -> [SmallModel] {
        let layers: [LayerSpecification] = [.dense(units: 5, activation: .tanh)]
        let one = HierarchySpecification(latentDimension: 1, top: [], posterior: layers, prior: layers)
        let priors: [(PriorSpecification, HierarchySpecification?)] = [
            (.standard, nil), (.mixture(components: 3), nil), (.vamp(components: 4), nil),
            (.flow(couplings: 3, units: 4), nil), (.standard, one), (.mixture(components: 3), one),
            (.vamp(components: 4), one),
        ]
        return try priors.map { prior, hierarchy in
            let architecture = try Architecture(
                inputDimension: 7, latentDimension: hierarchy == nil ? 2 : 1, encoder: layers, decoder: layers,
                likelihood: .bernoulli, prior: prior, hierarchy: hierarchy)
            return SmallModel(
                name: "\(prior.name), \(hierarchy == nil ? "one level" : "two levels")", architecture: architecture)
        }
    }

    /// Points z on a square grid, `[count², 2]`, with log p(z) of each, and the area of a cell.
    private struct Grid {
        let points: Matrix<Double>
        let logDensities: [Double]
        let area: Double

        init(_ evaluator: Evaluator<Double>, halfWidth: Double = 9, count: Int = 181) {
            let step = 2 * halfWidth / Double(count - 1)
            let points = Matrix<Double>(rows: count * count, columns: 2)
            for i in 0..<count {
                for j in 0..<count {
                    points[i * count + j, 0] = Double(i) * step - halfWidth
                    points[i * count + j, 1] = Double(j) * step - halfWidth
                }
            }
            self.points = points
            logDensities = (0..<points.rows).map { Self.logDensity(points.rows($0..<$0 + 1), evaluator) }
            area = step * step
        }

        /// log p(z) from the parts of the model, written out again.
        private static func logDensity(_ z: Matrix<Double>, _ evaluator: Evaluator<Double>) -> Double {
            let model = evaluator.model
            guard let hierarchy = model.hierarchy else { return topLogDensity(z, model) }
            let (z1, z2) = (Matrix([z[0]]), Matrix([z[1]]))
            let prior = DiagonalGaussian<Double>(rows: 1, columns: 1)
            hierarchy.prior.apply(z2, hierarchy.prior.chain.makeWorkspace(rows: 1), into: prior)
            return topLogDensity(z2, model) + normal(z1[0], prior.mean[0], prior.logVariance[0])
        }

        private static func topLogDensity(_ z: Matrix<Double>, _ model: VariationalAutoencoder<Double>) -> Double {
            let densities = Matrix<Double>(rows: 1, columns: 1)
            guard let pass = PriorPass(model.prior, rows: 1, latents: z.columns) else {
                return z.values.reduce(0) { $0 + normal($1, 0, 0) }
            }
            pass.logDensities(z, into: densities)
            return densities[0]
        }

        private static func normal(_ z: Double, _ mean: Double, _ logVariance: Double) -> Double {
            -(Double.log(2 * .pi) + logVariance + (z - mean) * (z - mean) / .exp(logVariance)) / 2
        }
    }

    @Test(arguments: try models())
    func priorsIntegrateToOne(model: SmallModel) {
        let grid = Grid(model.evaluator(Double.self))
        let mass = grid.logDensities.reduce(0) { $0 + Double.exp($1) } * grid.area
        // The trapezoid rule on smooth densities that vanish at the border; what lies beyond it is less.
        #expect(abs(mass - 1) < 1e-3, "\(mass)")
    }

    /// The mean of log p(z) over draws is that over the grid.
    @Test(arguments: try models())
    func drawsFollowTheirDensity(model: SmallModel) {
        let evaluator = model.evaluator(Double.self)
        let grid = Grid(evaluator)
        let expected = grid.logDensities.reduce(0) { $0 + Double.exp($1) * $1 } * grid.area
        let count = 4_000
        let draws = Matrix<Double>(rows: count, columns: 2)
        let records = Matrix<Double>(rows: count, columns: 7)
        evaluator.sample(
            seed: 3, positions: (0..<UInt64(count)).map { $0 }, temperature: 1, latents: draws, means: records,
            draws: Matrix(rows: count, columns: 7))
        let values = (0..<count).map { row -> Double in
            // Of the grid, the nearest point: the density hardly changes within a cell.
            let (i, j) = (Int(((draws[row, 0] + 9) * 10).rounded()), Int(((draws[row, 1] + 9) * 10).rounded()))
            return grid.logDensities[min(max(i, 0), 180) * 181 + min(max(j, 0), 180)]
        }
        let mean = values.reduce(0, +) / Double(count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / Double(count - 1) / Double(count)).squareRoot()
        // Rounding to the grid adds a little where the density is steep.
        #expect(abs(mean - expected) < 4 * error + 0.01, "\(mean) \(expected) ± \(error)")
    }

    @Test(arguments: try models())
    func importanceWeightedBoundIsTheIntegral(model: SmallModel) {
        let evaluator = model.evaluator(Double.self)
        let grid = Grid(evaluator)
        let x = Matrix(model.records(1).values.map { Double($0) })
        let logEvidence = logEvidence(x, grid, evaluator)
        let noise = ScoreNoise<Double>.independent(seed: 2, samples: 4_000, latentDimension: 2)
        let weights = evaluator.importanceWeights(Observation(x), noise: noise)[0]
        #expect(abs(weights.bound - logEvidence) < 4 * weights.standardError + 1e-3, "\(weights.bound) \(logEvidence)")
        #expect(weights.elbo < weights.bound(samples: 50) && weights.bound(samples: 50) < weights.bound)
        // The bound with all that is known in closed form agrees with the plain mean of log w.
        let bound = evaluator.bounds(Observation(x), noise: noise)[0]
        let spread = weights.logWeights.reduce(0) { $0 + ($1 - weights.elbo) * ($1 - weights.elbo) } / 4_000
        let error = (spread / 4_000).squareRoot() + bound.standardError
        #expect(abs(bound.elbo - weights.elbo) < 4 * error, "\(bound.elbo) \(weights.elbo)")
    }

    private func logEvidence(_ x: Matrix<Double>, _ grid: Grid, _ evaluator: Evaluator<Double>) -> Double {
        var sum = 0.0
        let block = evaluator.blockRows
        for start in stride(from: 0, to: grid.points.rows, by: block) {
            let rows = start..<min(start + block, grid.points.rows)
            let logits = evaluator.decodeBlock(grid.points.rows(rows))
            for (i, row) in rows.enumerated() {
                let likelihood = Double.bernoulliLogLikelihood(x, logits: logits.rows(i..<i + 1))
                sum += Double.exp(likelihood + grid.logDensities[row]) * grid.area
            }
        }
        return Double.log(sum)
    }

    /// Undoing a flow's couplings and doing them gives N(0, I) again.
    @Test func flowIsInvertible() throws {
        let architecture = try Architecture(
            inputDimension: 4, latentDimension: 5, encoder: [], decoder: [], likelihood: .bernoulli,
            prior: .flow(couplings: 4, units: 6))
        let model = SmallModel(name: "flow", architecture: architecture)
        let network = VariationalAutoencoder(architecture, model.parameters(Double.self))
        guard case .flow(let flow) = network.prior else { preconditionFailure("the prior is a flow") }
        let pass = FlowPass(flow, rows: 6, latents: 5)
        let u = Matrix<Double>(rows: 6, columns: 5)
        Double.normals(NoiseStream(seed: 1, purpose: .sample), into: u)
        let z = Matrix(u.values, rows: 6, columns: 5)
        pass.transformToPrior(z)
        let densities = Matrix<Double>(rows: 6, columns: 1)
        pass.logDensities(z, into: densities)
        #expect(pass.standardised(rows: 6).values.elementsEqual(u.values) { abs($0 - $1) < 1e-12 })
    }
}
