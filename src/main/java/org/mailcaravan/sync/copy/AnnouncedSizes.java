package org.mailcaravan.sync.copy;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.store.ShortMessages.Tally;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.messages.ContentShape;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Judges how far the sizes that a source announces (RFC822.SIZE) match the messages that it gives.
 * Exchange announces 19189 octets for a message of 6298, throughout the mailbox, and nothing is
 * missing there. Where nearly all sizes match, a message that is short has been cut. Counts over
 * all passes of an account. Thread-safe.
 */
public final class AnnouncedSizes {
  /** From so many mismatches on, with hardly a match, the server announces wrong sizes. */
  private static final int ENOUGH = 3;

  /** One in so many messages may match by chance; at Exchange, one in so many may differ. */
  private static final int CHANCE = 10;

  /**
   * A server with wrong sizes is not asked again after it gave the same content so often in a row.
   */
  private static final int SAME_AGAIN = 8;

  /** How many messages of a pass are asked for a second time. */
  private static final int MOST_LOOKS = 500;

  /** How many connections may be lost over that. */
  private static final int MOST_LOST = 2;

  /** How many connections may be lost when headers are asked for alone. */
  private static final int MOST_LOST_HEADERS = 3;

  /** After so many unnamed messages that proved genuine, no more of them are checked. */
  private static final int MOST_NAMELESS = 5;

  /** How many are recorded; the comparison only counts further ones. */
  private static final int MOST_NOTED = 10_000;

  /** How the size of a message compares with the announced one. */
  enum Fit {
    /** Nothing was announced. */
    UNKNOWN,
    /** As announced; the difference may be line ends counted as one octet or two. */
    EXACT,
    /** A last line end more or less. */
    NEAR,
    SHORT,
    LONG;

    public static Fit of(long announced, long size, ContentShape shape) {
      long lacking = announced - size;
      if (announced <= 0) {
        return UNKNOWN;
      }
      if (lacking == 0 || lacking == shape.bareLineFeeds() || -lacking == shape.lineFeeds()) {
        return EXACT;
      }
      if (Math.abs(lacking) <= 2) {
        return NEAR;
      }
      return lacking > 0 ? SHORT : LONG;
    }

    boolean isDoubtful() {
      return this == NEAR || this == SHORT || this == LONG;
    }
  }

  private final Map<String, ShortMessage> noted = new TreeMap<>();

  /**
   * Contents that did not match, each with the size announced for the first message that came so.
   */
  private final Map<String, Long> odd = new HashMap<>();

  private Tally tally = new Tally(0, 0);
  private boolean known;
  private boolean exchange;
  private Tally kept = new Tally(0, 0);
  private int looks;
  private int texts;
  private int lostLooks;
  private int sameAgain;
  private int lostHeaders;
  private int nameless;
  private long endedLines;
  private boolean someEndInMidLine;
  private boolean standIns;

  /**
   * Those of a pass.
   *
   * @param any of the account, whose ledgers know of earlier passes
   */
  public static AnnouncedSizes of(MailboxSession session, FolderLedger any) {
    AnnouncedSizes sizes = session.ofPass(AnnouncedSizes.class, AnnouncedSizes::new);
    sizes.know(any, KnownFolders.of(session).source().kind());
    return sizes;
  }

  /** Reads what earlier passes have recorded, once. */
  synchronized void know(FolderLedger any, SourceKind kind) {
    if (!known) {
      known = true;
      exchange = kind == SourceKind.EXCHANGE;
      kept = any.shorts().tally();
      tally = tally.plus(kept);
      noted.putAll(any.shorts().ofAccount());
      standIns = noted.values().stream().anyMatch(ShortMessage::isStandIn);
    }
  }

  /** So many messages came as announced. */
  synchronized void came(long messages) {
    tally = tally.plus(new Tally(messages, 0));
  }

  /** A message came that was not as announced, and has been asked for again. */
  synchronized void came(Fit fit) {
    if (fit == Fit.EXACT) {
      came(1);
    } else if (fit != Fit.NEAR) {
      tally = tally.plus(new Tally(0, 1));
    }
  }

  /**
   * Whether the same content came for another message of another size: then it is a placeholder
   * text for messages that the server does not give.
   */
  synchronized boolean isRepeated(String given, long announced) {
    if (odd.size() >= MOST_NOTED && !odd.containsKey(given)) {
      return false;
    }
    Long other = odd.putIfAbsent(given, announced);
    return other != null && other != announced;
  }

  /** Whether the same content came before in this pass, and did not match. */
  synchronized boolean isKnownOdd(String given) {
    return odd.containsKey(given);
  }

  /** Whether the announced sizes mean nothing. */
  synchronized boolean areWrong() {
    return exchange
        ? tally.fitting() < tally.others() * CHANCE
        : tally.fitting() * CHANCE < tally.others() && tally.others() >= ENOUGH;
  }

  /** Whether to ask once more for a message that does not match. */
  synchronized boolean mayLookAgain(Fit fit) {
    // A server that counts the last line end differently does so for all messages.
    boolean isItsWay = fit == Fit.NEAR || areWrong();
    return looks < MOST_LOOKS && lostLooks < MOST_LOST && (sameAgain < SAME_AGAIN || !isItsWay);
  }

  /** The connection was lost when a message was asked for again. */
  synchronized void lostLook() {
    lostLooks++;
  }

  /** A message was asked for once more. */
  synchronized void lookedAgain(boolean same) {
    looks++;
    sameAgain = same ? sameAgain + 1 : 0;
  }

  /** Whether to ask for a text alone, to see whether a message came whole. */
  synchronized boolean mayAskText() {
    return texts < MOST_LOOKS && lostLooks < MOST_LOST;
  }

  /** A text was asked for alone. */
  synchronized void askedText() {
    texts++;
  }

  /** Whether to ask for headers alone, to see whether what came is the message. */
  synchronized boolean mayAskHeaders() {
    return lostHeaders < MOST_LOST_HEADERS;
  }

  /** The connection was lost over that. */
  synchronized void lostHeaders() {
    lostHeaders++;
  }

  /** Whether to do that for a message only because nothing in its header names it. */
  synchronized boolean mayAskNameless() {
    return nameless < MOST_NAMELESS;
  }

  /** An unnamed message was checked, and proved genuine or not. */
  synchronized void namelessIs(boolean honest) {
    nameless = honest ? nameless + 1 : 0;
  }

  /** Whether this was noted before as what came in place of a message. */
  synchronized boolean isNoted(String given) {
    ShortMessage message = noted.get(given);
    return message != null && message.sure();
  }

  /** Whether placeholder texts came in place of messages, with the announced size. */
  public synchronized boolean hasStandIns() {
    return standIns;
  }

  /** Messages came as announced, of which so many do not end with a line end. */
  synchronized void ended(long messages, long inMidLine) {
    endedLines += messages - inMidLine;
    someEndInMidLine |= inMidLine > 0;
  }

  /** Whether messages that match end with a line end, so that one without was cut. */
  synchronized boolean endWithLines() {
    return endedLines >= ENOUGH && !someEndInMidLine;
  }

  /** Notes messages that came short, before they are stored. */
  synchronized void note(FolderLedger ledger, Map<Long, ShortMessage> messages) {
    Map<Long, ShortMessage> some = new TreeMap<>(messages);
    // Messages that are surely cut must find room, whatever else is recorded.
    some.values()
        .removeIf(message -> noted.size() >= (message.sure() ? 2 * MOST_NOTED : MOST_NOTED));
    if (!some.isEmpty()) {
      ledger.shorts().put(some);
      some.values().forEach(message -> noted.put(message.given(), message));
      standIns |= some.values().stream().anyMatch(ShortMessage::isStandIn);
    }
  }

  /** Writes the counts to the database, unless they have hardly changed. */
  synchronized void keep(FolderLedger ledger) {
    if (tally.others() != kept.others() || tally.fitting() > 2 * kept.fitting()) {
      ledger.shorts().tally(tally);
      kept = tally;
    }
  }

  /** What is noted of a message that was cut, by what came; null when it was not. */
  public synchronized @Nullable ShortMessage cut(Fingerprint came) {
    String given = noted.isEmpty() ? null : came.whole();
    ShortMessage message = given == null ? null : noted.get(given);
    return message != null && (message.sure() || !areWrong()) ? message : null;
  }

  /** The messages of a folder that were cut and may come whole now, by source UID. */
  public synchronized NavigableMap<Long, ShortMessage> cut(FolderLedger ledger) {
    if (noted.isEmpty()) {
      return new TreeMap<>();
    }
    NavigableMap<Long, ShortMessage> messages = ledger.shorts().ofFolder(ledger);
    boolean wrong = areWrong();
    messages.values().removeIf(message -> !message.sure() && wrong);
    return messages;
  }
}
