package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault.Role;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class SealedVaultTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final Path folder;
  private final String oldKey = KeyRing.newKey(new SecureRandom());
  private final String newKey = KeyRing.newKey(new SecureRandom());
  private SingleConnectionDataSource database;
  private JdbcClient jdbc;
  private KeySlots slots;
  private SealedVault vault;

  SealedVaultTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void openDatabase() {
    database = new SingleConnectionDataSource("jdbc:h2:file:" + folder.resolve("db"), true);
    Flyway.configure().dataSource(database).placeholders(Map.of("stored", "")).load().migrate();
    jdbc = JdbcClient.create(database);
    slots = KeyFile.in(folder);
    vault = vault(NOON, oldKey);
  }

  private int transactions;

  @AfterEach
  void closeDatabase() {
    database.destroy();
    slots.close();
  }

  @Test
  void manyPasswordsArePutInAndForgottenInOneTransactionEach() {
    vault.putAll(
        Stream.of("a", "b", "c")
            .map(id -> new Vault.Credential(id, Vault.Role.SOURCE, Secret.of("of " + id)))
            .toList());
    vault.forget(List.of("a", "c", "unknown"));

    assertThat(transactions).isEqualTo(2);
    assertThat(vault.find("a", Vault.Role.SOURCE)).isEmpty();
    assertThat(vault.find("b", Vault.Role.SOURCE)).isPresent();
  }

  @Test
  void aPasswordIsReplacedOnlyByWhoKnowsIt() {
    vault.put("a", Role.SOURCE, Secret.of("one"));
    assertThat(vault.replace("a", Role.SOURCE, Secret.of("two"), Secret.of("three"))).isFalse();
    assertThat(vault.replace("b", Role.SOURCE, Secret.of("one"), Secret.of("three"))).isFalse();
    assertThat(vault.replace("a", Role.SOURCE, Secret.of("one"), Secret.of(""))).isTrue();
    assertThat(vault.find("a", Role.SOURCE)).contains(Secret.of(""));
  }

  @Test
  void aPasswordThatWasReplacedOpensAgainWhereTheTransactionAroundIsRolledBack() {
    vault.put("a", Role.SOURCE, Secret.of("one"));
    TransactionTemplate around =
        new TransactionTemplate(new DataSourceTransactionManager(database));
    around.executeWithoutResult(
        transaction -> {
          vault.put("a", Role.SOURCE, Secret.of("two"));
          assertThat(vault.find("a", Role.SOURCE)).contains(Secret.of("two"));
          transaction.setRollbackOnly();
        });
    assertThat(vault.find("a", Role.SOURCE)).contains(Secret.of("one"));

    String before = sealed("a");
    around.executeWithoutResult(transaction -> vault.put("a", Role.SOURCE, Secret.of("two")));
    assertThat(vault.find("a", Role.SOURCE)).contains(Secret.of("two"));
    // Copies of the one before no longer open.
    write("a", before);
    assertThat(failure(vault, "a")).isNotNull();
  }

  private SealedVault vault(Instant now, String... keys) {
    return new SealedVault(
        jdbc,
        KeyRing.of(List.of(keys)),
        slots,
        Clock.fixed(now, ZoneOffset.UTC),
        work -> {
          transactions++;
          work.run();
        });
  }

  private String sealed(String mailboxId) {
    return jdbc.sql("select sealed from credential where mailbox_id = ?")
        .param(mailboxId)
        .query(String.class)
        .single();
  }

  private void write(String mailboxId, String envelope) {
    jdbc.sql("update credential set sealed = ? where mailbox_id = ?")
        .params(envelope, mailboxId)
        .update();
  }

  private NeedsAttention failure(Vault opened, String mailboxId) {
    return catchThrowableOfType(NeedsAttention.class, () -> opened.find(mailboxId, Role.SOURCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "secret", "p,\"w;%+&' \r\n", "Grüße 🐫", "a\u0301"})
  void givesBackWhatWasPutIn(String password) {
    vault.put("m1", Role.SOURCE, Secret.of(password));

    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of(password));
    assertThat(vault.find("m1", Role.DESTINATION)).isEmpty();
    assertThat(vault.find("m2", Role.SOURCE)).isEmpty();
  }

  @Test
  void holdsTheLongestPasswordThatARequestCanHave() {
    Secret longest = Secret.of("🐫".repeat(1000));
    vault.put("m1", Role.SOURCE, longest);

    assertThat(vault.find("m1", Role.SOURCE)).contains(longest);
  }

  @Test
  void passwordsWhoseKeysAreGoneCostNoNewOneItsKey() throws IOException {
    vault.put("m1", Role.SOURCE, Secret.of("lost"));
    slots.close();
    Files.delete(folder.resolve(KeySlots.FILE));
    slots = KeyFile.in(folder);
    vault = vault(NOON, oldKey);
    vault.tidy();
    vault.put("m2", Role.SOURCE, Secret.of("new"));
    assertThat(failure(vault, "m1")).hasMessageContaining("has lost its own key");

    vault.forget("m1");

    assertThat(vault.find("m2", Role.SOURCE)).contains(Secret.of("new"));
  }

  @Test
  void replacesWhatWasThere() {
    vault.put("m1", Role.SOURCE, Secret.of("first"));
    vault.put("m1", Role.SOURCE, Secret.of("second"));

    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("second"));
  }

  @Test
  void sealsTheSamePasswordDifferentlyEachTime() {
    vault.put("m1", Role.SOURCE, Secret.of("same"));
    vault.put("m2", Role.SOURCE, Secret.of("same"));

    assertThat(sealed("m1"))
        .matches("v2\\.[0-9a-f]{8}\\.[0-9]+\\.[\\w-]{16}\\.[\\w-]+")
        .isNotEqualTo(sealed("m2"));
  }

  @Test
  void refusesWhatWasTamperedWith() {
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    String good = sealed("m1");
    for (int i = 0; i < good.length(); i++) {
      char other = good.charAt(i) == 'A' ? 'B' : 'A';
      write("m1", good.substring(0, i) + other + good.substring(i + 1));
      assertThat(failure(vault, "m1"))
          .as("octet " + i)
          .hasMessageContaining("the source password ")
          .hasMessageNotContainingAny("hunter2", oldKey);
    }
    write("m1", good);
    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("hunter2"));
  }

  @Test
  void refusesBitsThatStandForNothing() {
    // 23 octets are 184 bits; 31 characters hold 186.
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    String good = sealed("m1");
    int last = good.length() - 1;
    write("m1", good.substring(0, last) + (char) (good.charAt(last) + 1));

    assertThat(failure(vault, "m1"))
        .hasMessageContaining("the source password was changed in the database");
  }

  @Test
  void refusesAnEnvelopeOfAnotherMailboxOrRole() {
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    vault.put("m2", Role.SOURCE, Secret.of("other"));
    write("m2", sealed("m1"));
    assertThat(failure(vault, "m2").problem().cause()).contains("is that of another mailbox");

    jdbc.sql("update credential set role = 'DESTINATION' where mailbox_id = 'm1'").update();
    assertThat(catchThrowableOfType(NeedsAttention.class, () -> vault.find("m1", Role.DESTINATION)))
        .hasMessageContaining("the destination password ")
        .hasMessageContaining("is that of another mailbox");
  }

  @Test
  void opensWithAReplacedKeyAndSealsWithTheNewest() {
    vault.put("m1", Role.SOURCE, Secret.of("before"));
    Vault rotated = vault(NOON, newKey, oldKey);
    rotated.put("m2", Role.SOURCE, Secret.of("after"));

    assertThat(rotated.find("m1", Role.SOURCE)).contains(Secret.of("before"));
    assertThat(vault(NOON, newKey).find("m2", Role.SOURCE)).contains(Secret.of("after"));
  }

  @Test
  void saysThatTheKeyIsMissing() {
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    NeedsAttention failure = failure(vault(NOON, newKey), "m1");

    assertThat(failure.problem().owner()).isEqualTo(Owner.US);
    assertThat(failure.problem().cause())
        .contains("the source password was sealed with the key ")
        .endsWith(", which is missing");
    assertThat(failure).hasMessageNotContainingAny(oldKey, newKey, "hunter2");
  }

  @Test
  void forgetsOneMailbox() {
    vault.put("m1", Role.SOURCE, Secret.of("a"));
    vault.put("m1", Role.DESTINATION, Secret.of("b"));
    vault.put("m2", Role.SOURCE, Secret.of("c"));
    vault.forget("m1");
    vault.forget("never there");

    assertThat(vault.find("m1", Role.SOURCE)).isEmpty();
    assertThat(vault.find("m1", Role.DESTINATION)).isEmpty();
    assertThat(vault.find("m2", Role.SOURCE)).isPresent();
  }

  @Test
  void forgetsWhatWasStoredBeforeAnInstant() {
    vault.put("m1", Role.SOURCE, Secret.of("a"));
    vault.put("m1", Role.DESTINATION, Secret.of("b"));
    vault(NOON.plusSeconds(1), oldKey).put("m2", Role.SOURCE, Secret.of("c"));

    assertThat(vault.forgetBefore(NOON, UnaryOperator.identity())).isZero();
    assertThat(vault.forgetBefore(NOON.plusSeconds(1), UnaryOperator.identity())).isEqualTo(1);
    assertThat(vault.find("m1", Role.SOURCE)).isEmpty();
    assertThat(vault.find("m2", Role.SOURCE)).isPresent();
    assertThat(vault.forgetBefore(NOON.plus(Duration.ofDays(1)), needed -> List.of())).isZero();
    assertThat(vault.forgetBefore(NOON.plus(Duration.ofDays(1)), UnaryOperator.identity()))
        .isEqualTo(1);
  }

  @Test
  void leavesNothingInClearOnDisk() throws IOException {
    vault.put("m1", Role.SOURCE, Secret.of("correct horse battery"));
    vault.put("m1", Role.SOURCE, Secret.of("staple of the camel"));
    database.destroy();

    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("horse")
            .doesNotContain("camel")
            .doesNotContain(oldKey);
      }
    }
  }

  @Test
  void whatWasForgottenStillStandsInTheFilesOfTheDatabaseAndOpensNoMore(@TempDir Path other)
      throws Exception {
    jdbc.sql("set write_delay 0").update(); // as the program has it
    Leftovers.assertForgottenForGood(
        vault, KeyRing.of(List.of(oldKey)), slots, folder, folder, other, () -> {});
  }

  @Test
  void theKeyOfWhatWasReplacedOrPurgedIsOverwritten() {
    vault.put("m1", Role.SOURCE, Secret.of("first"));
    vault.put("m1", Role.SOURCE, Secret.of("second"));
    assertThat(slots.find(0)).isEmpty();
    assertThat(slots.find(1)).isPresent();

    vault.forgetBefore(NOON.plusSeconds(1), UnaryOperator.identity());
    assertThat(slots.find(1)).isEmpty();
  }

  @Test
  void aKeyThatAKillLeftWithoutItsRowIsOverwrittenAtTheStart() {
    vault.put("m1", Role.SOURCE, Secret.of("a"));
    slots.take(2); // and killed before the rows were there
    vault.put("m2", Role.SOURCE, Secret.of("b"));
    jdbc.sql("delete from credential where mailbox_id = 'm2'").update(); // and killed after it

    vault.tidy();

    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("a"));
    for (int number = 1; number <= 3; number++) {
      assertThat(slots.find(number)).as("slot " + number).isEmpty();
    }
  }

  @Test
  void aReplacedKeyCanGoAfterOneStart() {
    vault.put("m1", Role.SOURCE, Secret.of("before"));
    vault.put("m1", Role.DESTINATION, Secret.of("too"));
    vault(NOON.plusSeconds(60), newKey, oldKey).tidy();

    Vault without = vault(NOON, newKey);
    assertThat(without.find("m1", Role.SOURCE)).contains(Secret.of("before"));
    assertThat(without.find("m1", Role.DESTINATION)).contains(Secret.of("too"));
    assertThat(slots.find(0)).as("the key of the old envelope").isEmpty();
    // It is no newer for that, and goes in its time.
    assertThat(without.forgetBefore(NOON.plusSeconds(1), UnaryOperator.identity())).isEqualTo(1);
  }

  @Test
  void whatIsSealedWithAMissingKeyStaysAsItIsUntilTheKeyIsBack() {
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    vault(NOON, newKey).tidy();

    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("hunter2"));
  }

  @Test
  void anEnvelopeOfAnEarlierVersionOpensAndIsSealedAnewAtTheStart() throws Exception {
    vault.put("m1", Role.SOURCE, Secret.of(""));
    write("m1", sealedAsBefore("hunter2", "SOURCE\0m1"));
    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("hunter2"));

    vault.tidy();

    assertThat(sealed("m1")).startsWith("v2.");
    assertThat(vault.find("m1", Role.SOURCE)).contains(Secret.of("hunter2"));
  }

  /** As version 0.1 sealed: with the key of the ring alone. */
  private String sealedAsBefore(String password, String owner) throws Exception {
    byte[] nonce = new byte[12];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    KeyRing.SealingKey key = KeyRing.of(List.of(oldKey)).newest();
    cipher.init(Cipher.ENCRYPT_MODE, key.key(), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(("v1\0" + owner).getBytes(StandardCharsets.UTF_8));
    byte[] octets = cipher.doFinal(password.getBytes(StandardCharsets.UTF_8));
    Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
    return "v1." + key.id() + "." + text.encodeToString(nonce) + "." + text.encodeToString(octets);
  }

  @Test
  void saysThatTheFileOfTheSlotsIsLost() throws IOException {
    vault.put("m1", Role.SOURCE, Secret.of("hunter2"));
    slots.close();
    Files.delete(folder.resolve(KeySlots.FILE));
    slots = KeyFile.in(folder);

    assertThat(failure(vault(NOON, oldKey), "m1").problem().cause())
        .contains("the source password has lost its own key")
        .contains("credential-keys");
  }

  @Test
  void passwordsOfOneRunAreNowhere() {
    Vault memory = new MemoryVault();
    memory.put("m1", Role.SOURCE, Secret.of("a"));
    memory.put("m2", Role.DESTINATION, Secret.of("b"));
    memory.forget("m1");

    assertThat(memory.find("m1", Role.SOURCE)).isEmpty();
    assertThat(memory.find("m2", Role.DESTINATION)).contains(Secret.of("b"));
    assertThat(memory.find("m2", Role.SOURCE)).isEmpty();
    assertThat(memory.forgetBefore(NOON.plus(Duration.ofDays(9999)), UnaryOperator.identity()))
        .isZero();
  }
}
