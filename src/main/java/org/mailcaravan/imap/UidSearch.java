package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** UID SEARCH by sequence numbers or UIDs (RFC 9051 section 6.4.4). */
final class UidSearch extends Command {
  private final int most;
  private final List<Long> uids = new ArrayList<>();

  /**
   * @param most how many UIDs are kept
   */
  UidSearch(int most) {
    super("UID SEARCH");
    this.most = most;
  }

  /**
   * Sends a search and waits.
   *
   * @throws CommandRefused also when the server does not know the search key
   */
  private static List<Long> run(Conversation conversation, String key, int most) {
    UidSearch search = new UidSearch(most);
    conversation.require(search, "UID SEARCH " + key);
    return search.uids;
  }

  /** The UIDs at these sequence numbers. */
  static List<Long> uidsAt(Conversation conversation, String numbers) {
    return run(conversation, numbers, (int) UidSet.parse(numbers).count());
  }

  /** Which of these UIDs exist, at most so many. */
  static List<Long> uidsIn(Conversation conversation, String uids, int most) {
    return run(conversation, "UID " + uids, most);
  }

  @Override
  boolean wants(String name) {
    return name.equals("SEARCH");
  }

  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    for (wire.spaces(); !wire.atLineEnd() && uids.size() < most; wire.spaces()) {
      String uid = wire.token();
      if (uid.isEmpty()) {
        return;
      }
      uids.add(ResponseText.number(uid));
    }
  }
}
