package org.mailcaravan.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** UID STORE in the selected folder (RFC 9051 section 6.4.6), with SILENT. */
final class FlagStore {
  private final Conversation conversation;
  private final String change;
  private final SortedSet<String> flags;

  /**
   * @param unchangedSince messages that changed after this mod-sequence are left alone, where the
   *     server has CONDSTORE (RFC 7162 section 3.1.3); below 0 for no condition
   * @throws IllegalArgumentException when one of the flags cannot be written in IMAP
   */
  FlagStore(Conversation conversation, boolean add, Set<String> flags, long unchangedSince) {
    SortedSet<String> sorted = new TreeSet<>(flags);
    if (!sorted.stream().allMatch(OutgoingMessage::isFlag)) {
      throw new IllegalArgumentException("not a flag in the sense of IMAP");
    }
    boolean conditional = unchangedSince >= 0 && conversation.capabilities().hasModSeq();
    this.conversation = conversation;
    this.change =
        (conditional ? " (UNCHANGEDSINCE " + unchangedSince + ")" : "")
            + (add ? " +" : " -")
            + "FLAGS.SILENT ";
    this.flags = sorted;
  }

  /** One of the commands, which are all under way together. */
  private static final class Part extends Command {
    final UidSet uids;

    Part(UidSet uids) {
      super("UID STORE");
      this.uids = uids;
    }
  }

  /** As {@link #send}, and waits. */
  UidSet store(UidSet uids) {
    return send(uids).get();
  }

  /**
   * Sends the commands and does not wait; {@code get} does.
   *
   * @return gives the UIDs that the server left alone; throws {@link CommandRefused} when it
   *     refused one of the commands, though it may have carried out others
   */
  Supplier<UidSet> send(UidSet uids) {
    List<Part> parts = new ArrayList<>();
    for (String set : uids.commands(conversation.server().messageLimit())) {
      Part part = new Part(UidSet.parse(set));
      new CommandWriter(conversation, part).text("UID STORE " + set + change).flags(flags).end();
      parts.add(part);
    }
    conversation.flush();
    return () -> {
      parts.forEach(part -> conversation.await(part.done()));
      UidSet leftAlone = new UidSet();
      UidSet rest = new UidSet();
      for (Part part : parts) {
        Completion completion = conversation.await(part.done());
        if (MessageLimit.isIn(completion.code())
            && part.uids.count() > conversation.server().messageLimit()) {
          MessageLimit.notDone(completion, part.uids)
              .ranges()
              .forEach(range -> rest.add(range.first(), range.last()));
        } else {
          addModified(part, completion, leftAlone);
        }
      }
      if (!rest.isEmpty()) {
        send(rest).get().ranges().forEach(range -> leftAlone.add(range.first(), range.last()));
      }
      return leftAlone;
    };
  }

  /** MODIFIED comes with OK, or with NO if some of the messages are gone. */
  private static void addModified(Part part, Completion completion, UidSet leftAlone) {
    boolean modified = completion.code().code().equals("MODIFIED");
    if (!modified || completion.kind() == Completion.Kind.BAD) {
      Conversation.check(part, completion);
      return;
    }
    UidSet told = modified(part, completion.code().arguments());
    for (UidSet.Range range : part.uids.ranges()) {
      for (long uid = range.first(); uid <= range.last(); uid++) {
        if (told.contains(uid)) {
          leftAlone.add(uid);
        }
      }
    }
  }

  /** All UIDs of the command where the set cannot be read: any of them may be unchanged. */
  private static UidSet modified(Part part, String set) {
    try {
      return UidSet.parse(set);
    } catch (IllegalArgumentException e) {
      return part.uids;
    }
  }
}
