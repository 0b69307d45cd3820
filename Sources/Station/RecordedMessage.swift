import Custody
import SafeText

extension Explained {
    /// The message as an entry holds it: in English, printable, not longer than a text may be.
    var recordedMessage: String { String(message(in: .english).printable.prefix(FieldText.lengthLimit)) }
}
