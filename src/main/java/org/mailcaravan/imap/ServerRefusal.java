package org.mailcaravan.imap;

/**
 * A tagged NO or BAD.
 *
 * @param bad whether it was BAD rather than NO
 * @param code the response code in upper case with its arguments, without brackets ({@code
 *     OVERQUOTA}, {@code TRYCREATE}), or empty
 * @param text the human-readable words of the server
 */
public record ServerRefusal(boolean bad, String code, String text) {
  /** The code's first word, in upper case, or empty. */
  public String codeName() {
    int space = code.indexOf(' ');
    return space < 0 ? code : code.substring(0, space);
  }

  /** As it stood on the wire, for people: {@code NO [OVERQUOTA] Quota exceeded}. */
  @Override
  public String toString() {
    return (bad ? "BAD " : "NO ") + (code.isEmpty() ? "" : "[" + code + "] ") + text;
  }
}
