import Kernels

extension Evaluator {
    /// Writes z ~ p(z), E[x given z] and draws of x. The temperature is a factor on every standard deviation of p(z).
    ///
    /// - Parameter positions: of the rows in the endless sequence that the seed stands for; row i depends on its position,
    ///   never on how many rows are asked for.
    package func sample(
        seed: UInt64, positions: [UInt64], temperature: Float, condition: Matrix<Scalar>? = nil,
        latents: Matrix<Scalar>,
        means: Matrix<Scalar>, draws: Matrix<Scalar>
    ) {
        for (row, position) in positions.enumerated() {
            let z = latents.rows(row..<row + 1)
            Scalar.normals(NoiseStream(seed: seed, purpose: .sample, position: position), into: z)
            Scalar.scale(z, by: Scalar(temperature), into: z)
        }
        forEachBlock(of: positions.count) { rows in
            let streams = positions[rows].map { NoiseStream(seed: seed, purpose: .component, position: $0) }
            latentPass.transformToPrior(latents.rows(rows), streams)
        }
        decode(
            latents, condition: condition, into: means, draws: Draws(seed: seed, positions: positions, into: draws))
    }
}

extension Evaluator {
    /// Writes a draw of z ~ q(z given x) of each row, through both levels where there are two.
    ///
    /// - Parameter positions: as for samples.
    package func drawCodes(
        _ x: Matrix<Scalar>, condition: Matrix<Scalar>? = nil, seed: UInt64, positions: [UInt64],
        into draws: Matrix<Scalar>
    ) {
        forEachBlock(of: x.rows) { rows in
            let encoding = encodeBlock(x.rows(rows), condition?.rows(rows))
            for row in rows {
                let noise = Matrix<Scalar>(rows: 1, columns: model.latentDimension)
                Scalar.normals(NoiseStream(seed: seed, purpose: .posterior, position: positions[row]), into: noise)
                let z = latentPass.draw(
                    SamplePairs(first: 0, count: 1, samples: 1), encoding.row(row - rows.lowerBound),
                    noise: LevelNoise(noise, model.architecture))
                draws.rows(row..<row + 1).assign(z)
            }
        }
    }
}

extension LatentPass {
    /// From N(0, I) to p(z): both levels, in place.
    ///
    /// - Parameter streams: for each row, where the choice of a component is drawn from.
    func transformToPrior(_ z: Matrix<Scalar>, _ streams: [NoiseStream]) {
        guard let bottom else { return transformTop(z, streams) }
        let top = topCodes.prefix(z.rows)
        let noise = bottom.codes(z.rows)
        Scalar.split(z, into: noise, top)
        transformTop(top, streams)
        bottom.transformToPrior(noise, top: top)
        Scalar.join(noise, top, into: z)
    }

    private func transformTop(_ z: Matrix<Scalar>, _ streams: [NoiseStream]) {
        switch model.prior {
        case .standard: break
        case .flow: if case .flow(let pass) = prior { pass.transformToPrior(z) }
        case .mixture(let prior):
            for (row, stream) in streams.enumerated() {
                prior.transform(z.rows(row..<row + 1), uniform: stream.uniforms(1)[0])
            }
        }
    }
}

extension BottomPass {
    /// From N(0, I) to p(z₁ given z₂), in place.
    func transformToPrior(_ noise: Matrix<Scalar>, top: Matrix<Scalar>) {
        let (prior, sigma) = (prior.prefix(noise.rows), sigma.prefix(noise.rows))
        hierarchy.prior.apply(top, priorWorkspace, into: prior)
        Scalar.standardDeviation(prior.logVariance, into: sigma)
        Scalar.reparameterise(prior.mean, sigma, Matrix(noise.values), into: noise)
    }
}

extension MixturePrior {
    /// From N(0, I) to the component that a uniform number chooses, in place: `[1, latents]`.
    func transform(_ z: Matrix<Scalar>, uniform: Double) {
        let component = choice(uniform)
        for l in 0..<z.columns {
            z[l] = mixture.mean[l, component] + z[l] / mixture.precision[l, component].squareRoot()
        }
    }

    private func choice(_ uniform: Double) -> Int {
        var sum = 0.0
        for (component, weight) in weights.enumerated() {
            sum += weight
            if uniform < sum { return component }
        }
        return mixture.components - 1
    }
}
