import Kernels

/// f(γ (x − mean) / √(variance + ε) + β) of each record, by its own moments.
package struct GroupNormLayer<Scalar: KernelScalar>: Layer {
    package let groups: ChannelGroups
    package let affine: RecordAffine<Scalar>
    package let activation: Activation

    package var outputs: Int { groups.count }
    package var parts: [any PackedPart] { [affine] }

    package func makeMoments(rows: Int) -> Moments<Scalar> { Moments(rows: rows, columns: groups.groups) }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        let moments = makeMoments(rows: rows)
        return LayerWorkspace(
            output: Matrix(rows: rows, columns: outputs), spares: [moments.mean, moments.variance])
    }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        let moments = Moments(mean: workspace.spares[0], variance: workspace.spares[1]).prefix(x.rows)
        normalise(x, moments, into: y)
        if activation != .identity { Scalar.activate(activation, y, into: y) }
        return y
    }

    /// Writes the moments of x, and what it is by them.
    package func normalise(_ x: Matrix<Scalar>, _ moments: Moments<Scalar>, into y: Matrix<Scalar>) {
        Scalar.groupMoments(x, groups, into: moments)
        Scalar.normalise(x, GroupNormalisation(groups, moments, affine.lastChannels), into: y)
    }
}
