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

    /// From the place of each row, `[rows, 1]`, to a row with 1 there and 0 elsewhere, `[rows, places]`.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func oneHot(_ places: Matrix<Self>, into y: Matrix<Self>) {
        precondition(places.rows == y.rows && places.columns == 1)
        y.fill(0)
        for i in 0..<y.rows { y[i, Int(places[i])] = 1 }
    }

    /// Each row turned left by `places`: y[i, j] = x[i, j + places], around the end.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func rotate(_ x: Matrix<Self>, left places: Int, into y: Matrix<Self>) {
        let (width, rest) = (x.columns, x.columns - places)
        precondition(y.rows == x.rows && y.columns == width && places >= 0 && rest >= 0)
        for i in 0..<x.rows {
            let start = i * width
            y.slice(from: start, rows: 1, columns: rest).assign(x.slice(from: start + places, rows: 1, columns: rest))
            y.slice(from: start + rest, rows: 1, columns: places).assign(x.slice(from: start, rows: 1, columns: places))
        }
    }

    /// y = limit · tanh(x / limit)
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func bound(_ x: Matrix<Self>, limit: Self, into y: Matrix<Self>) {
        scale(x, by: 1 / limit, into: y)
        activate(.tanh, y, into: y)
        scale(y, by: limit, into: y)
    }

    /// From dy in place to dx, for y = limit · tanh(x / limit).
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func boundBackward(_ y: Matrix<Self>, limit: Self, _ d: Matrix<Self>) {
        for i in 0..<d.count {
            let t = y[i] / limit
            d[i] *= 1 - t * t
        }
    }
}
