package org.mailcaravan.intake.mail;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Locale;

/** A file that came with a mail or a form. Immutable and thread-safe. */
public final class MailFile {
  private final String name;
  private final byte[] octets;

  MailFile(String name, byte[] octets) {
    this.name = name;
    this.octets = octets;
  }

  /** Its name, which is safe as the name of a file in a folder of ours. */
  public String name() {
    return name;
  }

  /**
   * The same with another name.
   *
   * @param other safe as the name of a file
   */
  public MailFile named(String other) {
    return other.equals(name) ? this : new MailFile(other, octets);
  }

  /** Its content, to be read. */
  public InputStream open() {
    return new ByteArrayInputStream(octets);
  }

  /** Its content. */
  public byte[] octets() {
    return octets.clone();
  }

  @Override
  public String toString() {
    return name + " of " + octets.length + " octets";
  }

  /** What stands behind the last dot of a name, in lower case; the name where it has none. */
  public static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
