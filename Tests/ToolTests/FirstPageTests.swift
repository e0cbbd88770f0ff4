import Foundation
import Site
import Testing

/// What `make docs` does to the page that DocC made.
@Suite struct FirstPageTests {
  /// A site as DocC writes one, of two modules with an article each.
  private func withSite(_ body: (URL) throws -> Void) throws {
    let pages = [
      "documentation":
        #"{"references": {"doc://A/documentation/A": {"title": "A"}}, "topicSections": [{"identifiers": ["doc://A/documentation/A"]}]}"#,
      "documentation/a": #"{"metadata": {"role": "collection", "title": "A"}}"#,
      "documentation/a/start":
        #"{"metadata": {"role": "article", "title": "Getting started"}, "identifier": {"url": "doc://A/documentation/A/Start"}, "abstract": [{"type": "text", "text": "First."}]}"#,
      "documentation/b/end":
        #"{"metadata": {"role": "article", "title": "The end"}, "identifier": {"url": "doc://B/documentation/B/End"}}"#,
    ]
    let files = Dictionary(uniqueKeysWithValues: pages.map { ("data/\($0).json", $1) })
    try TemporaryTree.with(files) { try body(URL(fileURLWithPath: $0)) }
  }

  private func page(_ site: URL) throws -> (sections: [[String: Any]], references: [String: [String: Any]]) {
    let bytes = try Data(contentsOf: site.appendingPathComponent("data/documentation.json"))
    let content = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    return (
      try #require(content["topicSections"] as? [[String: Any]]),
      try #require(content["references"] as? [String: [String: Any]])
    )
  }

  @Test func articlesComeFirstAndInOrder() throws {
    try withSite { site in
      // Twice, as when the site is built again over itself.
      for _ in 0..<2 { try FirstPage(articles: ["B/End", "A/Start"], site: site).write() }
      let (sections, references) = try page(site)
      #expect(sections.map { $0["title"] as? String } == ["Articles", "Modules"])
      #expect(
        sections[0]["identifiers"] as? [String] == [
          "doc://B/documentation/B/End", "doc://A/documentation/A/Start",
        ])
      let start = try #require(references["doc://A/documentation/A/Start"])
      #expect(
        start["title"] as? String == "Getting started" && start["url"] as? String == "/documentation/a/start")
      #expect(references["doc://A/documentation/A"] != nil)
    }
  }

  @Test func anArticleThatIsMissingOrNotNamedIsAnError() throws {
    try withSite { site in
      #expect(throws: FirstPage.Failure.unnamed("b/end")) {
        try FirstPage(articles: ["A/Start"], site: site).write()
      }
      #expect(throws: FirstPage.Failure.self) {
        try FirstPage(articles: ["A/Start", "B/End", "B/Middle"], site: site).write()
      }
      // Neither changed the page.
      let (sections, _) = try page(site)
      #expect(sections.count == 1)
    }
  }
}
