package org.mailcaravan.imap;

/**
 * A tagged NO or BAD.
 *
 * @param bad whether it was BAD rather than NO
 * @param code the response code in upper case with its arguments, without brackets ({@code
 *     OVERQUOTA}, {@code TRYCREATE}), or empty
 * @param text the human-readable words of the server
 * @param also what it warned of by an untagged response while the command was under way, or empty
 */
public record ServerRefusal(boolean bad, String code, String text, String also) {
  /** Stands for the code of what the server did not say. */
  private static final String UNSAID = "X-UNSAID";

  /** What we found out by ourselves, so that it is not shown as the server's words. */
  public static ServerRefusal unsaid(String text) {
    return new ServerRefusal(false, UNSAID, text);
  }

  public ServerRefusal(boolean bad, String code, String text) {
    this(bad, code, text, "");
  }

  /** The code's first word, in upper case, or empty. */
  public String codeName() {
    int space = code.indexOf(' ');
    return space < 0 ? code : code.substring(0, space);
  }

  /** As it stood on the wire, for people: {@code NO [OVERQUOTA] Quota exceeded}. */
  @Override
  public String toString() {
    if (code.equals(UNSAID)) {
      return text;
    }
    return (bad ? "BAD " : "NO ")
        + (code.isEmpty() ? "" : "[" + code + "] ")
        + text
        + (also.isEmpty() ? "" : "; before that it said: " + also);
  }
}
