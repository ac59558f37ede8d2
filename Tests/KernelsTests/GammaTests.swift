import RealModule
import Testing

@testable import Kernels

/// log Γ and ψ against values of mpmath with 40 digits.
@Suite struct GammaTests {
    /// x, log Γ(x), ψ(x)
    static let references: [(Double, Double, Double)] = [
        (1e-300, 690.77552789821370518, -9.9999999999999997494e+299),
        (1e-8, 18.420680738180208884, -100000000.57721564636),
        (0.03125, 3.4484891277979584797, -32.526953288606118111),
        (0.5, 0.57236494292470008707, -1.9635100260214234794),
        (0.999, 0.00057803853289138023817, -0.57886180210864542792),
        (1, 0.0, -0.57721566490153286061),
        (1.0625, -0.032957100293577819083, -0.47885349006010436651),
        (1.5, -0.12078223763524522235, 0.036489973978576520559),
        (1.9375, -0.025147619402988871015, 0.38166599217096889661),
        (2, 0.0, 0.42278433509846713939),
        (2.5, 0.28468287047291915963, 0.70315664064524318723),
        (3, 0.69314718055994530942, 0.92278433509846713939),
        (4.75, 2.8085714185757365027, 1.4492040552784628953),
        (7.25, 7.0521854507385394449, 1.9104535268837360284),
        (9.875, 12.521183639183654319, 2.2385197075906873497),
        (10, 12.801827480081469611, 2.2517525890667211076),
        (10.125, 13.084114592176066316, 2.2648128020191512111),
        (13, 19.98721449566188615, 2.5259950133091453501),
        (25.5, 56.389167643719946744, 3.2189424728839197665),
        (100, 359.13420536957539878, 4.6001618527380874002),
        (1234.5, 7550.5509010778948957, 7.1180162318279978433),
        (1e6, 12815504.56914761166, 13.815510057964190771),
        (1e10, 220258509288.81058147, 23.02585092989045684),
        (4.85165e8, 9218134795.5091878094, 19.99999959619974457),
        (1e15, 33538776394910668.91, 34.53877639491068476),
        (1e100, 2.2925850929940457206e+102, 230.25850929940456842),
    ]

    @Test(arguments: references)
    func agreesWithTheReference(x: Double, logGamma: Double, digamma: Double) {
        #expect(abs(ExactMath.logGamma(x) - logGamma) <= 1e-14 * max(1, abs(logGamma)))
        #expect(abs(ExactMath.digamma(x) - digamma) <= 1e-14 * max(1, abs(digamma)))
    }

    @Test func agreesWithTheSystemBetweenThem() {
        for i in 1...4000 {
            let x = Double(i) / 64
            #expect(abs(ExactMath.logGamma(x) - Double.logGamma(x)) <= 2e-14 * max(1, abs(Double.logGamma(x))), "\(x)")
            #expect(abs(ExactMath.digamma(x + 1) - ExactMath.digamma(x) - 1 / x) <= 2e-14 * max(1, 1 / x), "\(x)")
        }
    }

    @Test func hasTheLimitsOfTheFunctions() {
        #expect(ExactMath.logGamma(1) == 0 && ExactMath.logGamma(2) == 0)
        #expect(ExactMath.logGamma(0) == .infinity && ExactMath.logGamma(.infinity) == .infinity)
        #expect(ExactMath.digamma(0) == -.infinity && ExactMath.digamma(.infinity) == .infinity)
        #expect(ExactMath.logGamma(-0.5).isNaN && ExactMath.logGamma(.nan).isNaN)
        #expect(ExactMath.digamma(-0.5).isNaN && ExactMath.digamma(.nan).isNaN)
    }
}
