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
 * The page of certificates: a Mustache template that the operator may change. It escapes all values
 * and can reach nothing except the values of {@link CertificatePage}. It is read once at the start,
 * so a later change cannot break a certificate. Thread-safe.
 */
public final class CertificateTemplate {
  private static final Mustache.Compiler COMPILER =
      Mustache.compiler()
          .escapeHTML(true)
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

  private CertificateTemplate(Template template) {
    this.template = template;
  }

  /**
   * Reads a template, and tests it with an example.
   *
   * @throws RequestRejected when the file cannot be read or has an error
   */
  public static CertificateTemplate read(Path file) {
    try {
      String text = Files.readString(file).replace("\r\n", "\n");
      requireClosed(text);
      CertificateTemplate read = new CertificateTemplate(COMPILER.compile(text));
      read.fill(CertificateExample.page());
      return read;
    } catch (IOException e) {
      throw rejected(file, "the file is missing, or cannot be read as UTF-8");
    } catch (MustacheException e) {
      throw rejected(file, String.valueOf(e.getMessage()));
    }
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

  private static RequestRejected rejected(Path file, String cause) {
    return new RequestRejected(
        new Problem(
            Where.onDisk("the template of certificates,", file),
            TextWidth.tame(cause),
            Owner.US,
            "Correct it, or restore the one that came with the program. docs/certificate.md lists"
                + " the names that it may use."));
  }

  String fill(Map<String, Object> page) {
    return template.execute(page);
  }
}
