package org.mailcaravan.imap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves messages out of the selected folder, or removes them: UID MOVE (RFC 6851), or without it
 * UID COPY, \Deleted and UID EXPUNGE (RFC 4315), as RFC 6851 section 3.3 describes.
 */
final class MessageMove {
  private static final Pattern COPYUID = Pattern.compile("\\d{1,10} +([0-9:,]+) +([0-9:,]+)");

  /** Some servers send several for one command. */
  private static final int MOST_COPYUIDS = 32;

  private final Conversation conversation;

  MessageMove(Conversation conversation) {
    this.conversation = conversation;
  }

  static boolean canMove(Capabilities capabilities) {
    return capabilities.has("MOVE") || canExpunge(capabilities);
  }

  static boolean canExpunge(Capabilities capabilities) {
    return capabilities.has("UIDPLUS");
  }

  /** One UID MOVE or UID COPY, with the COPYUIDs that came before its end or with it. */
  private static final class Transfer extends Command {
    final UidSet uids;
    final List<String> copyUids = new ArrayList<>();

    /** Some COPYUIDs were not kept; a message that the others leave out may have been moved. */
    boolean tooMany;

    Transfer(String label, UidSet uids) {
      super(label);
      this.uids = uids;
    }

    @Override
    void note(ResponseText code) {
      if (code.code().equals("COPYUID")) {
        tooMany |= copyUids.size() >= MOST_COPYUIDS;
        if (!tooMany) {
          copyUids.add(code.arguments());
        }
      }
    }

    @Override
    void ending(Completion completion, WireReader wire) {
      note(completion.code());
    }

    /** New UIDs by old ones, of the messages that a COPYUID names. */
    NavigableMap<Long, Long> told() {
      return copyUids.isEmpty() ? new TreeMap<>() : result();
    }

    /**
     * New UIDs by old ones, 0 where the server does not say; all, unless COPYUID leaves some out.
     */
    NavigableMap<Long, Long> result() {
      NavigableMap<Long, Long> result = new TreeMap<>();
      boolean whole = !copyUids.isEmpty() && !tooMany;
      for (String copyUid : copyUids) {
        Matcher told = COPYUID.matcher(copyUid);
        List<Long> from = told.matches() ? UidSet.inOrder(told.group(1), uids.count()) : List.of();
        whole &= !from.isEmpty();
        List<Long> to = from.isEmpty() ? List.of() : UidSet.inOrder(told.group(2), from.size());
        for (int i = 0; i < from.size(); i++) {
          if (uids.contains(from.get(i))) {
            result.put(from.get(i), to.size() == from.size() ? to.get(i) : 0L);
          }
        }
      }
      if (!whole) {
        for (UidSet.Range range : uids.ranges()) {
          for (long uid = range.first(); uid <= range.last(); uid++) {
            result.putIfAbsent(uid, 0L);
          }
        }
      }
      return result;
    }
  }

  /**
   * Moves messages.
   *
   * @return new UIDs by old ones, 0 where the server does not say
   * @throws IllegalStateException without MOVE and UIDPLUS
   */
  NavigableMap<Long, Long> move(UidSet uids, FolderName to) {
    check(canMove(conversation.capabilities()));
    boolean atOnce = conversation.capabilities().has("MOVE");
    NavigableMap<Long, Long> result = new TreeMap<>();
    // One command at a time: a COPYUID before the end does not say which command it is for.
    Deque<String> open = new ArrayDeque<>(uids.commands(conversation.server().messageLimit()));
    while (!open.isEmpty()) {
      String set = open.remove();
      String verb = atOnce ? "UID MOVE" : "UID COPY";
      Transfer transfer = new Transfer(verb + " to " + to, UidSet.parse(set));
      new CommandWriter(conversation, transfer).text(verb + " " + set + " ").folder(to).end();
      Completion completion = conversation.await(transfer.done());
      boolean limited =
          MessageLimit.isIn(completion.code())
              && transfer.uids.count() > conversation.server().messageLimit();
      if (!limited) {
        Conversation.check(transfer, completion);
      }
      NavigableMap<Long, Long> moved = limited ? transfer.told() : transfer.result();
      if (limited) {
        open.addAll(
            without(transfer.uids, moved.keySet()).commands(conversation.server().messageLimit()));
      }
      if (!atOnce) {
        // A message that COPYUID leaves out was not copied, and must stay.
        expunge(UidSet.of(moved.keySet()));
      }
      result.putAll(moved);
    }
    return result;
  }

  private static UidSet without(UidSet uids, Set<Long> some) {
    UidSet rest = new UidSet();
    for (UidSet.Range range : uids.ranges()) {
      for (long uid = range.first(); uid <= range.last(); uid++) {
        if (!some.contains(uid)) {
          rest.add(uid);
        }
      }
    }
    return rest;
  }

  /**
   * Removes messages.
   *
   * @throws IllegalStateException without UIDPLUS: a plain EXPUNGE would remove other messages too
   */
  void expunge(UidSet uids) {
    check(canExpunge(conversation.capabilities()));
    new FlagStore(conversation, true, Set.of("\\Deleted"), -1).store(uids);
    List<Command> commands = new ArrayList<>();
    for (String set : uids.commands(conversation.server().messageLimit())) {
      Command command = new Command("UID EXPUNGE");
      new CommandWriter(conversation, command).text("UID EXPUNGE " + set).end();
      commands.add(command);
    }
    commands.forEach(command -> conversation.await(command.done()));
    commands.forEach(command -> Conversation.check(command, conversation.await(command.done())));
  }

  private static void check(boolean able) {
    if (!able) {
      throw new IllegalStateException("the server cannot do this; ask before");
    }
  }
}
