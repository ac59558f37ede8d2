// Convolutions straight from the image, without columns: the places of one line of the output are rows of a tile whose inputs lie a
// fixed step apart. Taps outside the image are skipped. A term is the same FMA in the same order as in the product with the columns,
// so the bits are the same.

/// Where the inputs of the first place of a tile begin, one kernel row after the other.
typedef struct {
    const float *first;
    /// Between places, and between kernel rows.
    size_t step, line;
    /// Kernel rows from … to − 1 of `run` numbers each lie in the image.
    size_t from, to, run;
    /// Numbers at the start of a kernel row that lie left of the image at the first place, and at its end right of it at the last.
    size_t before, behind;
} line_inputs;

/// `count` terms of the rows from … to − 1 of a tile.
INLINE void add_terms(int from, int to, int nv, reg sum[12][2], const float *a, size_t step, const float *b, size_t count) {
    for (size_t p = 0; p < count; p++, a++, b += ELBO_PANEL) {
        reg weight[2];
        UNROLL for (int v = 0; v < nv; v++) memcpy(&weight[v], b + v * WIDTH, sizeof(reg));
        UNROLL for (int r = from; r < to; r++) {
            reg input = splat(a[(size_t)r * step]);
            UNROLL for (int v = 0; v < nv; v++) sum[r][v] = fma_reg(input, weight[v], sum[r][v]);
        }
    }
}

/// `packed` is a panel from its first column on: [k + 1, ELBO_PANEL] with the bias first.
INLINE void line_tile(int rows, int nv, const line_inputs *in, const float *packed, float *c, size_t stride, int relu) {
    reg sum[12][2];
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < nv; v++) memcpy(&sum[r][v], packed + v * WIDTH, sizeof(reg));
    size_t step = in->step, before = in->before, behind = in->behind, inside = in->run - before - behind;
    for (size_t i = in->from; i < in->to; i++) {
        const float *a = in->first + i * in->line, *b = packed + (i * in->run + 1) * ELBO_PANEL;
        add_terms(1, rows, nv, sum, a, step, b, before);
        add_terms(0, rows, nv, sum, a + before, step, b + before * ELBO_PANEL, inside);
        add_terms(0, rows - 1, nv, sum, a + before + inside, step, b + (before + inside) * ELBO_PANEL, behind);
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < nv; v++) {
            reg y = finished(sum[r][v], relu);
            memcpy(c + (size_t)r * stride + (size_t)v * WIDTH, &y, sizeof(reg));
        }
}

typedef void (*line_function)(const line_inputs *in, const float *packed, float *c, size_t stride, int relu);

#define LINE(ROWS, NV)                                                                                                 \
    static void line_##ROWS##_##NV(const line_inputs *in, const float *packed, float *c, size_t stride, int relu) {    \
        line_tile(ROWS, NV, in, packed, c, stride, relu);                                                              \
    }
#define LINES(ROWS) LINE(ROWS, 1) LINE(ROWS, 2)

LINES(1) LINES(2) LINES(3) LINES(4) LINES(5) LINES(6)
#if TILE_ROWS == 12
LINES(7) LINES(8) LINES(9) LINES(10) LINES(11) LINES(12)
#endif

static const line_function line_tiles[2][TILE_ROWS] = {
    {line_1_1, line_2_1, line_3_1, line_4_1, line_5_1, line_6_1,
#if TILE_ROWS == 12
     line_7_1, line_8_1, line_9_1, line_10_1, line_11_1, line_12_1,
#endif
    },
    {line_1_2, line_2_2, line_3_2, line_4_2, line_5_2, line_6_2,
#if TILE_ROWS == 12
     line_7_2, line_8_2, line_9_2, line_10_2, line_11_2, line_12_2,
#endif
    },
};

/// Lines of an image, and the places of the output that are taken of them.
typedef struct {
    /// The first number that the first place of each line sees.
    const float *lines;
    size_t line;
    elbo_extent output, kernel, stride;
    /// Kernel rows above the image at the first place, and the image's lines.
    size_t above, height;
    /// Taps left of the image at the first place of a line, and right of it at the last.
    size_t before, behind;
    size_t channels;
    /// Between the output's lines and between its places.
    size_t y_line, y_place;
} line_grid;

/// `rows` places from c on, their columns [0, columns).
static void convolve_places(const line_inputs *in, size_t rows, const float *panel, float *c, size_t stride, size_t columns,
                            elbo_activation f) {
    size_t nv = columns <= WIDTH ? 1 : 2, width = nv * WIDTH;
    line_function compute = line_tiles[nv - 1][rows - 1];
    int relu = f == ELBO_RELU;
    float buffer[12 * 2 * WIDTH];
    if (columns == width) compute(in, panel, c, stride, relu);
    else compute(in, panel, buffer, width, relu);
    for (size_t r = 0; r < rows; r++, c += stride) {
        if (columns < width) memcpy(c, buffer + r * width, columns * sizeof(float));
        if (f != ELBO_IDENTITY && !relu) activate(f, c, c, columns);
    }
}

/// One line of places, in tiles of nearly the same size.
static void convolve_line(const line_grid *g, size_t out_row, const float *panel, float *y, size_t columns, elbo_activation f) {
    taps v = taps_inside(out_row, g->stride.height, g->above, g->kernel.height, g->height);
    line_inputs in = {.step = g->stride.width * g->channels, .line = g->line, .from = v.from, .to = v.to,
                      .run = g->kernel.width * g->channels};
    size_t width = g->output.width, pieces = (width + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t piece = 0; piece < pieces; piece++) {
        size_t start = width * piece / pieces, rows = width * (piece + 1) / pieces - start;
        in.first = g->lines + v.start * (ptrdiff_t)g->line + (ptrdiff_t)(start * in.step);
        in.before = piece == 0 ? g->before * g->channels : 0;
        in.behind = piece + 1 == pieces ? g->behind * g->channels : 0;
        convolve_places(&in, rows, panel, y + start * g->y_place, g->y_place, columns, f);
    }
}

static void convolve_grid(const line_grid *g, const float *packed, size_t n, float *y, elbo_activation f) {
    size_t k = g->kernel.height * g->kernel.width * g->channels;
    for (size_t column = 0; column < n; column += 2 * WIDTH) {
        const float *panel = packed + column / ELBO_PANEL * (k + 1) * ELBO_PANEL + column % ELBO_PANEL;
        float *c = y + column;
        for (size_t out_row = 0; out_row < g->output.height; out_row++, c += g->y_line)
            convolve_line(g, out_row, panel, c, at_most_size(n - column, 2 * WIDTH), f);
    }
}

/// Lines of `width` places from [height, image width, channels], the image's first at place `left`; zeros around it.
static void pad_lines(elbo_extent image, size_t channels, size_t left, size_t width, const float *x, float *lines) {
    size_t inside = at_most_size(image.width, width - left), right = width - left - inside;
    for (size_t i = 0; i < image.height; i++, lines += width * channels) {
        clear_run(lines, left * channels);
        copy_run(lines + left * channels, x + i * image.width * channels, inside * channels);
        clear_run(lines + (left + inside) * channels, right * channels);
    }
}

/// What one line of places sees of the image along it.
typedef struct {
    /// Of the image, of the window's kernel and stride, and of the output.
    size_t size, kernel, stride, count;
    /// Taps before the image at the first place.
    size_t before;
} line_view;

/// Taps behind the image at a place.
INLINE size_t taps_behind(line_view l, size_t place) {
    size_t end = place * l.stride + l.kernel;
    return end > l.size + l.before ? end - l.size - l.before : 0;
}

/// Whether at most the first place has taps before the image, and at most the last has some behind it; else the lines need zeros
/// beside them.
INLINE int sees_edges_once(line_view l) {
    size_t behind = taps_behind(l, l.count - 1);
    int is_first_alone = l.count == 1 || l.before <= l.stride, is_last_alone = l.count == 1 || taps_behind(l, l.count - 2) == 0;
    return is_first_alone && is_last_alone && l.before + behind <= l.kernel;
}

/// Sets where the lines of an image begin: in the image where that will do, else in `room`, where they have zeros beside them.
static void lay_lines(line_grid *g, line_view l, const float *x, float *room) {
    size_t channels = g->channels;
    if (sees_edges_once(l)) {
        g->line = l.size * channels;
        g->lines = x - l.before * channels;
        g->before = l.before;
        g->behind = taps_behind(l, l.count - 1);
        return;
    }
    size_t width = (l.count - 1) * l.stride + l.kernel;
    pad_lines((elbo_extent){g->height, l.size}, channels, at_most_size(l.before, width), width, x, room);
    g->line = width * channels;
    g->lines = room;
    g->before = g->behind = 0;
}

static void convolve(elbo_windows w, size_t rows, const float *x, const float *packed, float *y, size_t n,
                     elbo_activation f, float *room) {
    line_grid g = {.output = w.output, .kernel = w.kernel, .stride = w.stride, .above = w.padding.height,
                   .height = w.image.height, .channels = w.channels, .y_line = w.output.width * n, .y_place = n};
    line_view l = {w.image.width, w.kernel.width, w.stride.width, w.output.width, w.padding.width};
    for (size_t image = 0; image < rows; image++, x += image_count(w), y += w.output.height * g.y_line) {
        lay_lines(&g, l, x, room);
        convolve_grid(&g, packed, n, y, f);
    }
}

/// One axis of a phase of a transposed convolution: the places of the image that lie `phase` − padding from a multiple of the stride
/// see the same taps, so they are a convolution with stride 1 to `count` places, the first at `at`.
typedef struct {
    size_t before, count, at;
} axis_phase;

INLINE axis_phase phase_of(size_t phase, size_t stride, size_t padding, size_t kernel, size_t size) {
    size_t first = padding > phase ? (padding - phase + stride - 1) / stride : 0, at = first * stride + phase - padding;
    return (axis_phase){kernel / stride - 1 - first, at < size ? (size - 1 - at) / stride + 1 : 0, at};
}

static void convolve_transposed(elbo_windows w, size_t rows, const float *x, size_t inputs, const float *packed, float *y,
                                elbo_activation f, float *room) {
    elbo_extent taps = {w.kernel.height / w.stride.height, w.kernel.width / w.stride.width};
    size_t n = w.channels, panel = elbo_packed_count(n, taps.height * taps.width * inputs);
    line_grid g = {.kernel = taps, .stride = {1, 1}, .height = w.output.height, .channels = inputs,
                   .y_line = w.stride.height * w.image.width * n, .y_place = w.stride.width * n};
    for (size_t image = 0; image < rows; image++, x += w.output.height * w.output.width * inputs, y += image_count(w)) {
        for (size_t i = 0; i < w.stride.height; i++)
            for (size_t j = 0; j < w.stride.width; j++) {
                axis_phase v = phase_of(i, w.stride.height, w.padding.height, w.kernel.height, w.image.height);
                axis_phase h = phase_of(j, w.stride.width, w.padding.width, w.kernel.width, w.image.width);
                if (h.count == 0) continue;
                g.above = v.before;
                g.output = (elbo_extent){v.count, h.count};
                lay_lines(&g, (line_view){w.output.width, taps.width, 1, h.count, h.before}, x, room);
                const float *phase = packed + (i * w.stride.width + j) * panel;
                convolve_grid(&g, phase, n, y + (v.at * w.image.width + h.at) * n, f);
            }
    }
}
