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
 * An IMAP server inside this program, in memory, on a loopback port. It is filled and read
 * directly, not by IMAP, so the comparison does not depend on the code that it checks.
 */
public interface DemoServer extends AutoCloseable {
  /**
   * A message on the server.
   *
   * @param digest SHA-256 of its octets
   */
  record Held(String digest, Set<Mark> marks, Instant received) {
    public Held {
      marks = Set.copyOf(marks);
    }

    /** The message for people, and for comparison. */
    String describe() {
      return received + " " + new TreeSet<>(marks) + " " + digest;
    }
  }

  /** The loopback address that it listens on. */
  Server address();

  /** Creates an empty mailbox. */
  void addMailbox(String address, String password);

  /** Puts mail into a folder, which is created if it is missing. */
  void fill(String address, String folder, List<Letter> letters);

  /** The messages of a mailbox by folder; folders without mail are left out. */
  Map<String, List<Held>> contents(String address);

  /** Stops the server; its mail is gone. */
  @Override
  void close();
}
