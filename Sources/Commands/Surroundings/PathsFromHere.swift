/// The files of a project as they are found from the current folder, which code hosts take for the top of the repository.
struct PathsFromHere {
    /// From the current folder down to the root; empty where that is not below it.
    private let prefix: String
    /// The paths of files that are shown by another name, from the root.
    private let names: [String: String]

    init(root: String, names: [String: String] = [:]) {
        let current = ProcessEnvironment.currentDirectory
        let folder = current == "/" ? "/" : current + "/"
        prefix = root != current && root.hasPrefix(folder) ? root.dropFirst(folder.count) + "/" : ""
        self.names = names
    }

    /// The path of a file that is shown by this name.
    func here(_ name: String) -> String {
        let path = names[name] ?? name
        return path.hasPrefix("/") ? path : prefix + path
    }
}
