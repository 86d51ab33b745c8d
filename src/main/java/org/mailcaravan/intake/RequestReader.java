package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;

/**
 * Reads a request: CSV (comma, semicolon or tab; UTF-8, or UTF-16 with byte order mark) or JSON. A
 * bad row never stops its neighbours. Thread-safe.
 */
public final class RequestReader {
  private final RequestRules rules;

  public RequestReader(RequestRules rules) {
    this.rules = rules;
  }

  /**
   * Reads a file.
   *
   * @param file relative names of contacts and calendars count from its folder
   * @return the good rows, and what is wrong with the others; either may be empty
   * @throws RequestRejected when the file as a whole cannot be used
   */
  public Request read(Path file) {
    RequestText text = RequestText.read(file);
    Path folder = file.toAbsolutePath().normalize().getParent();
    return read(
        text.name(), RawRequest.parse(text), folder == null ? file.toAbsolutePath() : folder);
  }

  /**
   * Checks what was parsed.
   *
   * @param folder relative names of contacts and calendars count from it
   */
  Request read(String name, RawRequest raw, Path folder) {
    AttachmentFinder attachments = new AttachmentFinder(folder, rules.allowedFolders());
    List<RequestRow> rows = new ArrayList<>();
    List<RowProblem> rejected = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    int number = 0;
    for (RawRow rawRow : raw.rows()) {
      RowCheck check = new RowCheck(rules, attachments, rawRow);
      Optional<RequestRow> row = check.check(++number);
      Integer before = row.map(good -> seen.putIfAbsent(key(good), good.line())).orElse(null);
      if (before != null) {
        check.add(
            Column.SOURCE_EMAIL,
            "the same mailbox goes to the same place "
                + (raw.form() instanceof RawRequest.Json ? "in object " : "on line ")
                + before
                + " already",
            "Remove one of the two.");
      }
      rejected.addAll(check.problems());
      if (check.problems().isEmpty()) {
        row.ifPresent(rows::add);
      }
    }
    return new Request(name, rows, rejected);
  }

  /** Two rows with the same key would copy the same mail twice. */
  private static String key(RequestRow row) {
    return String.join("\n", row.source().host(), row.sourceUsername(), row.destinationAddress())
        .toLowerCase(Locale.ROOT);
  }
}
