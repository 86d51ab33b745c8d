package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The content types of Kolab folders, from their annotation {@code vendor/kolab/folder-type}: by
 * METADATA (RFC 5464), or by ANNOTATEMORE, its draft, which older Cyrus servers have.
 */
final class FolderTypes {
  private static final String ENTRY = "/vendor/kolab/folder-type";
  private static final String ENTRIES = "(/private" + ENTRY + " /shared" + ENTRY + ")";

  /** How many commands may be under way at once. */
  private static final int WINDOW = 32;

  private static final int LONGEST_TYPE = 100;

  private final Conversation conversation;
  private final Set<String> asked = new HashSet<>();
  private final Map<String, String> types = new HashMap<>();

  FolderTypes(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Types in lower case, such as {@code event.default}, by folder name on the wire. */
  Map<String, String> of(Collection<FolderName> folders) {
    folders.forEach(folder -> asked.add(folder.wire()));
    if (conversation.capabilities().has("METADATA")) {
      askOneByOne(folders);
    } else if (conversation.capabilities().has("ANNOTATEMORE")) {
      Query query = new Query("GETANNOTATION", "ANNOTATION");
      new CommandWriter(conversation, query)
          .text("GETANNOTATION \"*\" \"" + ENTRY + "\" (\"value.priv\" \"value.shared\")")
          .end();
      conversation.await(query.done());
    }
    return types;
  }

  /** A server that refuses the first command has no types. */
  private void askOneByOne(Collection<FolderName> folders) {
    Deque<Query> underWay = new ArrayDeque<>();
    boolean known = false;
    for (FolderName folder : folders) {
      Query query = new Query("GETMETADATA " + folder, "METADATA");
      new CommandWriter(conversation, query)
          .text("GETMETADATA ")
          .folder(folder)
          .text(" " + ENTRIES)
          .end();
      if (!known && !conversation.await(query.done()).ok()) {
        return;
      }
      known = true;
      underWay.add(query);
      if (underWay.size() == WINDOW) {
        conversation.await(underWay.remove().done());
      }
    }
    underWay.forEach(query -> conversation.await(query.done()));
  }

  private final class Query extends Command {
    private final String response;

    Query(String label, String response) {
      super(label);
      this.response = response;
    }

    @Override
    boolean wants(String name) {
      return name.equals(response);
    }

    /** {@code Calendar (/shared/vendor/kolab/folder-type "event")}, or with the entry before. */
    @Override
    void take(String name, long number, WireReader wire) throws IOException {
      String folder = wire.astring();
      wire.spaces();
      if (response.equals("ANNOTATION")) {
        wire.astring();
        wire.spaces();
      }
      if (!wire.skip('(')) {
        // News of an entry that has changed (RFC 5464 section 4.4.2).
        return;
      }
      for (wire.spaces(); !wire.skip(')'); wire.spaces()) {
        if (wire.atLineEnd()) {
          throw new ProtocolFailure("')' was expected");
        }
        wire.astring();
        wire.spaces();
        String type = wire.nstring();
        // Nothing else is kept or counts as progress: a server may name folders without end.
        if (type != null
            && !type.isEmpty()
            && type.length() <= LONGEST_TYPE
            && asked.contains(folder)
            && types.put(folder, type.toLowerCase(Locale.ROOT)) == null) {
          conversation.markWanted();
        }
      }
    }
  }
}
