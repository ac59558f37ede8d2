import Files
import JSON
import Kernels
import ModelStorage
import Records
import VAE

/// `elbo train`: from a data file to a model directory.
package final class TrainingRun {
    /// Where a run reads and writes, and what it is called.
    package struct Plan: Sendable {
        package var dataPath: String
        /// Images kept apart from those for training; nil takes some of these.
        package var validationPath: String?
        /// Labels of images: the model is told them.
        package var labelsPath: String?
        package var validationLabelsPath: String?
        package var output: String
        package var network = NetworkChoice()
        package var options = TrainingOptions()
        /// nil takes as many as make about 10,000 steps, at least 100 and at most 2,000.
        package var epochs: Int?
        package var klWarmUpEpochs: Int?
        package var patience: Int?
        package var calibrationShare: Double?
        package var hiddenShare: Double?
        package var table = TableOptions()
        package var version = "1"
        /// What `model.json` says of how the model was made.
        package var command = ""
        /// Goes on from the checkpoint of an interrupted run, if there is one.
        package var resumes = false
        package var checkpointInterval = Duration.seconds(30)

        package init(dataPath: String, output: String) {
            (self.dataPath, self.output) = (dataPath, output)
        }

        package var checkpointPath: String { "\(output).checkpoint" }
    }

    package let data: TrainingData
    /// What the user kept apart for validation.
    package let validationData: TrainingData?
    package let architecture: Architecture
    package let options: TrainingOptions
    package let trainer: Trainer
    /// What was tried where the likelihood was left to the data.
    package let familyTrials: [FamilyTrial]
    /// The epochs that a checkpoint spared this run.
    package let resumedEpochs: Int
    private let plan: Plan
    private let identity: Checkpoint.Identity

    /// Reads the data and prepares everything; nothing is written yet but the folder that the output will be in.
    package init(_ plan: Plan) throws {
        self.plan = plan
        try Self.checkOutput(plan.output)
        try FileSystem.createDirectories(Self.parent(of: plan.output))
        try FileSystem.removeLeftovers(of: plan.output)
        try FileSystem.removeLeftovers(of: plan.checkpointPath)
        let data = try TrainingData(plan.dataPath, table: plan.table, labels: plan.labelsPath)
        self.data = data
        let validation = try plan.validationPath.map {
            try TrainingData($0, table: plan.table, labels: plan.validationLabelsPath)
        }
        validationData = validation
        let all = try validation.map(data.followed) ?? data
        if data.isConstant { throw TrainingError.constantData }
        var network = plan.network
        options = Self.options(plan, data, try network.architecture(for: data))
        let isOpen = data.schema != nil && (network.family ?? .automatic) == .automatic
        familyTrials = isOpen ? try FamilyTrial.all(data, network, options) : []
        if isOpen { network.family = FamilyTrial.best(familyTrials) }
        architecture = try network.architecture(for: data)
        trainer = try Trainer(
            architecture, data: all.values, conditions: all.conditions, schema: data.schema,
            keptApart: validation?.values.rows ?? 0,
            options: options)
        identity = Self.identity(data, validation, architecture, options)
        if plan.resumes, FileSystem.exists(plan.checkpointPath) {
            let count = ParameterLayout(architecture).count
            trainer.restore(try Checkpoint.read(plan.checkpointPath, identity, count: count))
        }
        resumedEpochs = trainer.epochsDone
    }

    /// What is replaced must be a model or an empty folder: a typing error must not delete anything else.
    private static func checkOutput(_ path: String) throws {
        guard !path.isEmpty else { throw TrainingError.badOption(name: "output", expected: "a folder") }
        guard try StoredModel.mayReplace(path) else { throw TrainingError.outputIsNoModel(path: path) }
    }

    /// An output that cannot be written is known before hours of training.
    private static func parent(of path: String) -> String {
        let components = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        return (path.hasPrefix("/") ? "/" : "./") + components.joined(separator: "/")
    }

    private static func options(
        _ plan: Plan, _ data: TrainingData, _ architecture: Architecture
    ) -> TrainingOptions {
        var options = plan.options
        let steps = max(1, data.values.rows / max(1, options.batchSize))
        options.binarisesInputs = architecture.likelihood == .bernoulli
        guard let schema = data.schema else {
            options.epochs = plan.epochs ?? min(max(10_000 / steps, 100), 2_000)
            options.splitValidation(calibration: plan.calibrationShare)
            return options
        }
        // A table's model is small and learns soon; much longer and it scores what is strange as well as what is not.
        options.epochs = plan.epochs ?? min(max((3_000 + steps - 1) / steps, 4), 3_000)
        options.klWarmUpEpochs = plan.klWarmUpEpochs ?? max(1, options.epochs / 10)
        options.patience = plan.patience ?? options.epochs
        options.calibrationShare = plan.calibrationShare ?? 0.15
        options.hiddenShare = plan.hiddenShare ?? (schema.coded.contains { $0.isOptional } ? 0.1 : 0)
        return options
    }

    private static func identity(
        _ data: TrainingData, _ validation: TrainingData?, _ architecture: Architecture, _ options: TrainingOptions
    ) -> Checkpoint.Identity {
        let fixed = [
            (name: "data", value: data.sha256), (name: "validation", value: validation?.sha256 ?? "none"),
            (name: "labels", value: "\(data.labels?.sha256 ?? "none"), \(validation?.labels?.sha256 ?? "none")"),
            (name: "architecture", value: "\(architecture)"),
            (name: "seed", value: "\(options.seed)"),
        ]
        return fixed + options.fields.map { (name: $0.name, value: "\($0.value)") }
    }

    /// Trains to the end and writes the model directory.
    ///
    /// - Parameters:
    ///   - progress: called after each step.
    ///   - epoch: called after each epoch.
    package func run(
        progress: (TrainingProgress) -> Void, epoch: (EpochRecord) -> Void
    ) throws -> StoredModel {
        var lastCheckpoint = ContinuousClock.now
        while !trainer.isFinished {
            epoch(try trainer.runEpoch(report: progress))
            if ContinuousClock.now - lastCheckpoint >= plan.checkpointInterval {
                try Checkpoint.write(trainer.state, identity, to: plan.checkpointPath)
                lastCheckpoint = .now
            }
        }
        let model = try writeModel()
        if FileSystem.exists(plan.checkpointPath) { try FileSystem.removeFile(plan.checkpointPath) }
        return model
    }

    private func writeModel() throws -> StoredModel {
        let description = ModelDescription(
            version: plan.version, architecture: architecture, inputShape: data.inputShape, schema: data.schema,
            scoreSeed: options.seed, scoreSamples: data.schema == nil ? 16 : 8, provenance: provenance)
        let name = StoredModel.name(of: plan.output)
        let bare = try StoredModel(name: name, description, trainer.bestParameters)
        let reference = try ReferenceScoring.reference(bare.model, trainer)
        let model = try StoredModel(name: name, description, trainer.bestParameters, reference: reference)
        let report = TrainingReport(
            description: description, options: options, parameterCount: trainer.bestParameters.vector.count,
            history: trainer.history, bestEpoch: trainer.bestEpoch, stoppedEarly: trainer.stoppedEarly)
        try model.write(
            to: plan.output, goldenInput: goldenInput,
            extra: [("report.json", report.json()), ("report.svg", Array(Self.chart(trainer.history).utf8))]
                + (ModelPictures(model.model)?.files(validation: trainer.validationRows(count: 32)) ?? []))
        return model
    }

    private var provenance: Provenance {
        let best = trainer.history[max(trainer.bestEpoch - 1, 0)]
        return Provenance(
            command: plan.command,
            data: ([data] + [validationData].compactMap(\.self)).flatMap(Self.files),
            seed: options.seed,
            metrics: [
                ("validation_elbo", best.validationELBO),
                ("validation_log_likelihood", best.validationLogLikelihood),
                ("validation_kl", best.validationKLDivergence), ("active_units", Double(best.activeUnits)),
                ("best_epoch", Double(best.epoch)),
            ])
    }

    private static func files(_ data: TrainingData) -> [(file: String, sha256: String, rows: Int?)] {
        let labels = data.labels.map { [(file: $0.file, sha256: $0.sha256, rows: Int?.some(data.values.rows))] } ?? []
        return [(data.file, data.sha256, data.values.rows)] + labels
    }

    /// A few validation rows.
    private var goldenInput: Matrix<Float> { trainer.validationSample(count: 4) }

    private static func chart(_ history: [EpochRecord]) -> String {
        LineChart.document([
            LineChart(
                title: "ELBO (nats a row)",
                curves: [
                    .init(name: "training", color: "#1f77b4", values: history.map(\.trainingELBO)),
                    .init(name: "validation", color: "#d62728", values: history.map(\.validationELBO)),
                ]),
            LineChart(
                title: "KL divergence (nats a row)",
                curves: [
                    .init(name: "training", color: "#1f77b4", values: history.map(\.trainingKLDivergence)),
                    .init(name: "validation", color: "#d62728", values: history.map(\.validationKLDivergence)),
                ]),
        ])
    }
}
