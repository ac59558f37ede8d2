import ArgumentParser

/// The command line's root.
@main
struct Elbo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "elbo",
        abstract: "Trains variational autoencoders and serves them over HTTP.",
        discussion: """
            Train a model on your own data, look at it, and serve it:

              elbo train data.csv --output models/mine
              elbo inspect models/mine
              elbo serve --models models

            Then, from another terminal:

              curl localhost:8080/v1/models
              curl localhost:8080/v1/models/mine/score -d '{"inputs": [[1.5, 2, 0.25]]}'

            Exit codes: 0 success, 1 the work failed, 64 the command line is wrong.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Train.self, Score.self, Encode.self, Decode.self, Reconstruct.self, Sample.self,
            Inspect.self, Check.self, Bench.self,
        ])
}

/// What `elbo --version` says.
enum Version {
    static let text = "0.1.0"
}
