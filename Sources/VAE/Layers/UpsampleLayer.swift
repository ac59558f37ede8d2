import Kernels

/// Each pixel repeated in a square.
package struct UpsampleLayer<Scalar: KernelScalar>: Layer {
    package let image: ImageShape
    package let factor: Int

    package var outputs: Int { image.count * factor * factor }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        Scalar.upsample(x, image, factor: factor, into: y)
        return y
    }
}
