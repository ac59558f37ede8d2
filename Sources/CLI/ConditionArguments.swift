import ArgumentParser
import Bulk

/// What rows are conditioned on.
struct ConditionArguments: ParsableArguments {
    @Option(help: "Of a conditional model: the level of all rows, such as 7; 'elbo inspect' lists them.")
    var condition: String?

    @Option(help: "Of a conditional model of images: IDX labels, one for each image of the input.")
    var labels: String?

    func validate() throws {
        if condition != nil, labels != nil { throw ValidationError("--condition and --labels exclude each other") }
    }

    var choice: LevelChoice { LevelChoice(level: condition, labelsPath: labels) }
}
