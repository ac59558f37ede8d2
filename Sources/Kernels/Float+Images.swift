internal import CKernels

// The C kernels of images. Shapes are checked here, where a wrong one would read past the end of memory.

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func scaleRows(_ x: Matrix<Float>, by factors: Matrix<Float>, into y: Matrix<Float>) {
        precondition(factors.count == x.rows && y.rows == x.rows && y.columns == x.columns)
        let shape = elbo_shape(rows: x.rows, columns: x.columns)
        unsafe kernels.scale_rows(shape, x.pointer, factors.pointer, y.pointer)
    }

    package static func addOuterProducts(_ a: Matrix<Float>, _ b: Matrix<Float>, to c: Matrix<Float>) {
        precondition(a.rows == b.rows && c.rows == a.columns && c.columns == b.columns)
        unsafe kernels.add_outer(a.pointer, b.pointer, c.pointer, a.rows, a.columns, b.columns)
    }

    package static func unfold(_ x: Matrix<Float>, _ map: WindowMap, into columns: Matrix<Float>) {
        precondition(map.fits(image: x) && map.fits(columns: columns, rows: x.rows))
        unsafe kernels.unfold(map.windows, x.rows, x.pointer, columns.pointer)
    }

    package static func convolve(
        _ x: Matrix<Float>, _ map: WindowMap, _ packed: PackedMatrix<Float>, _ f: Activation, into y: Matrix<Float>,
        room: Matrix<Float>
    ) {
        precondition(map.fits(image: x) && packed.inputs == map.columnCount && room.count >= map.room)
        precondition(y.rows == x.rows * map.output.count && y.columns == packed.outputs)
        unsafe kernels.convolve(
            map.windows, x.rows, x.pointer, packed.panels.pointer, y.pointer, packed.outputs, f.code, room.pointer)
    }

    /// Below eight channels most of a vector would be empty.
    package static func phaseNumbers(_ map: WindowMap, inputs: Int) -> Int {
        guard map.hasPhases, map.image.channels >= 8 else { return 0 }
        let phases = map.window.stride.count
        return phases * elbo_packed_count(map.image.channels, map.window.kernel.count / phases * inputs)
    }

    package static func packPhases(
        _ weight: Matrix<Float>, bias: Matrix<Float>, _ map: WindowMap, into phases: Matrix<Float>
    ) {
        precondition(weight.columns == map.columnCount && bias.count == map.image.channels)
        precondition(phases.count == phaseNumbers(map, inputs: weight.rows))
        unsafe elbo_pack_phases(map.windows, weight.rows, weight.pointer, bias.pointer, phases.pointer)
    }

    package static func convolveTransposed(
        _ y: Matrix<Float>, _ map: WindowMap, phases: Matrix<Float>, _ f: Activation, into x: Matrix<Float>,
        room: Matrix<Float>
    ) {
        let inputs = y.columns / map.output.count
        precondition(map.fits(image: x) && x.rows == y.rows && y.columns == map.output.count * inputs)
        precondition(phases.count == phaseNumbers(map, inputs: inputs))
        precondition(room.count >= map.transposedRoom(inputs: inputs))
        unsafe kernels.convolve_transposed(
            map.windows, x.rows, y.pointer, inputs, phases.pointer, x.pointer, f.code, room.pointer)
    }

    package static func fold(
        _ columns: Matrix<Float>, _ map: WindowMap, bias: Matrix<Float>?, into x: Matrix<Float>
    ) {
        precondition(map.fits(image: x) && map.fits(columns: columns, rows: x.rows))
        precondition(bias.map { $0.count == map.image.channels } ?? true)
        unsafe kernels.fold(map.windows, x.rows, columns.pointer, bias?.pointer, x.pointer)
    }

    package static func maxPool(_ x: Matrix<Float>, _ map: WindowMap, into y: Matrix<Float>) {
        precondition(map.isPool && map.fits(image: x) && map.fits(pooled: y, rows: x.rows))
        unsafe kernels.max_pool(map.windows, x.rows, x.pointer, y.pointer)
    }

    package static func maxPoolBackward(
        _ x: Matrix<Float>, _ map: WindowMap, _ dy: Matrix<Float>, into dx: Matrix<Float>
    ) {
        precondition(map.isPool && map.fits(image: x) && map.fits(pooled: dy, rows: x.rows))
        precondition(map.fits(image: dx) && dx.rows == x.rows)
        unsafe kernels.max_pool_backward(map.windows, x.rows, x.pointer, dy.pointer, dx.pointer)
    }

    package static func averagePool(_ x: Matrix<Float>, _ map: WindowMap, into y: Matrix<Float>) {
        precondition(map.isPool && map.fits(image: x) && map.fits(pooled: y, rows: x.rows))
        unsafe kernels.average_pool(map.windows, x.rows, x.pointer, y.pointer)
    }

    package static func averagePoolBackward(_ map: WindowMap, _ dy: Matrix<Float>, into dx: Matrix<Float>) {
        precondition(map.isPool && map.fits(image: dx) && map.fits(pooled: dy, rows: dx.rows))
        unsafe kernels.average_pool_backward(map.windows, dx.rows, dy.pointer, dx.pointer)
    }

    package static func upsample(_ x: Matrix<Float>, _ shape: ImageShape, factor: Int, into y: Matrix<Float>) {
        precondition(factor > 0 && x.columns == shape.count && y.count == x.count * factor * factor)
        unsafe kernels.upsample(shape.extent, shape.channels, factor, x.rows, x.pointer, y.pointer)
    }

    package static func upsampleBackward(
        _ dy: Matrix<Float>, _ shape: ImageShape, factor: Int, into dx: Matrix<Float>
    ) {
        precondition(factor > 0 && dx.columns == shape.count && dy.count == dx.count * factor * factor)
        unsafe kernels.upsample_backward(shape.extent, shape.channels, factor, dx.rows, dy.pointer, dx.pointer)
    }

    package static func channelsFirst(_ x: Matrix<Float>, channels: Int, into y: Matrix<Float>) {
        transposeRows(x, rows: x.columns / channels, columns: channels, into: y)
    }

    package static func channelsLast(_ x: Matrix<Float>, channels: Int, into y: Matrix<Float>) {
        transposeRows(x, rows: channels, columns: x.columns / channels, into: y)
    }

    private static func transposeRows(_ x: Matrix<Float>, rows: Int, columns: Int, into y: Matrix<Float>) {
        precondition(x.columns == rows * columns && y.rows == x.rows && y.columns == x.columns)
        let kernels = kernels
        for i in 0..<x.rows {
            unsafe kernels.transpose(x.pointer + i * x.columns, y.pointer + i * x.columns, rows, columns)
        }
    }
}

extension WindowMap {
    fileprivate func fits(image x: Matrix<Float>) -> Bool { x.columns == image.count }

    fileprivate func fits(columns: Matrix<Float>, rows: Int) -> Bool {
        columns.rows == rows * output.count && columns.columns == columnCount
    }

    fileprivate func fits(pooled y: Matrix<Float>, rows: Int) -> Bool {
        y.rows == rows && y.columns == output.count * image.channels
    }

    fileprivate var windows: elbo_windows {
        elbo_windows(
            image: image.extent, kernel: window.kernel.pair, stride: window.stride.pair, padding: window.padding.pair,
            output: output.pair, channels: image.channels)
    }
}

extension Extent {
    fileprivate var pair: elbo_extent { elbo_extent(height: height, width: width) }
}

extension ImageShape {
    fileprivate var extent: elbo_extent { elbo_extent(height: height, width: width) }
}
