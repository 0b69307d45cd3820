import CCurl
import Custody
import SafeText

/// What a server outside answered.
public struct Answer: Sendable {
    /// Status of HTTP.
    public let status: Int
    /// Content-Type as the server sent it; nil where it sent none.
    public let contentType: String?
    /// The body.
    public let body: [UInt8]
}

/// Sends one request to a server outside the station: a time-stamp authority, a witness. Only the command line does this;
/// the daemon has no network.
public enum Exchange {
    /// Sends bytes with POST and waits for the answer. Blocks. Follows no redirection; proxies of the environment count
    /// (libcurl(3)).
    ///
    /// - Parameters:
    ///   - url: `http://` or `https://`; with the latter the system's trusted authorities decide.
    ///   - limit: most bytes of an answer.
    ///   - seconds: time for all of it.
    /// - Throws: `ExchangeError`. An answer of any status is returned, not thrown.
    public static func post(
        _ body: [UInt8], type: String, to url: String, limit: Int = 1 << 20, seconds: Int = 60
    ) throws(ExchangeError) -> Answer {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = curl_easy_init() else {
            throw .failed(url: url, reason: "libcurl cannot start")
        }
        defer { curl_easy_cleanup(handle) }
        var headers = curl_slist_append(nil, "Content-Type: \(type)")
        // Without this libcurl asks first whether it may send.
        headers = curl_slist_append(headers, "Expect:")
        defer { curl_slist_free_all(headers) }
        let receiver = Receiver(limit: limit)
        let code = body.withUnsafeBytes { bytes in
            let settings = [
                ccurl_set_text(handle, CURLOPT_URL, url), ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
                ccurl_set_long(handle, CURLOPT_POST, 1), ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
                ccurl_set_long(handle, CURLOPT_TIMEOUT, seconds), ccurl_set_headers(handle, headers),
                ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, bytes.count),
                // Without a pointer libcurl would read standard input.
                bytes.isEmpty
                    ? ccurl_set_text(handle, CURLOPT_COPYPOSTFIELDS, "")
                    : ccurl_set_text(handle, CURLOPT_COPYPOSTFIELDS, bytes.bindMemory(to: CChar.self).baseAddress),
                ccurl_set_receiver(
                    handle,
                    { bytes, size, count, context in
                        guard let context, let bytes else { return 0 }
                        let receiver = Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
                        return receiver.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
                    }, Unmanaged.passUnretained(receiver).toOpaque()),
            ]
            return settings.first { $0 != CURLE_OK } ?? withExtendedLifetime(receiver) { curl_easy_perform(handle) }
        }
        if receiver.isTooLarge { throw .failed(url: url, reason: "the answer is larger than \(limit) bytes") }
        guard code == CURLE_OK else { throw .failed(url: url, reason: String(cString: curl_easy_strerror(code))) }
        return Answer(
            status: ccurl_status(handle), contentType: ccurl_content_type(handle).map { String(cString: $0) },
            body: receiver.bytes)
    }
}

/// Gathers an answer up to a limit.
private final class Receiver {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLarge = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: how many bytes were taken; fewer than there are ends the transfer.
    func take(_ piece: UnsafeRawBufferPointer) -> Int {
        guard bytes.count + piece.count <= limit else {
            isTooLarge = true
            return 0
        }
        bytes += piece
        return piece.count
    }
}

/// Why nothing came back.
public enum ExchangeError: Explained, Equatable {
    /// No connection, no answer in time, an address that is none, or an answer that is too large.
    case failed(url: String, reason: String)

    /// See `Explained.code`.
    public var code: String { "no-answer" }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .failed(let url, let reason):
            language("no answer from \(url.printable): \(reason.printable)", "\(url.printable) 没有应答：\(reason.printable)")
        }
    }
}
