package org.mailcaravan.intake.mail;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

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
}
