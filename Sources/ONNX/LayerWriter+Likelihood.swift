import VAE

extension LayerWriter {
    /// E[x given z] from the decoder's outputs, under the name `output`.
    mutating func mean(_ architecture: Architecture, _ outputs: String, output: String) {
        switch architecture.likelihood {
        case .bernoulli: graph.node("Sigmoid", [outputs], output: output)
        case .gaussian: graph.node("Identity", [outputs], output: output)
        case .continuousBernoulli: continuousBernoulli(outputs, output)
        case .discretizedLogistic(let scale): discretizedLogistic(scale, architecture.inputDimension, outputs, output)
        case .columns: preconditionFailure("models of tables are refused")
        }
    }

    /// 1/(1 − e⁻ˡ) − 1/l, and about 0 its series ½ + l/12 − l³/720 + l⁵/30240 − l⁷/1209600.
    private mutating func continuousBernoulli(_ l: String, _ output: String) {
        let one = graph.constant("one", 1)
        let left = graph.node("Reciprocal", [graph.node("Sub", [one, graph.node("Exp", [graph.node("Neg", [l])])])])
        let closed = graph.node("Sub", [left, graph.node("Reciprocal", [l])])
        let square = graph.node("Mul", [l, l])
        var series = graph.constant("series_7", -1 / 1_209_600)
        for (name, factor) in [("series_5", 1.0 / 30240), ("series_3", -1.0 / 720), ("series_1", 1.0 / 12)] {
            series = graph.node("Add", [graph.node("Mul", [series, square]), graph.constant(name, Float(factor))])
        }
        series = graph.node("Add", [graph.node("Mul", [series, l]), graph.constant("half", 0.5)])
        let isSmall = graph.node("Less", [graph.node("Abs", [l]), one])
        graph.node("Where", [isSmall, series, closed], output: output)
    }

    /// s (softplus(c + h) − softplus(c − h)) + the slopes' part, in levels of 255, with c = (m − ½)/s and h = ½ · 255/256 / s.
    ///
    /// As the kernels have it for h of 0.34 or more; wider scales than this lose digits here, as s grows.
    private mutating func discretizedLogistic(_ scale: LogisticScale, _ width: Int, _ outputs: String, _ output: String)
    {
        let (m, raw) = locations(scale, width, outputs)
        let s = graph.node("Add", [graph.node("Softplus", [raw]), graph.constant("floor", Float(scale.floor))])
        let c = graph.node("Div", [graph.node("Sub", [m, graph.constant("half", 0.5)]), s])
        let h = graph.node("Div", [graph.constant("half_levels", 0.5 * 255 / 256), s])
        let (high, low) = (graph.node("Add", [c, h]), graph.node("Sub", [c, h]))
        let integral = graph.node("Sub", [graph.node("Softplus", [high]), graph.node("Softplus", [low])])
        let slopes = graph.node("Sub", [slope(low), slope(high)])
        let ends = graph.node("Div", [graph.node("Mul", [slopes, graph.constant("ends", 1.0 / 24 / 65536)]), s])
        let sum = graph.node("Add", [graph.node("Mul", [s, integral]), ends])
        let mean = graph.node("Mul", [sum, graph.constant("levels", 256.0 / 255)])
        graph.node("Clip", [mean, graph.constant("zero", 0), graph.constant("one", 1)], output: output)
    }

    /// sigmoid′
    private mutating func slope(_ x: String) -> String {
        let sigmoid = graph.node("Sigmoid", [x])
        return graph.node("Mul", [sigmoid, graph.node("Sub", [graph.constant("one", 1), sigmoid])])
    }

    private mutating func locations(_ scale: LogisticScale, _ width: Int, _ outputs: String) -> (
        location: String, raw: String
    ) {
        guard scale.isPerRecord else { return (outputs, tensor("likelihood.scale")) }
        return (half(outputs, 0, of: width), half(outputs, 1, of: width))
    }

    /// A half of each row: `Split` with one output would need another to be named.
    private mutating func half(_ x: String, _ place: Int, of width: Int) -> String {
        let (start, end) = (
            graph.constant("start_\(place)", [place * width]), graph.constant("end_\(place)", [(place + 1) * width])
        )
        return graph.node("Slice", [x, start, end, graph.constant("columns", [1])])
    }
}
