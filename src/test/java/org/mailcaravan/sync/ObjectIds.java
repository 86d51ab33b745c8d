package org.mailcaravan.sync;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.LineProxy;

/**
 * Servers that name messages and folders for good, told by a proxy before a Dovecot: its own X-GUID
 * stays with a message through COPY and MOVE and with a folder through RENAME.
 */
final class ObjectIds {
  private static final Pattern GUID = Pattern.compile("X-GUID \"?([0-9a-f]{32})\"?");

  private ObjectIds() {}

  /** With OBJECTID (RFC 8474); the server must announce it. */
  static LineProxy objectId(DovecotServer server) {
    return new LineProxy(
        server.port(),
        line -> line.replaceAll("\\b(EMAILID|MAILBOXID)\\b", "X-GUID"),
        line ->
            GUID.matcher(line)
                .replaceAll(line.contains(" FETCH ") ? "EMAILID (M$1)" : "MAILBOXID (F$1)"));
  }

  /** With Gmail's X-GM-EXT-1; the server must announce it. */
  static LineProxy gmail(DovecotServer server) {
    return new LineProxy(
        server.port(),
        line -> line.replaceAll("\\bX-GM-MSGID\\b", "X-GUID"),
        line -> GUID.matcher(line).replaceAll(ObjectIds::messageId));
  }

  private static String messageId(MatchResult guid) {
    return "X-GM-MSGID "
        + Long.toUnsignedString(Long.parseUnsignedLong(guid.group(1).substring(0, 16), 16));
  }
}
