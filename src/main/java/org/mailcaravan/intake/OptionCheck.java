package org.mailcaravan.intake;

import java.time.ZoneOffset;
import java.util.Locale;
import org.mailcaravan.model.Window;

/** Checks the text of a column that is kept as an option of its row. */
@FunctionalInterface
interface OptionCheck {
  /** Whatever people call something: one line, not too long. */
  OptionCheck NAME =
      text -> {
        if (text.length() > 200 || Texts.hasControls(text)) {
          throw new Unfit(
              "has a line break in it or is longer than 200 characters",
              "Write the name that the user shall see, or leave it empty for the default.");
        }
        return text;
      };

  /** Whatever a help desk calls a ticket. */
  OptionCheck TICKET =
      text -> {
        if (!isTicket(text)) {
          throw new Unfit(
              "has a line break in it or is longer than 100 characters",
              "Write the number of the ticket, or leave it empty.");
        }
        return text;
      };

  /** A word that routes compare. */
  OptionCheck LABEL =
      text -> {
        if (text.length() > 100 || Texts.hasControls(text)) {
          throw new Unfit(
              "has a line break in it or is longer than 100 characters",
              "Write a word that your routes ask for, or leave it empty.");
        }
        return text;
      };

  /** Whether a text can be the number of a ticket. */
  static boolean isTicket(String text) {
    return text.length() <= 100 && !Texts.hasControls(text);
  }

  /** A word of config/policies.yaml; which ones there are is checked with the row. */
  OptionCheck POLICY = text -> text.toLowerCase(Locale.ROOT);

  /** A time to come. */
  OptionCheck START =
      text -> {
        if (StartTime.read(text).isEmpty() && StartTime.readWithOffset(text).isEmpty()) {
          throw new Unfit("is not a time", "Write it as 2026-12-01 18:00.");
        }
        return text;
      };

  /** Times of the week. */
  OptionCheck WINDOW =
      text -> {
        try {
          Window unused = Window.parse(text, ZoneOffset.UTC);
          return text;
        } catch (IllegalArgumentException e) {
          if (Window.lacksZone(text)) {
            throw new Unfit(
                "has a time zone that nobody knows",
                "Write the time zone as Europe/Rome, or leave it out.");
          }
          throw new Unfit(
              "is no time of the week", "Write it as Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome.");
        }
      };

  /** What is wrong with a text, in words that go on after the name of the column. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    private final String problem;
    private final String remedy;

    Unfit(String problem, String remedy) {
      super(problem);
      this.problem = problem;
      this.remedy = remedy;
    }

    String problem() {
      return problem;
    }

    String remedy() {
      return remedy;
    }
  }

  /**
   * The text in the one form in which it is kept.
   *
   * @param text not empty, without white space around it
   * @throws Unfit when it is none that may stand there; the text is not repeated, since it may be a
   *     password in the wrong column
   */
  String kept(String text) throws Unfit;
}
