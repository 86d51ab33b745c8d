package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Everything that an account holds: folders (without the namespace's prefix, levels parted by "/"),
 * subscriptions, and each message's octets, flags, keywords and INTERNALDATE. Two are equal when
 * all of that is, in the same order; {@link #differencesFrom} tells what is not.
 *
 * @param folders by name; those that can hold no message are left out
 */
public record MailboxSnapshot(Map<String, Folder> folders) {
  public MailboxSnapshot {
    folders = Map.copyOf(folders);
  }

  /**
   * One folder.
   *
   * @param messages in the order of their UIDs
   */
  public record Folder(boolean subscribed, List<Message> messages) {
    public Folder {
      messages = List.copyOf(messages);
    }

    private List<String> digests() {
      return messages.stream().map(Message::digest).toList();
    }
  }

  /**
   * One message.
   *
   * @param digest SHA-256 of its octets in hexadecimal
   * @param size of its octets
   * @param flags and keywords, without \Recent
   * @param internalDate the instant: some servers do not keep the zone
   */
  public record Message(String digest, int size, Set<String> flags, Instant internalDate) {
    public Message {
      flags = Set.copyOf(flags);
    }

    static Message of(byte[] octets, Collection<String> flags, OffsetDateTime internalDate) {
      return new Message(
          sha256(octets), octets.length, Set.copyOf(flags), internalDate.toInstant());
    }

    private static String sha256(byte[] octets) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private String describe() {
      return digest.substring(0, 12)
          + " "
          + size
          + " octets "
          + new TreeSet<>(flags)
          + " "
          + internalDate;
    }
  }

  /** Reads a whole account on a loopback port, changing nothing. */
  public static MailboxSnapshot read(int port, String user, String password) {
    try (RawImap imap = RawImap.login(port, user, password)) {
      return read(imap);
    }
  }

  public static MailboxSnapshot read(RawImap imap) {
    FolderNames names = FolderNames.of(imap);
    Set<String> subscribed =
        imap.subscribed().stream()
            .map(folder -> names.common(folder.name()))
            .collect(Collectors.toSet());
    Map<String, Folder> folders = new TreeMap<>();
    for (RawImap.Listed listed : imap.list()) {
      if (listed.isSelectable()) {
        imap.examine(listed.name());
        List<Message> messages =
            imap.fetchAll().stream()
                .sorted(Comparator.comparingLong(RawImap.Fetched::uid))
                .map(MailboxSnapshot::message)
                .toList();
        String name = names.common(listed.name());
        folders.put(name, new Folder(subscribed.contains(name), messages));
      }
    }
    return new MailboxSnapshot(folders);
  }

  private static Message message(RawImap.Fetched fetched) {
    byte[] octets = fetched.octets().getBytes(StandardCharsets.ISO_8859_1);
    return Message.of(octets, fetched.flags(), fetched.internalDate());
  }

  /** How many messages there are in all folders. */
  public int count() {
    return folders.values().stream().mapToInt(folder -> folder.messages().size()).sum();
  }

  /**
   * How many messages are here that are not there, or not as often, whatever their flags and dates:
   * octets and folder count.
   */
  public int surplusOver(MailboxSnapshot other) {
    int surplus = 0;
    for (Map.Entry<String, Folder> folder : folders.entrySet()) {
      Folder there = other.folders.get(folder.getKey());
      List<String> rest = new ArrayList<>(there == null ? List.of() : there.digests());
      for (String digest : folder.getValue().digests()) {
        if (!rest.remove(digest)) {
          surplus++;
        }
      }
    }
    return surplus;
  }

  /** The same mail with folders called differently, as a destination may have to call them. */
  public MailboxSnapshot renamed(UnaryOperator<String> newName) {
    return new MailboxSnapshot(
        folders.entrySet().stream()
            .collect(Collectors.toMap(e -> newName.apply(e.getKey()), Map.Entry::getValue)));
  }

  /** The same mail, in each folder in an order of its own: for where the order does not matter. */
  public MailboxSnapshot inAnyOrder() {
    return changed(
        messages -> messages.stream().sorted(Comparator.comparing(Message::describe)).toList());
  }

  /** The same mail without these flags, as where a server cannot keep them. */
  public MailboxSnapshot withoutFlags(Set<String> unwanted) {
    return changed(
        messages ->
            messages.stream()
                .map(
                    message -> {
                      Set<String> kept = new TreeSet<>(message.flags());
                      kept.removeAll(unwanted);
                      return new Message(
                          message.digest(), message.size(), kept, message.internalDate());
                    })
                .toList());
  }

  private MailboxSnapshot changed(UnaryOperator<List<Message>> change) {
    Map<String, Folder> changed = new TreeMap<>();
    folders.forEach(
        (name, folder) ->
            changed.put(name, new Folder(folder.subscribed(), change.apply(folder.messages()))));
    return new MailboxSnapshot(changed);
  }

  /**
   * What is different here from what was expected, for people: at most ten lines a folder; empty
   * when nothing is. Compares the order of messages, too.
   */
  public List<String> differencesFrom(MailboxSnapshot expected) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(folders.keySet());
    names.addAll(expected.folders.keySet());
    for (String name : names) {
      Folder is = folders.get(name);
      Folder should = expected.folders.get(name);
      if (is == null) {
        differences.add(name + ": the folder is missing");
      } else if (should == null) {
        differences.add(name + ": nobody expected this folder");
      } else {
        compare(name, should, is, differences);
      }
    }
    return differences;
  }

  private static void compare(String name, Folder should, Folder is, List<String> differences) {
    if (should.subscribed() != is.subscribed()) {
      differences.add(name + ": subscribed is " + is.subscribed());
    }
    int most = Math.max(should.messages().size(), is.messages().size());
    int told = 0;
    for (int i = 0; i < most && told < 10; i++) {
      String expected = i < should.messages().size() ? should.messages().get(i).describe() : "none";
      String found = i < is.messages().size() ? is.messages().get(i).describe() : "none";
      if (!expected.equals(found)) {
        told++;
        differences.add(
            name + ", message " + (i + 1) + ": expected " + expected + " but found " + found);
      }
    }
  }
}
