package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.AppendResult.Appended;
import org.mailcaravan.imap.AppendResult.Refused;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Messages;

/** The client against a real Dovecot. */
@EnabledIfInstalled("dovecot")
@Timeout(60)
class DovecotTest {
  private static final OffsetDateTime DATE =
      OffsetDateTime.of(2020, 2, 29, 23, 59, 58, 0, ZoneOffset.ofHoursMinutes(5, 45));

  private static final List<String> PASSWORDS =
      List.of("a \"quoted\" \\ password", "pässwörd", "🐫 🔑", "a,b;c%d&e+f'g", "{5}", " sp ");

  private static DovecotServer dovecot;

  @BeforeAll
  static void start() {
    dovecot = DovecotServer.start();
    for (String user :
        List.of("secure-tls", "secure-starttls", "secure-none", "wrong", "ann", "bob")) {
      dovecot.addUser(user, "secret");
    }
    for (String user : List.of("lister", "refused", "source", "destination")) {
      dovecot.addUser(user, "secret");
    }
    PASSWORDS.forEach(password -> dovecot.addUser("user" + password.hashCode(), password));
  }

  @AfterAll
  static void stop() {
    dovecot.close();
  }

  private static ImapConnection login(String user) {
    return Connections.login(dovecot.port(), user, "secret");
  }

  private static ImapConnection connect(Security security) {
    int port = security == Security.TLS ? dovecot.tlsPort() : dovecot.port();
    return new Connector(Connections.anything(dovecot.caFile()))
        .connect(new Server("localhost", port, security));
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void connectsUnderEachKindOfProtection(Security security) {
    try (ImapConnection connection = connect(security)) {
      connection.login(Connections.password("secure-" + security.word(), "secret"));
      assertThat(connection.capabilities()).contains("MULTIAPPEND", "LIST-STATUS", "CONDSTORE");
      assertThat(connection.greeting()).contains("Dovecot");
      assertThat(connection.select(connection.folderName("INBOX")).readOnly()).isFalse();
    }
  }

  @ParameterizedTest
  @FieldSource("PASSWORDS")
  void takesPasswordsWithAnyCharacter(String password) {
    String user = "user" + password.hashCode();
    try (ImapConnection connection = Connections.login(dovecot.port(), user, password)) {
      assertThat(connection.select(connection.folderName("INBOX")).status().messages()).isZero();
    }
    assertThatThrownBy(() -> Connections.login(dovecot.port(), user, password + "x"))
        .as("another")
        .isInstanceOf(LoginRefused.class);
  }

  @Test
  void tellsAWrongPasswordWithoutShowingIt() {
    try (ImapConnection connection = Connections.plain(dovecot.port())) {
      assertThatThrownBy(() -> connection.login(Connections.password("wrong", "hunter22")))
          .isInstanceOfSatisfying(
              LoginRefused.class,
              e -> assertThat(e.refusal().codeName()).isEqualTo("AUTHENTICATIONFAILED"))
          .hasMessageNotContaining("hunter22");
    }
  }

  @Test
  void actsForOthersAsMasterUser() {
    Secret master = Secret.of("master's password");
    for (Credentials credentials :
        List.of(
            new Credentials.Password("bob*master", master),
            new Credentials.OnBehalf("bob", "master", master))) {
      try (ImapConnection connection = connect(Security.TLS)) {
        connection.login(credentials);
        connection.append(
            connection.folderName("INBOX"), List.of(Connections.message("A: b\r\n\r\nc\r\n")));
      }
    }
    try (ImapConnection connection = login("bob")) {
      assertThat(connection.select(connection.folderName("INBOX")).status().messages())
          .as("in the mailbox of that user")
          .isEqualTo(2);
    }
  }

  @Test
  void listsFoldersWithStatusRoleAndSubscription() {
    try (ImapConnection connection = login("lister")) {
      FolderName umlauts = connection.folderName("Entwürfe & Ideen/日本 🐫");
      connection.create(umlauts);
      connection.subscribe(umlauts);
      connection.append(umlauts, List.of(Connections.message("A: b\r\n\r\nc\r\n")));

      List<ListedFolder> folders = connection.list(true);

      assertThat(folders).hasSize(7);
      ListedFolder found =
          folders.stream()
              .filter(f -> f.name().text().equals(umlauts.text()))
              .findFirst()
              .orElseThrow();
      assertThat(found.name()).isEqualTo(umlauts);
      assertThat(found.subscribed()).isTrue();
      assertThat(found.separator()).isEqualTo('/');
      FolderStatus status = Objects.requireNonNull(found.status());
      assertThat(status).isEqualTo(connection.status(umlauts));
      assertThat(status.messages()).isEqualTo(1);
      assertThat(status.size()).isEqualTo(11);
      assertThat(status.uidNext()).isEqualTo(2);
      assertThat(status.uidValidity()).isPositive();
      assertThat(status.highestModSeq()).isPositive();
      assertThat(folders)
          .anySatisfy(
              f -> {
                assertThat(f.name().text()).isEqualTo("Sent");
                assertThat(f.attributes()).contains("\\sent");
                assertThat(f.subscribed()).isFalse();
              })
          .anySatisfy(
              f -> {
                assertThat(f.name().text()).isEqualTo("Entwürfe & Ideen");
                assertThat(f.selectable()).isFalse();
                assertThat(f.status()).isNull();
              });
      assertThat(connection.namespaces()).isEqualTo(new Namespaces("", '/', List.of()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "IMAP4rev1 NAMESPACE UIDPLUS LITERAL-", "IMAP4rev1 UIDPLUS"})
  void copiesOctetsFlagsAndDates(String capability) {
    try (DovecotServer server =
        DovecotServer.builder().capability(capability).timeZone("Asia/Kathmandu").start()) {
      server.addUser("bob", "secret");
      Messages messages = new Messages(7);
      List<byte[]> octets = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        octets.add(messages.next());
      }
      byte[] binary = new byte[70_000];
      for (int i = 0; i < binary.length; i++) {
        // No NUL, which IMAP cannot carry, and no LF, which Dovecot ends with CR.
        binary[i] = (byte) (i % 245 + 11);
      }
      octets.add(binary);
      octets.add("x".repeat(200_000).getBytes(StandardCharsets.US_ASCII));
      try (ImapConnection connection = Connections.login(server.port(), "bob", "secret")) {
        assertThat(connection.compress()).isEqualTo(capability.isEmpty());
        FolderName folder = connection.folderName("Target");
        connection.create(folder);
        List<AppendResult> results =
            connection.append(
                folder,
                octets.stream()
                    .map(
                        o ->
                            new OutgoingMessage(
                                Set.of("\\Seen", "$Forwarded"), DATE, new MemoryContent(o)))
                    .toList());

        SelectedFolder selected = connection.examine(folder);
        assertThat(selected.readOnly()).isTrue();
        assertThat(selected.status().messages()).isEqualTo(octets.size());
        assertThat(results)
            .containsExactlyElementsOf(
                IntStream.rangeClosed(1, octets.size())
                    .mapToObj(uid -> new Appended(selected.status().uidValidity(), uid))
                    .toList());
        List<FetchedMessage> fetched =
            Connections.fetch(
                connection,
                "1:*",
                FetchItem.FLAGS,
                FetchItem.INTERNALDATE,
                FetchItem.SIZE,
                FetchItem.MESSAGE);
        assertThat(fetched).hasSize(octets.size());
        for (int i = 0; i < fetched.size(); i++) {
          FetchedMessage message = fetched.get(i);
          assertThat(message.uid()).isEqualTo(i + 1);
          assertThat(message.internalDate()).isEqualTo(DATE);
          assertThat(message.flags()).containsExactlyInAnyOrder("\\Seen", "$Forwarded");
          assertThat(Connections.octets(message)).isEqualTo(octets.get(i));
        }
      }
    }
  }

  @Test
  void isCompressedAfterWhatIsUnderWayAndTellsHowFastItIs() {
    try (DovecotServer server = DovecotServer.builder().compress(true).start();
        ImapConnection connection =
            Connections.login(server.addUser("ann", "secret").port(), "ann", "secret")) {
      FolderName inbox = connection.folderName("INBOX");
      byte[] octets =
          "Subject: x\r\n\r\n%s\r\n"
              .formatted("y".repeat(70_000))
              .getBytes(StandardCharsets.US_ASCII);
      OutgoingMessage message = new OutgoingMessage(Set.of(), DATE, new MemoryContent(octets));
      connection.append(inbox, Collections.nCopies(30, message));
      connection.measureSpeed(40_000);
      connection.examine(inbox);
      List<FetchedMessage> fetched = new ArrayList<>();
      for (int uid = 1; uid <= 30; uid += 10) {
        CompletableFuture<Void> unused =
            connection.fetch(
                uid + ":" + (uid + 9),
                Set.of(FetchItem.MESSAGE),
                MemoryContent::receive,
                fetched::add);
      }
      assertThat(connection.compress()).isTrue();
      assertThat(fetched).hasSize(30);
      assertThat(connection.receivingSpeed()).isZero();
      fetched.addAll(Connections.fetch(connection, "1:30", FetchItem.MESSAGE));
      assertThat(connection.receivingSpeed()).isPositive();
      assertThat(fetched)
          .hasSize(60)
          .allSatisfy(copy -> assertThat(Connections.octets(copy)).isEqualTo(octets));
      assertThat(connection.sendingSpeed()).isZero();
      for (int i = 0; i < 2; i++) {
        connection.append(inbox, Collections.nCopies(30, message));
      }
      assertThat(connection.sendingSpeed()).isPositive();
    }
  }

  @Test
  void keepsUpWhileTwoConnectionsWorkAtOnce() throws InterruptedException {
    List<OutgoingMessage> batch = new ArrayList<>();
    Messages messages = new Messages(3);
    for (int i = 0; i < 50; i++) {
      batch.add(new OutgoingMessage(Set.of(), DATE, new MemoryContent(messages.next())));
    }
    try (ImapConnection source = login("source");
        ImapConnection destination = connect(Security.TLS)) {
      destination.login(Connections.password("destination", "secret"));
      FolderName inbox = source.folderName("INBOX");
      for (int i = 0; i < 10; i++) {
        assertThat(source.append(inbox, batch)).hasOnlyElementsOfType(Appended.class);
      }
      source.examine(inbox);
      source.compress();
      destination.compress();
      // Small, so that the source's reader is held up again and again.
      BlockingQueue<FetchedMessage> queue = new ArrayBlockingQueue<>(3);
      List<CompletableFuture<Void>> fetches = new ArrayList<>();
      for (int first = 1; first <= 500; first += 100) {
        fetches.add(
            source.fetch(
                first + ":" + (first + 99),
                Set.of(FetchItem.MESSAGE, FetchItem.INTERNALDATE),
                MemoryContent::receive,
                message -> put(queue, message)));
      }
      for (int i = 0; i < 500; i++) {
        FetchedMessage message = Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS));
        Content content = Objects.requireNonNull(message.content());
        OutgoingMessage copy = new OutgoingMessage(Set.of(), message.internalDate(), content);
        assertThat(destination.append(inbox, List.of(copy)))
            .allMatch(result -> result instanceof Appended);
      }
      CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new)).join();
      destination.examine(inbox);
      List<FetchedMessage> copies = Connections.fetch(destination, "1:*", FetchItem.MESSAGE);
      assertThat(copies).hasSize(500);
      for (int i = 0; i < 500; i++) {
        byte[] original = ((MemoryContent) batch.get(i % 50).content()).octets();
        assertThat(Connections.octets(copies.get(i))).isEqualTo(original);
      }
    }
  }

  private static void put(BlockingQueue<FetchedMessage> queue, FetchedMessage message) {
    try {
      queue.put(message);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void tellsTheQuota() {
    try (DovecotServer server = DovecotServer.builder().quota(512).start()) {
      server.addUser("ann", "secret");
      try (ImapConnection connection = Connections.login(server.port(), "ann", "secret")) {
        FolderName inbox = connection.folderName("INBOX");
        assertThat(connection.quota(inbox)).contains(new Quota(0, 512));
        OutgoingMessage big = Connections.message("A: b\r\n\r\n" + "x".repeat(600_000));
        assertThat(connection.append(inbox, List.of(big)))
            .singleElement()
            .isInstanceOfSatisfying(
                Refused.class,
                refused -> assertThat(refused.refusal().codeName()).isEqualTo("OVERQUOTA"));
      }
    }
  }

  @Test
  void reportsARefusedAppendAndGoesOn() {
    try (ImapConnection connection = login("refused")) {
      FolderName missing = connection.folderName("Missing");
      OutgoingMessage message = Connections.message("A: b\r\n\r\nc\r\n");
      assertThat(connection.append(missing, List.of(message, message)))
          .allSatisfy(
              result -> {
                Refused refused = (Refused) result;
                assertThat(refused.refusal().codeName()).isEqualTo("TRYCREATE");
                assertThat(refused.together()).isEqualTo(2);
              });
      assertThat(connection.append(connection.folderName("INBOX"), List.of(message)))
          .allSatisfy(result -> assertThat(result).isInstanceOf(Appended.class));
      assertThatThrownBy(() -> connection.examine(missing))
          .isInstanceOf(CommandRefused.class)
          .hasMessageStartingWith("EXAMINE Missing: NO");
    }
  }
}
