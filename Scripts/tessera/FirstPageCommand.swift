import ArgumentParser
import Foundation
import Site

/// The last step of `make docs`.
struct FirstPageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "first-page", abstract: "Put the articles on the first page of the documentation's site.",
    shouldDisplay: false)

  @Option(help: "The folder of the site.")
  var site = ".build/docs"

  @Option(help: "The articles in order, a line each: Module/Article.")
  var articles = "Scripts/articles"

  func run() throws {
    let lines = try String(contentsOfFile: articles, encoding: .utf8).split(whereSeparator: \.isNewline)
    do {
      try FirstPage(
        articles: lines.map(String.init).filter { !$0.hasPrefix("#") }, site: URL(fileURLWithPath: site)
      ).write()
    } catch let failure as FirstPage.Failure { throw ValidationError("\(failure)") }
  }
}
