/// Offsets counted in Unicode scalars, as byte offsets, each found in constant time.
///
/// Parsers that count scalars go through this once per place; asking the text itself would be quadratic.
public struct ScalarIndex: Sendable {
    private let source: SourceText
    private let start: Int
    /// The byte offset of every `stride`-th scalar; empty when each scalar is a byte.
    private let landmarks: [Int]
    private static let stride = 64

    /// Indexes a text, counting from a byte offset such as the one behind a byte order mark.
    public init(_ source: SourceText, from start: Int = 0) {
        self.source = source
        self.start = start
        guard source.bytes.contains(where: { $0 >= 0x80 }) else {
            landmarks = []
            return
        }
        var landmarks: [Int] = []
        var count = 0
        for offset in start..<source.bytes.count where source.bytes[offset] & 0xC0 != 0x80 {
            if count % Self.stride == 0 { landmarks.append(offset) }
            count += 1
        }
        self.landmarks = landmarks
    }

    /// The byte offset after so many scalars, clamped to the text.
    public func byteOffset(_ scalars: Int) -> Int {
        let bytes = source.bytes
        guard !landmarks.isEmpty else { return min(start + scalars, bytes.count) }
        guard scalars / Self.stride < landmarks.count else { return bytes.count }
        var offset = landmarks[scalars / Self.stride]
        var left = scalars % Self.stride
        while left > 0, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }
}
