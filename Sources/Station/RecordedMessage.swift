import Custody
import SafeText

extension String {
    /// The text as an entry holds it: printable, not longer than a text may be.
    var recorded: String { String(printable.prefix(FieldText.lengthLimit)) }
}

extension Error {
    /// What happened, in English.
    var englishMessage: String { (self as? any Explained)?.message(in: .english) ?? "\(self)" }
}

extension Explained {
    /// The message as an entry holds it, in English.
    var recordedMessage: String { message(in: .english).recorded }
}
