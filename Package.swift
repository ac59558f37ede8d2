// swift-tools-version: 6.2
import PackageDescription

// A target imports only what ARCHITECTURE.md allows; the dependencies below enforce it.

/// Every Swift target: Swift 6 mode, each unsafe act marked, no warning tolerated.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Tests: the same, without the marking of unsafe acts (the test macros expand to code that is not marked).
let strictTests: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// C and C++ are optimised in debug builds too: unoptimised kernels would make the tests crawl.
let optimised = ["-O2", "-Wall", "-Wextra", "-Werror"]

let package = Package(
    name: "elbo",
    products: [
        .executable(name: "elbo", targets: ["CLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    ],
    targets: [
        // 0: C
        .target(
            name: "CKernels", exclude: ["Template"], cSettings: [.headerSearchPath("."), .unsafeFlags(optimised)]),
        .target(name: "CPosix", cSettings: [.unsafeFlags(optimised)]),
        .target(
            name: "CSimdJSON", cxxSettings: [.unsafeFlags(optimised)], linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CTLS", cSettings: [.unsafeFlags(optimised)], linkerSettings: [.linkedLibrary("gnutls")]),
        .target(name: "CPNG", cSettings: [.unsafeFlags(optimised)], linkerSettings: [.linkedLibrary("png")]),

        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

        // 1
        .target(name: "Locking", swiftSettings: strict),
        .target(name: "Tensors", swiftSettings: strict),
        .target(name: "Files", dependencies: ["CPosix"], swiftSettings: strict),

        // 2
        .target(
            name: "Kernels", dependencies: ["CKernels", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: strict),
        .target(name: "JSON", dependencies: ["CSimdJSON", "Locking"], swiftSettings: strict),
        .target(name: "Safetensors", dependencies: ["JSON", "Tensors"], swiftSettings: strict),

        .target(name: "DataFiles", dependencies: ["CSimdJSON", "CZlib", "Files"], swiftSettings: strict),
        .target(name: "NumPy", swiftSettings: strict),
        .target(name: "Pictures", dependencies: ["CPNG"], swiftSettings: strict),
        .target(
            name: "Logs", dependencies: ["JSON", "Locking", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(name: "HTTPServer", dependencies: ["CMicrohttpd", "CTLS", "Files", "Locking"], swiftSettings: strict),

        // 3
        .target(name: "Records", dependencies: ["JSON", "Kernels"], swiftSettings: strict),
        .target(name: "Calibration", dependencies: ["Kernels", "Locking"], swiftSettings: strict),
        .target(name: "VAE", dependencies: ["Calibration", "Kernels", "Records", "Tensors"], swiftSettings: strict),

        .target(
            name: "RecordIO", dependencies: ["DataFiles", "JSON", "Kernels", "Records"], swiftSettings: strict),

        // 4
        .target(name: "Inference", dependencies: ["Kernels", "Locking", "Records", "VAE"], swiftSettings: strict),
        .target(name: "ONNX", dependencies: ["Kernels", "VAE"], swiftSettings: strict),
        .target(
            name: "ModelStorage",
            dependencies: ["Files", "Inference", "JSON", "Kernels", "Records", "Safetensors", "Tensors", "VAE"],
            swiftSettings: strict),

        // 5
        .target(
            name: "Answers",
            dependencies: [
                "Calibration", "Inference", "JSON", "Kernels", "NumPy", "Pictures", "RecordIO", "Records", "VAE",
            ],
            swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: [
                "DataFiles", "Files", "Inference", "JSON", "Kernels", "Locking", "ModelStorage", "Pictures", "Records",
                "Safetensors", "Tensors", "VAE",
            ],
            swiftSettings: strict),

        .target(
            name: "Service",
            dependencies: [
                "Answers", "Calibration", "CPosix", "DataFiles", "Files", "HTTPServer", "Inference", "JSON", "Kernels",
                "Locking", "ModelStorage", "NumPy", "Pictures", "RecordIO", "Records", "VAE",
            ],
            swiftSettings: strict),

        .target(
            name: "Bulk",
            dependencies: [
                "Answers", "DataFiles", "Inference", "JSON", "Kernels", "Locking", "Pictures", "RecordIO", "Records",
                "VAE",
            ],
            swiftSettings: strict),

        // 7
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Answers", "Bulk", "Calibration", "CPosix", "DataFiles", "Files", "HTTPServer", "Inference", "JSON",
                "Kernels", "Locking", "Logs",
                "ModelStorage", "ONNX", "Pictures", "RecordIO", "Records", "Service", "Training", "VAE",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["Files", "Kernels", "Records", "VAE"], path: "Tests/TestSupport",
            swiftSettings: strictTests),
        .testTarget(
            name: "BulkTests", dependencies: ["Bulk", "DataFiles", "Locking"], swiftSettings: strictTests),
        // Runs the built program.
        .testTarget(
            name: "CLITests", dependencies: ["CLI", "Files", "Pictures", "Safetensors", "Tensors", "TestSupport"],
            swiftSettings: strictTests),
        .testTarget(
            name: "LogsTests",
            dependencies: ["Logs", "JSON", "Locking", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strictTests),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["Files", "Locking", "TestSupport", "HTTPServer"],
            swiftSettings: strictTests),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "TestSupport", "Service", "DataFiles", "Files", "HTTPServer", "Inference", "JSON", "Kernels", "Locking",
                "ModelStorage", "NumPy", "Pictures",
                "RecordIO", "Records", "Training", "VAE",
            ],
            swiftSettings: strictTests),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strictTests),
        .testTarget(name: "FilesTests", dependencies: ["TestSupport", "Files"], swiftSettings: strictTests),
        .testTarget(name: "JSONTests", dependencies: ["TestSupport", "JSON"], swiftSettings: strictTests),
        .testTarget(
            name: "DataFilesTests", dependencies: ["TestSupport", "DataFiles", "Files"], swiftSettings: strictTests),
        .testTarget(name: "NumPyTests", dependencies: ["TestSupport", "NumPy"], swiftSettings: strictTests),
        .testTarget(
            name: "PicturesTests", dependencies: ["TestSupport", "Files", "Pictures"], swiftSettings: strictTests),
        .testTarget(
            name: "CalibrationTests", dependencies: ["Calibration", "TestSupport"], swiftSettings: strictTests),
        .testTarget(
            name: "SafetensorsTests", dependencies: ["Safetensors", "Tensors", "Files"], swiftSettings: strictTests),
        .testTarget(
            name: "KernelsTests", dependencies: ["Kernels", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: strictTests),
        .testTarget(
            name: "VAETests",
            dependencies: [
                "TestSupport", "VAE", "Calibration", "Kernels", "Records", "Tensors", "JSON", "Files",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "RecordsTests",
            dependencies: [
                "TestSupport", "Records", "JSON", "Kernels", .product(name: "RealModule", package: "swift-numerics"),
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "RecordIOTests",
            dependencies: ["TestSupport", "RecordIO", "DataFiles", "JSON", "Kernels", "Records"],
            swiftSettings: strictTests),
        .testTarget(
            name: "InferenceTests", dependencies: ["TestSupport", "Inference", "Locking", "Records", "VAE", "Kernels"],
            swiftSettings: strictTests),
        .testTarget(
            name: "AnswersTests",
            dependencies: [
                "TestSupport", "Answers", "Calibration", "DataFiles", "Inference", "JSON", "Kernels", "NumPy",
                "RecordIO",
                "Records", "VAE",
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "ModelStorageTests",
            dependencies: [
                "TestSupport", "ModelStorage", "Files", "Inference", "JSON", "Kernels", "Records", "Safetensors",
                "Tensors", "VAE",
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "ONNXTests", dependencies: ["TestSupport", "ONNX", "Kernels", "VAE"], swiftSettings: strictTests),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "TestSupport",
                "Training", "DataFiles", "Files", "Inference", "Kernels", "ModelStorage", "Pictures", "Records",
                "Safetensors", "Tensors", "VAE",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            swiftSettings: strictTests),
    ],
    cxxLanguageStandard: .cxx20
)

// Only for Tests/Fuzz/run, which builds nothing else: libFuzzer brings the main function.
if Context.environment["ELBO_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "DataFiles", "HTTPServer", "Inference", "JSON", "ModelStorage", "NumPy", "Pictures", "Safetensors",
                "Service",
            ],
            path: "Tests/Fuzz/Sources",
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"]),
            ]))
}
