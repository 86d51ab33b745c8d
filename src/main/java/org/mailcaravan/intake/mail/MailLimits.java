package org.mailcaravan.intake.mail;

/**
 * What a mail may have at most. Whoever sends more gets an explanation, and nothing of the mail is
 * used.
 *
 * @param octets of the whole mail as it came, encoded
 * @param parts of all kinds, nested ones too
 * @param depth of parts within parts
 * @param headerOctets of one header
 * @param textLength characters of a text part; a longer one is cut
 * @param files how many may be attached
 */
public record MailLimits(
    int octets, int parts, int depth, int headerOctets, int textLength, int files) {
  /** Room for a file of a thousand mailboxes, and for exports of contacts and calendars. */
  public static final MailLimits STANDARD =
      new MailLimits(25 << 20, 200, 12, 64 << 10, 1 << 20, 100);

  public MailLimits {
    if (Math.min(
            Math.min(Math.min(octets, parts), Math.min(depth, headerOctets)),
            Math.min(textLength, files))
        < 1) {
      throw new IllegalArgumentException("a limit is less than 1");
    }
  }

  /** The same for mails of another size. */
  public MailLimits ofOctets(int most) {
    return new MailLimits(most, parts, depth, headerOctets, textLength, files);
  }
}
