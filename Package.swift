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
    dependencies: [
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1")
    ],
    targets: [
        .target(
            name: "CKernels", exclude: ["Template"], cSettings: [.headerSearchPath("."), .unsafeFlags(optimised)]),
        .target(
            name: "Kernels",
            dependencies: ["CKernels", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: strict),
        .target(name: "Tensors", swiftSettings: strict),
        .target(name: "VAE", dependencies: ["Kernels", "Tensors"], swiftSettings: strict),
        .target(name: "Training", dependencies: ["Kernels", "VAE"], swiftSettings: strict),
        .testTarget(
            name: "KernelsTests", dependencies: ["Kernels", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: strictTests),
        .testTarget(name: "VAETests", dependencies: ["VAE", "Kernels", "Tensors"], swiftSettings: strictTests),
        .testTarget(
            name: "TrainingTests", dependencies: ["Training", "VAE", "Kernels"], swiftSettings: strictTests),
    ]
)
