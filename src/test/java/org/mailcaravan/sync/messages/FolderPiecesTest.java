package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.FolderOfMillions;

class FolderPiecesTest {
  private static final int PIECE = 100_000;

  @Test
  void aPieceHasABoundedNumberOfMessagesWhateverGapsAreBetweenTheirUids() {
    try (FolderOfMillions server = new FolderOfMillions()) {
      server.fill(150_000, 1);
      server.fill(99_000, 20_000);
      server.fill(1_000, 1);
      try (ImapConnection connection = connect(server)) {
        SelectedFolder folder = connection.examine(connection.folderName("INBOX"));
        List<UidSet.Range> pieces = FolderPieces.of(connection, folder.status());
        assertThat(pieces).hasSize(3);
        assertThat(pieces.get(0)).isEqualTo(new UidSet.Range(1, PIECE));
        AtomicInteger all = new AtomicInteger();
        long first = 1;
        for (UidSet.Range piece : pieces) {
          assertThat(piece.first()).isEqualTo(first);
          first = piece.last() + 1;
          AtomicInteger messages = new AtomicInteger();
          connection
              .fetch(
                  FolderPieces.text(piece),
                  EnumSet.of(FetchItem.SIZE),
                  ContentStore.NONE,
                  message -> messages.incrementAndGet())
              .join();
          assertThat(messages).hasValueLessThanOrEqualTo(PIECE);
          all.addAndGet(messages.get());
        }
        assertThat(all).hasValue(250_000);
      }
    }
  }

  @Test
  void whatMostFoldersAreIsOnePieceAndCostsNoCommand() {
    try (FolderOfMillions server = new FolderOfMillions()) {
      server.fill(PIECE, 3);
      try (ImapConnection connection = connect(server)) {
        SelectedFolder folder = connection.examine(connection.folderName("INBOX"));
        assertThat(FolderPieces.of(connection, folder.status()))
            .containsExactly(FolderPieces.WHOLE);
        assertThat(FolderPieces.text(FolderPieces.WHOLE)).isEqualTo("1:*");
      }
      assertThat(server.commands()).noneMatch(command -> command.contains("SEARCH"));
    }
  }

  private static ImapConnection connect(FolderOfMillions server) {
    ImapConnection connection =
        new Connector(
                new ConnectionRules(
                    true,
                    Set.of(),
                    true,
                    Set.of(),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    null))
            .connect(new Server("127.0.0.1", server.port(), Security.NONE));
    connection.login(new Credentials.Password("ann@example.org", Secret.of("secret")));
    return connection;
  }
}
