// The dense layers of two models, forward, by Elbo's kernels, OpenBLAS and oneDNN, and the sgemm of both at n = 1024.
//
//     kernels SECONDS
//
// A line for each: model, rows, threads, library, rows a second, GFLOP/s. Windows of SECONDS follow one another, so that whatever else the
// machine does meets all. Two threads have rows of their own and meet nowhere, as the workers of a server. Elbo's kernels have packed
// weights, bias and ReLU in one; rows go through all layers in blocks of 96, as `Evaluator` takes them. OpenBLAS multiplies onto the bias,
// then ReLU; for one row it is sgemv. oneDNN has an inner product with weights in the form it asks for, and ReLU behind it. The
// sgemm of a library is one product on its own threads.
#include <atomic>
#include <cblas.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include "CKernels.h"
}

using Floats = std::vector<float>;

struct Layer {
    size_t inputs, outputs;
    bool relu;
    /// The layer whose output it takes; −1 for the record. Both heads take the last hidden layer, the decoder the first head.
    int source;
    Floats weight, bias;
};

struct Model {
    std::string name;
    std::vector<Layer> layers;

    double flops() const {
        double sum = 0;
        for (auto &l : layers) sum += 2.0 * l.inputs * l.outputs;
        return sum;
    }
};

/// 0.05 · uniform in ±1: nothing overflows, and half of the ReLUs are open.
static Floats numbers(size_t count) {
    Floats x(count);
    static uint32_t state = 1;
    for (auto &v : x) v = 0.05f * ((int32_t)(state = state * 1664525u + 1013904223u) / 2147483648.0f);
    return x;
}

static Model model(const char *name, std::vector<size_t> widths, size_t latents) {
    Model m{name, {}};
    auto add = [&](size_t inputs, size_t outputs, bool relu, int source) {
        m.layers.push_back({inputs, outputs, relu, source, numbers(inputs * outputs), numbers(outputs)});
    };
    for (size_t i = 0; i + 1 < widths.size(); i++) add(widths[i], widths[i + 1], true, (int)i - 1);
    int hidden = (int)m.layers.size() - 1, head = hidden + 1;
    add(widths.back(), latents, false, hidden);
    add(widths.back(), latents, false, hidden);
    add(latents, widths.back(), true, head);
    for (size_t i = widths.size() - 1; i > 0; i--) add(widths[i], widths[i - 1], i > 1, (int)m.layers.size() - 1);
    return m;
}

struct Forward {
    virtual ~Forward() = default;
    virtual void run() = 0;
    /// What the last layer gives.
    virtual Floats output() = 0;
};

static size_t input_of(const Layer &l) { return (size_t)(l.source + 1); }

/// Elbo's kernels.
struct Ours : Forward {
    static constexpr size_t block = 96;
    const Model &m;
    const elbo_kernels *kernels;
    size_t rows;
    std::vector<Floats> packed, values;

    Ours(const Model &m, const Floats &x, size_t rows) : m(m), rows(rows) {
        for (int set = ELBO_AVX512; !(kernels = elbo_kernels_for((elbo_instruction_set)set)); set--) {}
        values.push_back(x);
        for (auto &l : m.layers) {
            packed.emplace_back(elbo_packed_count(l.outputs, l.inputs));
            elbo_pack_transposed(l.weight.data(), l.bias.data(), packed.back().data(), l.outputs, l.inputs);
            values.emplace_back(rows * l.outputs);
        }
    }

    void run() override {
        for (size_t first = 0; first < rows; first += block)
            for (size_t i = 0; i < m.layers.size(); i++) layer(i, first, std::min(block, rows - first));
    }

    void layer(size_t i, size_t first, size_t count) {
        auto &l = m.layers[i];
        kernels->product(values[input_of(l)].data() + first * l.inputs, packed[i].data(), values[i + 1].data() + first * l.outputs,
                         count, l.outputs, l.inputs, l.relu ? ELBO_RELU : ELBO_IDENTITY);
    }

    Floats output() override { return values.back(); }
};

struct OpenBLAS : Forward {
    const Model &m;
    size_t rows;
    std::vector<Floats> values;

    OpenBLAS(const Model &m, const Floats &x, size_t rows) : m(m), rows(rows) {
        values.push_back(x);
        for (auto &l : m.layers) values.emplace_back(rows * l.outputs);
    }

    void run() override {
        for (size_t i = 0; i < m.layers.size(); i++) {
            auto &l = m.layers[i];
            float *x = values[input_of(l)].data(), *y = values[i + 1].data();
            for (size_t r = 0; r < rows; r++) memcpy(y + r * l.outputs, l.bias.data(), l.outputs * sizeof(float));
            int n = (int)l.outputs, k = (int)l.inputs;
            if (rows == 1) cblas_sgemv(CblasRowMajor, CblasNoTrans, n, k, 1, l.weight.data(), k, x, 1, 1, y, 1);
            else cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, n, k, 1, x, k, l.weight.data(), k, 1, y, n);
            if (l.relu) for (size_t j = 0; j < rows * l.outputs; j++) y[j] = y[j] > 0 ? y[j] : 0;
        }
    }

    Floats output() override { return values.back(); }
};

struct OneDNN : Forward {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    std::vector<dnnl::memory> values;
    std::vector<std::pair<dnnl::primitive, std::unordered_map<int, dnnl::memory>>> steps;

    OneDNN(const Model &m, const Floats &x, size_t rows) {
        using namespace dnnl;
        using Type = memory::data_type;
        using Tag = memory::format_tag;
        auto matrix = [&](size_t columns) {
            return memory({{(memory::dim)rows, (memory::dim)columns}, Type::f32, Tag::nc}, engine);
        };
        values.push_back(matrix(m.layers[0].inputs));
        memcpy(values[0].get_data_handle(), x.data(), x.size() * sizeof(float));
        for (auto &l : m.layers) {
            memory::dim n = (memory::dim)l.outputs, k = (memory::dim)l.inputs;
            auto y = matrix(l.outputs);
            memory given({{n, k}, Type::f32, Tag::oi}, engine), bias({{n}, Type::f32, Tag::x}, engine);
            memcpy(given.get_data_handle(), l.weight.data(), l.weight.size() * sizeof(float));
            memcpy(bias.get_data_handle(), l.bias.data(), l.bias.size() * sizeof(float));
            post_ops after;
            if (l.relu) after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
            primitive_attr attributes;
            attributes.set_post_ops(after);
            inner_product_forward::desc asked(prop_kind::forward_inference, values[input_of(l)].get_desc(),
                                              memory::desc({n, k}, Type::f32, Tag::any), bias.get_desc(), y.get_desc());
            inner_product_forward::primitive_desc found(asked, attributes, engine);
            memory weight(found.weights_desc(), engine);
            reorder(given, weight).execute(stream, given, weight);
            stream.wait();
            steps.push_back({inner_product_forward(found), {{DNNL_ARG_SRC, values[input_of(l)]}, {DNNL_ARG_WEIGHTS, weight},
                                                            {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, y}}});
            values.push_back(y);
        }
    }

    void run() override {
        for (auto &[primitive, arguments] : steps) primitive.execute(stream, arguments);
        stream.wait();
    }

    Floats output() override {
        auto *y = (float *)values.back().get_data_handle();
        return Floats(y, y + values.back().get_desc().get_size() / sizeof(float));
    }
};

static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Calls a second.
static double rate(double seconds, const std::function<void()> &call) {
    call();
    double start = now(), elapsed = 0;
    long calls = 0;
    for (; elapsed < seconds; elapsed = now() - start) {
        call();
        calls++;
    }
    return calls / elapsed;
}

static void print(const std::string &name, size_t rows, int threads, const char *library, double rate, double flops) {
    printf("%s %zu %d %s %.6g %.6g\n", name.c_str(), rows, threads, library, rate, rate * flops * 1e-9);
    fflush(stdout);
}

/// The threads of a library stay awake for a while after their work.
static void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

static void peak(double seconds) {
    const int n = 1024;
    Floats a = numbers(n * n), b = numbers(n * n), c(n * n);
    for (int threads : {1, 2}) {
        openblas_set_num_threads(threads);
        omp_set_num_threads(threads);
        auto blas = [&] { cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n); };
        auto dnnl = [&] { dnnl_sgemm('N', 'N', n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n); };
        print("sgemm", n, threads, "openblas", rate(seconds, blas), 2.0 * n * n * n);
        rest();
        print("sgemm", n, threads, "onednn", rate(seconds, dnnl), 2.0 * n * n * n);
        rest();
    }
}

using Maker = std::function<std::unique_ptr<Forward>()>;

/// Calls a second of all threads together, and what the first computed.
static std::pair<double, Floats> race(double seconds, int threads, const Maker &make) {
    std::atomic<int> missing{threads};
    std::vector<double> rates(threads);
    Floats output;
    auto work = [&](int i) {
        omp_set_num_threads(1);  // Of the team that this thread would lead.
        auto forward = make();
        for (missing--; missing > 0;) std::this_thread::yield();
        rates[i] = rate(seconds, [&] { forward->run(); });
        if (i == 0) output = forward->output();
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; i++) others.emplace_back(work, i);
    work(0);
    for (auto &other : others) other.join();
    double sum = 0;
    for (double rate : rates) sum += rate;
    return {sum, output};
}

static void forward(const Model &m, size_t rows, int threads, double seconds) {
    Floats x = numbers(rows * m.layers[0].inputs), first;
    const std::pair<const char *, Maker> libraries[] = {{"elbo", [&] { return std::make_unique<Ours>(m, x, rows); }},
                                                        {"openblas", [&] { return std::make_unique<OpenBLAS>(m, x, rows); }},
                                                        {"onednn", [&] { return std::make_unique<OneDNN>(m, x, rows); }}};
    for (auto &[library, make] : libraries) {
        auto [calls, y] = race(seconds, threads, make);
        print(m.name, rows, threads, library, rows * calls, m.flops());
        if (first.empty()) first = y;
        for (size_t i = 0; i < y.size(); i++)
            if (!(std::abs(y[i] - first[i]) <= 1e-4f)) {
                fprintf(stderr, "%s differs from elbo's kernels: %g, %g\n", library, y[i], first[i]);
                exit(1);
            }
    }
}

int main(int count, char **arguments) {
    double seconds = count > 1 ? atof(arguments[1]) : 0.1;
    const Model models[] = {model("A", {30, 64, 32}, 8), model("B", {784, 512, 256}, 32)};
    peak(seconds);
    openblas_set_num_threads(1);
    for (auto &m : models)
        for (size_t rows : {1, 8, 64, 512})
            for (int threads : {1, 2}) forward(m, rows, threads, seconds);
}
