package org.mailcaravan.imap;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SELECT or EXAMINE (RFC 9051 section 6.3.2). */
final class FolderSelection extends Command {
  private static final Set<String> SYSTEM_FLAGS =
      Set.of("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft");

  private final Conversation conversation;
  private final FolderName folder;
  private final boolean examine;
  private final Set<String> flags = new HashSet<>();
  private @Nullable Set<String> permanentFlags;
  private long messages = -1;
  private long uidNext = -1;
  private long uidValidity = -1;
  private long highestModSeq = -1;
  private @Nullable String mailboxId;
  private boolean readOnly;

  FolderSelection(Conversation conversation, FolderName folder, boolean examine) {
    super((examine ? "EXAMINE " : "SELECT ") + folder);
    this.conversation = conversation;
    this.folder = folder;
    this.examine = examine;
    this.readOnly = examine;
  }

  /** Writes the command; nothing is flushed. */
  void write() {
    new CommandWriter(conversation, this)
        .text(examine ? "EXAMINE " : "SELECT ")
        .folder(folder)
        .end();
  }

  /**
   * Waits for the answer.
   *
   * @throws CommandRefused when the folder cannot be selected
   */
  SelectedFolder await() {
    Conversation.check(this, conversation.await(done()));
    return new SelectedFolder(
        folder,
        new FolderStatus(messages, uidNext, uidValidity, highestModSeq, -1, mailboxId),
        permanentFlags == null ? defaultFlags() : permanentFlags,
        readOnly);
  }

  /** Without PERMANENTFLAGS all flags can be stored (RFC 9051 section 7.1). */
  private Set<String> defaultFlags() {
    return flags.isEmpty() ? SYSTEM_FLAGS : flags;
  }

  @Override
  boolean opensFolder() {
    return true;
  }

  @Override
  boolean wants(String name) {
    // Until then it may be about the folder that was selected before.
    return (name.equals("FLAGS") || name.equals("EXISTS"))
        && conversation.commands().isOldestOfFolder(this);
  }

  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    if (name.equals("EXISTS")) {
      messages = number;
    } else {
      flags.clear();
      flags.addAll(wire.words());
    }
  }

  @Override
  void note(ResponseText code) {
    if (conversation.commands().isOldestOfFolder(this)) {
      read(code);
    }
  }

  private void read(ResponseText code) {
    switch (code.code()) {
      case "UIDVALIDITY" -> uidValidity = code.number();
      case "UIDNEXT" -> uidNext = code.number();
      case "HIGHESTMODSEQ" -> highestModSeq = code.number();
      case "NOMODSEQ" -> highestModSeq = -1;
      case "PERMANENTFLAGS" -> permanentFlags = words(code.arguments());
      case "MAILBOXID" ->
          mailboxId = ResponseText.objectId(code.arguments().replaceAll("[()]", "").strip());
      case "READ-ONLY" -> readOnly = true;
      case "READ-WRITE" -> readOnly = examine;
      default -> {}
    }
  }

  /** Malformed FLAGS count as not given. */
  @Override
  boolean skipsMalformed() {
    return true;
  }

  @Override
  boolean isUnanswered(ResponseText end) {
    return messages < 0;
  }

  @Override
  void ending(Completion completion, WireReader wire) {
    read(completion.code());
  }

  private static Set<String> words(String list) {
    Set<String> words = new HashSet<>(List.of(list.replaceAll("[()]", " ").strip().split(" +")));
    words.remove("");
    return words;
  }
}
