package org.mailcaravan.sync.copy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.session.DiskFull;

/**
 * Keeps messages that the destination refuses, each as an .eml file with its reason beside it,
 * under address and folder. A message that is set aside again replaces the older file. Thread-safe
 * for different mailboxes.
 */
public final class SetAside {
  private static final int NAME_LENGTH = 120;

  private final Path root;
  private final long most;

  /** How many octets of a mailbox are there, as far as they were counted. */
  private final Map<Path, Long> kept = new ConcurrentHashMap<>();

  /**
   * @param root made when it is first needed
   * @param most octets of one mailbox
   */
  public SetAside(Path root, long most) {
    this.root = root;
    this.most = most;
  }

  /**
   * What is kept.
   *
   * @param file the message, or its reason where that is all
   */
  record Kept(Path file, boolean isWhole) {
    /** As the beginning of a next step. */
    String words() {
      return isWhole
          ? "The message is kept as " + file + "; import it by hand, or"
          : "Only the reason is kept, as "
              + file
              + ", since copy.set-aside-mib allows no more for this mailbox;";
    }
  }

  /**
   * Keeps a message, or where the mailbox has its most, only the reason.
   *
   * @throws NeedsAttention when there is no room on the disk; the pass must then not go on
   * @throws UncheckedIOException when it cannot be written for another reason; likewise
   */
  Kept keep(FolderPlan plan, SourceMessage message, String reason) {
    Path folder = folder(plan);
    Path file = folder.resolve(message.uid() + ".eml");
    try {
      Files.createDirectories(folder);
      if (!hasRoom(root.resolve(folderOf(plan.mailbox().sourceAddress())), message)) {
        Path why = folder.resolve(message.uid() + ".reason.txt");
        Files.writeString(why, reason + "\n", StandardCharsets.UTF_8);
        return new Kept(why, false);
      }
      // Temporary files are made readable by their owner only, and keep that when moved.
      Path part = Files.createTempFile(folder, "part-", ".tmp");
      try (OutputStream out = Files.newOutputStream(part)) {
        message.content().writeTo(out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(
          folder.resolve(message.uid() + ".reason.txt"), reason + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      if (DiskFull.isMeantBy(e)) {
        throw DiskFull.problem(Where.onDisk("a refused message, to be kept in", folder), e, e);
      }
      throw new UncheckedIOException("a refused message cannot be kept in " + folder, e);
    }
    return new Kept(file, true);
  }

  /** A message that was set aside has arrived since. */
  void forget(FolderPlan plan, long uid) {
    Path folder = folder(plan);
    try {
      Files.deleteIfExists(folder.resolve(uid + ".eml"));
      Files.deleteIfExists(folder.resolve(uid + ".reason.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "a message that has arrived cannot be removed from " + folder, e);
    }
  }

  /** The name of the folder with what was set aside of a mailbox, by its address at the source. */
  public static String folderOf(String sourceAddress) {
    return fileName(sourceAddress);
  }

  private Path folder(FolderPlan plan) {
    return root.resolve(folderOf(plan.mailbox().sourceAddress()))
        .resolve(fileName(plan.name().wire()));
  }

  private boolean hasRoom(Path mailbox, SourceMessage message) throws IOException {
    long size = message.content().size();
    Long counted = kept.get(mailbox);
    long before = counted == null ? octets(mailbox) : counted;
    if (size > most - before) {
      // Some may have been removed since.
      before = octets(mailbox);
    }
    boolean fits = size <= most - before;
    kept.put(mailbox, fits ? before + size : before);
    return fits;
  }

  private static long octets(Path mailbox) throws IOException {
    long octets = 0;
    try (Stream<Path> files = Files.walk(mailbox)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        octets += Files.size(file);
      }
    }
    return octets;
  }

  /**
   * Any name as one that every file system takes and that leads nowhere else; different names stay
   * different.
   */
  private static String fileName(String name) {
    StringBuilder safe = new StringBuilder();
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain =
          (c < 128 && Character.isLetterOrDigit(c))
              || "@-_ ".indexOf(c) >= 0
              || (c == '.' && !safe.isEmpty());
      safe.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return safe.length() <= NAME_LENGTH
        ? safe.toString()
        : safe.substring(0, NAME_LENGTH) + "~" + Integer.toHexString(name.hashCode());
  }
}
