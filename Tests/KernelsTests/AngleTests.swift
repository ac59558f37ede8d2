import Foundation
import Testing

@testable import Kernels

/// Angles against the system's functions, which are not the same on every CPU but right to the last bits.
@Suite struct AngleTests {
    @Test func sineIsTheSystems() {
        for step in 0...10_000 {
            let x = Double.pi * Double(step) / 10_000
            #expect(abs(ExactMath.sine(x) - sin(x)) < 3e-16, "\(x)")
        }
        #expect(ExactMath.sine(0) == 0 && ExactMath.sine(.pi) == 0)
    }

    @Test func arcTangentIsTheSystems() {
        for step in 0...10_000 {
            let angle = Double.pi / 2 * Double(step) / 10_000
            let (y, x) = (sin(angle), max(cos(angle), 0))
            #expect(abs(ExactMath.arcTangent(y, x) - atan2(y, x)) < 5e-16, "\(angle)")
            #expect(abs(ExactMath.arcTangent(y * 1e-9, x * 1e-9) - atan2(y, x)) < 5e-16)
        }
        #expect(ExactMath.arcTangent(0, 3) == 0 && ExactMath.arcTangent(3, 0) == .pi / 2)
    }
}
