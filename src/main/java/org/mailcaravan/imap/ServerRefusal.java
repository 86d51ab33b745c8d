package org.mailcaravan.imap;

/**
 * A tagged NO or BAD, or the BYE that a server sends in place of one.
 *
 * @param bad whether it was BAD rather than NO
 * @param code the response code in upper case with its arguments, without brackets ({@code
 *     OVERQUOTA}, {@code TRYCREATE}), or empty
 * @param text the human-readable words of the server
 * @param also the untagged NO, BAD or ALERT that came before it, or empty
 * @param bye whether it was a BYE
 */
public record ServerRefusal(boolean bad, String code, String text, String also, boolean bye) {
  /** Marks what the server did not say. */
  private static final String UNSAID = "X-UNSAID";

  /** A fault that we found ourselves; it is not shown as the server's words. */
  public static ServerRefusal unsaid(String text) {
    return new ServerRefusal(false, UNSAID, text);
  }

  /**
   * A BYE that answers a command.
   *
   * @param words {@code [CODE] text}
   */
  public static ServerRefusal bye(String words) {
    ResponseText said = ResponseText.parse(words);
    return new ServerRefusal(
        false, (said.code() + " " + said.arguments()).strip(), said.text(), "", true);
  }

  public ServerRefusal(boolean bad, String code, String text, String also) {
    this(bad, code, text, also, false);
  }

  public ServerRefusal(boolean bad, String code, String text) {
    this(bad, code, text, "");
  }

  /** The code's first word, in upper case, or empty. */
  public String codeName() {
    int space = code.indexOf(' ');
    return space < 0 ? code : code.substring(0, space);
  }

  /** As on the wire: {@code NO [OVERQUOTA] Quota exceeded}. */
  @Override
  public String toString() {
    if (code.equals(UNSAID)) {
      return text;
    }
    return (bye ? "BYE " : bad ? "BAD " : "NO ")
        + (code.isEmpty() ? "" : "[" + code + "] ")
        + text
        + (also.isEmpty() ? "" : "; before that it said: " + also);
  }
}
