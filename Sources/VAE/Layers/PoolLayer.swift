import Kernels

/// The largest or the mean number of each window.
package struct PoolLayer<Scalar: KernelScalar>: Layer {
    package let measure: PoolSpecification.Measure
    package let map: WindowMap

    package var outputs: Int { map.outputShape(channels: map.image.channels).count }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        pool(x, into: y)
        return y
    }

    package func pool(_ x: Matrix<Scalar>, into y: Matrix<Scalar>) {
        switch measure {
        case .largest: Scalar.maxPool(x, map, into: y)
        case .mean: Scalar.averagePool(x, map, into: y)
        }
    }
}
