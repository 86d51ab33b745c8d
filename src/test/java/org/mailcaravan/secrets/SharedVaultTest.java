package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault.Role;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;
import org.mailcaravan.store.Database;

/** The passwords of several nodes in one PostgreSQL. */
@Lengthy
@EnabledIfInstalled({"initdb", "postgres"})
class SharedVaultTest {
  private static final Secret PASSWORD = Secret.of("correct horse battery");
  private static final Secret OTHER = Secret.of("staple");

  private static PostgresServer server;
  private final String key = KeyRing.newKey(new SecureRandom());
  private final String newKey = KeyRing.newKey(new SecureRandom());
  private Database one;
  private Database two;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.shared();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    String url = server.newDatabase();
    one = Database.open(url, PostgresServer.USER, Secret.of(""));
    two = Database.open(url, PostgresServer.USER, Secret.of(""));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private SealedVault vault(Database node, String... keys) {
    return vault(node, new KeyTable(node.jdbc()), keys);
  }

  private static SealedVault vault(Database node, KeySlots slots, String... keys) {
    return new SealedVault(
        node.jdbc(),
        KeyRing.of(List.of(keys)),
        slots,
        Clock.systemUTC(),
        work ->
            node.tryingAgain(
                () -> {
                  work.run();
                  return true;
                }));
  }

  private List<Integer> numbers() {
    return one.jdbc()
        .sql("select number from key_slot order by number")
        .query(Integer.class)
        .list();
  }

  private void check(Database node, String... keys) {
    new RingCheck(node.jdbc(), KeyRing.of(List.of(keys)), "key file /data/secret.key").run();
  }

  private static <T> T onAnotherThread(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work).join();
  }

  @Test
  void eachNodeWithTheSecretKeyOpensWhatAnotherSealed() {
    vault(one, key).put("m1", Role.SOURCE, PASSWORD);
    assertThat(vault(two, key).find("m1", Role.SOURCE)).contains(PASSWORD);
    vault(two, key).put("m1", Role.SOURCE, OTHER);
    assertThat(vault(one, key).find("m1", Role.SOURCE)).contains(OTHER);
    assertThat(numbers()).as("the key of the first was erased").hasSize(1);
    vault(one, key).forget("m1");
    assertThat(vault(two, key).find("m1", Role.SOURCE)).isEmpty();
    assertThat(numbers()).isEmpty();
  }

  @Test
  void manyPasswordsGetOneKeyEach() {
    List<Vault.Credential> many = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      many.add(new Vault.Credential("m" + i, Role.SOURCE, Secret.of("password " + i)));
    }
    SealedVault vault = vault(one, key);
    vault.putAll(many);
    assertThat(numbers()).hasSize(1203).doesNotHaveDuplicates();
    assertThat(vault(two, key).find("m1202", Role.SOURCE)).contains(Secret.of("password 1202"));
    vault.forget(many.stream().map(Vault.Credential::mailboxId).toList());
    assertThat(numbers()).isEmpty();
  }

  @Test
  void whatIsRolledBackLeavesNoKey() {
    assertThatThrownBy(
            () ->
                one.inTransaction(
                    () -> {
                      vault(one, key).put("m1", Role.SOURCE, PASSWORD);
                      throw new IllegalStateException("cut off");
                    }))
        .hasMessage("cut off");
    assertThat(numbers()).isEmpty();
  }

  @Test
  void aStartErasesKeysThatNothingUsesAndNoneThatAnotherNodeIsJustStoring() {
    KeySlots table = new KeyTable(one.jdbc());
    int left = table.take(1).get(0).number();
    one.inTransaction(
        () -> {
          vault(one, key).put("m1", Role.SOURCE, PASSWORD);
          onAnotherThread(
              () -> {
                vault(two, key).tidy();
                return true;
              });
        });
    assertThat(numbers()).hasSize(1).doesNotContain(left);
    assertThat(vault(two, key).find("m1", Role.SOURCE)).contains(PASSWORD);
  }

  @Test
  void aKeyThatIsStoredWhileAStartLooksIsKept() {
    KeySlots table = new KeyTable(two.jdbc());
    table.eraseUnused(
        () -> {
          vault(one, key).put("m1", Role.SOURCE, PASSWORD);
          return Set.of();
        });
    assertThat(vault(two, key).find("m1", Role.SOURCE)).contains(PASSWORD);
  }

  @Test
  void aPasswordThatIsReplacedWhileItIsSealedAnewKeepsItsNewValue() {
    vault(one, key).put("m1", Role.SOURCE, PASSWORD);
    SealedVault resealing =
        new SealedVault(
            two.jdbc(),
            KeyRing.of(List.of(newKey, key)),
            new KeyTable(two.jdbc()),
            Clock.systemUTC(),
            work -> {
              vault(one, key).put("m1", Role.SOURCE, OTHER);
              two.inTransaction(work);
            });
    resealing.tidy();
    assertThat(vault(one, newKey, key).find("m1", Role.SOURCE)).contains(OTHER);
    assertThat(numbers()).hasSize(1);
    vault(two, newKey, key).tidy();
    assertThat(vault(one, newKey).find("m1", Role.SOURCE)).contains(OTHER);
  }

  @Test
  void aNodeWithAnotherKeySaysSoAtItsStart() {
    check(one, key);
    check(two, key);
    assertThatThrownBy(() -> check(two, newKey))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("key file /data/secret.key")
        .hasMessageContaining("the passwords in the database are sealed with the key")
        .hasMessageContaining("Give this program the secret key of the others")
        .hasMessageNotContaining(newKey)
        .hasMessageNotContaining(key);
  }

  @Test
  void aNewKeyIsTakenFromANodeThatHasBoth() {
    check(one, key);
    check(two, newKey, key);
    check(one, newKey);
    assertThatThrownBy(() -> check(two, key)).isInstanceOf(RequestRejected.class);
  }

  @Test
  void aNodeWithAnotherKeyIsNotTheFirstOnOneThatHasPasswords() {
    vault(one, key).put("m1", Role.SOURCE, PASSWORD);
    assertThatThrownBy(() -> check(two, newKey)).isInstanceOf(RequestRejected.class);
    check(one, key);
    check(two, key);
  }

  @Test
  void theFirstStartTakesKeysOverFromTheFileOfAnEarlierVersion(@TempDir Path data) {
    try (KeySlots file = KeyFile.in(data)) {
      SealedVault earlier = vault(one, file, key);
      earlier.put("m1", Role.SOURCE, PASSWORD);
      earlier.put("m2", Role.SOURCE, OTHER);
    }
    SealedVault other = vault(two, key);
    other.tidy();
    assertThatThrownBy(() -> other.find("m1", Role.SOURCE))
        .as("another node is first")
        .isInstanceOf(NeedsAttention.class);
    other.put("m3", Role.SOURCE, OTHER);

    SealedVault vault = vault(one, key);
    vault.takeOver(data, true);
    vault.takeOver(data, true);
    vault.tidy();
    assertThat(data.resolve(KeySlots.FILE)).doesNotExist();
    assertThat(other.find("m1", Role.SOURCE)).contains(PASSWORD);
    assertThat(other.find("m2", Role.SOURCE)).contains(OTHER);
    assertThat(vault.find("m3", Role.SOURCE)).contains(OTHER);
    assertThat(numbers()).hasSize(3);
  }

  @Test
  void theKeysOfADatabaseInTheSameFolderAreLeftAlone(@TempDir Path data) {
    KeySlots.Slot ofTheOther;
    try (KeySlots file = KeyFile.in(data)) {
      vault(one, file, key).put("m1", Role.SOURCE, PASSWORD);
      ofTheOther = file.take(1).get(0);
    }
    SealedVault vault = vault(one, key);
    vault.takeOver(data, false);
    assertThat(vault.find("m1", Role.SOURCE)).contains(PASSWORD);
    assertThat(Files.exists(data.resolve(KeySlots.FILE))).isTrue();
    try (KeySlots file = KeyFile.in(data)) {
      assertThat(file.find(ofTheOther.number())).isEqualTo(Optional.of(ofTheOther));
      assertThat(file.find(0)).as("moved").isEmpty();
    }
  }

  /** Whether any file of the database's own tables holds a text. */
  private boolean isInFiles(String text) throws IOException {
    one.jdbc().sql("checkpoint").update();
    long number =
        one.jdbc()
            .sql("select oid from pg_database where datname = current_database()")
            .query(Long.class)
            .single();
    try (Stream<Path> found =
        Files.find(
            server.folder(),
            5,
            (file, facts) ->
                facts.isRegularFile() && file.toString().contains("/base/" + number + "/"))) {
      for (Path file : found.toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void afterTheNightNoTableHasTheKeyOrTheEnvelopeOfWhatWasForgotten() throws IOException {
    Vault vault = vault(one, key);
    vault.put("m1", Role.SOURCE, PASSWORD);
    String gone = one.jdbc().sql("select octets from key_slot").query(String.class).single();
    String sealed = one.jdbc().sql("select sealed from credential").query(String.class).single();
    vault.put("m2", Role.SOURCE, OTHER);
    vault.forget("m1");
    assertThat(isInFiles(gone)).as("or this would prove nothing").isTrue();

    new CredentialPurge(vault, Clock.systemUTC(), Duration.ofDays(30), old -> old).run();
    assertThat(isInFiles(gone)).isFalse();
    assertThat(isInFiles(sealed)).isFalse();
    assertThat(vault.find("m2", Role.SOURCE)).contains(OTHER);
    String kept = one.jdbc().sql("select octets from key_slot").query(String.class).single();
    assertThat(isInFiles(kept)).isTrue();
  }

  @Test
  void aSweepWaitsForNobody() {
    two.inTransaction(
        () -> {
          vault(two, key).put("m1", Role.SOURCE, PASSWORD);
          onAnotherThread(
              () -> {
                vault(one, key).sweep();
                return true;
              });
        });
    assertThat(vault(one, key).find("m1", Role.SOURCE)).contains(PASSWORD);
  }
}
