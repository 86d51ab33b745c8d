package org.mailcaravan.intake;

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
