// Windows that slide over images. An image is [height, width, channels], so the taps of one kernel row are one run of numbers.

/// The taps of a window along one axis that lie inside the image: from … to − 1, tap t at place start + t.
typedef struct {
    ptrdiff_t start;
    size_t from, to;
} taps;

INLINE taps taps_inside(size_t output, size_t stride, size_t padding, size_t kernel, size_t size) {
    ptrdiff_t start = (ptrdiff_t)(output * stride) - (ptrdiff_t)padding, end = (ptrdiff_t)size - start;
    size_t to = end < 0 ? 0 : (size_t)end < kernel ? (size_t)end : kernel;
    size_t from = start < 0 ? (size_t)-start : 0;
    return (taps){start, from < to ? from : to, to};
}

INLINE taps vertical_taps(elbo_windows w, size_t output) {
    return taps_inside(output, w.stride.height, w.padding.height, w.kernel.height, w.image.height);
}

INLINE taps horizontal_taps(elbo_windows w, size_t output) {
    return taps_inside(output, w.stride.width, w.padding.width, w.kernel.width, w.image.width);
}

INLINE size_t image_count(elbo_windows w) { return w.image.height * w.image.width * w.channels; }

/// Where the channels of a tap begin in the image.
INLINE size_t tap_offset(elbo_windows w, taps v, taps h, size_t i, size_t j) {
    size_t row = (size_t)(v.start + (ptrdiff_t)i), column = (size_t)(h.start + (ptrdiff_t)j);
    return (row * w.image.width + column) * w.channels;
}

typedef float quad __attribute__((vector_size(16)));

INLINE void copy_run(float *to, const float *from, size_t n) {
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) memcpy(to, from, sizeof(vec));
    for (; n >= 4; n -= 4, to += 4, from += 4) memcpy(to, from, sizeof(quad));
    for (; n > 0; n--) *to++ = *from++;
}

INLINE void clear_run(float *to, size_t n) {
    for (; n >= 4; n -= 4, to += 4) memset(to, 0, sizeof(quad));
    for (; n > 0; n--) *to++ = 0;
}

INLINE void add_run(float *to, const float *from, size_t n) {
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) {
        vec sum = load(to) + load(from);
        memcpy(to, &sum, sizeof sum);
    }
    for (; n >= 4; n -= 4, to += 4, from += 4) {
        quad x, y;
        memcpy(&x, to, sizeof x);
        memcpy(&y, from, sizeof y);
        x += y;
        memcpy(to, &x, sizeof x);
    }
    for (; n > 0; n--) *to++ += *from++;
}

/// Every window of every image, with its taps `v` and `h` and the number `at` of the window; x moves on with the images.
#define EACH_WINDOW(w, rows, x)                                                                                        \
    for (size_t image = 0, at = 0; image < (rows); image++, (x) += image_count(w))                                     \
        for (size_t out_row = 0; out_row < (w).output.height; out_row++)                                               \
            for (size_t out_column = 0; out_column < (w).output.width; out_column++, at++)

#define EACH_TAP(v, h)                                                                                                 \
    for (size_t i_tap = (v).from; i_tap < (v).to; i_tap++)                                                             \
        for (size_t j_tap = (h).from; j_tap < (h).to; j_tap++)

INLINE void unfold_window(elbo_windows w, taps v, taps h, const float *x, float *column) {
    size_t left = h.from * w.channels, inside = (h.to - h.from) * w.channels, run = w.kernel.width * w.channels;
    for (size_t i = 0; i < w.kernel.height; i++, column += run) {
        if (i < v.from || i >= v.to || inside == 0) {
            clear_run(column, run);
            continue;
        }
        clear_run(column, left);
        copy_run(column + left, x + tap_offset(w, v, h, i, h.from), inside);
        clear_run(column + left + inside, run - left - inside);
    }
}

/// A window that lies in the image as a whole; `run` is known to the compiler where it is short.
INLINE void unfold_inside(elbo_windows w, size_t run, const float *x, float *column) {
    size_t line = w.image.width * w.channels;
    for (size_t i = 0; i < w.kernel.height; i++) copy_run(column + i * run, x + i * line, run);
}

static void unfold(elbo_windows w, size_t rows, const float *x, float *columns) {
    size_t run = w.kernel.width * w.channels, count = w.kernel.height * run;
    EACH_WINDOW(w, rows, x) {
        taps v = vertical_taps(w, out_row), h = horizontal_taps(w, out_column);
        float *column = columns + at * count;
        if (v.to - v.from < w.kernel.height || h.to - h.from < w.kernel.width) unfold_window(w, v, h, x, column);
        else if (run == 3) unfold_inside(w, 3, x + tap_offset(w, v, h, 0, 0), column);
        else if (run == 4) unfold_inside(w, 4, x + tap_offset(w, v, h, 0, 0), column);
        else unfold_inside(w, run, x + tap_offset(w, v, h, 0, 0), column);
    }
}

/// The bias, or zeros, in every place.
INLINE void fill_channels(const float *bias, float *x, size_t places, size_t channels) {
    if (!bias) {
        memset(x, 0, places * channels * sizeof *x);
        return;
    }
    if (places == 0) return;
    copy_run(x, bias, channels);
    for (size_t done = 1; done < places;) {
        size_t more = at_most_size(done, places - done);
        memcpy(x + done * channels, x, more * channels * sizeof *x);
        done += more;
    }
}

INLINE void fold_window(elbo_windows w, taps v, taps h, const float *column, float *x) {
    size_t left = h.from * w.channels, inside = (h.to - h.from) * w.channels, run = w.kernel.width * w.channels;
    if (inside == 0) return;
    for (size_t i = v.from; i < v.to; i++) add_run(x + tap_offset(w, v, h, i, h.from), column + i * run + left, inside);
}

typedef float pair __attribute__((vector_size(8)));

/// to += first, then + second.
INLINE void add_pairs(float *to, pair first, pair second) {
    pair x;
    memcpy(&x, to, sizeof x);
    x = x + first + second;
    memcpy(to, &x, sizeof x);
}

/// Kernel row i of the windows of one line, four numbers each and two further each time. What two windows share stays in a register:
/// a load that waits for the store before it would cost more than all the rest.
static void fold_fours(elbo_windows w, size_t i, const float *column, size_t count, float *line) {
    size_t n = w.output.width, step = w.stride.width, room = w.image.width + w.padding.width;
    size_t first = at_most_size((w.padding.width + step - 1) / step, n);
    size_t end = room < w.kernel.width ? 0 : at_most_size((room - w.kernel.width) / step + 1, n), j = 0;
    taps row = {0, i, i + 1};
    line -= i * w.image.width * w.channels;
    for (; j < first; j++) fold_window(w, row, horizontal_taps(w, j), column + j * count, line);
    if (j < end) {
        float *to = line + (i * w.image.width + j * step - w.padding.width) * w.channels;
        pair low, high;
        memcpy(&low, column + j * count + i * 4, sizeof low);
        add_pairs(to, low, (pair){-0.0f, -0.0f});
        memcpy(&high, column + j * count + i * 4 + 2, sizeof high);
        for (j++, to += 2; j < end; j++, to += 2) {
            memcpy(&low, column + j * count + i * 4, sizeof low);
            add_pairs(to, high, low);
            memcpy(&high, column + j * count + i * 4 + 2, sizeof high);
        }
        add_pairs(to, high, (pair){-0.0f, -0.0f});
    }
    for (; j < n; j++) fold_window(w, row, horizontal_taps(w, j), column + j * count, line);
}

static void fold(elbo_windows w, size_t rows, const float *columns, const float *bias, float *x) {
    size_t run = w.kernel.width * w.channels, count = w.kernel.height * run, line = w.image.width * w.channels;
    fill_channels(bias, x, rows * w.image.height * w.image.width, w.channels);
    if (run != 4 || w.stride.width * w.channels != 2) {
        EACH_WINDOW(w, rows, x)
            fold_window(w, vertical_taps(w, out_row), horizontal_taps(w, out_column), columns + at * count, x);
        return;
    }
    for (size_t image = 0; image < rows; image++, x += image_count(w))
        for (size_t out_row = 0; out_row < w.output.height; out_row++, columns += w.output.width * count) {
            taps v = vertical_taps(w, out_row);
            for (size_t i = v.from; i < v.to; i++)
                fold_fours(w, i, columns, count, x + (size_t)(v.start + (ptrdiff_t)i) * line);
        }
}

/// The largest number of each channel of a window, and which tap it is: the first of equals, as in PyTorch. NaN is largest.
INLINE vec largest_tap(elbo_windows w, taps v, taps h, const float *x, size_t left, ivec *place) {
    vec best = all(-__builtin_inff());
    *place = (ivec){0} - 1;
    EACH_TAP(v, h) {
        vec value = load_first(x + tap_offset(w, v, h, i_tap, j_tap), left);
        ivec larger = (ivec)(value > best) | (ivec)(value != value) | (*place < 0);
        best = select16(larger, value, best);
        *place = (*place & ~larger) | (((ivec){0} + (int32_t)(i_tap * w.kernel.width + j_tap)) & larger);
    }
    return best;
}

static void max_pool(elbo_windows w, size_t rows, const float *x, float *y) {
    EACH_WINDOW(w, rows, x) {
        taps v = vertical_taps(w, out_row), h = horizontal_taps(w, out_column);
        ivec place;
        EACH(w.channels) PUT(y + at * w.channels, largest_tap(w, v, h, x + i, left, &place));
    }
}

static void max_pool_backward(elbo_windows w, size_t rows, const float *x, const float *dy, float *dx) {
    memset(dx, 0, rows * image_count(w) * sizeof *dx);
    EACH_WINDOW(w, rows, x) {
        taps v = vertical_taps(w, out_row), h = horizontal_taps(w, out_column);
        EACH(w.channels) {
            ivec place;
            largest_tap(w, v, h, x + i, left, &place);
            vec d = AT(dy + at * w.channels);
            EACH_TAP(v, h) {
                float *to = dx + image * image_count(w) + tap_offset(w, v, h, i_tap, j_tap);
                ivec here = place == (int32_t)(i_tap * w.kernel.width + j_tap);
                PUT(to, AT(to) + select16(here, d, all(0)));
            }
        }
    }
}

/// The mean over the whole window; what lies outside the image counts as zeros, as in PyTorch.
static void average_pool(elbo_windows w, size_t rows, const float *x, float *y) {
    float size = (float)(w.kernel.height * w.kernel.width);
    EACH_WINDOW(w, rows, x) {
        taps v = vertical_taps(w, out_row), h = horizontal_taps(w, out_column);
        EACH(w.channels) {
            vec sum = {0};
            EACH_TAP(v, h) sum += AT(x + tap_offset(w, v, h, i_tap, j_tap));
            PUT(y + at * w.channels, sum / size);
        }
    }
}

static void average_pool_backward(elbo_windows w, size_t rows, const float *dy, float *dx) {
    float size = (float)(w.kernel.height * w.kernel.width);
    memset(dx, 0, rows * image_count(w) * sizeof *dx);
    EACH_WINDOW(w, rows, dx) {
        taps v = vertical_taps(w, out_row), h = horizontal_taps(w, out_column);
        EACH(w.channels) {
            vec d = AT(dy + at * w.channels) / size;
            EACH_TAP(v, h) {
                float *to = dx + tap_offset(w, v, h, i_tap, j_tap);
                PUT(to, AT(to) + d);
            }
        }
    }
}
