/// The naive references, as for the other kernels.
extension Double {
    package static func scaleRows(_ x: Matrix<Double>, by factors: Matrix<Double>, into y: Matrix<Double>) {
        Naive.scaleRows(x, by: factors, into: y)
    }

    package static func addOuterProducts(_ a: Matrix<Double>, _ b: Matrix<Double>, to c: Matrix<Double>) {
        Naive.addOuterProducts(a, b, to: c)
    }

    package static func unfold(_ x: Matrix<Double>, _ map: WindowMap, into columns: Matrix<Double>) {
        Naive.unfold(x, map, into: columns)
    }

    package static func convolve(
        _ x: Matrix<Double>, _ map: WindowMap, _ packed: PackedMatrix<Double>, _ f: Activation,
        into y: Matrix<Double>, room: Matrix<Double>
    ) {
        let columns = Matrix<Double>(rows: y.rows, columns: map.columnCount)
        Naive.unfold(x, map, into: columns)
        product(columns, packed, f, into: y)
    }

    /// None: the reference goes through columns.
    package static func phaseNumbers(_ map: WindowMap, inputs: Int) -> Int { 0 }

    package static func packPhases(
        _ weight: Matrix<Double>, bias: Matrix<Double>, _ map: WindowMap, into phases: Matrix<Double>
    ) {}

    package static func convolveTransposed(
        _ y: Matrix<Double>, _ map: WindowMap, phases: Matrix<Double>, _ f: Activation, into x: Matrix<Double>,
        room: Matrix<Double>
    ) {
        preconditionFailure("there are no phases in double")
    }

    package static func fold(_ columns: Matrix<Double>, _ map: WindowMap, bias: Matrix<Double>?, into x: Matrix<Double>)
    {
        Naive.fold(columns, map, bias: bias, into: x)
    }

    package static func maxPool(_ x: Matrix<Double>, _ map: WindowMap, into y: Matrix<Double>) {
        Naive.maxPool(x, map, into: y)
    }

    package static func maxPoolBackward(
        _ x: Matrix<Double>, _ map: WindowMap, _ dy: Matrix<Double>, into dx: Matrix<Double>
    ) {
        Naive.maxPoolBackward(x, map, dy, into: dx)
    }

    package static func averagePool(_ x: Matrix<Double>, _ map: WindowMap, into y: Matrix<Double>) {
        Naive.averagePool(x, map, into: y)
    }

    package static func averagePoolBackward(_ map: WindowMap, _ dy: Matrix<Double>, into dx: Matrix<Double>) {
        Naive.averagePoolBackward(map, dy, into: dx)
    }

    package static func upsample(_ x: Matrix<Double>, _ shape: ImageShape, factor: Int, into y: Matrix<Double>) {
        Naive.upsample(x, shape, factor: factor, into: y)
    }

    package static func upsampleBackward(
        _ dy: Matrix<Double>, _ shape: ImageShape, factor: Int, into dx: Matrix<Double>
    ) {
        Naive.upsampleBackward(dy, shape, factor: factor, into: dx)
    }

    package static func channelsFirst(_ x: Matrix<Double>, channels: Int, into y: Matrix<Double>) {
        Naive.channelsFirst(x, channels: channels, into: y)
    }

    package static func channelsLast(_ x: Matrix<Double>, channels: Int, into y: Matrix<Double>) {
        Naive.channelsLast(x, channels: channels, into: y)
    }

    package static func groupMoments(_ x: Matrix<Double>, _ groups: ChannelGroups, into moments: Moments<Double>) {
        Naive.groupMoments(x, groups, into: moments)
    }

    package static func normalise(_ x: Matrix<Double>, _ by: GroupNormalisation<Double>, into y: Matrix<Double>) {
        Naive.normalise(x, by, into: y)
    }

    package static func normaliseBackward(
        _ x: Matrix<Double>, _ by: GroupNormalisation<Double>, _ dy: Matrix<Double>, into dx: Matrix<Double>,
        _ gradient: Affine<Double>
    ) {
        Naive.normaliseBackward(x, by, dy, into: dx, gradient)
    }

    package static func columnMoments(_ x: Matrix<Double>, into moments: Moments<Double>) {
        Naive.columnMoments(x, into: moments)
    }

    package static func normalise(_ x: Matrix<Double>, _ by: ColumnNormalisation<Double>, into y: Matrix<Double>) {
        Naive.normalise(x, by, into: y)
    }

    package static func normaliseBackward(
        _ x: Matrix<Double>, _ by: ColumnNormalisation<Double>, _ dy: Matrix<Double>, into dx: Matrix<Double>,
        _ gradient: Affine<Double>
    ) {
        Naive.normaliseBackward(x, by, dy, into: dx, gradient)
    }

    package static func dropout(_ x: Matrix<Double>, rate: Double, _ stream: NoiseStream, into y: Matrix<Double>) {
        Naive.dropout(x, rate: rate, stream, into: y)
    }
}
