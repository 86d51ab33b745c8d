package org.mailcaravan.demo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mailcaravan.demo.GeneratedMail.Letter;
import org.mailcaravan.demo.GeneratedMail.Mark;
import org.mailcaravan.model.Server;

/**
 * An IMAP server inside this program, in memory, on a loopback port. Filled and read from the
 * inside, so that the comparison does not depend on what it checks.
 */
public interface DemoServer extends AutoCloseable {
  /**
   * A message as the server holds it.
   *
   * @param digest SHA-256 of its octets
   */
  record Held(String digest, Set<Mark> marks, Instant received) {
    public Held {
      marks = Set.copyOf(marks);
    }

    /** For sorting and for people. */
    String describe() {
      return received + " " + new TreeSet<>(marks) + " " + digest;
    }
  }

  /** The loopback address that it listens on. */
  Server address();

  /** Makes an empty mailbox. */
  void addMailbox(String address, String password);

  /** Puts mail into a folder, which is made if there is none. */
  void fill(String address, String folder, List<Letter> letters);

  /** Everything in a mailbox by folder; folders without mail are left out. */
  Map<String, List<Held>> contents(String address);

  /** Ends the server; its mail is gone. */
  @Override
  void close();
}
