package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** STATUS of one folder (RFC 9051 section 6.3.11). */
final class StatusQuery extends Command {
  private final Conversation conversation;
  private final FolderName folder;
  private @Nullable FolderStatus status;

  StatusQuery(Conversation conversation, FolderName folder) {
    super("STATUS " + folder);
    this.conversation = conversation;
    this.folder = folder;
  }

  /**
   * The items to ask for, in parentheses: STATUS=SIZE is RFC 8438, HIGHESTMODSEQ RFC 7162,
   * MAILBOXID RFC 8474.
   */
  static String items(Conversation conversation) {
    Capabilities capabilities = conversation.capabilities();
    List<String> items = new ArrayList<>(List.of("MESSAGES", "UIDNEXT", "UIDVALIDITY"));
    if (capabilities.hasModSeq()) {
      items.add("HIGHESTMODSEQ");
    }
    if (capabilities.has("STATUS=SIZE")) {
      items.add("SIZE");
    }
    // Cyrus 3.6 answers with octets of freed memory; its SELECT gives the right one.
    if (capabilities.has("OBJECTID") && !conversation.server().greeting().contains("Cyrus")) {
      items.add("MAILBOXID");
    }
    return "(" + String.join(" ", items) + ")";
  }

  /** Writes the command; nothing is flushed. */
  void send() {
    new CommandWriter(conversation, this)
        .text("STATUS ")
        .folder(folder)
        .text(" " + items(conversation))
        .end();
  }

  FolderName folder() {
    return folder;
  }

  /** The answer, or null. */
  @Nullable FolderStatus status() {
    return status;
  }

  @Override
  boolean wants(String name) {
    return name.equals("STATUS") && status == null;
  }

  /**
   * Gives a response to the query that asked for its folder, since a server may work on several at
   * once. A name that no query sent is taken for that of the oldest.
   */
  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    String told = readName(wire);
    FolderStatus items = readItems(wire);
    StatusQuery asked =
        conversation.commands().ofKind(StatusQuery.class).stream()
            .filter(query -> query.folder.wire().equalsIgnoreCase(told))
            .min(Comparator.comparing(query -> !query.folder.wire().equals(told)))
            .orElse(this);
    if (asked.status == null) {
      conversation.markWanted();
    }
    asked.status = items;
  }

  /** A folder without status is selected instead, which says as much. */
  @Override
  boolean skipsMalformed() {
    return true;
  }

  @Override
  boolean isUnanswered(ResponseText end) {
    return status == null;
  }

  /** The name, which some servers leave unquoted although it has spaces. */
  static String readName(WireReader wire) throws IOException {
    StringBuilder name = new StringBuilder(wire.astring());
    for (wire.spaces(); wire.peek() != '('; wire.spaces()) {
      if (wire.atLineEnd()) {
        throw new ProtocolFailure("the items of STATUS were expected");
      }
      String more = wire.token();
      if (more.isEmpty()) {
        throw new ProtocolFailure("the items of STATUS were expected");
      }
      name.append(' ').append(more);
    }
    return name.toString();
  }

  static FolderStatus readItems(WireReader wire) throws IOException {
    Map<String, Long> items = new HashMap<>();
    String mailboxId = null;
    wire.expect('(');
    for (wire.spaces(); !wire.skip(')'); wire.spaces()) {
      String item = wire.token().toUpperCase(Locale.ROOT);
      if (item.isEmpty()) {
        throw new ProtocolFailure("')' was expected");
      }
      wire.spaces();
      if (item.equals("MAILBOXID")) {
        mailboxId = ResponseText.objectId(wire.parenthesized());
      } else if (wire.peek() == '(') {
        wire.skipValue();
      } else {
        items.put(item, wire.number());
      }
    }
    return new FolderStatus(
        items.getOrDefault("MESSAGES", -1L),
        items.getOrDefault("UIDNEXT", -1L),
        items.getOrDefault("UIDVALIDITY", -1L),
        items.getOrDefault("HIGHESTMODSEQ", -1L),
        items.getOrDefault("SIZE", -1L),
        mailboxId);
  }
}
