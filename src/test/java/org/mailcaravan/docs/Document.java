package org.mailcaravan.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A Markdown file, as far as tests look into it: fenced blocks, tables and prose. */
public final class Document {
  private final Path file;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final List<String> prose = new ArrayList<>();

  /** A fenced block; the language is empty where it names none. */
  public record Block(String place, String language, String text) {
    /** The lines that are neither empty nor a comment. */
    public List<String> commands() {
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }

    @Override
    public String toString() {
      return place;
    }
  }

  /** A table: the cells of its header, and of each row. */
  public record Table(List<String> header, List<List<String>> rows) {
    /** One column, without backticks. */
    public List<String> column(int index) {
      return rows.stream().map(row -> row.get(index).replace("`", "")).toList();
    }
  }

  private Document(Path file) throws IOException {
    this.file = file;
    read(Files.readAllLines(file));
  }

  /** README.md, CHANGELOG.md and everything under docs/. */
  public static List<Document> all() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md")), docs.sorted())
          .filter(path -> path.toString().endsWith(".md"))
          .map(Document::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Document of(String path) {
    return of(Path.of(path));
  }

  private static Document of(Path path) {
    try {
      return new Document(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(List<String> lines) {
    int i = 0;
    while (i < lines.size()) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
        blocks.add(new Block(file + " line " + (i + 1), line.substring(3).strip(), text));
        i = end + 1;
      } else if (line.startsWith("|")) {
        int end = i;
        while (end < lines.size() && lines.get(end).startsWith("|")) {
          end++;
        }
        List<List<String>> rows = lines.subList(i + 2, end).stream().map(Document::cells).toList();
        tables.add(new Table(cells(line), rows));
        i = end;
      } else {
        prose.add(line);
        i++;
      }
    }
  }

  private static List<String> cells(String line) {
    String inner = line.strip().replaceFirst("^\\|", "").replaceFirst("\\|$", "");
    return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
  }

  public Path file() {
    return file;
  }

  /** The lines that begin with {@code #}, in their order. */
  public List<String> headings() {
    return prose.stream().filter(line -> line.startsWith("#")).toList();
  }

  public List<Block> blocks() {
    return List.copyOf(blocks);
  }

  public List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  /** All tables whose first column has this header. */
  public List<Table> tables(String firstHeader) {
    return tables.stream().filter(table -> table.header().get(0).equals(firstHeader)).toList();
  }

  /** The one table whose first column has this header. */
  public Table table(String firstHeader) {
    List<Table> found = tables(firstHeader);
    if (found.size() != 1) {
      throw new AssertionError(file + " has " + found.size() + " tables of " + firstHeader);
    }
    return found.get(0);
  }

  /** What stands outside of blocks, tables among it. */
  public String prose() {
    StringBuilder text = new StringBuilder(String.join("\n", prose)).append('\n');
    tables.forEach(table -> table.rows().forEach(row -> text.append(row).append('\n')));
    return text.toString();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
