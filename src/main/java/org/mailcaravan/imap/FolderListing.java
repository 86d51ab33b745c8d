package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists folders in the fullest way that the server offers: LIST-EXTENDED (RFC 5258) with
 * SPECIAL-USE (RFC 6154) and LIST-STATUS (RFC 5819), else LIST or XLIST, LSUB, and STATUS for each.
 */
final class FolderListing {
  /** How many STATUS commands may be under way at once. */
  private static final int WINDOW = 32;

  /** More than any real mailbox has. A listing is in memory. */
  static final int MOST_FOLDERS = 100_000;

  private static final String NOSELECT = "\\noselect";

  /** How many malformed lines are shown. */
  private static final int MOST_SHOWN = 3;

  private static final int LONGEST_NAME = 8_192;
  private static final long MOST_OCTETS_OF_NAMES = 32 << 20;

  private static final Map<String, String> XLIST_NAMES =
      Map.of(
          "\\allmail", "\\all",
          "\\spam", "\\junk",
          "\\starred", "\\flagged");

  private final Conversation conversation;

  FolderListing(Conversation conversation) {
    this.conversation = conversation;
  }

  FolderList list(boolean withStatus) {
    Capabilities capabilities = conversation.capabilities();
    Listing listing = null;
    if (capabilities.has("LIST-EXTENDED")) {
      listing = extended(withStatus && capabilities.has("LIST-STATUS"));
    }
    if (listing == null) {
      listing = plain(capabilities.has("XLIST") && !capabilities.has("SPECIAL-USE"));
    }
    if (listing.hasFault()) {
      // An item of LIST-EXTENDED may have failed, such as the status of a folder (Dovecot).
      listing = again(listing);
    }
    if (withStatus) {
      fillStatus(listing);
    }
    return new FolderList(
        listing.result(), conversation.warning(listing), List.copyOf(listing.malformed));
  }

  /** The plain list, completed from the list before. */
  private Listing again(Listing before) {
    Listing plain = new Listing("LIST");
    if (!conversation.run(plain, "LIST \"\" \"*\"").ok()) {
      return before;
    }
    before.entries.forEach(
        (wire, told) -> {
          Entry entry = plain.entries.putIfAbsent(wire, told);
          if (entry != null) {
            // Dovecot calls a folder \Noselect after its STATUS has failed.
            boolean both =
                entry.attributes.contains(NOSELECT) && told.attributes.contains(NOSELECT);
            entry.attributes.addAll(told.attributes);
            if (!both) {
              entry.attributes.remove(NOSELECT);
            }
          }
        });
    plain.statuses.putAll(before.statuses);
    return plain;
  }

  /** Null when the server refuses what it advertises, or then lists no folder, as some do. */
  private @Nullable Listing extended(boolean withStatus) {
    Capabilities capabilities = conversation.capabilities();
    List<String> returns = new ArrayList<>(List.of("SUBSCRIBED"));
    if (capabilities.has("SPECIAL-USE")) {
      returns.add("SPECIAL-USE");
    }
    if (withStatus) {
      returns.add("STATUS " + StatusQuery.items(conversation));
    }
    Listing listing = new Listing("LIST");
    String command = "LIST \"\" \"*\" RETURN (" + String.join(" ", returns) + ")";
    return conversation.run(listing, command).ok() && !listing.entries.isEmpty() ? listing : null;
  }

  private Listing plain(boolean xlist) {
    String verb = xlist ? "XLIST" : "LIST";
    Listing listing = new Listing(verb);
    Listing subscribed = new Listing("LSUB");
    new CommandWriter(conversation, listing).text(verb + " \"\" \"*\"").end();
    new CommandWriter(conversation, subscribed).text("LSUB \"\" \"*\"").end();
    Completion listed = conversation.await(listing.done());
    // Without LSUB no folder counts as subscribed, but all are listed.
    conversation.await(subscribed.done());
    if (xlist && !listed.ok()) {
      return plain(false);
    }
    Conversation.check(listing, listed);
    subscribed.entries.forEach(
        (wire, told) -> {
          Entry entry = listing.entries.get(wire);
          // Courier lists the parents of subscribed folders as \Noselect; they are not subscribed.
          if (entry != null && !told.attributes.contains(NOSELECT)) {
            entry.attributes.add("\\subscribed");
          }
        });
    return listing;
  }

  /** Asks for each status that LIST did not give. A folder whose STATUS is refused gets none. */
  private void fillStatus(Listing listing) {
    Deque<StatusQuery> underWay = new ArrayDeque<>();
    for (ListedFolder folder : listing.result()) {
      if (!folder.selectable() || folder.status() != null) {
        continue;
      }
      if (underWay.size() == WINDOW) {
        finish(listing, underWay.removeFirst());
      }
      StatusQuery query = new StatusQuery(conversation, folder.name());
      query.send();
      underWay.addLast(query);
    }
    underWay.forEach(query -> finish(listing, query));
  }

  private void finish(Listing listing, StatusQuery query) {
    boolean ok = conversation.await(query.done()).ok();
    FolderStatus status = query.status();
    if (ok && status != null) {
      listing.statuses.put(query.folder().wire(), status);
    }
  }

  /** The separator that {@code LIST "" ""} gives (RFC 9051 section 6.3.9), or null. */
  @Nullable Character rootSeparator() {
    Listing listing = new Listing("LIST");
    conversation.require(listing, "LIST \"\" \"\"");
    return listing.entries.values().stream().findFirst().map(entry -> entry.separator).orElse(null);
  }

  private static final class Entry {
    final Set<String> attributes = new TreeSet<>();
    @Nullable Character separator;
  }

  /** LIST, XLIST or LSUB. The folders stay in the server's order, each once. */
  private final class Listing extends Command {
    final Map<String, Entry> entries = new LinkedHashMap<>();
    final Map<String, FolderStatus> statuses = new HashMap<>();
    final Set<String> malformed = new LinkedHashSet<>();
    private final String verb;
    private long octets;

    Listing(String verb) {
      super(verb);
      this.verb = verb;
    }

    @Override
    boolean wants(String name) {
      return name.equals(verb) || (name.equals("STATUS") && verb.equals("LIST"));
    }

    @Override
    void take(String name, long number, WireReader wire) throws IOException {
      if (name.equals("STATUS")) {
        String folder = StatusQuery.readName(wire);
        FolderStatus status = StatusQuery.readItems(wire);
        if (statuses.size() < MOST_FOLDERS && folder.length() <= LONGEST_NAME) {
          statuses.put(folder, status);
        }
        return;
      }
      List<String> attributes = wire.words();
      wire.spaces();
      Character separator = wire.separator();
      wire.spaces();
      if (wire.atLineEnd()) {
        throw new ProtocolFailure("the name of a folder was expected");
      }
      String wireName = readName(wire);
      Entry entry = entries.get(wireName);
      if (entry == null) {
        requireRoom(wireName);
        entry = new Entry();
        entries.put(wireName, entry);
        conversation.markWanted();
      }
      entry.separator = separator;
      if (wireName.isEmpty()) {
        // Only the answer to LIST "" "" has an empty name, and that folder holds no mail.
        entry.attributes.add(NOSELECT);
      }
      for (String attribute : attributes.subList(0, Math.min(attributes.size(), 100))) {
        String lower = attribute.toLowerCase(Locale.ROOT);
        entry.attributes.add(XLIST_NAMES.getOrDefault(lower, lower));
        if (lower.equals("\\nonexistent")) {
          entry.attributes.add(NOSELECT);
        }
      }
    }

    @Override
    boolean isUnanswered(ResponseText end) {
      return entries.isEmpty();
    }

    @Override
    boolean skipsMalformed() {
      return true;
    }

    /** A malformed STATUS is not kept: the folder is asked for its status again. */
    @Override
    void malformed(String name, String line) {
      if (name.equals(verb) && malformed.size() < MOST_SHOWN) {
        malformed.add(line);
      }
    }

    /** Whether folders may be missing; known after the end. */
    boolean hasFault() {
      return !malformed.isEmpty() || conversation.warning(this) != null;
    }

    private void requireRoom(String wireName) throws LimitExceeded {
      octets += wireName.length();
      if (entries.size() >= MOST_FOLDERS) {
        throw new LimitExceeded("more than " + MOST_FOLDERS + " folders");
      }
      if (wireName.length() > LONGEST_NAME || octets > MOST_OCTETS_OF_NAMES) {
        throw new LimitExceeded("names of folders that are too long");
      }
    }

    /** The name, which some servers leave unquoted although it has spaces. */
    private static String readName(WireReader wire) throws IOException {
      boolean atom = wire.peek() != '"' && !wire.isLiteral();
      StringBuilder name = new StringBuilder(wire.astring());
      while (atom && !wire.atLineEnd()) {
        int spaces = 0;
        while (wire.skip(' ')) {
          spaces++;
        }
        // Parentheses after a space are extended data of LIST-EXTENDED.
        if (wire.atLineEnd() || (spaces > 0 && wire.peek() == '(')) {
          break;
        }
        name.append(" ".repeat(spaces));
        name.append((char) wire.read());
        name.append(wire.token());
      }
      return name.toString();
    }

    List<ListedFolder> result() {
      List<ListedFolder> folders = new ArrayList<>();
      entries.forEach(
          (wireName, entry) -> {
            Set<String> attributes = new HashSet<>(entry.attributes);
            boolean subscribed = attributes.remove("\\subscribed");
            FolderStatus status = statuses.get(wireName);
            folders.add(
                new ListedFolder(
                    conversation.folder(wireName),
                    entry.separator,
                    attributes,
                    subscribed,
                    status));
          });
      return folders;
    }
  }
}
