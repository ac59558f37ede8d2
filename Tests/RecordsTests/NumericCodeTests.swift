import Records
import Testing

@Suite struct NumericCodeTests {
    private static let codes: [NumericCode] = [
        NumericCode(transform: .linear, offset: 0, scale: 1),
        NumericCode(transform: .linear, offset: -3.5, scale: 1e-3, median: 0.4, spread: 0.2),
        NumericCode(transform: .logarithmic(unit: 1), offset: 0, scale: 1),
        NumericCode(transform: .logarithmic(unit: 1e-4), offset: 5, scale: 2.5, median: -1, spread: 3),
    ]

    private static let numbers: [Double] = {
        let positive = [1e-300, 1e-12, 1e-3, 0.5, 1, 2, 7.25, 1e3, 1e6, 1e12, 1e15, 1e100, 1e300]
        return positive.reversed().map { -$0 } + [0] + positive
    }()

    @Test(arguments: codes)
    func rises(code: NumericCode) {
        for (a, b) in zip(Self.numbers, Self.numbers.dropFirst()) {
            #expect(code.code(a) <= code.code(b), "\(a) \(b)")
            #expect(code.transformed(a) <= code.transformed(b), "\(a) \(b)")
            #expect(code.feature(code.code(a)) <= code.feature(code.code(b)), "\(a) \(b)")
        }
        // Strictly, where single precision can tell.
        #expect(code.code(1) < code.code(2) && code.code(-2) < code.code(-1) && code.code(2) < code.code(1e3))
        #expect(code.feature(-2) < code.feature(-1) && code.feature(3) < code.feature(4))
    }

    @Test(arguments: codes)
    func comesBack(code: NumericCode) {
        for x in Self.numbers where abs(x) < 1e9 {
            let t = code.code(x)
            guard abs(t) < 1e14 else { continue }
            // A code has 24 bits, of which the transform leaves so many for x: |dx/dt| |t| 2⁻²⁴.
            let value = code.value(Double(t))
            let slope = abs(code.value(Double(t) + 1e-3) - code.value(Double(t) - 1e-3)) / 2e-3
            #expect(abs(value - x) <= 1.3e-7 * (slope * max(abs(Double(t)), 1) + abs(x)) + 1e-300, "\(x) \(value)")
        }
    }

    @Test(arguments: codes)
    func staysFinite(code: NumericCode) {
        for x in [1e300, -1e300, Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude] {
            let t = code.code(x)
            #expect(t.isFinite && abs(t) <= Float(NumericCode.largestCode))
            #expect((t * t).isFinite && code.feature(t).isFinite)
            #expect(code.value(Double(t)).isFinite, "\(x)")
        }
        #expect(code.value(1e15).isFinite && code.value(-1e15).isFinite)
    }

    @Test func logarithmIsSymmetricAndKeepsZero() {
        let code = NumericCode(transform: .logarithmic(unit: 0.25), offset: 0, scale: 3)
        #expect(code.code(0) == 0 && code.value(0) == 0)
        for x in Self.numbers { #expect(code.code(-x) == -code.code(x)) }
    }

    /// asinh: its own inverse is sinh, and it is nearly linear in the middle.
    @Test func featureIsTheInverseHyperbolicSine() {
        let code = NumericCode(transform: .linear, offset: 0, scale: 1, median: 2, spread: 0.5)
        #expect(code.feature(2) == 0)
        #expect(abs(code.feature(2.5) - 0.881373587) < 1e-6)
        #expect(abs(code.feature(2.005) - 0.01) < 1e-5)
        #expect(code.feature(1.5) == -code.feature(2.5))
    }
}
