import Foundation

/// The first page of the documentation's site: the articles in the order in which they are read, before the modules.
///
/// DocC makes that page itself when it merges the modules, and lists nothing on it but them.
public struct FirstPage {
  /// Each article as `Module/Article`, in order.
  public var articles: [String]
  /// The folder of the site.
  public var site: URL

  public init(articles: [String], site: URL) {
    self.articles = articles
    self.site = site
  }

  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// The site has no such page, or one that is no page of DocC's.
    case noPage(String)
    /// An article of the site that the order does not name.
    case unnamed(String)

    public var description: String {
      switch self {
      case .noPage(let page): "the site has no page \(page), or DocC wrote it otherwise than expected"
      case .unnamed(let article): "the article \(article) is not in Scripts/articles, which gives the order"
      }
    }
  }

  /// Writes the articles into the first page. Nothing is written where one is missing, or one is not named.
  public func write() throws {
    let page = site.appendingPathComponent("data/documentation.json")
    var content = try object(at: page)
    guard var references = content["references"] as? [String: Any],
      var sections = content["topicSections"] as? [[String: Any]], !sections.isEmpty
    else { throw Failure.noPage(page.path) }
    if let unnamed = try allArticles().subtracting(articles.map { $0.lowercased() }).min() {
      throw Failure.unnamed(unnamed)
    }
    var identifiers: [String] = []
    for article in articles {
      let (identifier, reference) = try reference(to: article)
      references[identifier] = reference
      identifiers.append(identifier)
    }
    sections = sections.filter { $0["title"] as? String != Self.title }
    if sections[0]["title"] == nil { sections[0]["title"] = "Modules" }
    sections.insert(["title": Self.title, "identifiers": identifiers], at: 0)
    content["references"] = references
    content["topicSections"] = sections
    let bytes = try JSONSerialization.data(
      withJSONObject: content, options: [.sortedKeys, .withoutEscapingSlashes])
    try bytes.write(to: page, options: .atomic)
  }

  private static let title = "Articles"

  /// How the first page names an article: what DocC says elsewhere of a page that it links to.
  private func reference(to article: String) throws -> (String, [String: Any]) {
    let path = "documentation/\(article.lowercased())"
    let content = try object(at: site.appendingPathComponent("data/\(path).json"))
    guard let metadata = content["metadata"] as? [String: Any], let title = metadata["title"],
      let identifier = (content["identifier"] as? [String: Any])?["url"] as? String
    else { throw Failure.noPage(article) }
    return (
      identifier,
      [
        "identifier": identifier, "title": title, "abstract": content["abstract"] ?? [], "url": "/\(path)",
        "role": "article", "kind": "article", "type": "topic",
      ]
    )
  }

  /// Every article of the site, in the lower case of its address.
  private func allArticles() throws -> Set<String> {
    let root = site.appendingPathComponent("data/documentation")
    var found: Set<String> = []
    for module in try FileManager.default.contentsOfDirectory(atPath: root.path) {
      let folder = root.appendingPathComponent(module)
      guard let pages = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { continue }
      for page in pages where page.hasSuffix(".json") {
        let content = try object(at: folder.appendingPathComponent(page))
        guard (content["metadata"] as? [String: Any])?["role"] as? String == "article" else { continue }
        found.insert("\(module)/\(page.dropLast(5))")
      }
    }
    return found
  }

  private func object(at url: URL) throws -> [String: Any] {
    guard let bytes = try? Data(contentsOf: url),
      let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
    else { throw Failure.noPage(url.path) }
    return object
  }
}
