package org.mailcaravan.sync.folders;

import java.util.List;
import java.util.stream.Stream;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What the steps of a route have said of the mail of a mailbox, before its folders are planned. A
 * rule that is said twice counts once.
 */
public record PassRules(List<LeaveOut> leaveOut, List<MapFolder> map) {
  /** Everything is copied. */
  static final PassRules NONE = new PassRules(List.of(), List.of());

  public PassRules {
    leaveOut = leaveOut.stream().distinct().toList();
    map = map.stream().distinct().toList();
  }

  /** Those of a pass up to now. */
  public static PassRules of(MailboxSession session) {
    return session.ofPass(PassRules.class, () -> NONE);
  }

  /** From now on, these count too. */
  public static void leaveOut(MailboxSession session, List<LeaveOut> more) {
    PassRules before = of(session);
    session.keep(
        PassRules.class,
        new PassRules(
            Stream.concat(before.leaveOut().stream(), more.stream()).toList(), before.map()));
  }

  /** From now on, these count too, behind those before. */
  public static void map(MailboxSession session, List<MapFolder> more) {
    PassRules before = of(session);
    session.keep(
        PassRules.class,
        new PassRules(
            before.leaveOut(), Stream.concat(before.map().stream(), more.stream()).toList()));
  }
}
