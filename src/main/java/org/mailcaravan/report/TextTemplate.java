package org.mailcaravan.report;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * A Mustache template that the operator may change: what people read. It can reach nothing except
 * the values that it is filled with. It is read once at the start, so a later change cannot break
 * anything. Thread-safe.
 */
public final class TextTemplate {
  private static final Mustache.Compiler COMPILER =
      Mustache.compiler()
          .emptyStringIsFalse(true)
          .strictSections(true)
          .withLoader(
              name -> {
                throw new MustacheException("another template cannot be included: " + name);
              })
          .withCollector(
              new BasicCollector() {
                @Override
                public <K, V> Map<K, V> createFetcherCache() {
                  return new ConcurrentHashMap<>();
                }
              });

  private static final String OPEN = "{{";

  private final Template template;

  private TextTemplate(Template template) {
    this.template = template;
  }

  /** What a template becomes: whether values in it are escaped. */
  public enum Kind {
    PLAIN,
    HTML
  }

  /**
   * Reads a template, and tests it with an example.
   *
   * @param of what it is the template of, such as "certificates"
   * @param document where the names stand that it may use
   * @throws RequestRejected when the file cannot be read or has an error
   */
  public static TextTemplate read(
      Path file, Kind kind, String of, String document, Map<String, Object> example) {
    String cause;
    try {
      String text = Files.readString(file).replace("\r\n", "\n");
      requireClosed(text);
      TextTemplate read = new TextTemplate(COMPILER.escapeHTML(kind == Kind.HTML).compile(text));
      String unused = read.fill(example);
      return read;
    } catch (IOException e) {
      cause = "the file is missing, or cannot be read as UTF-8";
    } catch (MustacheException e) {
      cause = String.valueOf(e.getMessage());
    }
    throw new RequestRejected(
        new Problem(
            Where.onDisk("the template of " + of + ",", file),
            TextWidth.tame(cause),
            Owner.US,
            "Correct it, or restore the one that came with the program. "
                + document
                + " lists the names that it may use."));
  }

  /** Checks that every tag is closed; the library would take an open one for text. */
  private static void requireClosed(String text) {
    for (int open = text.indexOf(OPEN); open >= 0; ) {
      int next = text.indexOf(OPEN, open + OPEN.length());
      int close = text.indexOf("}}", open);
      if (close < 0 || (next >= 0 && next < close)) {
        long line = 1 + text.substring(0, open).chars().filter(c -> c == '\n').count();
        throw new MustacheException("a tag has no end on line " + line);
      }
      open = next;
    }
  }

  /** The text with these values. */
  public String fill(Map<String, Object> values) {
    return template.execute(values);
  }
}
