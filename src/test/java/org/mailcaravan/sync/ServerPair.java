package org.mailcaravan.sync;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.FolderNames;
import org.mailcaravan.server.LineProxy;

/** Two servers, and what each of them can do. */
enum ServerPair {
  /** Dovecot with all that it has. */
  ABLE("", false, "", false),
  /** The source names messages and folders for good; folders of the destination are below INBOX. */
  OBJECTID(
      "IMAP4rev1 LITERAL+ NAMESPACE ENABLE UIDPLUS CONDSTORE QRESYNC LIST-EXTENDED LIST-STATUS"
          + " OBJECTID",
      false,
      "",
      true) {
    @Override
    LineProxy proxyOfSource(DovecotServer source) {
      return ObjectIds.objectId(source);
    }
  },
  /**
   * Each source folder must be asked with STATUS and read whole; the destination moves messages,
   * but tells no UIDs and cannot remove a single message.
   */
  PLAIN_SOURCE(
      "IMAP4rev1", false, "IMAP4rev1 LITERAL+ NAMESPACE MOVE CONDSTORE LIST-STATUS", false),
  /**
   * The source tells changed flags, not vanished messages, and has its folders below INBOX; the
   * destination makes a move of COPY and UID EXPUNGE.
   */
  SOURCE_WITHOUT_QRESYNC(
      "IMAP4rev1 LITERAL+ NAMESPACE ENABLE UIDPLUS CONDSTORE LIST-EXTENDED LIST-STATUS",
      true,
      "IMAP4rev1 LITERAL+ NAMESPACE ENABLE UIDPLUS MULTIAPPEND CONDSTORE QRESYNC LIST-STATUS",
      false),
  /**
   * The destination can take nothing out of a folder, unless by an EXPUNGE of all that is marked.
   */
  PLAIN_DESTINATION("", false, "IMAP4rev1", false);

  private static final Pattern UIDPLUS_CODE =
      Pattern.compile("\\[(APPENDUID|COPYUID) [^]]*\\] ?", Pattern.CASE_INSENSITIVE);

  private final String sourceCapability;
  private final boolean sourceBelowInbox;
  private final String destinationCapability;
  private final boolean destinationBelowInbox;

  ServerPair(
      String sourceCapability,
      boolean sourceBelowInbox,
      String destinationCapability,
      boolean destinationBelowInbox) {
    this.sourceCapability = sourceCapability;
    this.sourceBelowInbox = sourceBelowInbox;
    this.destinationCapability = destinationCapability;
    this.destinationBelowInbox = destinationBelowInbox;
  }

  DovecotServer startSource() {
    return start(sourceCapability, names(sourceBelowInbox));
  }

  DovecotServer startDestination() {
    return start(destinationCapability, names(destinationBelowInbox));
  }

  private static DovecotServer start(String capability, FolderNames names) {
    return DovecotServer.builder()
        // Keeps X-GUID over COPY and MOVE.
        .storage(capability.contains("OBJECTID") ? Storage.MDBOX : Storage.MAILDIR)
        .prefix(names.prefix())
        .separator(names.separator().charAt(0))
        .specialUse(false)
        .compress(false)
        .capability(capability)
        .start()
        .addUser(Caravan.USER, Caravan.PASSWORD);
  }

  /** For what any two servers must do. */
  static Stream<ServerPair> any() {
    return played(List.of(ABLE, PLAIN_SOURCE, OBJECTID, SOURCE_WITHOUT_QRESYNC, PLAIN_DESTINATION));
  }

  /** Whose destination can take a message out of a folder. */
  static Stream<ServerPair> thatMove() {
    return played(List.of(ABLE, PLAIN_SOURCE, OBJECTID, SOURCE_WITHOUT_QRESYNC));
  }

  /** Whose destination can remove a single message. */
  static Stream<ServerPair> thatRemoveOne() {
    return played(List.of(ABLE, SOURCE_WITHOUT_QRESYNC, OBJECTID));
  }

  /** Two, to spare time, unless {@code -Dmailcaravan.pairs=all} asks for all. */
  private static Stream<ServerPair> played(List<ServerPair> pairs) {
    boolean all = System.getProperty("mailcaravan.pairs", "").equals("all");
    return pairs.stream().limit(all ? pairs.size() : 2);
  }

  private static FolderNames names(boolean belowInbox) {
    return belowInbox ? FolderNames.BELOW_INBOX : FolderNames.PLAIN;
  }

  NamedAccount accountAtSource(DovecotServer source) {
    return new NamedAccount(source, names(sourceBelowInbox));
  }

  NamedAccount accountAtDestination(DovecotServer destination) {
    return new NamedAccount(destination, names(destinationBelowInbox));
  }

  LineProxy proxyOfSource(DovecotServer source) {
    return proxy(source, sourceCapability);
  }

  LineProxy proxyOfDestination(DovecotServer destination) {
    return proxy(destination, destinationCapability);
  }

  /** Dovecot tells UIDs whether it announces that or not. */
  private static LineProxy proxy(DovecotServer server, String capability) {
    return new LineProxy(
        server.port(),
        UnaryOperator.identity(),
        announces(capability, "UIDPLUS")
            ? UnaryOperator.identity()
            : line -> UIDPLUS_CODE.matcher(line).replaceFirst(""));
  }

  /** Whether the destination can take a message out of a folder. */
  boolean destinationMoves() {
    return announces(destinationCapability, "MOVE") || announces(destinationCapability, "UIDPLUS");
  }

  private static boolean announces(String capability, String word) {
    return capability.isEmpty() || (" " + capability + " ").contains(" " + word + " ");
  }
}
