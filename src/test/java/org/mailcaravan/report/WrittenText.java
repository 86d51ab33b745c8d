package org.mailcaravan.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;

/** Reads what tables write. */
public final class WrittenText {
  private WrittenText() {}

  public static String of(Consumer<PrintWriter> table) {
    StringWriter text = new StringWriter();
    table.accept(new PrintWriter(text));
    return text.toString();
  }
}
