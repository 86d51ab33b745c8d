package org.mailcaravan.imap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;

/** Short words for what the tests of this package do again and again. */
final class Connections {
  private Connections() {}

  /** Everything is allowed. */
  static ConnectionRules anything(@Nullable Path caFile) {
    return patient(caFile, Duration.ofSeconds(20));
  }

  static ConnectionRules patient(@Nullable Path caFile, Duration readTimeout) {
    return new ConnectionRules(
        true, Set.of(), true, Set.of(), Duration.ofSeconds(10), readTimeout, caFile);
  }

  static ImapConnection plain(int port) {
    return new Connector(anything(null)).connect(new Server("127.0.0.1", port, Security.NONE));
  }

  static Credentials password(String user, String password) {
    return new Credentials.Password(user, Secret.of(password));
  }

  static ImapConnection login(int port, String user, String password) {
    ImapConnection connection = plain(port);
    connection.login(password(user, password));
    return connection;
  }

  /** Runs a test on a connection that is logged in to a server with these capabilities. */
  static void scripted(
      String capabilities, ScriptedImapServer.Script script, Consumer<ImapConnection> test) {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 " + capabilities);
                  script.run(client);
                });
        ImapConnection connection =
            login(server.port(), ScriptedImapServer.USER, ScriptedImapServer.PASSWORD)) {
      test.accept(connection);
    }
  }

  /** Fetches to the end into memory. */
  static List<FetchedMessage> fetch(ImapConnection connection, String uids, FetchItem... items) {
    List<FetchedMessage> messages = Collections.synchronizedList(new ArrayList<>());
    connection
        .fetch(uids, Set.of(items), MemoryContent::receive, messages::add)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
    return List.copyOf(messages);
  }

  static OutgoingMessage message(String octets, String... flags) {
    return new OutgoingMessage(Set.of(flags), null, MemoryContent.of(octets));
  }

  /** What was fetched by {@link #fetch}. */
  static byte[] octets(FetchedMessage message) {
    return ((MemoryContent) Objects.requireNonNull(message.content())).octets();
  }
}
