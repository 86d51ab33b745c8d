package org.mailcaravan.model;

/**
 * Why a row of a request was rejected.
 *
 * @param line the line of the file that the row begins on, counted from 1; in JSON, the number of
 *     the object, counted from 1
 * @param column the canonical name of the column, or empty when the problem is the whole row
 * @param value the value in the request; {@link Secret#MASK} when it is a password
 * @param problem what is wrong with it
 * @param remedy how to fix it
 */
public record RowProblem(int line, String column, String value, String problem, String remedy) {
  /** How much it weighs: the mailbox of such a row is not copied. */
  public Severity severity() {
    return Severity.ERROR;
  }

  /** A copy with another value. */
  public RowProblem withValue(String shown) {
    return new RowProblem(line, column, shown, problem, remedy);
  }
}
