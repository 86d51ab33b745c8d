package org.mailcaravan.intake;

/**
 * The template that customers fill in: the header alone. An example row would come back and be
 * taken for a mailbox.
 */
public final class CsvTemplate {
  private CsvTemplate() {}

  /** The template, one line with its end. */
  public static String text() {
    return String.join(",", Column.words()) + "\n";
  }
}
