import Kernels

/// p(x given z) = Π p(x_j given z) for the columns of a table, each of its own family.
package final class ColumnsLikelihood<Scalar: KernelScalar>: Sendable {
    package let layout: ColumnsLayout
    package let groups: [ColumnGroup<Scalar>]
    /// Columns of a coded row; those without a family are among them.
    package let codedWidth: Int
    // Apart from the layout: looked at for each cell of each record.
    private let order: [Int]
    private let isPlain: [Bool]

    init(_ families: [ColumnFamily], in parameters: Parameters<Scalar>) {
        layout = ColumnsLayout(families)
        groups = layout.groups.map { ColumnGroup($0, in: parameters) }
        codedWidth = families.count
        order = layout.order
        isPlain = layout.parts.map { $0 == .code }
    }

    /// Terms of a row; a spiked column has two.
    package var termCount: Int { layout.order.count }

    /// Follows the parameters after they changed.
    func refresh() {
        for group in groups { group.refresh() }
    }

    /// Puts the columns of coded rows in the order of the groups.
    ///
    /// - Parameters:
    ///   - coded: `[rows, codedWidth]`
    ///   - grouped: `[rows, termCount]`
    package func group(_ coded: Matrix<Scalar>, into grouped: Matrix<Scalar>) {
        precondition(coded.columns == codedWidth && grouped.columns == termCount && coded.rows == grouped.rows)
        coded.withSpan { coded in
            grouped.withMutableSpan { grouped in
                for row in 0..<grouped.count / max(termCount, 1) {
                    for place in 0..<order.count {
                        let code = coded[row * codedWidth + order[place]]
                        grouped[row * termCount + place] = isPlain[place] ? code : take(place, of: code)
                    }
                }
            }
        }
    }

    private func take(_ place: Int, of code: Scalar) -> Scalar {
        switch layout.parts[place] {
        case .code: code
        case .atom(let atoms): code.isNaN ? code : Scalar(atoms.firstIndex(of: Float(code)) ?? atoms.count)
        case .level(let atoms): code.isNaN ? code : Scalar(atoms.firstIndex(of: Float(code)) ?? -1)
        case .slab(let atoms): atoms.contains(Float(code)) ? .nan : code
        }
    }

    /// log p of each cell, in nats; 0 where it is missing.
    ///
    /// - Parameters:
    ///   - x: `[rows, termCount]`, grouped.
    ///   - outputs: of the decoder, `[rows, layout.outputWidth]`.
    ///   - terms: `[rows, termCount]`
    package func terms(
        _ x: Matrix<Scalar>, outputs: Matrix<Scalar>, _ workspace: ColumnsWorkspace<Scalar>,
        into terms: Matrix<Scalar>
    ) {
        for (group, scales) in zip(groups, workspace.scales) {
            let places = group.layout.columns
            group.terms(
                x.columns(places), outputs: outputs.columns(group.layout.outputs), scales.prefix(x.rows),
                into: terms.columns(places))
        }
    }

    /// The gradient of −w Σ log p by the decoder's output, and by the likelihood's own parameters.
    ///
    /// - Parameters:
    ///   - workspace: as `terms` left it.
    ///   - gradients: the tensors of the groups are written, not added to.
    package func backward(
        _ x: Matrix<Scalar>, outputs: Matrix<Scalar>, weight: Scalar, _ workspace: ColumnsWorkspace<Scalar>,
        into outputsGradient: Matrix<Scalar>, gradients: Parameters<Scalar>
    ) {
        for (group, scales) in zip(groups, workspace.scales) {
            let outputPlaces = group.layout.outputs
            group.backward(
                x.columns(group.layout.columns), outputs: outputs.columns(outputPlaces), weight: weight,
                scales.prefix(x.rows), into: outputsGradient.columns(outputPlaces),
                gradient: group.layout.tensor.map { gradients[$0.name] })
        }
    }

    /// The most fitting coded row: the centre of a number, the likeliest level; 0 where a column has no family.
    ///
    /// - Parameter coded: `[rows, codedWidth]`
    package func mode(_ outputs: Matrix<Scalar>, into coded: Matrix<Scalar>) {
        coded.fill(0)
        for group in groups {
            let (block, columns) = (outputs.columns(group.layout.outputs), layout.order[group.layout.columns])
            for row in 0..<outputs.rows {
                for (j, column) in columns.enumerated() {
                    put(group.mode(block, row: row, j), group.layout.columns.lowerBound + j, into: coded, row, column)
                }
            }
        }
    }

    /// Writes the value of a place; an atom replaces the value of the slab, which comes before it.
    private func put(_ value: Scalar, _ place: Int, into coded: Matrix<Scalar>, _ row: Int, _ column: Int) {
        switch layout.parts[place] {
        case .code, .slab: coded[row, column] = value
        case .atom(let atoms), .level(let atoms):
            if Int(value) < atoms.count { coded[row, column] = Scalar(atoms[Int(value)]) }
        }
    }

    /// A draw of each row from p(x given z).
    package func draw(_ outputs: Matrix<Scalar>, _ streams: [NoiseStream], into coded: Matrix<Scalar>) {
        coded.fill(0)
        for (row, stream) in streams.enumerated() {
            let noise = ColumnNoise<Scalar>(stream, columns: termCount)
            for group in groups {
                let block = outputs.columns(group.layout.outputs)
                for (j, place) in group.layout.columns.enumerated() {
                    let value = group.draw(block, row: row, j, noise.column(place))
                    put(value, place, into: coded, row, layout.order[place])
                }
            }
        }
    }
}

/// Room for the scales of the groups that have some, and for their gradients.
package struct ColumnsWorkspace<Scalar: KernelScalar> {
    let scales: [GroupScales<Scalar>]

    package init(_ likelihood: ColumnsLikelihood<Scalar>, rows: Int) {
        scales = likelihood.groups.map { GroupScales(rows: rows, columns: $0.layout.columns.count) }
    }
}

/// `[rows, columns]` each.
struct GroupScales<Scalar: KernelScalar> {
    let inverse: Matrix<Scalar>
    let logarithm: Matrix<Scalar>
    let gradient: Matrix<Scalar>

    init(rows: Int, columns: Int) {
        let make = { Matrix<Scalar>(rows: rows, columns: columns) }
        (inverse, logarithm, gradient) = (make(), make(), make())
    }

    private init(_ scales: GroupScales, rows: Int) {
        (inverse, logarithm) = (scales.inverse.prefix(rows), scales.logarithm.prefix(rows))
        gradient = scales.gradient.prefix(rows)
    }

    func prefix(_ rows: Int) -> GroupScales { GroupScales(self, rows: rows) }
}
