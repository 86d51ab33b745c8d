package org.mailcaravan.sync.messages;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What a source tells of the changes in a folder since a mod-sequence (RFC 7162).
 *
 * @param folder as it was opened
 * @param seen messages that are new or have other flags
 * @param vanished messages that are gone; empty when the server does not tell
 */
public record SourceChanges(SelectedFolder folder, SeenMessages seen, Optional<UidSet> vanished) {

  /** Of a folder that was opened; null where the server does not tell changes. */
  public static @Nullable SourceChanges in(
      MailboxSession session, Where place, SelectedFolder folder, long modSeq) {
    return session.in(
        Side.SOURCE,
        place,
        folder,
        connection -> {
          try {
            return connection.tellsChanges() ? asked(connection, () -> folder, modSeq).get() : null;
          } catch (CommandRefused e) {
            if (connection.hasMetMessageLimit()) {
              return null;
            }
            throw e;
          }
        });
  }

  /**
   * Of several folders, in as many round trips as of one.
   *
   * @param modSeqs since when, by folder
   * @return without those that the server refuses, which are to be looked at singly
   */
  public static Map<FolderName, SourceChanges> of(
      MailboxSession session, Map<FolderName, Long> modSeqs) {
    if (modSeqs.isEmpty() || !session.canBeExamined(Side.SOURCE)) {
      return Map.of();
    }
    return session.all(
        Side.SOURCE,
        connection -> {
          Map<FolderName, Supplier<SourceChanges>> asked = new LinkedHashMap<>();
          if (connection.tellsChanges()) {
            modSeqs.forEach(
                (name, modSeq) ->
                    asked.put(name, asked(connection, connection.open(name, true), modSeq)));
          }
          Map<FolderName, SourceChanges> told = new HashMap<>();
          asked.forEach(
              (name, answer) -> {
                try {
                  told.put(name, answer.get());
                } catch (CommandRefused e) {
                  // Asked for alone, it says what is the matter.
                }
              });
          return told;
        });
  }

  private static Supplier<SourceChanges> asked(
      ImapConnection connection, Supplier<SelectedFolder> folder, long modSeq) {
    SeenMessages seen = new SeenMessages(SeenMessages.forLaterLook());
    Supplier<Optional<UidSet>> vanished =
        connection.sendFetchChanges(modSeq, SeenMessages.forLaterLook(), seen::add);
    return () -> new SourceChanges(folder.get(), seen, vanished.get());
  }
}
