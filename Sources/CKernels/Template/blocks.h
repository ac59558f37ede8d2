// Cells of a group of columns in vectors of sixteen. No cell looks at another, so the bits of a cell do not depend on the
// lane it lands in, and lanes may be filled from as many rows as fit.

INLINE size_t at_most_size(size_t a, size_t b) { return a < b ? a : b; }

/// The cells that one vector holds: `columns` cells of each of `rows` rows; lane i holds row `lane_row[i]` and column
/// `lane_column[i]` of them, and lanes beyond the last repeat the first.
typedef struct {
    size_t row, rows, column, columns;
    ivec lane_row, lane_column;
} cells;

/// Rows whose cells fit one vector together: narrow groups would otherwise leave most lanes empty.
INLINE size_t rows_at_once(elbo_shape s) { return s.columns < LANES ? LANES / s.columns : 1; }

INLINE cells first_cells(elbo_shape s) {
    cells at = {0, 0, 0, at_most_size(LANES, s.columns), (ivec){0}, (ivec){0}};
    if (s.columns == 0) return (cells){.row = s.rows};
    at.rows = at_most_size(rows_at_once(s), s.rows);
    for (size_t i = 0; i < at.rows * at.columns; i++) {
        at.lane_row[i] = (int32_t)(i / at.columns);
        at.lane_column[i] = (int32_t)(i % at.columns);
    }
    return at;
}

INLINE cells next_cells(cells at, elbo_shape s) {
    at.column += at.columns;
    if (at.column >= s.columns) {
        at.column = 0;
        at.row += at.rows;
    }
    if (at.row >= s.rows) return at;
    at.columns = at_most_size(LANES, s.columns - at.column);
    size_t rows = at_most_size(rows_at_once(s), s.rows - at.row);
    if (rows < at.rows) {
        // The last rows: what would lie behind them repeats the first lane.
        ivec there = at.lane_row < (int32_t)rows;
        at.lane_row &= there;
        at.lane_column &= there;
        at.rows = rows;
    }
    return at;
}

#define EACH_CELLS(shape) for (cells at = first_cells(shape); at.row < (shape).rows; at = next_cells(at, shape))

INLINE ivec offsets(cells at, size_t stride) { return at.lane_row * (int32_t)stride + at.lane_column; }

INLINE vec cells_of(elbo_block b, cells at) {
    const float *p = b.data + at.row * b.stride + at.column;
    return at.rows == 1 ? load_first(p, at.columns) : gather(p, offsets(at, b.stride));
}

INLINE void put_cells(elbo_block b, cells at, vec x) {
    float *p = b.data + at.row * b.stride + at.column;
    if (at.rows == 1)
        store_first(p, x, at.columns);
    else
        scatter_first(p, offsets(at, b.stride), x, at.rows * at.columns);
}

// One column, sixteen rows at a time.

#define EACH_ROWS(rows) for (size_t row = 0, left = (rows); row < (rows); row += LANES, left -= at_most_size(LANES, left))

/// Offsets of the first n rows of a column; the lanes behind them repeat the first.
INLINE ivec row_offsets(size_t stride, size_t n) {
    const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return (lane & (ivec)(lane < (int32_t)at_most_size(LANES, n))) * (int32_t)stride;
}

INLINE vec rows_of(elbo_block b, size_t row, size_t column, size_t n) {
    return gather(b.data + row * b.stride + column, row_offsets(b.stride, n));
}

INLINE void put_rows(elbo_block b, size_t row, size_t column, size_t n, vec x) {
    scatter_first(b.data + row * b.stride + column, row_offsets(b.stride, n), x, n);
}

/// x where the record has a value, 0 where it is missing (NaN): whatever was computed from the NaN is dropped.
INLINE vec where_present(vec record, vec x) { return (vec)((ivec)x & (ivec)(record == record)); }

static void add_column_sums(elbo_shape s, elbo_block a, float *out) {
    EACH(s.columns) {
        vec sum = AT(out);
        for (size_t r = 0; r < s.rows; r++) sum += AT(a.data + r * a.stride);
        PUT(out, sum);
    }
}

static void accumulate(elbo_shape s, elbo_block a, double *sums, size_t stride) {
    for (size_t r = 0; r < s.rows; r++)
        for (size_t c = 0; c < s.columns; c++) sums[r * stride + c] += (double)a.data[r * a.stride + c];
}
