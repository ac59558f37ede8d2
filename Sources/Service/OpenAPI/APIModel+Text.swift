import Answers
import VAE

extension APIModel {
    /// What the model is, in a sentence.
    var text: String {
        let shape = model.inputShape.map(String.init).joined(separator: " × ")
        let records =
            model.schema == nil
            ? (model.pictureShape == nil ? "Vectors of \(shape) numbers" : "Images of \(shape)")
            : "A table of \(model.recordDimension) columns"
        let condition = model.condition.map { ", told one of \($0.levels.count) levels" } ?? ""
        return "\(records)\(condition), in codes of \(latentDimension) numbers; likelihood "
            + "\(architecture.likelihood.name)."
    }
}
