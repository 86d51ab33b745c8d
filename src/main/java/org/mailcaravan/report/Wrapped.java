package org.mailcaravan.report;

/** Text that is broken into lines between words. */
final class Wrapped {
  private static final int LEAST_WIDTH = 20;

  private Wrapped() {}

  /**
   * The text as lines, each with the indent and a line end. A word that is too long stays whole.
   *
   * @param text of strangers, made safe here
   * @param width of a line in columns
   */
  @SuppressWarnings("StringSplitter") // An empty text is one empty line.
  static String of(String text, String indent, int width) {
    int room = Math.max(LEAST_WIDTH, width - indent.length());
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : TextWidth.tame(text).strip().split(" +")) {
      if (line.length() > 0 && TextWidth.of(line.toString()) + 1 + TextWidth.of(word) > room) {
        lines.append(indent).append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    return lines.append(indent).append(line).append('\n').toString();
  }
}
