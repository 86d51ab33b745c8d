package org.mailcaravan.secrets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** Reads the keys from the environment, or else from a file that is created at the first start. */
public final class KeySource {
  /**
   * The environment variable that replaces the key file: one or more keys of 32 octets in Base64,
   * newest first, separated by commas.
   */
  public static final String VARIABLE = "MAILCARAVAN_SECRET_KEY";

  private static final String FIRST_LINES =
      """
      # The key that Mail Caravan seals passwords with. Keep it secret, and keep a copy apart from the database.
      # For a new key write it (32 random octets in Base64) above the old one, start the program once, which seals anew
      # what the old one had sealed, and remove the old one.
      """;

  private KeySource() {}

  /**
   * Opens the key ring.
   *
   * @param keyFile the file to read; created with its folder when it does not exist and the
   *     environment has no key
   * @param environment the environment's variables
   * @throws RequestRejected when there is no usable key, or users other than the owner may use the
   *     file
   */
  public static KeyRing open(Path keyFile, Map<String, String> environment) {
    String given = environment.get(VARIABLE);
    if (given != null && !given.isBlank()) {
      try {
        return KeyRing.of(Arrays.asList(given.split(",", -1)));
      } catch (IllegalArgumentException e) {
        throw rejected(
            Where.setting(VARIABLE, "environment variable " + VARIABLE),
            "it " + e.getMessage(),
            "Set it to 32 random octets in Base64, as \"openssl rand -base64 32\" prints them.");
      }
    }
    try {
      if (Files.notExists(keyFile)) {
        create(keyFile);
      }
      return read(keyFile);
    } catch (IOException e) {
      throw rejected(
          Where.onDisk("key file", keyFile),
          "it can be neither read nor created (" + e.getClass().getSimpleName() + ")",
          "Check secrets.key-file, and that this user may read and write there.");
    }
  }

  /** Where {@link #open} has the keys from, for people. */
  public static String place(Path keyFile, Map<String, String> environment) {
    String given = environment.get(VARIABLE);
    return given != null && !given.isBlank()
        ? "environment variable " + VARIABLE
        : "key file " + keyFile;
  }

  private static KeyRing read(Path keyFile) throws IOException {
    if (isPosix(keyFile)) {
      Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(keyFile));
      others.removeAll(PosixFilePermissions.fromString("rwx------"));
      if (!others.isEmpty()) {
        throw rejected(
            Where.onDisk("key file", keyFile),
            "other users than its owner may use it ("
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile))
                + ")",
            "Run \"chmod 600\" on it, and find out whether somebody may have copied it.");
      }
    }
    try {
      return KeyRing.of(Files.readAllLines(keyFile, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw rejected(
          Where.onDisk("key file", keyFile),
          "it " + e.getMessage(),
          "Put the copy of the key file back; without it the passwords in the database are lost.");
    }
  }

  /**
   * Creates the file as a whole or not at all, and never replaces one that another process created.
   */
  private static void create(Path keyFile) throws IOException {
    Path folder = keyFile.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder");
    }
    boolean posix = isPosix(existing(folder));
    Files.createDirectories(folder, attributes(posix, "rwx------"));
    Path made = Files.createTempFile(folder, "secret", ".new", attributes(posix, "rw-------"));
    try {
      String text = FIRST_LINES + KeyRing.newKey(new SecureRandom()) + "\n";
      try (FileChannel file = FileChannel.open(made, StandardOpenOption.WRITE)) {
        file.write(StandardCharsets.UTF_8.encode(text));
        file.force(true);
      }
      publish(made, keyFile);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static void publish(Path made, Path keyFile) throws IOException {
    try {
      // Unlike a move, a link never replaces an existing file.
      Files.createLink(keyFile, made);
    } catch (FileAlreadyExistsException e) {
      return;
    } catch (UnsupportedOperationException | IOException e) {
      Files.move(made, keyFile);
    }
  }

  private static Path existing(Path folder) {
    Path nearest = folder;
    while (Files.notExists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest;
  }

  private static boolean isPosix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static RequestRejected rejected(Where place, String cause, String nextStep) {
    return new RequestRejected(new Problem(place, cause, Owner.US, nextStep));
  }
}
