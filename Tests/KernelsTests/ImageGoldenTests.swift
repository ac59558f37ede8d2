import Testing

@testable import Kernels

/// Values and gradients from PyTorch 2.15 in double precision, the numbers of images and weights written channels last. The inputs
/// are ramps: number i of a tensor in PyTorch's order is ((a i) mod m − ⌊m/2⌋)/4.
@Suite struct ImageGoldenTests {
    /// A ramp of `[rows, channels, places]`, channels last.
    static func ramp<S: KernelScalar>(_ rows: Int, _ channels: Int, _ places: Int, _ a: Int, _ m: Int) -> Matrix<S> {
        let count = channels * places
        let first = Matrix((0..<rows * count).map { S(($0 * a) % m - m / 2) / 4 }, rows: rows, columns: count)
        let last = Matrix<S>(rows: rows, columns: count)
        S.channelsLast(first, channels: channels, into: last)
        return last
    }

    /// Twelve digits were printed; a float keeps seven, of terms that add up to at most ten.
    static func expect<S: KernelScalar>(
        _ matrix: Matrix<S>, _ golden: [Double], at place: SourceLocation = #_sourceLocation
    ) {
        let tolerance = S.self == Double.self ? 1e-11 : 4e-6
        #expect(matrix.count == golden.count, sourceLocation: place)
        for (value, expected) in zip(matrix.values, golden) {
            #expect(abs(Double(value) - expected) < tolerance, sourceLocation: place)
        }
    }

    static func gradient<S: KernelScalar>(of weight: Matrix<S>, _ bias: Matrix<S>) -> FilterGradient<S> {
        FilterGradient(
            weight: Matrix(rows: weight.rows, columns: weight.columns), bias: Matrix(rows: 1, columns: bias.count))
    }

    @Test func convolves() {
        convolve(Float.self)
        convolve(Double.self)
    }

    func convolve<S: KernelScalar>(_: S.Type) {
        let window = Window(
            kernel: Extent(height: 2, width: 3), stride: Extent(height: 2, width: 1), padding: Extent(1))
        guard let map = WindowMap(image: ImageShape(height: 3, width: 4, channels: 2), window: window) else {
            Issue.record("no map")
            return
        }
        let convolution = Convolution<S>(map, weight: Self.ramp(2, 2, 6, 5, 13), bias: Self.ramp(1, 2, 1, 3, 5))
        let (x, dy): (Matrix<S>, Matrix<S>) = (Self.ramp(1, 2, 12, 7, 11), Self.ramp(1, 2, 8, 3, 7))
        let (y, dx) = (Matrix<S>(rows: 1, columns: 16), Matrix<S>(rows: 1, columns: 24))
        let gradient = Self.gradient(of: convolution.weight, convolution.bias)
        let columns = convolution.makeColumns()
        convolution.apply(x, .identity, into: y, columns: columns)
        ConvolutionBackward(convolution).run(x, dy, into: dx, gradient, columns: columns)
        Self.expect(
            y,
            [
                0.9375, 1.0, -1.4375, -0.6875, 2.125, 2.5, 0.625, -3.0625, -1.125, 2.0625, 2.875, -4.6875, -3.5, 0.75,
                -2.1875, 3.8125,
            ])
        Self.expect(
            dx,
            [
                0.5625, -1.875, -2.875, 0.875, 1.375, 1.25, 0.5, -1.1875, 1.5, 1.25, -0.375, -2.75, 1.625, 1.75, 0.625,
                -1.4375, 1.375, 0.3125, -0.75, -0.6875, 0.875, 1.0, 0.0, -2.0625,
            ])
        Self.expect(
            gradient.weight,
            [
                -1.0625, 0.625, 0.75, -0.125, -0.875, 0.25, 1.375, -0.1875, 0.25, 0.3125, 0.75, 1.1875, 0.625, -0.9375,
                -1.0625, 0.625, 0.625, 0.25, -2.125, 1.5, 2.0, -0.0625, -0.1875, 0.3125,
            ])
        Self.expect(gradient.bias, [-0.75, 0.0])
    }

    @Test func convolvesTransposed() {
        convolveTransposed(Float.self)
        convolveTransposed(Double.self)
    }

    func convolveTransposed<S: KernelScalar>(_: S.Type) {
        let window = Window(
            kernel: Extent(height: 3, width: 2), stride: Extent(2), padding: Extent(height: 1, width: 0))
        let map = WindowMap(
            transposed: ImageShape(height: 2, width: 3, channels: 2), window: window,
            outputPadding: Extent(height: 1, width: 0), channels: 3)
        guard let map else {
            Issue.record("no map")
            return
        }
        let convolution = TransposedConvolution<S>(
            map, weight: Self.ramp(2, 3, 6, 5, 13), bias: Self.ramp(1, 3, 1, 3, 5))
        let (x, dy): (Matrix<S>, Matrix<S>) = (Self.ramp(1, 2, 6, 7, 11), Self.ramp(1, 3, 24, 3, 7))
        let (y, dx) = (Matrix<S>(rows: 1, columns: 72), Matrix<S>(rows: 1, columns: 12))
        let gradient = Self.gradient(of: convolution.weight, convolution.bias)
        let columns = convolution.makeColumns()
        convolution.apply(x, .identity, into: y, columns: columns)
        TransposedConvolutionBackward(convolution).run(x, dy, into: dx, gradient, columns: columns)
        Self.expect(
            y,
            [
                -1.0, 0.3125, -0.4375, -0.5, 0.0, -0.75, 0.0, -0.375, -0.375, -1.0, 0.25, 0.25, -1.75, 2.375, 0.375,
                1.25, 0.5, -1.5, -1.5625, -1.5, 0.5625, -1.8125, 1.5, -1.3125, -1.125, 0.9375, -0.6875, 0.3125, -0.0625,
                -0.875, -1.375, -0.0625, 0.8125, -1.6875, 0.4375, -1.125, 1.3125, -2.4375, -0.9375, -2.6875, 0.0625,
                1.5625, -0.4375, 0.3125, -0.1875, -0.4375, 0.3125, -0.1875, -2.1875, 3.0625, 0.5625, 1.8125, 0.5625,
                -1.9375, -0.1875, 2.5625, -2.4375, 2.3125, -1.4375, 0.0625, -0.4375, 0.3125, -0.1875, -0.4375, 0.3125,
                -0.1875, -0.6875, -1.9375, 2.0625, -3.1875, 2.0625, -0.4375,
            ])
        Self.expect(dx, [-0.625, -0.3125, 5.25, 5.0, 3.25, 3.3125, -3.9375, -2.25, -1.8125, -1.5, 5.5625, 3.625])
        Self.expect(
            gradient.weight,
            [
                0.5, 0.875, -1.375, -1.125, 0.125, 0.5, -0.3125, 0.75, 0.5, 0.625, 0.375, -0.3125, 0.5, -1.9375, 0.0,
                -0.3125, 0.75, 0.5, 0.5, 0.125, -1.125, -1.375, 0.875, 0.5, -2.375, 1.1875, 0.8125, 1.0, 0.625, -2.375,
                0.8125, -0.875, -0.375, -2.375, 1.1875, 0.8125,
            ])
        Self.expect(gradient.bias, [0.0, -0.25, -0.5])
    }

    @Test func pools() {
        pool(Float.self)
        pool(Double.self)
    }

    func pool<S: KernelScalar>(_: S.Type) {
        let image = ImageShape(height: 3, width: 3, channels: 2)
        guard let map = WindowMap(image: image, window: Window(kernel: 3, stride: 2, padding: 1)) else {
            Issue.record("no map")
            return
        }
        let (x, dy): (Matrix<S>, Matrix<S>) = (Self.ramp(1, 2, 9, 7, 11), Self.ramp(1, 2, 4, 3, 7))
        let (y, dx) = (Matrix<S>(rows: 1, columns: 8), Matrix<S>(rows: 1, columns: 18))
        S.maxPool(x, map, into: y)
        S.maxPoolBackward(x, map, dy, into: dx)
        Self.expect(y, [1.25, 0.75, 0.5, 1.25, 1.25, 0.5, 0.25, 1.25])
        Self.expect(
            dx, [0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, -0.25, 0.0, 0.0, -1.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        S.averagePool(x, map, into: y)
        S.averagePoolBackward(map, dy, into: dx)
        Self.expect(
            y,
            [
                0.083333333333, 0.055555555556, -0.055555555556, -0.083333333333, 0.277777777778, -0.055555555556,
                -0.166666666667, 0.111111111111,
            ])
        Self.expect(
            dx,
            [
                -0.083333333333, 0.055555555556, -0.083333333333, 0.0, 0.0, -0.055555555556, 0.0, 0.083333333333,
                -0.027777777778, -0.055555555556, -0.027777777778, -0.138888888889, 0.083333333333, 0.027777777778,
                0.055555555556, -0.055555555556, -0.027777777778, -0.083333333333,
            ])
    }

    @Test func normalisesGroups() {
        normaliseGroups(Float.self)
        normaliseGroups(Double.self)
    }

    func normaliseGroups<S: KernelScalar>(_: S.Type) {
        let groups = ChannelGroups(places: 2, channels: 4, groups: 2)
        let affine = Affine<S>(gamma: Self.ramp(1, 4, 1, 5, 7), beta: Self.ramp(1, 4, 1, 3, 5))
        let (x, dy): (Matrix<S>, Matrix<S>) = (Self.ramp(2, 4, 2, 7, 11), Self.ramp(2, 4, 2, 3, 7))
        let results = NormalisationTests.groupResults(x, groups, affine, dy)
        Self.expect(
            results[0],
            [
                0.484792813123, -0.012611416833, -0.25, -0.199991040172, -0.893917125249, 0.906528542082, -0.25,
                0.599998720025, 0.042168569765, 0.370481904392, -0.25, -0.199991040172, -1.644578091725,
                -0.272088252366, -0.25, 0.599998720025,
            ])
        Self.expect(
            results[1],
            [
                -0.001693734393, 0.028866290636, -0.079999488, -0.160001535902, -0.06169271774, 0.034520161498,
                -0.239993344197, 0.479994368098, -0.126436814604, 0.0689193614, -0.191996467288, 0.156005529349,
                -0.018664572173, 0.076182025378, 0.143990630724, -0.107999692785,
            ])
        Self.expect(results[2], [2.129370904849, -1.304510600852, 0.349995520086, -0.549992960135])
        Self.expect(results[3], [0.0, 0.75, -0.25, -1.25])
    }

    @Test func normalisesLayers() {
        normaliseLayers(Float.self)
        normaliseLayers(Double.self)
    }

    func normaliseLayers<S: KernelScalar>(_: S.Type) {
        let groups = ChannelGroups(places: 4, channels: 2, groups: 1)
        let affine = Affine<S>(gamma: Self.ramp(1, 2, 4, 5, 7), beta: Self.ramp(1, 2, 4, 3, 5))
        let results = NormalisationTests.groupResults(
            Self.ramp(1, 2, 4, 7, 11), groups, affine, Self.ramp(1, 2, 4, 3, 7))
        Self.expect(
            results[0],
            [
                0.718762249866, 0.174108892838, 0.520836055526, -0.751490622988, -0.25, -0.040181488063,
                -0.235126436427, -0.191963702387,
            ])
        Self.expect(
            results[1],
            [
                0.314626363318, 0.26458029727, -0.169360229564, -0.4758729602, -0.290759645833, -0.18604225158,
                0.076452792937, 0.466375633653,
            ])
        Self.expect(
            results[2],
            [
                1.218762249866, 0.116072595225, 0.0, 0.502981245976, -0.522326678514, 0.290181488063, -0.367563218213,
                0.058036297613,
            ])
        Self.expect(results[3], [-0.75, 0.5, 0.0, -0.5, 0.75, 0.25, -0.25, -0.75])
    }

    @Test func normalisesBatches() {
        normaliseBatches(Float.self)
        normaliseBatches(Double.self)
    }

    func normaliseBatches<S: KernelScalar>(_: S.Type) {
        let affine = Affine<S>(gamma: Self.ramp(1, 2, 1, 5, 7), beta: Self.ramp(1, 2, 1, 3, 5))
        let (x, dy): (Matrix<S>, Matrix<S>) = (Self.ramp(3, 2, 2, 7, 11), Self.ramp(3, 2, 2, 3, 7))
        let results = NormalisationTests.columnResults(x.reshaped(columns: 2), affine, dy.reshaped(columns: 2))
        Self.expect(
            results[0],
            [
                0.464893296063, -0.065294175973, -1.223669972047, 0.953348546401, -0.982446648032, 0.80782815749,
                -0.017553351968, 0.225746601848, 0.223669972047, 0.080226212938, -1.464893296063, -0.501855342704,
            ])
        Self.expect(
            results[1],
            [
                0.191323861327, 0.340347484867, 0.39925958304, -0.009247000317, -0.216273592672, 0.248581338867,
                0.216273592672, -0.466349971323, -0.39925958304, -0.208521632139, -0.191323861327, 0.095189780045,
            ])
        Self.expect(results[2], [2.573048789502, -1.17628981036])
        Self.expect(results[3], [0.0, 0.25])
    }
}
