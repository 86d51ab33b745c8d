package org.mailcaravan.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a request was read: what a person looks at before anything is done with it. It holds names of
 * columns and no value of a row.
 *
 * @param kind what the file is, in words: "CSV", "JSON", "Excel workbook"
 * @param form whose columns it has, such as "imapsync"; empty for those of the template
 * @param details what else had to be found out, such as the delimiter and the character set
 * @param columns the columns from left to right, or the members of JSON
 * @param notes what deserves a look, as sentences
 */
public record RequestReading(
    String kind, String form, List<String> details, List<ReadColumn> columns, List<String> notes) {
  /** What is known of a request whose reading was not kept. */
  public static final RequestReading UNKNOWN =
      new RequestReading("", "", List.of(), List.of(), List.of());

  /**
   * One column of the file.
   *
   * @param place counted from 1
   * @param header its name in the file; empty where the file has no header
   * @param column the name of the column that it was taken for; empty when it is ignored
   * @param ignored why it is ignored; empty when it is not
   */
  public record ReadColumn(int place, String header, String column, String ignored) {}

  public RequestReading {
    details = List.copyOf(details);
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
  }

  /** Whether anything is known. */
  public boolean known() {
    return !kind.isEmpty();
  }

  /** The same with more notes. */
  public RequestReading with(List<String> more) {
    return new RequestReading(
        kind, form, details, columns, Stream.concat(notes.stream(), more.stream()).toList());
  }

  /** In a few words, such as "CSV of imapsync (semicolons, UTF-8)". */
  public String summary() {
    return kind
        + (form.isEmpty() ? "" : " of " + form)
        + (details.isEmpty() ? "" : " (" + String.join(", ", details) + ")");
  }
}
