// Rows side by side. The loops live here, where they are compiled for the number type.

extension KernelScalar {
    /// Each row of a followed by the same row of b: `[rows, m]` and `[rows, n]` into `[rows, m + n]`.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func join(_ a: Matrix<Self>, _ b: Matrix<Self>, into c: Matrix<Self>) {
        let width = a.columns
        precondition(a.rows == b.rows && c.rows == a.rows && c.columns == width + b.columns)
        for i in 0..<a.rows {
            let start = i * c.columns
            c.slice(from: start, rows: 1, columns: width).assign(a.rows(i..<i + 1))
            c.slice(from: start + width, rows: 1, columns: b.columns).assign(b.rows(i..<i + 1))
        }
    }

    /// The reverse of `join`.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func split(_ c: Matrix<Self>, into a: Matrix<Self>, _ b: Matrix<Self>) {
        let width = a.columns
        precondition(a.rows == b.rows && c.rows == a.rows && c.columns == width + b.columns)
        for i in 0..<a.rows {
            let start = i * c.columns
            a.rows(i..<i + 1).assign(c.slice(from: start, rows: 1, columns: width))
            b.rows(i..<i + 1).assign(c.slice(from: start + width, rows: 1, columns: b.columns))
        }
    }
}
