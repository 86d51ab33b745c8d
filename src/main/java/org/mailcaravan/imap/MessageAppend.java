package org.mailcaravan.imap;

import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.AppendResult.Appended;
import org.mailcaravan.imap.AppendResult.Refused;

/**
 * Appends messages to one folder: with one MULTIAPPEND (RFC 3502), or else with single APPENDs,
 * which are pipelined where literals need not wait for the server.
 */
final class MessageAppend {
  /** How many single APPENDs, and how many octets in them, may wait for their answers. */
  private static final int WINDOW = 32;

  private static final long WINDOW_OCTETS = 1 << 20;

  private static final Pattern APPENDUID = Pattern.compile("(\\d{1,10}) +([0-9:,]+)");

  private final Conversation conversation;
  private final FolderName folder;
  private final List<OutgoingMessage> messages;
  private final boolean together;
  private final BiConsumer<Integer, AppendResult> answered;
  private final @Nullable AppendResult[] results;
  private final Deque<AppendCommand> underWay = new ArrayDeque<>();
  private long octetsUnderWay;

  /** One APPEND command and which of the messages are in it. */
  private final class AppendCommand extends Command {
    final List<Integer> members;
    final long octets;

    AppendCommand(List<Integer> members) {
      super("APPEND " + folder);
      this.members = members;
      this.octets = members.stream().mapToLong(i -> messages.get(i).content().size()).sum();
    }

    @Override
    boolean isUnanswered(ResponseText end) {
      return conversation.capabilities().has("UIDPLUS") && !end.code().equals("APPENDUID");
    }
  }

  /**
   * @param together whether one command may carry several messages
   * @param answered receives the outcome of each message, by its number, as soon as it is known
   */
  MessageAppend(
      Conversation conversation,
      FolderName folder,
      List<OutgoingMessage> messages,
      boolean together,
      BiConsumer<Integer, AppendResult> answered) {
    this.conversation = conversation;
    this.folder = folder;
    this.messages = List.copyOf(messages);
    this.together = together;
    this.answered = answered;
    this.results = new @Nullable AppendResult[messages.size()];
  }

  /**
   * Sends all messages; waits only where a literal or a full window demands it.
   *
   * @return waits for the other answers
   */
  Supplier<List<AppendResult>> send() {
    List<Integer> sendable = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String fault = fault(messages.get(i));
      if (fault == null) {
        sendable.add(i);
      } else {
        answer(i, new Refused(new ServerRefusal(true, "", fault), 1));
      }
    }
    try {
      if (together && sendable.size() > 1 && conversation.capabilities().has("MULTIAPPEND")) {
        AppendCommand all = new AppendCommand(List.copyOf(sendable));
        write(all);
        underWay.add(all);
      } else {
        sendable.forEach(i -> pipeline(new AppendCommand(List.of(i))));
      }
      conversation.flush();
    } catch (ConnectionLost e) {
      finishAnswered();
      throw e;
    }
    return this::results;
  }

  private List<AppendResult> results() {
    try {
      while (!underWay.isEmpty()) {
        finish(underWay.element());
        underWay.remove();
      }
    } catch (ConnectionLost e) {
      finishAnswered();
      throw e;
    }
    return Arrays.asList(results).stream().map(MessageAppend::known).toList();
  }

  /** The connection is lost; some commands may have been answered before. */
  private void finishAnswered() {
    underWay.stream()
        .filter(command -> command.done().isDone() && !command.done().isCompletedExceptionally())
        .forEach(this::finish);
    underWay.clear();
  }

  private static AppendResult known(@Nullable AppendResult result) {
    if (result == null) {
      throw new IllegalStateException("a message without a result");
    }
    return result;
  }

  /** Why a message cannot be written in IMAP, or null. */
  private static @Nullable String fault(OutgoingMessage message) {
    if (!message.flags().stream().allMatch(OutgoingMessage::isFlag)) {
      return "not sent: one of its flags is not a flag in the sense of IMAP";
    }
    OffsetDateTime date = message.internalDate();
    if (date != null && !InternalDate.canBeSent(date)) {
      return "not sent: the year of its date does not have four digits";
    }
    return null;
  }

  private void pipeline(AppendCommand command) {
    while (!underWay.isEmpty()
        && (underWay.size() >= WINDOW || octetsUnderWay + command.octets > WINDOW_OCTETS)) {
      AppendCommand oldest = underWay.getFirst();
      finish(oldest);
      underWay.removeFirst();
      octetsUnderWay -= oldest.octets;
    }
    write(command);
    if (conversation.capabilities().literalWithoutWaiting() < 0) {
      finish(command);
    } else {
      underWay.addLast(command);
      octetsUnderWay += command.octets;
    }
  }

  private void write(AppendCommand command) {
    CommandWriter writer = new CommandWriter(conversation, command).text("APPEND ").folder(folder);
    // The server can refuse a message over its limit before it is sent (RFC 7889).
    long limit = conversation.capabilities().appendLimit();
    long waitAbove =
        limit < 0 ? CommandWriter.WAIT_ABOVE : Math.min(limit, CommandWriter.WAIT_ABOVE);
    for (int i : command.members) {
      // The server has refused the whole command: the other messages need not be sent.
      if (!command.done().isDone() || i == command.members.get(0)) {
        write(writer, messages.get(i), waitAbove);
      }
    }
    writer.end();
  }

  private void write(CommandWriter writer, OutgoingMessage message, long waitAbove) {
    Content content = message.content();
    if (!message.flags().isEmpty()) {
      writer.text(" ").flags(message.flags());
    }
    if (message.internalDate() != null) {
      writer.text(" \"" + InternalDate.format(message.internalDate()) + "\"");
    }
    if (conversation.server().utf8() && Utf8Header.isIn(content)) {
      writer.text(" UTF8 (").content("~", content, waitAbove).text(")");
    } else {
      writer.text(" ").content("", content, waitAbove);
    }
  }

  private void finish(AppendCommand command) {
    Completion completion = conversation.await(command.done());
    int count = command.members.size();
    if (!completion.ok()) {
      Refused refused = new Refused(completion.refusal(), count);
      command.members.forEach(i -> answer(i, refused));
      return;
    }
    long uidValidity = -1;
    List<Long> uids = List.of();
    Matcher told = APPENDUID.matcher(completion.code().arguments());
    if (completion.code().code().equals("APPENDUID") && told.matches()) {
      List<Long> listed = UidSet.inOrder(told.group(2), count);
      if (listed.size() == count) {
        uids = listed;
        uidValidity = Long.parseLong(told.group(1));
      }
    }
    for (int n = 0; n < count; n++) {
      long uid = uids.isEmpty() ? -1 : uids.get(n);
      answer(command.members.get(n), new Appended(uidValidity, uid));
    }
  }

  private void answer(int number, AppendResult result) {
    results[number] = result;
    answered.accept(number, result);
  }
}
