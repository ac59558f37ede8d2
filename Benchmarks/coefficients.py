"""Polynomial coefficients of CKernels' elementwise functions: least squares at Chebyshev nodes, relative weights."""
import mpmath as mp
mp.mp.dps = 40

def fit(f, lo, hi, degree, weight=lambda x: 1, nodes=200):
    xs = [(lo + hi) / 2 + (hi - lo) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * nodes)) for i in range(nodes)]
    # Lawson iterations: reweighted least squares tends to the minimax fit.
    w = [mp.mpf(1)] * nodes
    for _ in range(30):
        A = mp.matrix(nodes, degree + 1); b = mp.matrix(nodes, 1)
        for i, x in enumerate(xs):
            s = mp.sqrt(w[i]) * weight(x)
            for k in range(degree + 1): A[i, k] = s * x ** k
            b[i] = s * f(x)
        c = mp.lu_solve(A.T * A, A.T * b)
        e = [abs(weight(x) * (sum(c[k] * x ** k for k in range(degree + 1)) - f(x))) for x in xs]
        w = [wi * (ei + mp.mpf(10) ** -30) for wi, ei in zip(w, e)]
        t = sum(w); w = [wi / t for wi in w]
    return c, max(e)

def show(name, r):
    c, e = r
    print(name, "max weighted error", mp.nstr(e, 3))
    print("   ", ", ".join(mp.nstr(x, 10) + "f" for x in c))

L = mp.log(2) / 2 * mp.mpf("1.01")
# expm1(r) = r + r^2 Q(r)
show("expm1 Q", fit(lambda x: (mp.expm1(x) - x) / x**2 if x else mp.mpf(1)/2, -L, L, 5, lambda x: x*x))
# log1p(f) = f - f^2/2 + f^3 P(f), f in [sqrt(1/2)-1, sqrt(2)-1]
show("log P", fit(lambda x: (mp.log1p(x) - x + x*x/2) / x**3 if abs(x) > 1e-12 else mp.mpf(1)/3, mp.sqrt(.5)-1-.004, mp.sqrt(2)-1+.004, 8, lambda x: x*x))
# tanh(x) = x + x^3 P(x^2), |x| < 0.625
show("tanh P", fit(lambda s: (mp.tanh(mp.sqrt(s)) / mp.sqrt(s) - 1) / s if s else -mp.mpf(1)/3, mp.mpf(0), mp.mpf(".4"), 4, lambda s: s))
# erf(x) = x + x P(x^2), |x| < 1
show("erf P", fit(lambda s: mp.erf(mp.sqrt(s)) / mp.sqrt(s) - 1 if s else 2/mp.sqrt(mp.pi)-1, mp.mpf(0), mp.mpf(1), 6))
# erf(t) = 1 - exp(-t Q(t)) on [1, 4]
show("erfc Q", fit(lambda t: -mp.log(mp.erfc(t))/t, mp.mpf(".98"), mp.mpf(4), 7, lambda t: t*mp.erfc(t)))
P = mp.pi/4*mp.mpf("1.001")
show("sin", fit(lambda s: (mp.sin(mp.sqrt(s))/mp.sqrt(s)-1)/s if s else -mp.mpf(1)/6, mp.mpf(0), P*P, 3, lambda s: s))
show("cos", fit(lambda s: (mp.cos(mp.sqrt(s))-1+s/2)/s**2 if s else mp.mpf(1)/24, mp.mpf(0), P*P, 2, lambda s: s*s))
