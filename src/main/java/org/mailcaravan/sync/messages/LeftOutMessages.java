package org.mailcaravan.sync.messages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.HeaderField;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Which messages of an open source folder rules leave out: by what a list tells of them, and where
 * a rule asks for a header field, by their headers. Their text is never asked for. A message of
 * which the source does not tell what a rule wants to know is not left out. For one use, by one
 * thread.
 */
public final class LeftOutMessages {
  private final MailboxSession session;
  private final Where place;
  private final SelectedFolder folder;

  /** The rules, each with the messages that it leaves out, in the order of the rules. */
  private final Map<LeaveOut, UidSet> leftOut = new LinkedHashMap<>();

  /** Those that a rule leaves out if their header says so. */
  private final Map<LeaveOut, UidSet> undecided = new LinkedHashMap<>();

  private final UidSet all = new UidSet();

  /**
   * @param folder as it was opened
   * @param rules that speak of messages of this folder
   */
  public LeftOutMessages(
      MailboxSession session, Where place, SelectedFolder folder, List<LeaveOut> rules) {
    this.session = session;
    this.place = place;
    this.folder = folder;
    rules.forEach(rule -> leftOut.put(rule, new UidSet()));
  }

  /** Those of some messages, of which nothing but their sizes is known. */
  public void find(MessageSizes some) {
    if (leftOut.isEmpty() || some.isEmpty()) {
      return;
    }
    Set<FetchItem> items = EnumSet.noneOf(FetchItem.class);
    for (LeaveOut rule : leftOut.keySet()) {
      if (rule.flag() != null) {
        items.add(FetchItem.FLAGS);
      }
      if (rule.before() != null) {
        items.add(FetchItem.INTERNALDATE);
      }
    }
    UidSet uids = new UidSet();
    some.uids().forEach(uids::add);
    if (items.isEmpty()) {
      uids.forEach(uid -> add(uid, some.size(uid), null, Set.of()));
    } else {
      FolderPieces.each(uids, piece -> ask(piece, items, some));
    }
    readHeaders();
  }

  private void ask(UidSet piece, Set<FetchItem> items, MessageSizes sizes) {
    new CarefulReading(
            session,
            Side.SOURCE,
            place,
            folder,
            items,
            ContentStore.NONE,
            message -> {
              var date = message.internalDate();
              add(
                  message.uid(),
                  sizes.size(message.uid()),
                  date == null ? null : date.toInstant(),
                  message.flags());
              return true;
            })
        .read(piece);
  }

  /** Those of a piece of the folder; {@link #readHeaders} is to be called behind the last. */
  public void add(MessageTable table, int row) {
    long uid = table.uid(row);
    long date = table.date(row);
    if (table.isTold(uid)) {
      add(
          uid,
          table.size(row),
          date == MessageTable.NO_DATE ? null : Instant.ofEpochSecond(date),
          table.flags(uid));
    }
  }

  private void add(long uid, long octets, @Nullable Instant date, Set<String> flags) {
    if (all.contains(uid)) {
      return;
    }
    for (LeaveOut rule : leftOut.keySet()) {
      if (!rule.fits(octets, date, flags)) {
        continue;
      }
      if (rule.header() == null) {
        leaveOut(uid, rule);
        return;
      }
      undecided.computeIfAbsent(rule, any -> new UidSet()).add(uid);
    }
  }

  private void leaveOut(long uid, LeaveOut rule) {
    if (!all.contains(uid)) {
      all.add(uid);
      leftOut.computeIfAbsent(rule, any -> new UidSet()).add(uid);
    }
  }

  /** Reads the headers that decide, of messages that no other rule leaves out. */
  public void readHeaders() {
    UidSet wanted = new UidSet();
    undecided.values().forEach(wanted::addAll);
    wanted.removeAll(all);
    FolderPieces.each(
        wanted,
        piece ->
            new CarefulReading(
                    session,
                    Side.SOURCE,
                    place,
                    folder,
                    EnumSet.of(FetchItem.HEADER),
                    Header::read,
                    this::decide)
                .ask(piece));
    undecided.clear();
  }

  private boolean decide(FetchedMessage message) {
    if (!(message.content() instanceof Header header)) {
      return false;
    }
    for (Map.Entry<LeaveOut, UidSet> rule : undecided.entrySet()) {
      HeaderField wanted = rule.getKey().header();
      if (wanted != null && rule.getValue().contains(message.uid()) && header.has(wanted)) {
        leaveOut(message.uid(), rule.getKey());
        return true;
      }
    }
    return true;
  }

  /** The rule that leaves a message out, or null. */
  public @Nullable LeaveOut rule(long uid) {
    if (!all.contains(uid)) {
      return null;
    }
    return leftOut.entrySet().stream()
        .filter(rule -> rule.getValue().contains(uid))
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  /** The messages that are left out. */
  public UidSet uids() {
    return all;
  }

  /** The beginning of a header. */
  private record Header(long size, String text) implements Content {
    /** More of a header is not looked at. */
    private static final int MOST = 256 << 10;

    static Header read(long size, InputStream in) throws IOException {
      byte[] octets = in.readNBytes((int) Math.min(size, MOST));
      return new Header(size, new String(octets, StandardCharsets.ISO_8859_1));
    }

    boolean has(HeaderField wanted) {
      // A line that begins with a blank goes on with the one before (RFC 5322 section 2.2.3).
      for (String line : text.replaceAll("\r?\n(?=[ \t])", "").split("\r?\n", -1)) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
          return false;
        }
        if (colon > 0
            && line.substring(0, colon).strip().equalsIgnoreCase(wanted.name())
            && wanted.fits(line.substring(colon + 1))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void writeTo(OutputStream out) {
      throw new UncheckedIOException(new IOException("only its beginning was kept"));
    }

    @Override
    public void close() {}
  }
}
