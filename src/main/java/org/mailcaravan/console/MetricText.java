package org.mailcaravan.console;

import org.mailcaravan.model.VisibleText;

/** Writes the text format of Prometheus, version 0.0.4. */
final class MetricText {
  private final StringBuilder text = new StringBuilder();
  private String name = "";

  /** Begins a number that only grows; its name ends in {@code _total}. */
  MetricText counter(String named, String help) {
    return begin(named, "counter", help);
  }

  /** Begins a number that goes up and down. */
  MetricText gauge(String named, String help) {
    return begin(named, "gauge", help);
  }

  private MetricText begin(String named, String type, String help) {
    name = named;
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /**
   * Adds a value to what was begun.
   *
   * @param labels names and values in turn; the values may be of strangers
   */
  MetricText add(double value, String... labels) {
    text.append(name);
    for (int at = 0; at < labels.length; at += 2) {
      text.append(at == 0 ? '{' : ',').append(labels[at]).append("=\"");
      text.append(escaped(labels[at + 1])).append('"');
    }
    text.append(labels.length > 0 ? "} " : " ").append(number(value)).append('\n');
    return this;
  }

  /** Adds a whole number. */
  MetricText add(long value, String... labels) {
    return add((double) value, labels);
  }

  private static String escaped(String value) {
    // Before VisibleText adds backslashes of its own.
    return VisibleText.of(value.replace("\n", " ")).replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
