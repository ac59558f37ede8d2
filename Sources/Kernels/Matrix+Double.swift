extension Matrix<Double> {
    /// The sum of all numbers, in order.
    package func sum() -> Double {
        var sum = 0.0
        for i in 0..<count { unsafe sum += pointer[i] }
        return sum
    }

    /// sums[row, j] += factor · this, for a single row.
    package func add(times factor: Double, to sums: Matrix<Double>, row: Int) {
        precondition(rows == 1 && columns == sums.columns && row >= 0 && row < sums.rows)
        let target = unsafe sums.pointer + row * columns
        for j in 0..<columns { unsafe target[j] += factor * pointer[j] }
    }
}
