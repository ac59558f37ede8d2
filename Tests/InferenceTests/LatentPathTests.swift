import Foundation
import Kernels
import Testing

@testable import Inference

@Suite struct LatentPathTests {
    private func points(_ path: LatentPath, _ a: [Float], _ b: [Float]) -> [[Float]] {
        let points = path.points(between: Matrix(a + b, rows: 2, columns: a.count))
        return (0..<points.rows).map { points.rows($0..<$0 + 1).values }
    }

    @Test(arguments: LatentPath.Method.allCases)
    func endsAreTheCodesToTheLastBit(_ method: LatentPath.Method) {
        let (a, b): ([Float], [Float]) = ([0.1, -1.7, 3.3e-7], [-2.9, 0.3, 1.1])
        for steps in [2, 3, 7, 8, 256] {
            let points = points(LatentPath(steps: steps, method: method), a, b)
            #expect(points.count == steps && points[0] == a && points[steps - 1] == b)
        }
    }

    @Test func linearStepsAreEven() {
        let points = points(LatentPath(steps: 5), [0, 4], [8, -4])
        #expect(points == [[0, 4], [2, 2], [4, 0], [6, -2], [8, -4]])
    }

    /// From (r, 0) to (R cos Ω, R sin Ω): sin((1 − t) Ω)/sin Ω of the one and sin(t Ω)/sin Ω of the other.
    @Test(arguments: [0.001, 0.5, 1.2, Double.pi / 2, 2.5, 3.1])
    func sphericalIsTheClosedForm(_ angle: Double) {
        let (r, R) = (1.5, 0.75)
        let b = [Float(R * cos(angle)), Float(R * sin(angle))]
        let points = points(LatentPath(steps: 9, method: .spherical), [Float(r), 0], b)
        // Of the rounded end.
        let angle = atan2(Double(b[1]), Double(b[0]))
        for (step, point) in points.enumerated() {
            let t = Double(step) / 8
            let (start, end) = (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
            #expect(point == [Float(start * r + end * Double(b[0])), Float(end * Double(b[1]))])
        }
    }

    /// Between codes of one length all have that length, and the angles are even.
    @Test func sphericalStaysOnTheSphere() {
        let points = points(LatentPath(steps: 7, method: .spherical), [2, 0], [0, 2])
        for (step, point) in points.enumerated() {
            let (x, y) = (Double(point[0]), Double(point[1]))
            #expect(abs((x * x + y * y).squareRoot() - 2) < 3e-7)
            #expect(abs(atan2(y, x) - .pi / 2 * Double(step) / 6) < 2e-7)
        }
    }

    @Test func parallelCodesAreGoneStraight() {
        for (a, b): ([Float], [Float]) in [
            ([1, 2], [2, 4]), ([1, 2], [-1, -2]), ([0, 0], [1, 2]), ([1, 2], [0, 0]), ([1, 2], [1, 2]),
            ([1, 0], [1, 1e-5]),
        ] {
            let spherical = points(LatentPath(steps: 5, method: .spherical), a, b)
            #expect(spherical == points(LatentPath(steps: 5), a, b))
        }
    }
}
