package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault.Role;

/** What a thief finds who has the files of a database, its key and the file of the slots. */
final class Leftovers {
  private static final String MAILBOX = "20261122-120000-000-forgotten.1";
  private static final Secret PASSWORD = Secret.of("correct horse battery");

  /** With as many characters as that password takes: octets of the next column may look alike. */
  private static final Pattern ENVELOPE =
      Pattern.compile("v2\\.[0-9a-f]{8}\\.[0-9]+\\.[\\w-]{16}\\.[\\w-]{50}");

  private Leftovers() {}

  /** Each envelope that stands anywhere in the files of a folder. */
  static List<String> envelopes(Path folder) throws IOException {
    TreeSet<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        ENVELOPE.matcher(text).results().map(MatchResult::group).forEach(found::add);
      }
    }
    return List.copyOf(found);
  }

  /**
   * Puts a password in, forgets it, and looks into the files.
   *
   * @param files where those of the database are
   * @param data where the file of the slots is
   * @param other an empty folder
   * @param written has the database write its tables to the files; in a log alone, what we look for
   *     may be cut by the head of a page
   */
  static void assertForgottenForGood(
      Vault vault,
      KeyRing keys,
      KeySlots slots,
      Path files,
      Path data,
      Path other,
      Runnable written)
      throws Exception {
    Path slotFile = data.resolve(KeySlots.FILE);
    vault.put(MAILBOX, Role.SOURCE, PASSWORD);
    byte[] before = Files.readAllBytes(slotFile);
    vault.forget(MAILBOX);
    written.run();

    // The database has not let go of what was deleted; or this would prove nothing.
    List<String> left = envelopes(files);
    assertThat(left).isNotEmpty();
    String owner = Role.SOURCE.name() + "\0" + MAILBOX;
    for (String envelope : left) {
      assertThatThrownBy(() -> new Envelope(keys, slots).open(envelope, owner))
          .isInstanceOf(Envelope.Closed.class);
    }
    assertThat(Files.readAllBytes(slotFile)).hasSameSizeAs(before).containsOnly(0);

    // With the key that was overwritten it would open: nothing else is in the way.
    Files.write(other.resolve(KeySlots.FILE), before);
    try (KeySlots stolen = KeyFile.in(other)) {
      assertThat(new Envelope(keys, stolen).open(left.get(0), owner)).isEqualTo(PASSWORD);
    }
  }
}
