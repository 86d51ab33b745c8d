package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** UID SEARCH for messages by their places in the folder (RFC 9051 section 6.4.4). */
final class UidSearch extends Command {
  private final int most;
  private final List<Long> uids = new ArrayList<>();

  /**
   * @param most how many messages are asked for; more are not kept
   */
  UidSearch(int most) {
    super("UID SEARCH");
    this.most = most;
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

  List<Long> uids() {
    return uids;
  }
}
