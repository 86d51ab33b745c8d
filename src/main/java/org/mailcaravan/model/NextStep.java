package org.mailcaravan.model;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to do next about something that may pass by itself. That the request is to be run again
 * later is a part of its own, so that a time can take its place.
 *
 * @param before what to do before, as sentences; may be empty
 * @param isAgain whether the request is to be run again later
 * @param after what else to know, as sentences; may be empty
 */
public record NextStep(String before, boolean isAgain, String after) {
  /** To run the request again later, and nothing else. */
  public static final NextStep AGAIN = new NextStep("", true, "");

  private static final String MARK = "{again}";
  private static final String LATER =
      "Run the request again later; what has arrived will not be copied twice.";

  /** Reads sentences in which {@code {again}} stands for running the request again later. */
  public static NextStep of(String sentences) {
    int mark = sentences.indexOf(MARK);
    return mark < 0
        ? new NextStep(sentences, false, "")
        : new NextStep(
            sentences.substring(0, mark).strip(),
            true,
            sentences.substring(mark + MARK.length()).strip());
  }

  /** The same, and then what else to know, as sentences. */
  public NextStep and(String more) {
    return isAgain
        ? new NextStep(before, true, joined(after, more))
        : new NextStep(joined(before, more), false, after);
  }

  private static String joined(String one, String other) {
    return one.isEmpty() ? other : one + " " + other;
  }

  /** The sentences. */
  public String words() {
    return isAgain ? with(LATER) : before;
  }

  /**
   * The sentences for when the server named a time.
   *
   * @param timed when to run the request again, as a sentence
   */
  public String with(String timed) {
    return Stream.of(before, timed, after)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    return words();
  }
}
